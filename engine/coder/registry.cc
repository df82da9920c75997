// The registry: one row a coder, in the order of the wire ids.
#include "engine/coder/registry.h"

#include <algorithm>
#include <array>

#include "engine/coder/adaptive/coder.h"
#include "engine/coder/entropy/coder.h"
#include "engine/coder/lz/coder.h"
#include "engine/coder/pattern.h"
#include "engine/coder/sort/coder.h"

namespace sigma {
namespace {

// Raw is the coder of sections that nothing shrinks: by contract it never gains.
std::size_t EncodeRaw(ByteView, const CoderParams&, BufferPool&, MutableBytes) { return 0; }

Result<void> DecodeRaw(ByteView source, BufferPool&, MutableBytes target) {
  if (source.size() != target.size()) {
    return Fail(ErrorCode::kCorrupt, "a raw section's size differs from its original size", 0);
  }
  std::copy(source.begin(), source.end(), target.begin());
  return {};
}

std::uint64_t RawEncodeScratch(const CoderParams&, std::size_t) { return 0; }
std::uint64_t RawDecodeScratch(std::size_t) { return 0; }

// The factors of hostile input are derived in each coder's header.
constexpr std::array kCoders{
    CoderRow{CoderId::kRaw, "raw", EncodeRaw, DecodeRaw, RawEncodeScratch, RawDecodeScratch, 2},
    CoderRow{CoderId::kPattern, "pattern", EncodePattern, DecodePattern, PatternEncodeScratch,
             PatternDecodeScratch, kPatternWork},
    CoderRow{CoderId::kEntropy, "entropy", entropy::Encode, entropy::Decode, entropy::EncodeScratch,
             entropy::DecodeScratch, entropy::kWork},
    CoderRow{CoderId::kLz, "lz", lz::Encode, lz::Decode, lz::EncodeScratch, lz::DecodeScratch,
             lz::kWork},
    CoderRow{CoderId::kSort, "sort", sort::Encode, sort::Decode, sort::EncodeScratch,
             sort::DecodeScratch, sort::kWork},
    CoderRow{CoderId::kAdaptive, "adaptive", adaptive::Encode, adaptive::Decode,
             adaptive::EncodeScratch, adaptive::DecodeScratch, adaptive::kWork},
};

}  // namespace

std::span<const CoderRow> Coders() { return kCoders; }

const CoderRow* FindCoder(std::uint8_t id) {
  const auto* row = std::find_if(kCoders.begin(), kCoders.end(), [id](const CoderRow& candidate) {
    return static_cast<std::uint8_t>(candidate.id) == id;
  });
  return row == kCoders.end() ? nullptr : row;
}

std::uint64_t EncoderScratch(const CoderParams& params, std::size_t size) {
  std::uint64_t most = 0;
  for (const CoderRow& row : kCoders) most = std::max(most, row.encode_scratch(params, size));
  return most;
}

std::uint64_t DecoderScratch(std::size_t size, bool sorts) {
  std::uint64_t most = 0;
  for (const CoderRow& row : kCoders) {
    const bool slow = row.id == CoderId::kSort || row.id == CoderId::kAdaptive;
    if (sorts || !slow) most = std::max(most, row.decode_scratch(size));
  }
  return most;
}

}  // namespace sigma
