#include "engine/transform/records/transform.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <string>
#include <string_view>
#include <vector>

#include "engine/transform/records/layout.h"

namespace sigma::records {
namespace {

bool Forward(ByteView source, const TransformParams& params, BufferPool& pool,
             SectionList& sections) {
  const Result<Layout> layout = ParseLayout(params);
  assert(layout);
  return Encode(source, *layout, pool, sections);
}

Result<void> Inverse(std::span<const ByteView> sections, const TransformParams& params,
                     BufferPool& pool, MutableBytes target) {
  const Result<Layout> layout = ParseLayout(params);
  if (!layout) return layout.failure();
  return Decode(sections, *layout, pool, target);
}

std::span<const TransformParams> Variants() {
  static const std::vector<TransformParams> all = [] {
    std::vector<TransformParams> made;
    const auto add = [&](Layout layout, std::initializer_list<Field> fields) {
      std::size_t filled = 0;
      for (const Field& field : fields) {
        layout.fields[layout.count++] = field;
        filled += field.width();
      }
      for (; filled < layout.stride; ++filled) layout.fields[layout.count++] = {};
      made.emplace_back();
      if (!WriteLayout(layout, made.back())) made.pop_back();
    };
    using P = Predictor;
    add({.stride = 13}, {});
    add({.stride = 61, .gaps = Gaps::kLines}, {});
    add({.stride = 8, .phase = 3, .gaps = Gaps::kShifts},
        {{.log_width = 2, .predictor = P::kLag1}});
    add({.stride = 3, .phase = 2}, {{.predictor = P::kLag1},
                                    {.predictor = P::kLag1, .reference = 1},
                                    {.joined = true, .predictor = P::kLag1, .reference = 2}});
    add({.stride = 2}, {{.log_width = 1, .big_endian = true, .predictor = P::kTwice}});
    add({.stride = 8, .phase = 7},
        {{.log_width = 2, .zigzag = true, .predictor = P::kLag4},
         {.log_width = 1, .big_endian = true, .joined = true, .predictor = P::kXor},
         {.zigzag = true, .predictor = P::kLag2}});
    add({.stride = 32, .phase = 5},
        {{.log_width = 3, .zigzag = true, .predictor = P::kLag1},
         {.log_width = 3, .big_endian = true, .zigzag = true, .predictor = P::kTwice},
         {.log_width = 2, .big_endian = true, .predictor = P::kLag3},
         {.log_width = 2, .zigzag = true, .predictor = P::kNone, .reference = 1},
         {.joined = true},
         {.joined = true},
         {.log_width = 1, .big_endian = true, .predictor = P::kWhole}});
    add({.stride = 4}, {{.contexted = true, .reference = 2},
                        {.contexted = true, .reference = 3},
                        {.predictor = P::kLag1},
                        {.contexted = true, .reference = 1}});
    Layout longest{.stride = kMaxRecord};
    std::vector<Field> fields(kMaxRecord, {.joined = true, .predictor = P::kXor});
    fields.front().joined = false;
    std::ranges::copy(fields, longest.fields.begin());
    longest.count = kMaxRecord;
    made.emplace_back();
    if (!WriteLayout(longest, made.back())) made.pop_back();
    return made;
  }();
  return all;
}

std::string Describe(const TransformParams& params) {
  const Result<Layout> layout = ParseLayout(params);
  if (!layout) return "records";
  std::string text = layout->gaps == Gaps::kLines ? "lines" : "records";
  text += std::to_string(layout->stride);
  if (layout->gaps == Gaps::kShifts) text += '~';
  // Runs of equal fields: the width in bits, B for big endian, what is done to them.
  static constexpr std::array<std::string_view, kPredictorCount> names = {"",   "d",  "d2", "d3",
                                                                          "d4", "dd", "x",  "w"};
  for (std::size_t i = 0; i < layout->count;) {
    const Field& field = layout->fields[i];
    std::size_t repeat = 1;
    while (i + repeat < layout->count && layout->fields[i + repeat] == field) ++repeat;
    i += repeat;
    text += i == repeat ? ':' : ',';
    if (repeat > 1) text.append(std::to_string(repeat)).append("*");
    text += std::to_string(8 * field.width());
    if (field.big_endian) text += 'B';
    if (field.contexted) text += '|';
    if (field.reference != 0) text.append("-").append(std::to_string(field.reference));
    text += names[static_cast<std::size_t>(field.predictor)];
    if (field.zigzag) text += 'z';
    if (field.joined) text += '+';
  }
  return text;
}

}  // namespace

const TransformRow& Transform() {
  static constexpr TransformRow row = {
      .id = kId,
      .name = "records",
      .variants = Variants,
      .describe = Describe,
      .forward = Forward,
      .inverse = Inverse,
      .work = 768,
  };
  return row;
}

}  // namespace sigma::records
