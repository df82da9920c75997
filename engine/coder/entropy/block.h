// Blocks: what an entropy stream is made of. Up to kMaxBlock symbols with one code table, or
// raw, or one repeated symbol. The layout is drawn in pivco_encoder.cc; FORMAT.md ("Entropy
// stream") is normative.
//
// All working memory is the caller's: one span of the size the functions below name, kPad bytes
// readable and writable after it.
#ifndef SIGMA_CODER_ENTROPY_BLOCK_H_
#define SIGMA_CODER_ENTROPY_BLOCK_H_

#include <cstddef>
#include <cstdint>

#include "kernels/entropy/pivco_decode.h"
#include "kernels/entropy/pivco_encode.h"
#include "sigma/result.hpp"

namespace sigma::entropy {

// Longer streams are cut here. The LZ coder's sub-blocks give at most this many symbols a stream.
inline constexpr std::size_t kMaxBlock = std::size_t{1} << 18;
// Bitmaps of at least this many bytes are blocks themselves in a nested block; how deep.
inline constexpr std::size_t kLeastNested = 256;
inline constexpr unsigned kMaxNesting = 2;

// First byte of a block: mode in bits 0–1, table kind in bits 2–3. In mode kCoded bit 4 says that
// the codes are packed (packed_codes.h), or, with a static table, bits 4–7 which one: then they are
// always packed. All else is zero.
inline constexpr unsigned kPackedBit = 16;
inline constexpr unsigned kStaticIndexShift = 4;
enum class BlockMode : std::uint8_t { kRaw = 0, kConstant = 1, kCoded = 2, kNested = 3 };

[[nodiscard]] std::size_t BlockEncodeScratch(std::size_t symbols) noexcept;
[[nodiscard]] std::size_t BlockDecodeScratch(std::size_t symbols) noexcept;

// Codes 1 … kMaxBlock symbols at `to` and returns the bytes used, at most one more than the
// symbols; kPad more are written. kPad bytes after the symbols are readable. The price of nesting
// is entropy.h's.
std::size_t EncodeBlock(const kernels::entropy::PivcoEncodeKernels& kernels, ByteView symbols,
                        std::size_t nesting_price, std::uint8_t* scratch,
                        std::uint8_t* to) noexcept;

// Restores target.size() symbols (1 … kMaxBlock) from the front of `source` and returns the
// bytes it took; on failure, 0. Reads up to kPad bytes after `source` and writes as many after
// `target`.
[[nodiscard]] std::size_t DecodeBlock(const kernels::entropy::PivcoDecodeKernels& kernels,
                                      ByteView source, std::uint8_t* scratch,
                                      MutableBytes target) noexcept;

}  // namespace sigma::entropy

#endif  // SIGMA_CODER_ENTROPY_BLOCK_H_
