// CopyTable: where in the stream bytes of a hash were stored last, and how far what was stored with
// them reaches to both sides. A table of fixed size for a stream of any length: as it fills up, fewer
// and fewer hashes are wanted.
//
// What it holds depends on what was added, in what order, alone. No allocation after the constructor.
// Not thread-safe.
#ifndef SIGMA_FAR_COPY_TABLE_H_
#define SIGMA_FAR_COPY_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace sigma {

class CopyTable {
 public:
  static constexpr std::size_t kEntry = 16;  // bytes
  // Positions from there on are not kept: 256 TiB.
  static constexpr std::uint64_t kMostPosition = std::uint64_t{1} << 48;

  struct Place {
    std::uint64_t position = 0;
    std::uint32_t before = 0;  // bytes of the chunk's own before the position, without a gap
    std::uint32_t after = 0;   // and from it on, ≥ 1
  };

  // 2^log entries, log ≤ 40. Throws std::bad_alloc.
  explicit CopyTable(unsigned log);

  // Whether this hash is still worth a look; false for good once it is false.
  [[nodiscard]] bool Wants(std::uint64_t hash) const noexcept { return (hash & unwanted_) == 0; }
  void Prefetch(std::uint64_t hash) const noexcept { __builtin_prefetch(&entries_[At(hash)]); }
  // A place whose bytes may have this hash: the caller compares.
  [[nodiscard]] std::optional<Place> Find(std::uint64_t hash) const noexcept;
  // Takes the place of what was there.
  void Add(std::uint64_t hash, const Place& place) noexcept;

  // Hashes left out at the end: 1 in 2^thinned is kept.
  [[nodiscard]] unsigned thinned() const noexcept { return thinned_; }

 private:
  struct Entry {
    std::uint64_t position_tag = 0;  // position · 2^16 + the hash's low bits
    std::uint32_t before = 0;
    std::uint32_t after = 0;  // 0: empty
  };
  static_assert(sizeof(Entry) == kEntry);

  [[nodiscard]] std::size_t At(std::uint64_t hash) const noexcept { return hash >> shift_; }
  void Thin() noexcept;

  std::vector<Entry> entries_;
  const unsigned shift_;
  std::size_t used_ = 0;
  unsigned thinned_ = 0;
  std::uint64_t unwanted_ = 0;  // low bits of the hash that must be 0
};

}  // namespace sigma

#endif  // SIGMA_FAR_COPY_TABLE_H_
