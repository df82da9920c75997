// Encoder and Decoder: Compressor and Decompressor running on a thread of their own.
#include <optional>

#include "engine/api/edge.h"
#include "engine/api/running_call.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/compress.h"
#include "engine/pipeline/decompress.h"
#include "sigma/stream.hpp"

namespace sigma {

// The call ends before what it works with: members are destroyed from the last one on.
struct Stream::State {
  std::optional<Compressor> compressor;  // one of the two
  std::optional<Decompressor> decompressor;
  std::unique_ptr<RunningCall> call;
};

namespace {

// What `use` returns of the bytes of a state that may have been moved from.
template <typename State, typename Use>
auto On(const std::unique_ptr<State>& state, Use use) noexcept {
  return AtEdge([&]() -> decltype(use(*state)) {
    if (state == nullptr) {
      return Fail(ErrorCode::kInvalidArgument,
                  "this stream was moved from: it does nothing any more");
    }
    return use(*state);
  });
}

// False where the system refuses the thread.
template <typename State, typename Coder>
Result<void> Start(State& state, Coder& coder) {
  state.call = RunningCall::Start(
      [&coder](Source& source, Sink& sink) { return coder.Run(source, sink, {}); });
  if (state.call != nullptr) return {};
  return Fail(ErrorCode::kOutOfMemory,
              "the system refuses the thread that a stream takes beside its workers");
}

}  // namespace

Stream::Stream(std::unique_ptr<State> state) : state_(std::move(state)) {}
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;
Stream::~Stream() = default;

Result<Encoder> Encoder::Create(const Options& options) {
  return AtEdge([&]() -> Result<Encoder> {
    const Result<CompressionPlan> plan = PlanCompression(options);
    if (!plan) return plan.failure();
    auto state = std::make_unique<State>();
    state->compressor.emplace(*plan);
    if (Result<void> started = Start(*state, *state->compressor); !started) {
      return started.failure();
    }
    return Encoder(std::move(state));
  });
}

Result<Decoder> Decoder::Create(const Options& options) {
  return AtEdge([&]() -> Result<Decoder> {
    const Job least{Direction::kDecompress, kMinChunkSize};
    if (const Result<BoundShape> shape =
            ChooseShape(least, options.threads, options.memory_limit, ContainerBound());
        !shape) {
      return shape.failure();
    }
    auto state = std::make_unique<State>();
    state->decompressor.emplace(options);
    if (Result<void> started = Start(*state, *state->decompressor); !started) {
      return started.failure();
    }
    return Decoder(std::move(state));
  });
}

Result<std::size_t> Stream::Push(ByteView source) {
  return On(state_, [&](State& state) { return state.call->bytes().Push(source); });
}

Result<void> Stream::Write(ByteView source) {
  return On(state_, [&](State& state) { return state.call->bytes().Write(source); });
}

Result<std::size_t> Stream::Pull(MutableBytes target) {
  return On(state_, [&](State& state) { return state.call->bytes().Pull(target); });
}

Result<std::size_t> Stream::Read(MutableBytes target) {
  return On(state_, [&](State& state) { return state.call->bytes().Read(target); });
}

Result<void> Stream::Flush() {
  return On(state_, [](State& state) { return state.call->bytes().Flush(); });
}

Result<void> Stream::Finish() {
  return On(state_, [](State& state) { return state.call->bytes().Close(); });
}

void Stream::Cancel() noexcept {
  if (state_ != nullptr) state_->call->bytes().Cancel();
}

Result<Summary> Stream::Summarize() const {
  return On(state_, [](State& state) { return state.call->Outcome(); });
}

}  // namespace sigma
