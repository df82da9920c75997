// Context: OneChunk for what is one chunk, Compressor and Decompressor for the rest.
#include "sigma/context.hpp"

#include <optional>

#include "engine/api/edge.h"
#include "engine/io/memory_stream.h"
#include "engine/pipeline/compress.h"
#include "engine/pipeline/decompress.h"
#include "engine/pipeline/one_chunk.h"

namespace sigma {

struct Context::State {
  State(const Options& given, const CompressionPlan& planned)
      : options(given), plan(planned), small(planned) {}
  const Options options;
  const CompressionPlan plan;  // of the calling thread alone
  OneChunk small;
  std::optional<Compressor> compressor;
  std::optional<Decompressor> decompressor;
};

namespace {

Unexpected MovedFrom() {
  return Fail(ErrorCode::kInvalidArgument, "this context was moved from: it does nothing any more");
}

}  // namespace

Context::Context(std::unique_ptr<State> state) : state_(std::move(state)) {}
Context::Context(Context&&) noexcept = default;
Context& Context::operator=(Context&&) noexcept = default;
Context::~Context() = default;

Result<Context> Context::Create(const Options& options) {
  return AtEdge([&]() -> Result<Context> {
    // How many threads there are takes longer to ask the system than a small block to compress; level,
    // strategy and chunk size do not depend on it.
    Options alone = options;
    if (alone.threads == 0) alone.threads = 1;
    const Result<CompressionPlan> plan = PlanCompression(alone);
    if (!plan) return plan.failure();
    return Context(std::make_unique<State>(options, *plan));
  });
}

Result<std::size_t> Context::Compress(ByteView source, MutableBytes target) {
  return AtEdge([&]() -> Result<std::size_t> {
    if (state_ == nullptr) return MovedFrom();
    const CompressionPlan& plan = state_->plan;
    if (!source.empty() && source.size() <= plan.chunk_size && !plan.rsyncable &&
        plan.content_hash == ContentHash::kNone) {
      return state_->small.Compress(source, target);
    }
    if (!state_->compressor) {
      const Result<CompressionPlan> wide = PlanCompression(state_->options);
      if (!wide) return wide.failure();
      state_->compressor.emplace(*wide);
    }
    MemorySource from(source);
    MemorySink to(target);
    const Result<Summary> done = state_->compressor->Run(from, to, {});
    if (!done) return done.failure();
    return static_cast<std::size_t>(done->compressed);
  });
}

Result<std::size_t> Context::Decompress(ByteView source, MutableBytes target) {
  return AtEdge([&]() -> Result<std::size_t> {
    if (state_ == nullptr) return MovedFrom();
    const Options& options = state_->options;
    if (options.memory_limit == 0 && options.output_limit == 0) {
      const auto restored = state_->small.Decompress(source, target);
      if (!restored) return restored.failure();
      if (*restored) return **restored;
    }
    if (!state_->decompressor) state_->decompressor.emplace(options);
    MemorySource from(source);
    MemorySink to(target);
    const Result<Summary> done = WithoutTrailing(state_->decompressor->Run(from, to, {}));
    if (!done) return done.failure();
    return static_cast<std::size_t>(done->original);
  });
}

}  // namespace sigma
