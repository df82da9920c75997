// The blocks of a tar: one header of 512 bytes, and the records of a pax extension. Pure functions;
// what does not fit the format is a null value, never an error of its own: what is no tar is no tar.
//
// Formats: POSIX ustar and pax, GNU (long names, numbers in base 256, sparse files), the oldest one
// without a magic. Source: POSIX.1-2017, pax; the manual of GNU tar, "Tar Internals".
#ifndef SIGMA_ARCHIVE_TAR_HEADER_H_
#define SIGMA_ARCHIVE_TAR_HEADER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sigma/archive.hpp"

namespace sigma {

inline constexpr std::size_t kTarBlock = 512;
// Names and links beyond this are not taken: no system opens such a path.
inline constexpr std::size_t kMostMemberName = 16u << 10;

[[nodiscard]] constexpr std::uint64_t RoundUpToBlock(std::uint64_t bytes) {
  return (bytes + kTarBlock - 1) / kTarBlock * kTarBlock;
}

// A stretch of a sparse file that is stored; the rest is holes.
struct SparsePiece {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  bool operator==(const SparsePiece&) const = default;
};

// A member with what the index leaves out.
struct TarEntry {
  Member member;
  std::uint32_t mtime_nanoseconds = 0;
  std::vector<SparsePiece> pieces;  // of a sparse file
  bool map_in_data = false;         // pax sparse 1.0: the pieces stand in front of the data
};

// The fields of one block.
struct TarHeader {
  char type = '0';
  std::uint64_t size = 0;  // of the data after it
  Member member;           // what the block alone says
  // Old GNU sparse: the pieces, and whether a block with more of them follows.
  std::vector<SparsePiece> pieces;
  bool more_pieces = false;
  std::uint64_t real_size = 0;
};

using TarBlock = std::span<const std::uint8_t, kTarBlock>;

[[nodiscard]] bool IsZeroBlock(TarBlock block) noexcept;
// Nothing if the checksum or a number is none.
[[nodiscard]] std::optional<TarHeader> ParseTarHeader(TarBlock block);
// A block of further pieces of an old GNU sparse file. False: it is none.
[[nodiscard]] bool ParseMorePieces(TarBlock block, std::vector<SparsePiece>& pieces, bool& more);

// What the extensions before a header say; it goes over the header's own fields.
class TarExtensions {
 public:
  // The data of 'L' (name) and 'K' (link). False: it cannot be a name.
  [[nodiscard]] bool SetLongName(ByteView data);
  [[nodiscard]] bool SetLongLink(ByteView data);
  // The records of 'x' and 'g'. False: they are none.
  [[nodiscard]] bool AddPax(ByteView data);
  // Whether nothing was said that changes a member.
  [[nodiscard]] bool empty() const noexcept;
  // `other`, where it says something, over what is here.
  void Add(const TarExtensions& other);
  // The member of a header with these before it, without offsets. Nothing if they contradict it.
  [[nodiscard]] std::optional<TarEntry> Apply(TarHeader header) const;

 private:
  [[nodiscard]] bool AddRecord(std::string_view key, std::string_view value);
  [[nodiscard]] bool AddSparse(std::string_view key, std::string_view value);

  std::optional<std::string> name_, link_, owner_, group_, sparse_name_;
  std::optional<std::uint64_t> size_, owner_id_, group_id_, real_size_;
  std::optional<std::pair<std::int64_t, std::uint32_t>> mtime_;
  std::vector<SparsePiece> pieces_;
  bool sparse_ = false;
  bool piece_open_ = false;  // an offset has come, its size not yet
  std::uint64_t sparse_major_ = 0;
};

// Whether the pieces lie one after the other in a file of `size` bytes, and have `stored` bytes
// together.
[[nodiscard]] bool SoundPieces(std::span<const SparsePiece> pieces, std::uint64_t size,
                               std::uint64_t stored) noexcept;

}  // namespace sigma

#endif  // SIGMA_ARCHIVE_TAR_HEADER_H_
