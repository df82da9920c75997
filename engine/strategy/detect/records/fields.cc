// Records are sampled in windows spread over the source, at whole multiples of the stride from its
// start, so that a place in the record is the same in all of them. A field may begin anywhere in
// the record and run over its end (the phase is what we are looking for), so the integers of all
// widths at all places are measured: each with a few predictors, by the entropy of the byte planes
// that come out. The cheapest way to tile the circle of places with fields is a shortest path;
// a field boundary lies within any 8 places, so a path from each of 8 starts finds it.
//
// Places whose upper bytes look random are left out early, and widths of which neither half gains.
#include "engine/strategy/detect/records/fields.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "engine/strategy/detect/records/contexts.h"
#include "engine/strategy/detect/records/places.h"

namespace sigma {
namespace {

// Bytes looked at for a record length, and for its fields.
constexpr std::size_t kColumnSample = 6 << 10;
constexpr std::size_t kFieldSample = 32 << 10;

std::size_t Scale(std::uint64_t bits, const RecordSample& sample) {
  return static_cast<std::size_t>(bits * sample.all / (8 * 256 * sample.count()));
}

struct Step {
  std::uint64_t bits = std::numeric_limits<std::uint64_t>::max();
  std::uint8_t log_width = 0;
};

// The cheapest fields from place `start` round the record; the cost in bits. steps[n] ends the
// first n bytes.
std::uint64_t ShortestPath(std::span<const FieldChoices> choices, std::size_t start,
                           std::span<Step> steps) {
  const std::size_t stride = choices.size();
  std::ranges::fill(steps, Step{});
  steps[0].bits = 0;
  for (std::size_t n = 0; n < stride; ++n) {
    const FieldChoices& here = choices[(start + n) % stride];
    for (std::size_t log = 0; log < here.size(); ++log) {
      const std::size_t end = n + (std::size_t{1} << log);
      if (end > stride || here[log].bits == FieldChoice{}.bits) continue;
      const std::uint64_t bits = steps[n].bits + here[log].bits;
      if (bits < steps[end].bits) steps[end] = {bits, static_cast<std::uint8_t>(log)};
    }
  }
  return steps[stride].bits;
}

// Bytes in contexts where that saves.
void ApplyContexts(const RecordSample& sample, std::span<const FieldChoices> choices,
                   BufferPool& pool, records::Layout& layout) {
  const std::size_t stride = sample.stride;
  if (stride > kMaxContextStride) return;
  auto lease = pool.Acquire(stride * sample.count());
  const MutableBytes columns = lease.As<std::uint8_t>(stride * sample.count());
  std::array<records::Field, kMaxContextStride> bytes;
  std::array<std::uint64_t, kMaxContextStride> byte_bits;
  std::array<std::uint64_t, kMaxContextStride> field_bits{};
  std::size_t begin = 0;
  for (const records::Field& field : layout.view()) {
    field_bits[begin] = choices[(layout.phase + begin) % stride][field.log_width].bits;
    begin += field.width();
  }
  std::uint8_t* to = columns.data();
  for (std::size_t k = 0; k < stride; ++k) {
    const FieldChoice& byte = choices[(layout.phase + k) % stride][0];
    bytes[k] = byte.field;
    byte_bits[k] = byte.bits;
    for (std::size_t w = 0; w < sample.windows; ++w) {
      const std::uint8_t* from = sample.source.data() + sample.begin[w] + layout.phase + k;
      for (std::size_t i = 0; i < sample.records; ++i) *to++ = from[i * stride];
    }
  }
  ChooseContexts({columns, sample.count(), sample.all, std::span(bytes).first(stride),
                  std::span(byte_bits).first(stride), std::span(field_bits).first(stride)},
                 layout);
}

}  // namespace

RecordCost MeasureColumns(ByteView source, std::size_t stride) {
  const RecordSample sample = SpreadRecords(source, stride, kColumnSample);
  if (sample.count() == 0) return {source.size(), source.size()};
  std::uint64_t plain = 0;
  std::uint64_t predicted = 0;
  for (std::size_t place = 0; place < stride; ++place) {
    const ByteBits bits = MeasureByte(sample, place);
    plain += bits.plain;
    predicted += bits.least();
  }
  return {Scale(plain, sample), Scale(predicted, sample)};
}

records::Layout ChooseFields(ByteView source, std::size_t stride, bool floats, BufferPool& pool,
                             std::size_t& cost) {
  records::Layout layout{.stride = stride};
  RecordSample sample = SpreadRecords(source, stride, kFieldSample);
  sample.floats = floats;
  cost = source.size();
  if (sample.count() == 0) {
    layout.count = stride;
    return layout;
  }
  auto lease = pool.AcquireFor<FieldChoices>(stride);
  const auto choices = lease.As<FieldChoices>(stride);
  std::array<ByteBits, records::kMaxRecord> byte_bits;
  for (std::size_t place = 0; place < stride; ++place) {
    byte_bits[place] = MeasureByte(sample, place);
    choices[place] = {};
    ChooseForByte(byte_bits[place], choices[place][0]);
  }
  for (std::size_t log = 1; log < 4 && stride >> log != 0; ++log) {
    for (std::size_t place = 0; place < stride; ++place) {
      ChooseForIntegers(sample, std::span(byte_bits).first(stride), place, log, choices, pool);
    }
  }
  std::array<Step, records::kMaxRecord + 1> steps;
  const auto used = std::span(steps).first(stride + 1);
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  for (std::size_t start = 0; start < std::min<std::size_t>(8, stride); ++start) {
    const std::uint64_t bits = ShortestPath(choices, start, used);
    if (bits < least) {
      least = bits;
      layout.phase = start;
    }
  }
  cost = Scale(ShortestPath(choices, layout.phase, used), sample);
  for (std::size_t end = stride; end > 0; ++layout.count) {
    const std::size_t log = used[end].log_width;
    end -= std::size_t{1} << log;
    layout.fields[layout.count] = choices[(layout.phase + end) % stride][log].field;
  }
  std::reverse(layout.fields.begin(),
               layout.fields.begin() + static_cast<std::ptrdiff_t>(layout.count));
  // The cost stays: what they save in the sample is less sure than the rest.
  ApplyContexts(sample, choices, pool, layout);
  return layout;
}

}  // namespace sigma
