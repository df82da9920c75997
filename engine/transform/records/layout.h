// The knowledge RECORDS has of its source: how long a record is, which integers it consists of and how
// each is predicted; and the parameter block that says so.
//
// Params: one byte, bits 0–1 the kind of gaps, the others 0; stride, varint; phase, varint (not
// with lines); then fields until they fill the record, as runs of equal ones:
//
//   kind    bits 0–1 log2 width, bit 2 big endian, bit 3 zigzag, bits 4–6 predictor, bit 7 joined
//   repeat  bits 0–6 number of such fields, 1 … 127; bit 7: a reference follows
//   reference  1 … 255: each field is set against the one so many fields before it, or has it for
//              its context
//
// A byte in a context has the big-endian bit, which bytes do not need.
#ifndef SIGMA_TRANSFORM_RECORDS_LAYOUT_H_
#define SIGMA_TRANSFORM_RECORDS_LAYOUT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/transform/transform.h"
#include "sigma/result.hpp"

namespace sigma::records {

inline constexpr std::size_t kMaxRecord = 512;

// Of an integer, from the same one of records before. Wire numbers.
enum class Predictor : std::uint8_t {
  kNone = 0,
  kLag1 = 1,  // difference to the one of the record before …
  kLag2 = 2,  // … or of two, three, four before
  kLag3 = 3,
  kLag4 = 4,
  kTwice = 5,  // difference of differences
  kXor = 6,    // exclusive or with the record before
  kWhole = 7,  // none, and no planes: the integers side by side in a section, for another transform
};
inline constexpr std::size_t kPredictorCount = 8;

// The bytes between the records. Wire numbers.
enum class Gaps : std::uint8_t {
  kEnds = 0,    // nothing: only the phase before them, and less than a record after
  kLines = 1,   // lines of other lengths; the records are the lines of `stride` bytes
  kShifts = 2,  // here and there some bytes, so that the records go on at another phase
};

struct Field {
  std::uint8_t log_width = 0;  // of 1, 2, 4 or 8 bytes
  bool big_endian = false;
  bool zigzag = false;
  bool joined = false;  // its planes follow the planes before, not in sections of their own
  Predictor predictor = Predictor::kNone;
  // A byte coded in the context of another field's (context.h), otherwise as it is.
  bool contexted = false;
  // Fields back to the one (of the same width) that is subtracted first, 0 = none; to the context,
  // where the last field is the one before the first.
  std::uint8_t reference = 0;

  [[nodiscard]] std::size_t width() const noexcept { return std::size_t{1} << log_width; }
  // Whether the planes hold the bytes as they were.
  [[nodiscard]] bool plain() const noexcept {
    return predictor == Predictor::kNone && !zigzag && reference == 0;
  }
  [[nodiscard]] bool whole() const noexcept { return predictor == Predictor::kWhole; }
  // Has sections of its own in any case.
  [[nodiscard]] bool apart() const noexcept { return whole() || contexted; }
  friend bool operator==(const Field&, const Field&) = default;
};

struct Layout {
  std::size_t stride = 1;  // 1 … kMaxRecord bytes
  std::size_t phase = 0;   // bytes before the first record; below the stride
  Gaps gaps = Gaps::kEnds;
  std::size_t count = 0;  // fields; their widths add up to the stride
  std::array<Field, kMaxRecord> fields{};

  // The field that the contexted one at `index` has for its context.
  [[nodiscard]] std::size_t ContextOf(std::size_t index) const noexcept {
    return (index + count - fields[index].reference) % count;
  }
  // Whether the gaps are listed in a section.
  [[nodiscard]] bool listed() const noexcept { return gaps != Gaps::kEnds; }
  [[nodiscard]] std::span<const Field> view() const noexcept {
    return std::span(fields).first(count);
  }
};

// False if the runs of fields do not fit a parameter block.
[[nodiscard]] bool WriteLayout(const Layout& layout, TransformParams& params);
// kUnsupported or kCorrupt for parameters that cannot be.
Result<Layout> ParseLayout(const TransformParams& params);

// The transform with a layout that is parsed; as TransformRow's forward and inverse.
[[nodiscard]] bool Encode(ByteView source, const Layout& layout, BufferPool& pool,
                          SectionList& sections);
Result<void> Decode(std::span<const ByteView> sections, const Layout& layout, BufferPool& pool,
                    MutableBytes target);

}  // namespace sigma::records

#endif  // SIGMA_TRANSFORM_RECORDS_LAYOUT_H_
