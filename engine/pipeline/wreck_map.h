// WreckMap: the streams that a damaged input held, and for each chunk of them where it is, or that it
// is lost and how long it was. Made of what WreckScan found.
//
// A footer whose hash is right is the truth about its stream: its seek table says how many chunks
// there are, how long each is and what its hash must be, wherever the chunk is found. So a frame of
// another stream (one that was stored in a chunk, say) is not taken for one of this. Without it the
// sequence numbers give the places, and a lost chunk is as long as its own header says where only its
// payload is damaged, else, by inference, as long as the stream's chunks can be.
#ifndef SIGMA_PIPELINE_WRECK_MAP_H_
#define SIGMA_PIPELINE_WRECK_MAP_H_

#include <cstdint>
#include <vector>

#include "engine/io/stream.h"
#include "engine/pipeline/wreck_scan.h"
#include "sigma/result.hpp"

namespace sigma {

struct MappedChunk {
  std::uint64_t offset = kNoPosition;  // of its header in the input; kNoPosition: lost
  std::uint64_t hash = 0;              // of a chunk that is not lost
  std::uint32_t sequence = 0;          // in its header, which is its index in the stream
  std::uint32_t stored = 0;
  std::uint32_t original = 0;  // 0: lost, and nothing says how long it was
  bool inferred = false;       // `original` is
};

struct MappedStream {
  std::uint64_t begin = 0;       // of what is left of it in the input
  std::uint32_t chunk_size = 0;  // of its header, else the largest of its chunks
  std::uint8_t level = 0;        // of its header; 0 if that is lost
  bool far = false;              // chunks may copy from others
  bool header_lost = false;
  bool footer_lost = false;
  bool end_unknown = false;  // chunks may have followed the last one
  std::vector<MappedChunk> chunks;
};

// Streams in the order of the input. kNotSigma: nothing of a stream was found. kLimit: more than
// `most_bytes` of chunks.
Result<std::vector<MappedStream>> MapWreck(Source& source, const WreckScan& scan,
                                           std::uint64_t most_bytes);

// What it restores to, lost chunks included as far as their sizes are known.
[[nodiscard]] std::uint64_t BytesOf(const std::vector<MappedStream>& map);

}  // namespace sigma

#endif  // SIGMA_PIPELINE_WRECK_MAP_H_
