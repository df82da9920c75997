// Forms kWide, kNarrow and kWideCoded: a sub-block as planes of records that the copy loop reads as
// they are (FORMAT.md).
#ifndef SIGMA_CODER_LZ_RECORDS_H_
#define SIGMA_CODER_LZ_RECORDS_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/coder/lz/params.h"
#include "engine/coder/lz/sub_block.h"
#include "engine/memory/buffer_pool.h"
#include "sigma/result.hpp"

namespace sigma::lz {

[[nodiscard]] std::size_t RecordsBound(const SubBlock& block);
[[nodiscard]] std::size_t EncodeRecords(const Params& params, std::span<const Sequence> sequences,
                                        const SubBlock& block, const Input& input, BufferPool& pool,
                                        std::uint8_t* to);
Result<std::size_t> DecodeRecords(Form form, ByteView source, const SubBlock& block,
                                  const Target& target, BufferPool& pool);

}  // namespace sigma::lz

#endif  // SIGMA_CODER_LZ_RECORDS_H_
