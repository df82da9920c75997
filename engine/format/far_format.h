// The far copies of a chunk, exactly as FORMAT.md ("Far copies") draws them: bytes of the chunk that
// are those of an earlier chunk of the stream.
//
// Parse treats its input as hostile and checks everything but whether the bytes named are an earlier
// chunk's own; error offsets count from the block's start.
#ifndef SIGMA_FORMAT_FAR_FORMAT_H_
#define SIGMA_FORMAT_FAR_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "sigma/result.hpp"

namespace sigma {

// The plan id of a chunk with far copies. No section has it.
inline constexpr std::uint8_t kFarPlan = 63;
inline constexpr std::size_t kLeastFarCopy = 64;  // bytes
// A chunk copies from at most so many others.
inline constexpr std::size_t kMostFarSources = 16;

struct FarCopy {
  std::uint32_t begin = 0;   // in the chunk
  std::uint32_t length = 0;  // ≥ kLeastFarCopy
  std::uint64_t source = 0;  // in the stream's restored bytes; all of it before the chunk
  friend bool operator==(const FarCopy&, const FarCopy&) = default;
};

// The most copies of a chunk of `original` bytes.
[[nodiscard]] constexpr std::size_t MostFarCopies(std::size_t original) {
  return original / kLeastFarCopy;
}
// No block of `count` copies is longer.
[[nodiscard]] constexpr std::size_t FarBlockBound(std::size_t count) { return count * (4 + 4 + 9); }

// Writes the block of copies, which ascend without overlap, of the chunk at `position` of the stream.
// `to` holds FarBlockBound(copies.size()).
std::size_t WriteFarCopies(std::span<const FarCopy> copies, std::uint64_t position,
                           MutableBytes to) noexcept;

// All of `block`: fills `copies`, whose number the payload's front says, of a chunk of `original`
// bytes at `position`. Returns the bytes that they copy.
Result<std::size_t> ParseFarCopies(ByteView block, std::uint64_t position, std::size_t original,
                                   std::span<FarCopy> copies);

// What is in front of the block: copies, and the block's plan and sizes.
struct FarFront {
  std::uint32_t count = 0;  // 1 … MostFarCopies
  std::uint8_t plan = 0;    // of the block: raw or a coder
  std::uint32_t block = 0;  // bytes, 1 … FarBlockBound(count)
  std::uint32_t coded = 0;  // bytes, 1 … block
  std::size_t bytes = 0;    // of the front; set by Write and Parse
};

inline constexpr std::size_t kMaxFarFront = 1 + 3 * 5;

// `to` holds kMaxFarFront.
std::size_t WriteFarFront(FarFront& front, MutableBytes to) noexcept;
// `payload` is all of the payload of a chunk of `original` bytes.
Result<FarFront> ParseFarFront(ByteView payload, std::size_t original);

}  // namespace sigma

#endif  // SIGMA_FORMAT_FAR_FORMAT_H_
