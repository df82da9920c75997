#include "engine/strategy/detect/records/places.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "engine/strategy/detect/value_counts.h"
#include "engine/transform/floats/segments.h"
#include "engine/transform/floats/transform.h"
#include "kernels/endian.h"
#include "kernels/statistics/histogram.h"
#include "kernels/statistics/shannon.h"

namespace sigma {
namespace {

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

// Entropy in 1/256 bits of a histogram of `symbols` counts.
std::uint64_t Bits(const kernels::statistics::Histogram& counts, std::size_t symbols) {
  return std::min<std::uint64_t>(kernels::statistics::CorrectedBits(counts),
                                 symbols * kMaxByteBits);
}

template <typename T>
T Zigzag(T value) {
  const T sign = static_cast<T>(T{0} - static_cast<T>(value >> (8 * sizeof(T) - 1)));
  return static_cast<T>(static_cast<T>(value << 1) ^ sign);
}

// The entropies of the integers of type T at a place in two ways: `first` and `second` take an
// integer and the two before it.
template <typename T, class First, class Second>
std::array<std::uint64_t, 2> MeasureWays(const RecordSample& sample, std::size_t place,
                                         bool big_endian, First first, Second second) {
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
FieldChoice MeasureIntegers(const RecordSample& sample, std::size_t place, bool big_endian) {
  FieldChoice best;
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

FieldChoice MeasureWidth(const RecordSample& sample, std::size_t place, std::size_t log_width,
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

std::uint64_t LoadOf(std::size_t log, const std::uint8_t* from) {
  return log == 1   ? kernels::LoadInteger<std::uint16_t>(from)
         : log == 2 ? kernels::LoadInteger<std::uint32_t>(from)
                    : kernels::LoadInteger<std::uint64_t>(from);
}

// The integers of 1 << log bytes at a place as they are, for a dictionary of their values; if it is
// cheaper than `most`. Where the sample says so, values from all over the source have the word.
FieldChoice MeasureValues(const RecordSample& sample, std::size_t place, std::size_t log,
                          std::uint64_t most) {
  std::array<std::uint64_t, kMaxValueSample> values;
  const std::size_t width = std::size_t{1} << log;
  const auto bits = [&](std::size_t count) {
    const std::uint64_t own = DictionaryBits(std::span(values).first(count), width, sample.all);
    return own == FieldChoice{}.bits ? own : own * sample.count() / count;
  };
  std::size_t count = 0;
  const std::size_t records = std::min(sample.records, kMaxValueSample / sample.windows);
  for (std::size_t w = 0; w < sample.windows; ++w) {
    const std::uint8_t* from = sample.source.data() + sample.begin[w] + place;
    for (std::size_t i = 0; i < records; ++i, from += sample.stride) {
      values[count++] = LoadOf(log, from);
    }
  }
  FieldChoice choice;
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
FieldChoice MeasureFloats(const RecordSample& sample, std::size_t place, std::size_t log,
                          std::uint64_t most, BufferPool& pool) {
  const std::size_t width = std::size_t{1} << log;
  std::array<std::uint8_t, kFloatSample * 8> numbers;
  const std::size_t last = sample.all - (7 + sample.stride - 1) / sample.stride - 2;
  const std::size_t run = std::min(kFloatSample, last) / kRecordWindows;
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
  for (std::size_t w = 0; w < kRecordWindows; ++w) {
    gather((last - run) / (kRecordWindows - 1) * w, run, numbers.data() + w * run * width);
  }
  const std::size_t count = run * kRecordWindows;
  const std::uint64_t bits =
      floats::SampleBits(std::span(numbers).first(count * width), width, sample.all, pool);
  FieldChoice choice;
  if (bits == ~std::uint64_t{0}) return choice;
  const std::uint64_t scaled = bits * sample.count() / count;
  if (scaled >= most) return choice;
  choice.bits = scaled;
  choice.field.log_width = static_cast<std::uint8_t>(log);
  choice.field.predictor = records::Predictor::kWhole;
  return choice;
}

}  // namespace

RecordSample SpreadRecords(ByteView source, std::size_t stride, std::size_t bytes) {
  RecordSample sample{source, stride};
  sample.all = source.size() / stride;
  // Fields may run over the end of their record by up to 7 bytes; the records after hold them.
  const std::size_t margin = kBefore + (7 + stride - 1) / stride;
  if (sample.all <= margin) return sample;
  const std::size_t usable = sample.all - margin;
  sample.windows = std::min(kRecordWindows, usable);
  sample.records =
      std::clamp<std::size_t>(bytes / stride / sample.windows, 1, usable / sample.windows);
  // In the middle of equal parts: the ends of a source often hold something else.
  const std::size_t part = usable / sample.windows;
  for (std::size_t i = 0; i < sample.windows; ++i) {
    sample.begin[i] = (kBefore + i * part + (part - sample.records) / 2) * stride;
  }
  return sample;
}

ByteBits MeasureByte(const RecordSample& sample, std::size_t place) {
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

void ChooseForByte(const ByteBits& bits, FieldChoice& choice) {
  choice.bits = bits.plain;
  if (bits.difference + bits.plain / kWorth < bits.plain) {
    choice.bits = bits.difference;
    choice.field.predictor = records::Predictor::kLag1;
  }
}

void ChooseForIntegers(const RecordSample& sample, std::span<const ByteBits> bytes,
                       std::size_t place, std::size_t log, std::span<FieldChoices> choices,
                       BufferPool& pool) {
  const std::size_t stride = sample.stride;
  const std::size_t width = std::size_t{1} << log;
  std::uint64_t parts = 0;
  for (std::size_t k = 0; k < width; ++k) parts += bytes[(place + k) % stride].least();
  if (parts >= sample.count() * kWorthValues) {
    choices[place][log] =
        MeasureValues(sample, place, log, parts / kValuesWorth * (kValuesWorth - 1));
    if (sample.floats && log > 1) {
      const FieldChoice floats =
          MeasureFloats(sample, place, log, parts / kFloatsWorth * (kFloatsWorth - 1), pool);
      if (floats.bits < choices[place][log].bits) choices[place][log] = floats;
    }
  }
  // Where no half is better as an integer than as bytes, the whole is not either.
  const auto known = [&](std::size_t at) {
    return choices[at % stride][log - 1].bits != FieldChoice{}.bits;
  };
  if (log > 1 && !known(place) && !known(place + width / 2)) return;
  // The upper bytes tell the byte order, and whether there is anything to predict.
  const std::uint64_t first = bytes[place].least();
  const std::uint64_t last = bytes[(place + width - 1) % stride].least();
  if (std::min(first, last) >= sample.count() * kRandomBits || parts < sample.count() * 16) return;
  const FieldChoice choice = MeasureWidth(sample, place, log, first < last);
  if (choice.bits + parts / kWorth < parts && choice.bits < choices[place][log].bits) {
    choices[place][log] = choice;
  }
}

}  // namespace sigma
