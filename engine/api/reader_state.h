// The inside of a Reader, for Archive, which reads the index of members where the Reader reads chunks.
#ifndef SIGMA_API_READER_STATE_H_
#define SIGMA_API_READER_STATE_H_

#include <memory>
#include <optional>

#include "engine/io/input_file.h"
#include "engine/pipeline/chunk_cache.h"
#include "sigma/reader.hpp"

namespace sigma {

struct Reader::State {
  std::optional<InputFile> file;  // one of the two
  std::unique_ptr<sigma::Source> other;
  std::optional<ChunkCache> cache;  // reads from it: destroyed first

  [[nodiscard]] sigma::Source& source() { return file ? file->source() : *other; }

  // Reads the index and makes the cache.
  static Result<Reader> Open(std::unique_ptr<State> state, const ReaderOptions& options);
};

}  // namespace sigma

#endif  // SIGMA_API_READER_STATE_H_
