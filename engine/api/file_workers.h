// The workers of a series of files, and what they keep between files: for a large file all of them
// together, for small ones each by itself, never both at once.
#ifndef SIGMA_API_FILE_WORKERS_H_
#define SIGMA_API_FILE_WORKERS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "engine/pipeline/budget.h"
#include "engine/pipeline/compress.h"
#include "engine/pipeline/decompress.h"
#include "engine/pipeline/workers.h"
#include "sigma/options.hpp"

namespace sigma {

class FileWorkers {
 public:
  // One thread's means of converting a file.
  struct Lane {
    std::unique_ptr<Compressor> compressor;
    std::unique_ptr<Decompressor> decompressor;
  };

  // options.threads ≥ 1.
  explicit FileWorkers(const Options& options)
      : options_(options),
        limited_(options.memory_limit != 0 || ContainerBound() != 0),
        lanes_(1) {}

  // Sets the plan of all compressors; to be called before any of them is asked for.
  Result<void> PlanFor(bool verify);
  [[nodiscard]] std::uint32_t chunk_size() const { return plan_->chunk_size; }

  // For a file of `size` bytes, if that is known.
  Compressor& CompressorFor(std::optional<std::uint64_t> size);
  Compressor& CompressorOf(Lane& lane);
  Decompressor& TheDecompressor();
  Decompressor& DecompressorOf(Lane& lane);

  // Calls `one`, which throws nothing, with 0 … count − 1, each once, on all workers; not at all
  // where there is no memory for that, where memory is limited, or with one worker.
  void SideBySide(std::size_t count, const std::function<void(std::size_t, Lane&)>& one);

  // After each file: under a memory limit nothing waits beside what works.
  void Drop();

 private:
  const Options options_;
  const bool limited_;
  std::optional<CompressionPlan> plan_;
  std::unique_ptr<Workers> crew_;  // of the lanes, where there are several
  std::vector<Lane> lanes_;        // the first also for files of one chunk on their own
  std::unique_ptr<Compressor> wide_;
  Shape wide_shape_;
  std::unique_ptr<Decompressor> decompressor_;
};

}  // namespace sigma

#endif  // SIGMA_API_FILE_WORKERS_H_
