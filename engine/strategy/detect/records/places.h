// One place of a record, measured in a sample: the best way to code the byte, and the integers of
// each width, that begin there. By the order-0 entropy of the byte planes that come out, in 1/256
// bit.
#ifndef SIGMA_STRATEGY_DETECT_RECORDS_PLACES_H_
#define SIGMA_STRATEGY_DETECT_RECORDS_PLACES_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "engine/memory/buffer_pool.h"
#include "engine/transform/records/layout.h"
#include "sigma/result.hpp"

namespace sigma {

inline constexpr std::size_t kRecordWindows = 8;

// Where the sampled records begin: those at `begin` … `begin + stride·(records − 1)` of each
// window, two more before them.
struct RecordSample {
  ByteView source;
  std::size_t stride;
  std::array<std::size_t, kRecordWindows> begin{};
  std::size_t windows = 0;
  std::size_t records = 0;  // of each window
  std::size_t all = 0;      // records of the source
  bool floats = false;      // fields may be floating-point numbers

  [[nodiscard]] std::size_t count() const { return windows * records; }
};

// Records of `stride` bytes that are `bytes` in all, spread over the source; none where it is too
// short.
[[nodiscard]] RecordSample SpreadRecords(ByteView source, std::size_t stride, std::size_t bytes);

struct FieldChoice {
  records::Field field;
  std::uint64_t bits = std::numeric_limits<std::uint64_t>::max();
};

// The best field of each width at each place of the record.
using FieldChoices = std::array<FieldChoice, 4>;

// Entropies of a byte column: as it is, and as differences.
struct ByteBits {
  std::uint64_t plain = 0;
  std::uint64_t difference = 0;
  [[nodiscard]] std::uint64_t least() const { return std::min(plain, difference); }
};

// The byte at a place of the record.
[[nodiscard]] ByteBits MeasureByte(const RecordSample& sample, std::size_t place);
void ChooseForByte(const ByteBits& bits, FieldChoice& choice);

// The integers of 1 << log bytes at a place, log ≥ 1: fills in choices[place][log] if they save
// anything against their `bytes`. Those of half the width are measured everywhere.
void ChooseForIntegers(const RecordSample& sample, std::span<const ByteBits> bytes,
                       std::size_t place, std::size_t log, std::span<FieldChoices> choices,
                       BufferPool& pool);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_DETECT_RECORDS_PLACES_H_
