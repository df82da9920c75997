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
#include <bit>
#include <cstring>
#include <limits>
#include <span>

#include "engine/strategy/detect/records/contexts.h"
#include "engine/strategy/detect/value_counts.h"
#include "engine/transform/floats/segments.h"
#include "engine/transform/floats/transform.h"
#include "kernels/endian.h"
#include "kernels/statistics/histogram.h"
#include "kernels/statistics/shannon.h"

namespace sigma {
namespace {

constexpr std::size_t kWindows = 8;
// Bytes looked at for a record length, and for its fields.
constexpr std::size_t kColumnSample = 6 << 10;
constexpr std::size_t kFieldSample = 32 << 10;
// Records before each window's first that differences of differences look back to.
constexpr std::size_t kBefore = 2;
constexpr std::uint64_t kMaxByteBits = 8 * 256;
// A predictor must save 1/128, an integer of several bytes likewise 1/128 of its bytes' entropy:
// plain bytes leave more to references and are restored faster.
constexpr std::uint64_t kWorth = 128;
// A dictionary must save 1/16 of what the bytes cost, and they must be worth it.
constexpr std::uint64_t kValuesWorth = 16;
constexpr std::uint64_t kWorthValues = 3 * 256;
// Floating-point numbers must save 1/256 of what their bytes cost: what decimals among
// them save is often 1 to 2 %. Their place shows in kFloatLook records.
constexpr std::uint64_t kFloatsWorth = 256;
constexpr std::size_t kFloatSample = 1024;
constexpr std::size_t kFloatLook = 64;
// A column of more than this many 1/256 bits a byte looks random.
constexpr std::uint64_t kRandomBits = 7 * 256 + 200;

// Where the sampled records begin: those at `begin` … `begin + stride·(records − 1)` of each
// window, kBefore more in front of them.
struct Sample {
  ByteView source;
  std::size_t stride;
  std::array<std::size_t, kWindows> begin{};
  std::size_t windows = 0;
  std::size_t records = 0;  // of each window
  std::size_t all = 0;      // records of the source
  bool floats = false;      // fields may be floating-point numbers

  [[nodiscard]] std::size_t count() const { return windows * records; }
};

Sample Spread(ByteView source, std::size_t stride, std::size_t bytes) {
  Sample sample{source, stride};
  sample.all = source.size() / stride;
  // Fields may run over the end of their record by up to 7 bytes; the records behind hold them.
  const std::size_t margin = kBefore + (7 + stride - 1) / stride;
  if (sample.all <= margin) return sample;
  const std::size_t usable = sample.all - margin;
  sample.windows = std::min(kWindows, usable);
  sample.records =
      std::clamp<std::size_t>(bytes / stride / sample.windows, 1, usable / sample.windows);
  // In the middle of equal parts: the ends of a source often hold something else.
  const std::size_t part = usable / sample.windows;
  for (std::size_t i = 0; i < sample.windows; ++i) {
    sample.begin[i] = (kBefore + i * part + (part - sample.records) / 2) * stride;
  }
  return sample;
}

// Entropy in 1/256 bits of a histogram of `symbols` counts.
std::uint64_t Bits(const kernels::statistics::Histogram& counts, std::size_t symbols) {
  return std::min<std::uint64_t>(
      kernels::statistics::ShannonBits(counts) + kernels::statistics::SmallSampleBias(counts),
      symbols * kMaxByteBits);
}

std::size_t Scale(std::uint64_t bits, const Sample& sample) {
  return static_cast<std::size_t>(bits * sample.all / (8 * 256 * sample.count()));
}

struct Choice {
  records::Field field;
  std::uint64_t bits = std::numeric_limits<std::uint64_t>::max();
};

// Entropies of a byte column: as it is, and as differences.
struct ByteBits {
  std::uint64_t plain = 0;
  std::uint64_t difference = 0;
  [[nodiscard]] std::uint64_t least() const { return std::min(plain, difference); }
};

ByteBits MeasureByte(const Sample& sample, std::size_t place) {
  kernels::statistics::Histogram plain{};
  kernels::statistics::Histogram difference{};
  for (std::size_t w = 0; w < sample.windows; ++w) {
    const std::uint8_t* from = sample.source.data() + sample.begin[w] + place;
    std::uint8_t before = *(from - sample.stride);
    for (std::size_t i = 0; i < sample.records; ++i) {
      const std::uint8_t now = from[i * sample.stride];
      ++plain[now];
      ++difference[static_cast<std::uint8_t>(now - before)];
      before = now;
    }
  }
  return {Bits(plain, sample.count()), Bits(difference, sample.count())};
}

template <typename T>
T Zigzag(T value) {
  const T sign = static_cast<T>(T{0} - static_cast<T>(value >> (8 * sizeof(T) - 1)));
  return static_cast<T>(static_cast<T>(value << 1) ^ sign);
}

// The entropies of the integers of type T at a place in two ways: `first` and `second` take an
// integer and the two before it.
template <typename T, class First, class Second>
std::array<std::uint64_t, 2> MeasureWays(const Sample& sample, std::size_t place, bool big_endian,
                                         First first, Second second) {
  std::array<std::array<kernels::statistics::Histogram, sizeof(T)>, 2> counts{};
  const auto load = [&](const std::uint8_t* from) {
    const T value = kernels::LoadInteger<T>(from);
    return big_endian ? kernels::ReverseInteger(value) : value;
  };
  for (std::size_t w = 0; w < sample.windows; ++w) {
    const std::uint8_t* from = sample.source.data() + sample.begin[w] + place;
    T before = load(from - 2 * sample.stride);
    T last = load(from - sample.stride);
    for (std::size_t i = 0; i < sample.records; ++i) {
      const T now = load(from + i * sample.stride);
      const T a = first(now, last, before);
      const T b = second(now, last, before);
      for (std::size_t k = 0; k < sizeof(T); ++k) {
        ++counts[0][k][static_cast<std::uint8_t>(a >> (8 * k))];
        ++counts[1][k][static_cast<std::uint8_t>(b >> (8 * k))];
      }
      before = last;
      last = now;
    }
  }
  std::array<std::uint64_t, 2> bits{};
  for (std::size_t way = 0; way < 2; ++way) {
    for (const kernels::statistics::Histogram& histogram : counts[way]) {
      bits[way] += Bits(histogram, sample.count());
    }
  }
  return bits;
}

// The best way to code the integers of type T at a place.
template <typename T>
Choice MeasureIntegers(const Sample& sample, std::size_t place, bool big_endian) {
  Choice best;
  best.field.log_width = static_cast<std::uint8_t>(std::countr_zero(sizeof(T)));
  best.field.big_endian = big_endian;
  best.field.zigzag = true;
  const auto difference = [](T now, T last) { return static_cast<T>(now - last); };
  const auto [none, lag1] = MeasureWays<T>(
      sample, place, big_endian, [](T now, T, T) { return Zigzag(now); },
      [&](T now, T last, T) { return Zigzag(difference(now, last)); });
  best.bits = none;
  if (none <= lag1) return best;
  best.bits = lag1;
  best.field.predictor = records::Predictor::kLag1;
  const auto [plain, twice] = MeasureWays<T>(
      sample, place, big_endian, [&](T now, T last, T) { return difference(now, last); },
      [&](T now, T last, T before) {
        return Zigzag(difference(difference(now, last), difference(last, before)));
      });
  if (plain < best.bits) {
    best.bits = plain;
    best.field.zigzag = false;
  }
  if (twice < best.bits) {
    best.bits = twice;
    best.field.zigzag = true;
    best.field.predictor = records::Predictor::kTwice;
  }
  return best;
}

Choice MeasureWidth(const Sample& sample, std::size_t place, std::size_t log_width,
                    bool big_endian) {
  switch (log_width) {
    case 1:
      return MeasureIntegers<std::uint16_t>(sample, place, big_endian);
    case 2:
      return MeasureIntegers<std::uint32_t>(sample, place, big_endian);
    default:
      return MeasureIntegers<std::uint64_t>(sample, place, big_endian);
  }
}

// The best field of each width at each place of the record.
using Choices = std::array<Choice, 4>;

void MeasureBytePlace(const ByteBits& bits, Choice& choice) {
  choice.bits = bits.plain;
  if (bits.difference + bits.plain / kWorth < bits.plain) {
    choice.bits = bits.difference;
    choice.field.predictor = records::Predictor::kLag1;
  }
}

std::uint64_t LoadOf(std::size_t log, const std::uint8_t* from) {
  return log == 1   ? kernels::LoadInteger<std::uint16_t>(from)
         : log == 2 ? kernels::LoadInteger<std::uint32_t>(from)
                    : kernels::LoadInteger<std::uint64_t>(from);
}

// The integers of 1 << log bytes at a place as they are, for a dictionary of their values; if it is
// cheaper than `most`. Where the sample says so, values from all over the source have the word.
Choice MeasureValues(const Sample& sample, std::size_t place, std::size_t log, std::uint64_t most) {
  std::array<std::uint64_t, kMaxValueSample> values;
  const std::size_t width = std::size_t{1} << log;
  const auto bits = [&](std::size_t count) {
    const std::uint64_t own = DictionaryBits(std::span(values).first(count), width, sample.all);
    return own == Choice{}.bits ? own : own * sample.count() / count;
  };
  std::size_t count = 0;
  const std::size_t records = std::min(sample.records, kMaxValueSample / sample.windows);
  for (std::size_t w = 0; w < sample.windows; ++w) {
    const std::uint8_t* from = sample.source.data() + sample.begin[w] + place;
    for (std::size_t i = 0; i < records; ++i, from += sample.stride) {
      values[count++] = LoadOf(log, from);
    }
  }
  Choice choice;
  if (bits(count) >= most) return choice;
  const std::size_t last = sample.all - (7 + sample.stride - 1) / sample.stride - 1;
  count = std::min(kMaxValueSample, last);
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = LoadOf(log, sample.source.data() + i * last / count * sample.stride + place);
  }
  choice.bits = bits(count);
  if (choice.bits >= most) return {};
  choice.field.log_width = static_cast<std::uint8_t>(log);
  choice.field.predictor = records::Predictor::kWhole;
  return choice;
}

// The numbers of 1 << log bytes at a place as FLOAT codes them; if that is cheaper than `most`.
Choice MeasureFloats(const Sample& sample, std::size_t place, std::size_t log, std::uint64_t most,
                     BufferPool& pool) {
  const std::size_t width = std::size_t{1} << log;
  std::array<std::uint8_t, kFloatSample * 8> numbers;
  const std::size_t last = sample.all - (7 + sample.stride - 1) / sample.stride - 2;
  const std::size_t run = std::min(kFloatSample, last) / kWindows;
  const auto gather = [&](std::size_t first, std::size_t count, std::uint8_t* to) {
    // The first record may begin in what is before all records.
    const std::uint8_t* from = sample.source.data() + (first + 1) * sample.stride + place;
    for (std::size_t i = 0; i < count; ++i) {
      std::memcpy(to + i * width, from + i * sample.stride, width);
    }
  };
  const std::size_t look = std::min(last, kFloatLook);
  if (look < kFloatLook) return {};
  gather((last - look) / 2, look, numbers.data());
  if (floats::FindExponents(std::span(numbers).first(look * width), 0, width) !=
      1u << (width - 1)) {
    return {};
  }
  for (std::size_t w = 0; w < kWindows; ++w) {
    gather((last - run) / (kWindows - 1) * w, run, numbers.data() + w * run * width);
  }
  const std::size_t count = run * kWindows;
  const std::uint64_t bits =
      floats::SampleBits(std::span(numbers).first(count * width), width, sample.all, pool);
  Choice choice;
  if (bits == ~std::uint64_t{0}) return choice;
  const std::uint64_t scaled = bits * sample.count() / count;
  if (scaled >= most) return choice;
  choice.bits = scaled;
  choice.field.log_width = static_cast<std::uint8_t>(log);
  choice.field.predictor = records::Predictor::kWhole;
  return choice;
}

// The integers of 1 << log bytes at a place; those of half the width are measured everywhere.
void MeasureIntegerPlace(const Sample& sample, std::span<const ByteBits> bytes, std::size_t place,
                         std::size_t log, std::span<Choices> choices, BufferPool& pool) {
  const std::size_t stride = sample.stride;
  const std::size_t width = std::size_t{1} << log;
  std::uint64_t parts = 0;
  for (std::size_t k = 0; k < width; ++k) parts += bytes[(place + k) % stride].least();
  if (parts >= sample.count() * kWorthValues) {
    choices[place][log] =
        MeasureValues(sample, place, log, parts / kValuesWorth * (kValuesWorth - 1));
    if (sample.floats && log > 1) {
      const Choice floats =
          MeasureFloats(sample, place, log, parts / kFloatsWorth * (kFloatsWorth - 1), pool);
      if (floats.bits < choices[place][log].bits) choices[place][log] = floats;
    }
  }
  // Where no half is better as an integer than as bytes, the whole is not either.
  const auto known = [&](std::size_t at) {
    return choices[at % stride][log - 1].bits != Choice{}.bits;
  };
  if (log > 1 && !known(place) && !known(place + width / 2)) return;
  // The upper bytes tell the byte order, and whether there is anything to predict.
  const std::uint64_t first = bytes[place].least();
  const std::uint64_t last = bytes[(place + width - 1) % stride].least();
  if (std::min(first, last) >= sample.count() * kRandomBits || parts < sample.count() * 16) return;
  const Choice choice = MeasureWidth(sample, place, log, first < last);
  if (choice.bits + parts / kWorth < parts && choice.bits < choices[place][log].bits) {
    choices[place][log] = choice;
  }
}

struct Step {
  std::uint64_t bits = std::numeric_limits<std::uint64_t>::max();
  std::uint8_t log_width = 0;
};

// The cheapest fields from place `start` round the record; the cost in bits. steps[n] ends the
// first n bytes.
std::uint64_t ShortestPath(std::span<const Choices> choices, std::size_t start,
                           std::span<Step> steps) {
  const std::size_t stride = choices.size();
  std::ranges::fill(steps, Step{});
  steps[0].bits = 0;
  for (std::size_t n = 0; n < stride; ++n) {
    const Choices& here = choices[(start + n) % stride];
    for (std::size_t log = 0; log < here.size(); ++log) {
      const std::size_t end = n + (std::size_t{1} << log);
      if (end > stride || here[log].bits == Choice{}.bits) continue;
      const std::uint64_t bits = steps[n].bits + here[log].bits;
      if (bits < steps[end].bits) steps[end] = {bits, static_cast<std::uint8_t>(log)};
    }
  }
  return steps[stride].bits;
}

// Bytes in contexts where that saves.
void ApplyContexts(const Sample& sample, std::span<const Choices> choices, BufferPool& pool,
                   records::Layout& layout) {
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
    const Choice& byte = choices[(layout.phase + k) % stride][0];
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
  const Sample sample = Spread(source, stride, kColumnSample);
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
  Sample sample = Spread(source, stride, kFieldSample);
  sample.floats = floats;
  cost = source.size();
  if (sample.count() == 0) {
    layout.count = stride;
    return layout;
  }
  auto lease = pool.AcquireFor<Choices>(stride);
  const auto choices = lease.As<Choices>(stride);
  std::array<ByteBits, records::kMaxRecord> byte_bits;
  for (std::size_t place = 0; place < stride; ++place) {
    byte_bits[place] = MeasureByte(sample, place);
    choices[place] = {};
    MeasureBytePlace(byte_bits[place], choices[place][0]);
  }
  for (std::size_t log = 1; log < 4 && stride >> log != 0; ++log) {
    for (std::size_t place = 0; place < stride; ++place) {
      MeasureIntegerPlace(sample, std::span(byte_bits).first(stride), place, log, choices, pool);
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
