// Every fixed number on the wire, as FORMAT.md states it. Private to this room.
#ifndef SIGMA_FORMAT_WIRE_H_
#define SIGMA_FORMAT_WIRE_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace sigma::wire {

// A byte above 0x7F first, so that no text file begins like a stream.
inline constexpr std::array<std::uint8_t, 4> kMagic = {0x89, 'S', 'G', 'M'};

inline constexpr std::uint8_t kLevelMask = 0x0F;
inline constexpr std::uint8_t kOriginalSizeFlag = 0x10;
inline constexpr std::uint8_t kFarFlag = 0x20;
inline constexpr std::uint8_t kReservedFlags = 0xC0;

inline constexpr std::uint32_t kChunkSizeUnit = 4u << 10;
inline constexpr std::uint32_t kMinChunkSize = 64u << 10;
inline constexpr std::uint32_t kMaxChunkSize = 64u << 20;

// Frame kinds differ from each other in four bits.
inline constexpr std::uint8_t kChunkFrame = 0xC3;
inline constexpr std::uint8_t kUserDataFrame = 0xA5;
inline constexpr std::uint8_t kShortFooter = 0x99;
inline constexpr std::uint8_t kLongFooter = 0xF0;

inline constexpr std::uint8_t kRawPlan = 0;

// A stream header without original size; where the chunk of a short-footer stream begins.
inline constexpr std::size_t kBareStreamHeader = 12;
// kind, plan, three varints of 1 … 5, 4 and 4 bytes, three hashes.
inline constexpr std::size_t kLeastChunkHeader = 21;
inline constexpr std::size_t kMostChunkHeader = 31;

// End marks: the last bytes of a stream. The last byte alone tells them apart (six bits differ).
inline constexpr std::array<std::uint8_t, 4> kLongEnd = {'M', 'G', 'S', 0xE6};
inline constexpr std::array<std::uint8_t, 2> kShortEnd = {'S', 0x79};

inline constexpr std::size_t kSeekEntry = 24;
// kind, stream size, end mark.
inline constexpr std::size_t kShortFooterSize = 1 + 4 + kShortEnd.size();

}  // namespace sigma::wire

#endif  // SIGMA_FORMAT_WIRE_H_
