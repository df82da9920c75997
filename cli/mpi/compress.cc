// Compressing a file by all ranks.
#include <algorithm>
#include <cstdint>

#include "cli/mpi/frame_share.h"
#include "cli/mpi/shared_output.h"
#include "cli/mpi/together.h"

namespace sigma::cli::mpi {
namespace {

// Of a rank's memory limit, what the engine may have beside the frames that wait for their round.
Result<SharedCompressor> Open(const Task& task, const std::string& source) {
  Result<SharedCompressor> compressor = SharedCompressor::Open(source, task.options);
  if (!compressor || task.options.memory_limit == 0) return compressor;
  const Division division(compressor->chunks(), compressor->chunk_size(), compressor->in_flight(),
                          task.world.size());
  const std::uint64_t held =
      std::min(division.MostHeld(), division.chunks) * compressor->chunk_size();
  Options less = task.options;
  less.chunk_size = compressor->chunk_size();
  const std::uint64_t least = LeastMemory(less, true);
  if (held + least > task.options.memory_limit) {
    return Fail(ErrorCode::kLimit,
                "the memory limit cannot be met: a rank of this run takes at least " +
                    std::to_string(held + least) + " bytes beside MPI's own");
  }
  less.memory_limit -= held;
  return SharedCompressor::Open(source, less);
}

// Rank 0 writes what is around the frames.
Result<void> WriteAround(SharedCompressor& compressor, SharedFile& file,
                         const std::vector<FrameEntry>& entries, std::uint64_t end,
                         std::uint64_t& size) {
  const Bytes header = compressor.Header();
  if (Result<void> written = file.WriteAt(0, header); !written) return written;
  size = end;
  return compressor.WriteEnd(entries, [&](ByteView piece) {
    Result<void> written = file.WriteAt(size, piece);
    size += piece.size();
    return written;
  });
}

// Reads back the extents that the rank before this one wrote, and checks every frame. The last rank
// checks the whole's header, seek table and footer too.
Result<void> ReadBack(const Task& task, const SharedCompressor& compressor,
                      const Division& division, const FrameShare& share, SharedOutput& output) {
  const World& world = task.world;
  const auto size = static_cast<std::uint32_t>(world.size());
  Bytes frames;
  for (std::uint64_t group = 0; group < division.groups; ++group) {
    if ((share.owner(group) + 1) % size != static_cast<std::uint32_t>(world.rank())) continue;
    const std::uint64_t begin = share.offsets()[static_cast<std::size_t>(group)];
    const std::uint64_t end = share.offsets()[static_cast<std::size_t>(group) + 1];
    frames.resize(static_cast<std::size_t>(end - begin));
    if (Result<void> read = output.file().ReadAt(begin, frames); !read) return read;
    Result<void> sound = CheckFrames(frames, division.Span(group), compressor.chunk_size(),
                                     compressor.traits().size);
    if (sound) continue;
    sound.error().text = "what was written is not what is read back: " + sound.error().text;
    sound.error().at_target = true;
    sound.error().offset += begin;
    return sound;
  }
  if (world.rank() + 1 != world.size()) return {};
  Options reading;
  reading.threads = 1;
  const Result<SharedRestorer> whole = SharedRestorer::Open(output.path(), reading);
  Error error{ErrorCode::kCorrupt, "what was written is not what is read back"};
  if (!whole) {
    error = whole.error();
  } else if (whole->original() == compressor.traits().size &&
             whole->chunks() == compressor.chunks()) {
    return {};
  }
  error.at_target = true;
  return Unexpected{std::move(error)};
}

}  // namespace

Result<Outcome> CompressTogether(const Task& task, const std::string& source,
                                 const std::string& target) {
  const World& world = task.world;
  Result<SharedCompressor> compressor = Open(task, source);
  Result<void> agreed = world.Agree(compressor ? Result<void>() : compressor.failure());
  if (!agreed) return agreed.failure();
  agreed = AgreeOnSource(world, compressor->traits());
  if (!agreed) return agreed.failure();
  Result<SharedOutput> output = SharedOutput::Create(task, source, target, true);
  if (!output) return output.failure();

  const Division division(compressor->chunks(), compressor->chunk_size(),
                          static_cast<std::uint32_t>(world.Most(compressor->in_flight())),
                          world.size());
  FrameShare share(world, division, output->file(), compressor->Header().size());
  Result<Summary> ran = compressor->Run(share);
  Result<void> mine = world.Agree(share.End(ran ? Result<void>() : ran.failure()));
  Outcome outcome;
  outcome.original = compressor->traits().size;
  if (mine) {
    const std::vector<FrameEntry> entries = share.Entries();
    if (world.first()) {
      mine = WriteAround(*compressor, output->file(), entries, share.offsets().back(),
                         outcome.compressed);
    }
    mine = world.Agree(mine);
  }
  if (mine) mine = world.Agree(output->file().Sync());
  if (mine) mine = ReadBack(task, *compressor, division, share, *output);
  if (mine) mine = compressor->CheckUnchanged();
  Result<std::vector<std::string>> published = output->Publish(world, mine);
  if (!published) return published.failure();
  outcome.warnings = std::move(*published);
  return outcome;
}

}  // namespace sigma::cli::mpi
