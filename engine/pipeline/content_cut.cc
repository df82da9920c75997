// A rolling hash of the last 64 bytes (gear: Xia et al., "Ddelta", 2014; FastCDC, 2016): each byte
// shifts it by one bit and adds a random number of its own. Its upper bits are zero at one place in
// `chunk size / 4`; the first such place beyond the least size is the cut. One chunk in twenty has
// none: it is cut at the last place where fewer bits are zero, which is one in eight times as many
// (TTTD: Eshghi and Tang 2005). A cut at the bound alone would move with every byte before it.
#include "engine/pipeline/content_cut.h"

#include <array>
#include <bit>

namespace sigma {
namespace {

constexpr unsigned kWeaker = 3;  // bits
constexpr std::size_t kWindow = 64;

// splitmix64 (Steele et al. 2014).
constexpr std::array<std::uint64_t, 256> MakeGear() {
  std::array<std::uint64_t, 256> gear{};
  std::uint64_t state = 0x5369676D61;  // "Sigma"
  for (std::uint64_t& each : gear) {
    std::uint64_t z = state += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    each = z ^ (z >> 31);
  }
  return gear;
}
constexpr std::array<std::uint64_t, 256> kGear = MakeGear();

}  // namespace

std::size_t ContentCut(ByteView bytes, std::uint32_t chunk_size) noexcept {
  const std::size_t least = LeastContentChunk(chunk_size);
  if (bytes.size() <= least) return bytes.size();
  const unsigned bits = static_cast<unsigned>(std::bit_width(chunk_size)) - 1 - 2;
  const unsigned strong = 64 - bits;
  const unsigned weak = strong + kWeaker;
  std::uint64_t hash = 0;
  // The window is full at the least size, so what lies before it does not count.
  for (std::size_t i = least - kWindow; i < least; ++i) hash = (hash << 1) + kGear[bytes[i]];
  std::size_t second = 0;
  for (std::size_t i = least; i < bytes.size(); ++i) {
    hash = (hash << 1) + kGear[bytes[i]];
    if (hash >> weak != 0) continue;
    if (hash >> strong == 0) return i + 1;
    second = i + 1;
  }
  // Where the source ends there is nothing after it that a cut could keep.
  return bytes.size() < chunk_size || second == 0 ? bytes.size() : second;
}

}  // namespace sigma
