// Coders: one stream of bytes in, fewer bytes out. This is what each of them implements; registry.h
// lists them all.
//
// Contract of every coder
// - Encode writes at most target.size() bytes and returns how many; 0 means "no gain": the code
//   would not be smaller than the source or does not fit. Its caller then stores the bytes raw, for
//   a chunk in pipeline/chunk_codec. The bytes depend on source and params alone. May read (not use)
//   kPad bytes after `source`.
// - Decode restores exactly target.size() bytes from all of `source` or returns an error; it treats
//   `source` as hostile, writes only inside `target`, and may read (not use) kPad bytes after
//   `source`. Error offsets count from the start of `source`.
// - Working memory comes from the worker's BufferPool, never more than the row says. Both sides cost
//   at most c · (input + output) steps, a step being a byte loaded, stored or reckoned with;
//   decoding hostile input, c is the row's `work`.
//
// A new coder touches its own folder, its row in registry.cc, CoderId below, FORMAT.md and one line
// of CMake.
#ifndef SIGMA_CODER_CODER_H_
#define SIGMA_CODER_CODER_H_

#include <cstdint>
#include <string_view>

#include "engine/coder/lz/params.h"
#include "engine/memory/buffer_pool.h"
#include "sigma/result.hpp"

namespace sigma {

// Wire ids (FORMAT.md); never reused.
enum class CoderId : std::uint8_t {
  kRaw = 0,
  kPattern = 1,
  kEntropy = 2,
  kLz = 3,
  kSort = 4,
  kAdaptive = 5
};

// A level's demands on the coders (strategy/levels), and what the classifier saw of the source.
struct CoderParams {
  lz::Params lz;
  bool sorts = false;  // what references would code is sorted or coded adaptively, too
  std::uint32_t pattern_period = 0;  // bytes; the chunk's own, from its features; 0 = none seen
};

struct CoderRow {
  CoderId id;
  std::string_view name;
  std::size_t (*encode)(ByteView source, const CoderParams& params, BufferPool& pool,
                        MutableBytes target);
  Result<void> (*decode)(ByteView source, BufferPool& pool, MutableBytes target);
  // The most bytes that encode leases at once for `size` bytes at these parameters, in the sense of
  // BufferPool::Bound; and decode, to restore `size` bytes whatever the code says.
  std::uint64_t (*encode_scratch)(const CoderParams& params, std::size_t size);
  std::uint64_t (*decode_scratch)(std::size_t size);
  std::uint32_t work;
};

}  // namespace sigma

#endif  // SIGMA_CODER_CODER_H_
