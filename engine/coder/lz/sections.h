// Form kSections: a sub-block as planes of bytes, each an entropy stream (FORMAT.md), or stored where
// the level decodes first.
#ifndef SIGMA_CODER_LZ_SECTIONS_H_
#define SIGMA_CODER_LZ_SECTIONS_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/coder/lz/params.h"
#include "engine/coder/lz/sub_block.h"
#include "engine/memory/buffer_pool.h"
#include "sigma/result.hpp"

namespace sigma::lz {

[[nodiscard]] std::size_t SectionsBound(const SubBlock& block);
[[nodiscard]] std::size_t EncodeSections(std::span<const Sequence> sequences, const SubBlock& block,
                                         const Input& input, const Params& params, BufferPool& pool,
                                         std::uint8_t* to);
// Decodes one sub-block after its header and returns the bytes of `source` it took.
Result<std::size_t> DecodeSections(ByteView source, const SubBlock& block, const Target& target,
                                   BufferPool& pool);

// The section of its literals (none: no bytes); returns the end of what it wrote.
[[nodiscard]] std::size_t LiteralsBound(std::size_t literals);
[[nodiscard]] std::uint8_t* EncodeLiterals(std::span<const Sequence> sequences, const Input& input,
                                           std::size_t literals, const Params& params,
                                           BufferPool& pool, std::uint8_t* to);

}  // namespace sigma::lz

#endif  // SIGMA_CODER_LZ_SECTIONS_H_
