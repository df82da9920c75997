// Where an error lies: parsers and coders count from the start of what they are given; these move
// the error to its place in the compressed input.
#ifndef SIGMA_PIPELINE_ERROR_PLACE_H_
#define SIGMA_PIPELINE_ERROR_PLACE_H_

#include <cstdint>
#include <utility>

#include "sigma/result.hpp"

namespace sigma {

// `base` is the offset of the bytes the error counts from. An error without an offset gets `base`,
// one without a chunk gets `chunk`.
[[nodiscard]] inline Unexpected Moved(Error error, std::uint64_t base,
                                      std::uint64_t chunk = kNoPosition) {
  error.offset = error.offset == kNoPosition ? base : base + error.offset;
  if (error.chunk == kNoPosition) error.chunk = chunk;
  return Unexpected{std::move(error)};
}

// Where there is no byte at all.
[[nodiscard]] inline Unexpected NothingThere() {
  return Fail(ErrorCode::kTruncated, "the input is empty: it holds no stream", 0);
}

// The bytes at `offset`, after the last stream, are neither a stream nor zeros.
[[nodiscard]] inline Error TrailingData(std::uint64_t offset) {
  return {ErrorCode::kCorrupt,
          "other data follows the last stream, which is intact; cut the file here to be rid of it",
          offset, kNoPosition};
}

}  // namespace sigma

#endif  // SIGMA_PIPELINE_ERROR_PLACE_H_
