#include "engine/transform/records/layout.h"

#include <algorithm>
#include <cassert>
#include <optional>

#include "engine/base/varint.h"

namespace sigma::records {
namespace {

constexpr std::uint8_t kGapsMask = 0x03;
constexpr std::uint8_t kLastGaps = 2;
constexpr std::uint8_t kWidthMask = 0x03;
constexpr std::uint8_t kBigEndianBit = 0x04;
constexpr std::uint8_t kZigzagBit = 0x08;
constexpr unsigned kPredictorShift = 4;
constexpr std::uint8_t kPredictorMask = 0x07;
constexpr std::uint8_t kJoinedBit = 0x80;
constexpr std::size_t kMaxRepeat = 0x7F;
constexpr std::uint8_t kReferenceBit = 0x80;
constexpr std::size_t kMaxRun = 3;  // bytes

std::uint8_t Kind(const Field& field) {
  return static_cast<std::uint8_t>(
      field.log_width | (field.big_endian || field.contexted ? kBigEndianBit : 0) |
      (field.zigzag ? kZigzagBit : 0) | static_cast<unsigned>(field.predictor) << kPredictorShift |
      (field.joined ? kJoinedBit : 0));
}

// Nothing for a kind that cannot be.
std::optional<Field> FieldOf(std::uint8_t kind) {
  const std::size_t predictor = kind >> kPredictorShift & kPredictorMask;
  Field field;
  field.log_width = kind & kWidthMask;
  field.big_endian = (kind & kBigEndianBit) != 0;
  field.zigzag = (kind & kZigzagBit) != 0;
  field.joined = (kind & kJoinedBit) != 0;
  field.predictor = static_cast<Predictor>(predictor);
  if (field.log_width == 0 && field.whole()) return std::nullopt;
  if (field.log_width == 0 && field.big_endian) {
    field.big_endian = false;
    if (field != Field{}) return std::nullopt;
    field.contexted = true;
  }
  if (field.whole() && (field.zigzag || field.joined)) return std::nullopt;
  return field;
}

// Whether the next field, at `index`, may be set against the one it refers to.
bool IsReference(const Layout& layout, std::size_t index, const Field& field) {
  if (field.reference > index) return false;
  const Field& other = layout.fields[index - field.reference];
  return other.log_width == field.log_width && !other.contexted;
}

Unexpected Corrupt(const char* text) { return Fail(ErrorCode::kCorrupt, text); }

}  // namespace

bool WriteLayout(const Layout& layout, TransformParams& params) {
  assert(layout.stride >= 1 && layout.stride <= kMaxRecord && layout.phase < layout.stride);
  params = {};
  std::uint8_t* to = params.bytes.data();
  std::size_t size = 0;
  to[size++] = static_cast<std::uint8_t>(layout.gaps);
  size += WriteVarint(layout.stride, to + size);
  if (layout.gaps != Gaps::kLines) size += WriteVarint(layout.phase, to + size);
  for (std::size_t i = 0; i < layout.count;) {
    const Field& field = layout.fields[i];
    std::size_t repeat = 1;
    while (repeat < kMaxRepeat && i + repeat < layout.count && layout.fields[i + repeat] == field) {
      ++repeat;
    }
    if (size + kMaxRun > kMaxTransformParams) return false;
    to[size++] = Kind(field);
    to[size++] = static_cast<std::uint8_t>(repeat | (field.reference != 0 ? kReferenceBit : 0u));
    if (field.reference != 0) to[size++] = field.reference;
    i += repeat;
  }
  params.size = static_cast<std::uint8_t>(size);
  return true;
}

Result<Layout> ParseLayout(const TransformParams& params) {
  const ByteView bytes = params.view();
  if (bytes.empty()) return Corrupt("records without parameters");
  if ((bytes[0] & ~kGapsMask) != 0 || bytes[0] > kLastGaps) {
    return Fail(ErrorCode::kUnsupported, "record parameters with reserved bits set");
  }
  Layout layout;
  layout.gaps = static_cast<Gaps>(bytes[0]);
  std::size_t at = 1;
  const auto stride = ParseVarint(bytes, &at);
  if (!stride || *stride == 0 || *stride > kMaxRecord) return Corrupt("records of no valid length");
  layout.stride = static_cast<std::size_t>(*stride);
  if (layout.gaps != Gaps::kLines) {
    const auto phase = ParseVarint(bytes, &at);
    if (!phase || *phase >= *stride) return Corrupt("records of no valid phase");
    layout.phase = static_cast<std::size_t>(*phase);
  }
  std::size_t filled = 0;
  while (at < bytes.size()) {
    std::optional<Field> field = FieldOf(bytes[at++]);
    if (!field || at == bytes.size()) return Corrupt("record field of no valid kind");
    const std::size_t repeat = bytes[at] & kMaxRepeat;
    const bool refers = (bytes[at++] & kReferenceBit) != 0;
    if (field->contexted && !refers) return Corrupt("record field without its context");
    if (refers) {
      if (at == bytes.size() || bytes[at] == 0 || field->whole())
        return Corrupt("record field without a valid reference");
      field->reference = bytes[at++];
    }
    if (repeat == 0 || repeat * field->width() > layout.stride - filled) {
      return Corrupt("record fields that do not fill the record");
    }
    for (std::size_t i = 0; i < repeat; ++i) {
      const std::size_t index = layout.count++;
      if (field->joined && (index == 0 || layout.fields[index - 1].apart())) {
        return Corrupt("record field joined to no plane");
      }
      if (refers && !field->contexted && !IsReference(layout, index, *field)) {
        return Corrupt("record field with a reference that cannot be");
      }
      layout.fields[index] = *field;
      filled += field->width();
    }
  }
  if (filled != layout.stride) return Corrupt("record fields that do not fill the record");
  for (std::size_t i = 0; i < layout.count; ++i) {
    if (!layout.fields[i].contexted) continue;
    if (layout.fields[i].reference >= layout.count) return Corrupt("record field in no context");
    const Field& context = layout.fields[layout.ContextOf(i)];
    if (context.log_width != 0 || context.contexted) return Corrupt("record field in no context");
  }
  return layout;
}

}  // namespace sigma::records
