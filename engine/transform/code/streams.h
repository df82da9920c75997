// The streams that machine code is split into, and what splits and joins one range of it.
//
// A range is coded by itself: its addresses count from the chunk's first byte, its operands stand
// in its own part of every stream. So ranges restore in any order, several at a time.
#ifndef SIGMA_TRANSFORM_CODE_STREAMS_H_
#define SIGMA_TRANSFORM_CODE_STREAMS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "sigma/result.hpp"

namespace sigma::code {

// In the order of their sections.
enum class Stream : std::uint8_t {
  kCode,    // opcodes, prefixes, register bytes
  kDisp8,   // x86: 8-bit displacements; ARM64: scaled offsets and immediates of additions
  kDisp32,  // x86: 32-bit displacements
  kData,    // absolute addresses of data: x86-64 RIP-relative, ARM64 ADRP pages
  kImm8,    // x86: 8-bit immediates
  kImm16,   // x86 and ARM64: 16-bit immediates
  kImm32,   // x86: 32-bit immediates
  kImm64,   // x86-64: 64-bit immediates
  kJump8,   // x86: displacements of short jumps; ARM64: conditional branches and tests
  kJump32,  // absolute targets of jumps
  kCall,    // absolute targets of calls
};
inline constexpr std::size_t kStreams = 11;

template <typename T>
using PerStream = std::array<T, kStreams>;

// Where the next bytes of each stream go, or come from.
using StreamWriters = PerStream<std::uint8_t*>;
using StreamViews = PerStream<ByteView>;

// A splitter may write this much after its last byte of each stream, and reads as much after the
// bytes it may take.
inline constexpr std::size_t kSlack = 16;

}  // namespace sigma::code

#endif  // SIGMA_TRANSFORM_CODE_STREAMS_H_
