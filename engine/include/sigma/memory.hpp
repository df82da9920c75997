// From memory to memory.
#ifndef SIGMA_MEMORY_HPP_
#define SIGMA_MEMORY_HPP_

#include <cstddef>
#include <cstdint>

#include "sigma/options.hpp"

namespace sigma {

// Most bytes Compress can produce from `size` bytes.
[[nodiscard]] std::uint64_t CompressBound(std::uint64_t size, const Options& options = {});
Result<Bytes> Compress(ByteView source, const Options& options = {});
// Writes into the caller's buffer and returns the bytes used; kLimit if it does not fit.
Result<std::size_t> Compress(ByteView source, MutableBytes target, const Options& options = {});
// Data after the last stream that is not zeros is an error (kCorrupt, with its offset).
Result<Bytes> Decompress(ByteView source, const Options& options = {});
Result<std::size_t> Decompress(ByteView source, MutableBytes target, const Options& options = {});

}  // namespace sigma

#endif  // SIGMA_MEMORY_HPP_
