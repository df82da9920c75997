// SharedRestorer: a Decompressor that is given spans of chunks, of an index that is read once.
#include <algorithm>
#include <vector>

#include "engine/api/edge.h"
#include "engine/api/file_access.h"
#include "engine/api/find_damage.h"
#include "engine/api/source_traits.h"
#include "engine/base/hash.h"
#include "engine/pipeline/decompress.h"
#include "sigma/shared.hpp"

namespace sigma {
namespace {

using Take = std::function<Result<void>(std::uint64_t, ByteView)>;

class TakingSink final : public Sink {
 public:
  TakingSink(std::uint64_t begin, const Take& take) : at_(begin), take_(take) {}
  Result<void> Write(ByteView bytes) override {
    Result<void> taken = take_(at_, bytes);
    at_ += bytes.size();
    return taken;
  }
  Result<void> Finish() override { return {}; }

 private:
  std::uint64_t at_;
  const Take& take_;
};

// A chunk's stream, and its number there.
struct ChunkPlace {
  std::size_t stream = 0;
  std::size_t entry = 0;
};

}  // namespace

struct SharedRestorer::State {
  State(const Options& given, InputFile file, const SourceTraits& known)
      : options(given), input(std::move(file)), traits(known), decompressor(options) {}

  [[nodiscard]] ChunkPlace PlaceOf(std::uint64_t chunk) const {
    const auto after = std::ranges::upper_bound(first_chunks, chunk);
    const auto stream = static_cast<std::size_t>(after - first_chunks.begin()) - 1;
    return {stream, static_cast<std::size_t>(chunk - first_chunks[stream])};
  }

  const Options options;
  InputFile input;
  const SourceTraits traits;
  Decompressor decompressor;
  StreamIndex index;
  std::vector<std::uint64_t> first_chunks;  // of the streams
  std::vector<std::uint64_t> begins;        // of the restored chunks, and the end of all
  std::uint32_t threads = 1;
};

SharedRestorer::SharedRestorer(std::unique_ptr<State> state) : state_(std::move(state)) {}
SharedRestorer::SharedRestorer(SharedRestorer&&) noexcept = default;
SharedRestorer& SharedRestorer::operator=(SharedRestorer&&) noexcept = default;
SharedRestorer::~SharedRestorer() = default;

Result<SharedRestorer> SharedRestorer::Open(const std::string& source, const Options& options) {
  return AtEdge([&]() -> Result<SharedRestorer> {
    Result<InputFile> input = InputFile::Open(source, SourcePolicy::kRead);
    if (!input) return input.failure();
    input->LeaveOutUnfinished();
    const Result<SourceTraits> traits = TraitsOf(*input);
    if (!traits) return traits.failure();
    auto state = std::make_unique<State>(options, std::move(*input), *traits);
    Source& from = state->input.source();
    if (!from.Seekable())
      return Fail(ErrorCode::kTruncated, "the input is empty: it holds no stream");
    MakeRoom(options);
    const std::uint64_t limit = options.memory_limit;
    Result<StreamIndex> index = LoadIndex(from, limit != 0 ? limit / 2 : ~std::uint64_t{0});
    if (!index) {
      // From the end it is seldom clear what is wrong.
      if (Result<void> found = FindDamage(from); !found) return found.failure();
      return index.failure();
    }
    state->index = std::move(*index);
    if (options.output_limit != 0) {
      if (const std::optional<Error> beyond =
              IndexFeed(from, state->index, ByteRange{}, options.output_limit).FindLimit()) {
        return Unexpected{*beyond};
      }
    }
    std::uint64_t chunk = 0;
    state->begins.reserve(static_cast<std::size_t>(state->index.chunks) + 1);
    std::uint64_t begin = 0;
    for (const IndexedStream& stream : state->index.streams) {
      state->first_chunks.push_back(chunk);
      chunk += stream.footer.entries.size();
      for (const SeekEntry& entry : stream.footer.entries) {
        state->begins.push_back(begin);
        begin += entry.original;
      }
    }
    state->begins.push_back(begin);
    state->threads = options.threads == 0 ? AvailableThreads() : options.threads;
    return SharedRestorer(std::move(state));
  });
}

const SourceTraits& SharedRestorer::traits() const noexcept { return state_->traits; }

std::uint64_t SharedRestorer::original() const noexcept { return state_->index.original; }

std::uint64_t SharedRestorer::chunks() const noexcept { return state_->index.chunks; }

std::uint32_t SharedRestorer::chunk_size() const noexcept { return state_->index.chunk_size; }

std::uint32_t SharedRestorer::threads() const noexcept { return state_->threads; }

Result<Summary> SharedRestorer::Run(const ChunkSpan& span, const Take& take) {
  return AtEdge([&]() -> Result<Summary> {
    if (span.count == 0) return Summary{};
    if (span.first >= chunks() || span.count > chunks() - span.first) {
      return Fail(ErrorCode::kInvalidArgument, "chunks are asked for that are not there");
    }
    const ByteRange first = Place(span.first);
    const ByteRange last = Place(span.first + span.count - 1);
    const ChunkPlace place = state_->PlaceOf(span.first);
    TakingSink sink(first.offset, take);
    return state_->decompressor.RunChunks(
        state_->input.source(), state_->index,
        ByteRange{first.offset, last.offset + last.length - first.offset}, place.stream,
        place.entry, sink, {});
  });
}

ByteRange SharedRestorer::Place(std::uint64_t chunk) const {
  const std::uint64_t begin = state_->begins[static_cast<std::size_t>(chunk)];
  return {begin, state_->begins[static_cast<std::size_t>(chunk) + 1] - begin};
}

Result<void> SharedRestorer::Check(std::uint64_t chunk, ByteView bytes) const {
  const ChunkPlace place = state_->PlaceOf(chunk);
  const SeekEntry& entry = state_->index.streams[place.stream].footer.entries[place.entry];
  if (bytes.size() == entry.original && Hash64(bytes) == entry.hash) return {};
  return Fail(ErrorCode::kCorrupt, "what was written is not what is read back", Place(chunk).offset,
              chunk);
}

Result<void> SharedRestorer::CheckUnchanged() const {
  return AtEdge([&]() -> Result<void> {
    if (!state_->input.Changed()) return {};
    return Fail(ErrorCode::kIo, kChangedText);
  });
}

}  // namespace sigma
