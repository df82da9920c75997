// Reader: ChunkCache over whatever can be read at any place.
#include "sigma/reader.hpp"

#include <algorithm>

#include "engine/api/edge.h"
#include "engine/api/find_damage.h"
#include "engine/api/reader_state.h"
#include "engine/io/descriptor_stream.h"
#include "engine/io/memory_stream.h"
#include "engine/io/system.h"
#include "engine/pipeline/budget.h"

namespace sigma {
namespace {

// A caller's source as the engine sees it.
class ForeignSource final : public Source {
 public:
  explicit ForeignSource(std::unique_ptr<Reader::Source> source)
      : source_(std::move(source)), size_(source_->Size()) {}

  Result<std::size_t> Read(MutableBytes target) override {
    Result<std::size_t> got = ReadAt(position_, target);
    if (got) position_ += *got;
    return got;
  }
  [[nodiscard]] std::optional<std::uint64_t> Size() const override { return size_; }
  [[nodiscard]] bool Seekable() const override { return true; }
  Result<std::size_t> ReadAt(std::uint64_t offset, MutableBytes target) override {
    if (target.empty()) return std::size_t{0};
    try {
      Result<std::size_t> got = source_->Read(offset, target);
      if (!got || *got <= target.size()) return got;
    } catch (const std::bad_alloc&) {
      throw;
    } catch (...) {
      return Fail(ErrorCode::kIo, "the source has thrown an exception", offset);
    }
    return Fail(ErrorCode::kIo, "the source says that it read more than it was asked for", offset);
  }

 private:
  const std::unique_ptr<Reader::Source> source_;
  const std::uint64_t size_;
  std::uint64_t position_ = 0;
};

}  // namespace

Result<Reader> Reader::State::Open(std::unique_ptr<State> state, const ReaderOptions& options) {
  sigma::Source& source = state->source();
  if (!source.Seekable()) {
    return Fail(ErrorCode::kInvalidArgument,
                "only what can be read at any place has random access: this is a pipe, a "
                "terminal or empty");
  }
  const std::uint64_t limit = options.memory_limit;
  if (limit != 0) GiveBackCodePages();
  Result<StreamIndex> index = LoadIndex(source, limit != 0 ? limit / 2 : ~std::uint64_t{0});
  if (!index) {
    // From the end it is seldom clear what is wrong.
    if (Result<void> found = FindDamage(source); !found) return found.failure();
    return index.failure();
  }
  const bool sorts = std::ranges::any_of(
      index->streams, [](const IndexedStream& each) { return MaySort(each.header.level); });
  const Job job{.direction = Direction::kDecompress,
                .chunk_size = index->chunk_size,
                .sorts = sorts,
                .far = index->far};
  // The entries, and a place of each.
  const std::uint64_t held = index->chunks * (sizeof(SeekEntry) + 16);
  const std::uint64_t left = limit > held ? limit - held : limit == 0 ? 0 : 1;
  const Result<BoundShape> bound = ChooseShape(job, options.threads, left, 0);
  if (!bound) return bound.failure();
  const std::uint64_t kept =
      limit == 0
          ? options.cache_bytes
          : std::min<std::uint64_t>(options.cache_bytes,
                                    std::uint64_t{bound->shape.in_flight} * index->chunk_size);
  state->cache.emplace(source, std::move(*index),
                       ChunkCache::Traits{.decoders = bound->shape.threads,
                                          .bytes = kept,
                                          .read_ahead = options.read_ahead,
                                          .limited = limit != 0});
  return Reader(std::move(state));
}

Reader::Reader(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Result<Reader> Reader::OpenFile(const std::string& path, const ReaderOptions& options) {
  return AtEdge([&]() -> Result<Reader> {
    Result<InputFile> file = InputFile::Open(path, SourcePolicy::kRead);
    if (!file) return file.failure();
    file->LeaveOutUnfinished();
    auto state = std::make_unique<State>();
    state->file.emplace(std::move(*file));
    return State::Open(std::move(state), options);
  });
}

Result<Reader> Reader::OpenDescriptor(int descriptor, const ReaderOptions& options) {
  return AtEdge([&]() -> Result<Reader> {
    auto state = std::make_unique<State>();
    state->other = std::make_unique<DescriptorSource>(Descriptor(descriptor, false));
    return State::Open(std::move(state), options);
  });
}

Result<Reader> Reader::OpenMemory(ByteView stream, const ReaderOptions& options) {
  return AtEdge([&]() -> Result<Reader> {
    auto state = std::make_unique<State>();
    state->other = std::make_unique<MemorySource>(stream);
    return State::Open(std::move(state), options);
  });
}

Result<Reader> Reader::OpenSource(std::unique_ptr<Source> source, const ReaderOptions& options) {
  return AtEdge([&]() -> Result<Reader> {
    if (source == nullptr) return Fail(ErrorCode::kInvalidArgument, "there is no source");
    auto state = std::make_unique<State>();
    state->other = std::make_unique<ForeignSource>(std::move(source));
    return State::Open(std::move(state), options);
  });
}

Result<std::size_t> Reader::Read(std::uint64_t offset, MutableBytes target) const {
  return AtEdge([&]() -> Result<std::size_t> {
    if (state_ == nullptr) {
      return Fail(ErrorCode::kInvalidArgument,
                  "this reader was moved from: there is nothing to read");
    }
    Result<std::size_t> got = state_->cache->Read(offset, target);
    if (!got && got.error().text.empty()) got.error().text = "out of memory";
    return got;
  });
}

std::uint64_t Reader::size() const noexcept {
  return state_ == nullptr ? 0 : state_->cache->index().original;
}

std::uint32_t Reader::chunk_size() const noexcept {
  return state_ == nullptr ? 0 : state_->cache->index().chunk_size;
}

Reader::Counters Reader::counters() const {
  if (state_ == nullptr) return {};
  const ChunkCache::Counts counts = state_->cache->counts();
  return {counts.decoded, counts.read_ahead, counts.hits, counts.held_bytes};
}

}  // namespace sigma
