// Which bytes of a record tell what others are: for RECORDS' bytes in contexts.
#ifndef SIGMA_STRATEGY_DETECT_RECORDS_CONTEXTS_H_
#define SIGMA_STRATEGY_DETECT_RECORDS_CONTEXTS_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/transform/records/layout.h"
#include "sigma/result.hpp"

namespace sigma {

// Records longer than this get no contexts.
inline constexpr std::size_t kMaxContextStride = 240;

// A sample of records and what it costs; all spans in the layout's order of bytes.
struct ContextSample {
  ByteView columns;                          // of each byte in turn, `count` bytes
  std::size_t count = 0;                     // records sampled
  std::size_t all = 0;                       // records of the source
  std::span<const records::Field> bytes;     // each byte as a field of its own …
  std::span<const std::uint64_t> byte_bits;  // … and what it costs then, in 1/256 bits
  // The cost of the layout's field that begins at a byte.
  std::span<std::uint64_t> field_bits;
};

// Puts bytes of the layout into contexts where that saves, also for fields of several bytes, which
// then are taken apart.
void ChooseContexts(const ContextSample& sample, records::Layout& layout);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_DETECT_RECORDS_CONTEXTS_H_
