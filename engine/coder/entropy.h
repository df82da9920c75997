// A stream of bytes coded by its order-0 statistics: raw, constant, or a canonical Huffman code in
// the PivCo layout (Żukowski 2026, arXiv 2606.05765), chosen by size. Self-delimiting, so that
// other coders (LZ sections, planes) can put several streams one behind the other.
//
// Large streams are cut into sub-blocks with tables of their own. No allocation outside the pool.
//
// Hostile input: a symbol passes at most 11 levels of a tree, and the bitmaps of each two more
// times as many an eighth; a code of its own costs a block its 256 lengths and at most 510 nodes
// for at least 4 bytes, a table of 2^11 entries is made from 32 symbols on, which take 5: 40 steps a
// symbol and 512 a byte of the source, hence kEntropyWork.
#ifndef SIGMA_CODER_ENTROPY_H_
#define SIGMA_CODER_ENTROPY_H_

#include <cstddef>

#include "engine/coder/coder.h"

namespace sigma {

// Most bytes EncodeEntropyStream writes for `size` symbols.
[[nodiscard]] std::size_t EntropyStreamBound(std::size_t size);

// Codes `symbols` (any number, also none) and returns the bytes written; `target` holds at least
// EntropyStreamBound(symbols.size()) bytes. Never fails: the worst case is raw plus a header. May
// read kPad bytes behind `symbols` and write scratch into all of `target`. `nesting_price`: bytes
// that a bitmap's own code must save for the time it takes (LzParams).
[[nodiscard]] std::size_t EncodeEntropyStream(ByteView symbols, std::size_t nesting_price,
                                              BufferPool& pool, MutableBytes target);

// The same without any coding: every block raw.
[[nodiscard]] std::size_t StoreEntropyStream(ByteView symbols, MutableBytes target);

// Where the symbols stand in `source` if one raw block at its front holds all `size` of them; null
// if they must be decoded.
[[nodiscard]] const std::uint8_t* FindStoredSymbols(ByteView source, std::size_t size);

// Decodes one stream of exactly target.size() symbols from the front of `source` and returns the
// bytes it took. Hostile input gives an error. May read kPad bytes behind `source` (arbitrary
// content) and, unlike a coder, may write kPad bytes behind `target`: it is for scratch buffers.
Result<std::size_t> DecodeEntropyStream(ByteView source, BufferPool& pool, MutableBytes target);

// The registry's ENTROPY coder: one entropy stream as a whole section.
std::size_t EncodeEntropy(ByteView source, const CoderParams& params, BufferPool& pool,
                          MutableBytes target);
Result<void> DecodeEntropy(ByteView source, BufferPool& pool, MutableBytes target);

// CoderRow: the stream where the target has no room, and a block.
[[nodiscard]] std::uint64_t EntropyEncodeScratch(const CoderParams& params, std::size_t size);
[[nodiscard]] std::uint64_t EntropyDecodeScratch(std::size_t size);
inline constexpr std::uint32_t kEntropyWork = 512;

// The most that a stream of up to `size` symbols leases in either direction: a block, tables and
// small lists that do not grow with it.
[[nodiscard]] std::uint64_t EntropyStreamScratch(std::size_t size);

}  // namespace sigma

#endif  // SIGMA_CODER_ENTROPY_H_
