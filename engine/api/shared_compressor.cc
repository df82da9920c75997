// SharedCompressor: a Compressor whose source is whatever chunks its work hands out, and whose
// frames go back to it.
#include <algorithm>
#include <array>
#include <atomic>

#include "engine/api/edge.h"
#include "engine/api/file_access.h"
#include "engine/api/source_traits.h"
#include "engine/base/hash.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/compress.h"
#include "engine/pipeline/error_place.h"
#include "engine/pipeline/member_index.h"
#include "engine/pipeline/seek_table.h"
#include "sigma/shared.hpp"

namespace sigma {
namespace {

// The chunks of the work's spans, one after the other. A read is of one chunk.
class WorkSource final : public Source, public FrameTaker {
 public:
  WorkSource(Source& source, std::uint64_t size, std::uint32_t chunk_size, FrameWork& work)
      : source_(source), size_(size), chunk_size_(chunk_size), work_(work) {}

  Result<std::size_t> Read(MutableBytes target) override {
    while (span_.count == 0) {
      if (stopped_) return std::size_t{0};
      Result<std::optional<ChunkSpan>> next = work_.Next();
      if (!next) return next.failure();
      if (!*next) return std::size_t{0};
      span_ = **next;
    }
    number_ = span_.first;
    ++span_.first;
    --span_.count;
    const std::uint64_t begin = number_ * chunk_size_;
    if (begin >= size_) {
      return Fail(ErrorCode::kInvalidArgument, "a chunk is asked for that is not there");
    }
    const auto bytes = static_cast<std::size_t>(
        std::min<std::uint64_t>({size_ - begin, chunk_size_, target.size()}));
    Result<std::size_t> got = source_.ReadAt(begin, target.first(bytes));
    if (got && *got < bytes) return Fail(ErrorCode::kIo, "became shorter while it was read");
    return got;
  }
  [[nodiscard]] std::optional<std::uint64_t> Size() const override { return std::nullopt; }
  [[nodiscard]] bool Seekable() const override { return false; }
  Result<std::size_t> ReadAt(std::uint64_t, MutableBytes) override {
    return Fail(ErrorCode::kInvalidArgument, "is read in order alone");
  }
  [[nodiscard]] bool Waits() const override { return true; }
  void Stop() noexcept override {
    stopped_ = true;
    work_.Stop();
  }
  // The last chunk is shorter, and need not be the last one here.
  [[nodiscard]] bool GoesOn() const override { return true; }

  [[nodiscard]] std::uint64_t Number() const override { return number_; }
  Result<void> Take(const ChunkHeader& header, ByteView frame) override {
    return work_.Take(header.sequence, frame,
                      FrameEntry{.hash = header.hash,
                                 .stored = static_cast<std::uint32_t>(frame.size()),
                                 .original = header.original});
  }

 private:
  Source& source_;
  const std::uint64_t size_;
  const std::uint32_t chunk_size_;
  FrameWork& work_;
  ChunkSpan span_;
  std::uint64_t number_ = 0;
  std::atomic<bool> stopped_ = false;
};

}  // namespace

struct SharedCompressor::State {
  State(const Options& given, const CompressionPlan& planned, InputFile file,
        const SourceTraits& known)
      : options(given),
        plan(planned),
        input(std::move(file)),
        traits(known),
        compressor(FitToSize(plan, known.size)) {}

  const Options options;
  const CompressionPlan plan;
  InputFile input;
  const SourceTraits traits;
  Compressor compressor;
};

SharedCompressor::SharedCompressor(std::unique_ptr<State> state) : state_(std::move(state)) {}
SharedCompressor::SharedCompressor(SharedCompressor&&) noexcept = default;
SharedCompressor& SharedCompressor::operator=(SharedCompressor&&) noexcept = default;
SharedCompressor::~SharedCompressor() = default;

Result<SharedCompressor> SharedCompressor::Open(const std::string& source, const Options& options) {
  return AtEdge([&]() -> Result<SharedCompressor> {
    if (options.adapt) {
      return Fail(
          ErrorCode::kInvalidArgument,
          "what several processes write together has one level: levels that follow speed do "
          "not go with that");
    }
    if (options.far) {
      return Fail(ErrorCode::kInvalidArgument,
                  "processes see their own chunks alone: they find no far copies");
    }
    if (options.rsyncable) {
      return Fail(ErrorCode::kInvalidArgument,
                  "several processes share chunks that begin at fixed places: chunks that are cut "
                  "by content do not go with that");
    }
    if (options.content_hash != ContentHash::kNone) {
      return Fail(ErrorCode::kInvalidArgument,
                  "none of several processes sees the whole content in order: a content hash does "
                  "not go with them");
    }
    Options fixed = options;
    if (fixed.chunk_size == 0) {
      fixed.memory_limit = 0;
      const Result<CompressionPlan> full = PlanCompression(fixed, 0);
      if (!full) return full.failure();
      fixed.chunk_size = full->chunk_size;
      fixed.memory_limit = options.memory_limit;
    }
    const Result<CompressionPlan> plan = PlanCompression(fixed);
    if (!plan) return plan.failure();
    Result<InputFile> input = InputFile::Open(source, SourcePolicy::kRead);
    if (!input) return input.failure();
    const Result<SourceTraits> traits = TraitsOf(*input);
    if (!traits) return traits.failure();
    MakeRoom(options);
    return SharedCompressor(std::make_unique<State>(fixed, *plan, std::move(*input), *traits));
  });
}

const SourceTraits& SharedCompressor::traits() const noexcept { return state_->traits; }

std::uint32_t SharedCompressor::chunk_size() const noexcept { return state_->plan.chunk_size; }

std::uint64_t SharedCompressor::chunks() const noexcept {
  return (state_->traits.size + chunk_size() - 1) / chunk_size();
}

std::uint32_t SharedCompressor::in_flight() const noexcept { return state_->plan.shape.in_flight; }

Bytes SharedCompressor::Header() const {
  std::array<std::uint8_t, kMaxStreamHeader> bytes;
  const std::size_t size = WriteHeaderOf(state_->plan, false, bytes);
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

Result<Summary> SharedCompressor::Run(FrameWork& work, const Observer& observer) {
  return AtEdge([&]() -> Result<Summary> {
    WorkSource source(state_->input.source(), state_->traits.size, chunk_size(), work);
    return state_->compressor.RunFrames(source, source, observer);
  });
}

Result<void> SharedCompressor::WriteEnd(std::span<const FrameEntry> entries,
                                        const std::function<Result<void>(ByteView)>& write) {
  return AtEdge([&]() -> Result<void> {
    if (entries.size() != chunks()) {
      return Fail(ErrorCode::kInvalidArgument, "the end of a stream is that of all its chunks");
    }
    std::uint64_t at = Header().size();
    SeekTable table(~std::uint64_t{0});
    for (const FrameEntry& entry : entries) {
      if (Result<void> added = table.Add({.offset = at,
                                          .stored = entry.stored,
                                          .original = entry.original,
                                          .hash = entry.hash});
          !added) {
        return added;
      }
      at += entry.stored;
    }
    if (table.original() != state_->traits.size) {
      return Fail(ErrorCode::kInvalidArgument, "the chunks are not those of the source");
    }
    const auto counted = [&](ByteView piece) {
      at += piece.size();
      return write(piece);
    };
    // As EncodeStages::WriteIndex has it.
    if (state_->plan.index && entries.size() > 1) {
      MemberIndexWriter index(state_->plan);
      index.Walk(state_->input.source(), 0, state_->traits.size);
      if (!index.empty()) {
        if (Result<void> written =
                index.Write(state_->traits.size, state_->compressor.OwnScratch(), counted);
            !written) {
          return written;
        }
      }
    }
    return table.WriteFooter(at, write);
  });
}

Result<void> SharedCompressor::CheckUnchanged() const {
  return AtEdge([&]() -> Result<void> {
    if (!state_->input.Changed()) return {};
    return Fail(ErrorCode::kIo, kChangedText);
  });
}

Result<void> CheckFrames(ByteView frames, const ChunkSpan& span, std::uint32_t chunk_size,
                         std::uint64_t size) {
  return AtEdge([&]() -> Result<void> {
    std::size_t at = 0;
    for (std::uint64_t chunk = span.first; chunk < span.first + span.count; ++chunk) {
      const ByteView rest = frames.subspan(at);
      const Result<FrameKind> kind = ParseFrameKind(rest);
      if (!kind) return Moved(kind.error(), at, chunk);
      if (*kind != FrameKind::kChunk) {
        return Fail(ErrorCode::kCorrupt, "something else is where a chunk was written", at, chunk);
      }
      const Result<ChunkHeader> header = ParseChunkHeader(rest, chunk_size);
      if (!header) return Moved(header.error(), at, chunk);
      if (header->payload > rest.size() - header->bytes) {
        return Fail(ErrorCode::kTruncated, "the chunk is cut", at, chunk);
      }
      if (header->sequence != chunk ||
          header->original != std::min<std::uint64_t>(chunk_size, size - chunk * chunk_size)) {
        return Fail(ErrorCode::kCorrupt, "another chunk is where this one was written", at, chunk);
      }
      if (Hash32(rest.subspan(header->bytes, header->payload)) != header->payload_hash) {
        return Fail(ErrorCode::kCorrupt, "the chunk is damaged: its payload's hash differs", at,
                    chunk);
      }
      at += header->bytes + header->payload;
    }
    if (at == frames.size()) return {};
    return Fail(ErrorCode::kCorrupt, "something else follows the chunks that were written", at);
  });
}

}  // namespace sigma
