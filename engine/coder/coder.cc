#include "engine/coder/coder.h"

#include <algorithm>
#include <array>

#include "engine/coder/entropy.h"
#include "engine/coder/lz.h"
#include "engine/coder/pattern.h"

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

constexpr std::array kCoders{
    CoderRow{CoderId::kRaw, "raw", EncodeRaw, DecodeRaw},
    CoderRow{CoderId::kPattern, "pattern", EncodePattern, DecodePattern},
    CoderRow{CoderId::kEntropy, "entropy", EncodeEntropy, DecodeEntropy},
    CoderRow{CoderId::kReference, "reference", EncodeLz, DecodeLz},
};

}  // namespace

std::span<const CoderRow> Coders() { return kCoders; }

const CoderRow* FindCoder(std::uint8_t id) {
  const auto* row = std::find_if(kCoders.begin(), kCoders.end(), [id](const CoderRow& candidate) {
    return static_cast<std::uint8_t>(candidate.id) == id;
  });
  return row == kCoders.end() ? nullptr : row;
}

}  // namespace sigma
