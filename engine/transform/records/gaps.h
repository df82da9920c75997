// Where the records of a source are, and what lies between them.
#ifndef SIGMA_TRANSFORM_RECORDS_GAPS_H_
#define SIGMA_TRANSFORM_RECORDS_GAPS_H_

#include <cstddef>

#include "engine/transform/records/layout.h"
#include "sigma/result.hpp"

namespace sigma::records {

// Some bytes that are no record, then some records.
struct Run {
  std::size_t gap = 0;      // bytes
  std::size_t records = 0;  // of the stride's length
};

// The runs of a source in turn; the last one ends with the source.
class Runs {
 public:
  // For each byte of the source.
  static constexpr std::size_t kPatience = 4;
  // Of the source itself, by the layout.
  Runs(ByteView source, const Layout& layout) noexcept
      : source_(source), layout_(&layout), patience_(kPatience * source.size()) {}
  // False at the end.
  [[nodiscard]] bool Next(Run& run) noexcept;

 private:
  [[nodiscard]] Run NextLines() noexcept;
  [[nodiscard]] Run NextShifted() noexcept;
  [[nodiscard]] std::size_t FindShift() noexcept;

  ByteView source_;  // what is left
  const Layout* layout_;
  bool begun_ = false;
  const std::uint8_t* last_ = nullptr;  // record, with shifts
  std::size_t shift_ = 0;               // the next gap, with shifts
  std::size_t patience_;                // bytes that may still be compared in vain
};

// The runs of a source of `size` bytes that a list of gaps (a hostile one) tells.
class ListedRuns {
 public:
  ListedRuns(ByteView list, std::size_t size, std::size_t stride) noexcept
      : list_(list), left_(size), stride_(stride) {}
  // False at the end, and from the first entry on that cannot be: then ok() is false too.
  [[nodiscard]] bool Next(Run& run) noexcept;
  [[nodiscard]] bool ok() const noexcept { return ok_; }

 private:
  ByteView list_;
  std::size_t left_;
  std::size_t stride_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace sigma::records

#endif  // SIGMA_TRANSFORM_RECORDS_GAPS_H_
