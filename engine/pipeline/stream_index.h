// StreamIndex: the streams of a seekable input and their seek tables, found from its end backwards.
//
// LoadIndex checks everything that a reader going forward would check except the chunks themselves:
// trailers, footers, stream headers, that the streams fill the input without a gap, and that what
// lies between the chunks is intact user data. An input with a good index and good chunks is thus
// good for both readers. Zeros after the last stream are padding.
#ifndef SIGMA_PIPELINE_STREAM_INDEX_H_
#define SIGMA_PIPELINE_STREAM_INDEX_H_

#include <cstdint>
#include <vector>

#include "engine/format/content_hash.h"
#include "engine/format/stream_format.h"
#include "engine/io/stream.h"
#include "sigma/result.hpp"

namespace sigma {

struct IndexedStream {
  std::uint64_t begin = 0;           // of its header in the input
  std::uint64_t original_begin = 0;  // of its first restored byte
  StreamHeader header;
  Footer footer;
  ContentHashTally content;
};

struct StreamIndex {
  std::vector<IndexedStream> streams;  // in the order of the input
  std::uint64_t padding = 0;           // zeros after the last stream
  std::uint64_t original = 0;          // restored bytes of all
  std::uint64_t chunks = 0;            // of all
  std::uint32_t chunk_size = 0;        // the largest of all
  bool far = false;                    // any has far copies
};

// Memory: 24 bytes per chunk, as many again while a stream's footer is read, and some hundred per
// stream; kLimit where that would be more than `most_bytes`. `source` must be seekable; its
// position is not moved.
Result<StreamIndex> LoadIndex(Source& source, std::uint64_t most_bytes);

}  // namespace sigma

#endif  // SIGMA_PIPELINE_STREAM_INDEX_H_
