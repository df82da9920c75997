// A stream of bytes coded by its order-0 statistics: raw, constant, or a canonical Huffman code in
// the PivCo layout (Żukowski 2026, arXiv 2606.05765), chosen by size. Self-delimiting, so that
// other coders (LZ sections, planes) can put several streams back to back.
//
// Large streams are cut into sub-blocks with tables of their own. No allocation outside the pool.
//
// Hostile input: a symbol passes at most 11 levels of a tree, and the bitmaps of each two more
// times as many an eighth; a code of its own costs a block its 256 lengths and at most 510 nodes
// for at least 4 bytes, a table of 2^11 entries is made from 32 symbols on, which take 5: 40 steps a
// symbol and 512 a byte of the source, hence kStreamWork.
#ifndef SIGMA_CODER_ENTROPY_STREAM_H_
#define SIGMA_CODER_ENTROPY_STREAM_H_

#include <cstddef>

#include "engine/memory/buffer_pool.h"
#include "sigma/result.hpp"

namespace sigma::entropy {

// Most bytes EncodeStream writes for `size` symbols.
[[nodiscard]] std::size_t StreamBound(std::size_t size);

// Codes `symbols` (any number, also none) and returns the bytes written; `target` holds at least
// StreamBound(symbols.size()) bytes. Never fails: the worst case is raw plus a header. May
// read kPad bytes after `symbols` and write scratch into all of `target`. `nesting_price`: bytes
// that a bitmap's own code must save for the time it takes (lz::Params).
[[nodiscard]] std::size_t EncodeStream(ByteView symbols, std::size_t nesting_price,
                                       BufferPool& pool, MutableBytes target);

// The same without any coding: every block raw.
[[nodiscard]] std::size_t StoreStream(ByteView symbols, MutableBytes target);

// Where the symbols stand in `source` if one raw block at its front holds all `size` of them; null
// if they must be decoded.
[[nodiscard]] const std::uint8_t* FindStoredSymbols(ByteView source, std::size_t size);

// Decodes one stream of exactly target.size() symbols from the front of `source` and returns the
// bytes it took. Hostile input gives an error. May read kPad bytes after `source` (arbitrary
// content) and, unlike a coder, may write kPad bytes after `target`: it is for scratch buffers.
Result<std::size_t> DecodeStream(ByteView source, BufferPool& pool, MutableBytes target);

// The most that a stream of up to `size` symbols leases in either direction: a block, tables and
// small lists that do not grow with it.
[[nodiscard]] std::uint64_t StreamScratch(std::size_t size);

// The factor of hostile input above, for the rows of coders that hold such streams.
inline constexpr std::uint32_t kStreamWork = 512;

}  // namespace sigma::entropy

#endif  // SIGMA_CODER_ENTROPY_STREAM_H_
