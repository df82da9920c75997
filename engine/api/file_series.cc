// FileSeries: files through the same workers. Those that are too small to keep several workers busy
// go side by side: each worker opens, converts and publishes one file after the other, and leaves
// what turns out to be larger to all workers together.
#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "engine/api/edge.h"
#include "engine/api/file_access.h"
#include "engine/api/file_batch.h"
#include "engine/api/file_workers.h"
#include "engine/api/pass_through.h"
#include "engine/pipeline/stopwatch.h"

namespace sigma {
namespace {

Result<Summary> Restore(Decompressor& decompressor, InputFile& input, OutputFile& output,
                        const Options& options, const FileOptions& files,
                        const Observer& observer) {
  if (!files.pass_through) return decompressor.Run(input.source(), output.sink(), observer);
  PeekedSource peeked(input.source());
  const Result<bool> stream = peeked.BeginsWithStream();
  if (!stream) return stream.failure();
  if (!*stream) return PassThrough(peeked, output.sink(), options, observer);
  return decompressor.Run(peeked, output.sink(), observer);
}

// Asked of the system once, not for each file.
Options WithThreads(Options options) {
  if (options.threads == 0) options.threads = AvailableThreads();
  return options;
}

}  // namespace

struct FileSeries::State {
  using Lane = FileWorkers::Lane;
  // A job of Run on its way.
  struct Going {
    std::optional<Result<Summary>> done;  // nothing: left to all workers
    std::optional<PendingFile> pending;
  };

  explicit State(const Options& given)
      : options(WithThreads(given)), workers(options), batch(options.threads) {}

  // With a lane: nothing if the file is none for one thread.
  std::optional<Result<Summary>> Work(const FileCall& call, Lane* lane, const Observer& observer,
                                      std::optional<PendingFile>& pending);
  // One file by all workers, into the batch.
  Result<Summary> Convert(const FileCall& call, const Observer& observer);
  static Result<Summary> Publish(InputFile source, OutputFile& output, const FileCall& call,
                                 Summary summary, std::optional<PendingFile>& pending);

  const Options options;
  FileWorkers workers;
  FileBatch batch;
};

Result<Summary> FileSeries::State::Publish(InputFile source, OutputFile& output,
                                           const FileCall& call, Summary summary,
                                           std::optional<PendingFile>& pending) {
  if (call.compress) {
    if (Result<void> sound = CheckCopies(source, summary); !sound) return sound.failure();
  }
  Result<PublishedFile> published = AtTarget(output.Publish(source.metadata()));
  if (!published) return published.failure();
  const std::vector<std::string>& more = published->warnings();
  summary.warnings.insert(summary.warnings.end(), more.begin(), more.end());
  if (source.unfinished()) summary.warnings.emplace_back(kUnfinishedText);
  const bool changed = source.Changed();
  if (changed) {
    summary.warnings.emplace_back(call.files.remove_source ? kChangedKeptText : kChangedText);
  }
  if (!call.files.remove_source && (call.files.sync != Sync::kAlways || !published->own_file())) {
    if (Result<void> closed = AtTarget(published->Close()); !closed) return closed.failure();
    return summary;
  }
  pending.emplace(PendingFile{.source = std::move(source),
                              .result = std::move(*published),
                              .settled = {call.source, call.target, std::nullopt, {}},
                              .compressed = call.compress,
                              .remove = call.files.remove_source,
                              .kept = changed || summary.trailing.has_value()});
  return summary;
}

std::optional<Result<Summary>> FileSeries::State::Work(const FileCall& call, Lane* lane,
                                                       const Observer& observer,
                                                       std::optional<PendingFile>& pending) {
  const Stopwatch watch;
  if (Result<void> sound = CheckCall(call); !sound) return sound.failure();
  Result<InputFile> input = OpenSource(call);
  if (!input) return input.failure();
  const std::optional<std::uint64_t> size = input->source().Size();
  const std::uint64_t most = call.compress ? workers.chunk_size() : kSmallStream;
  if (lane != nullptr && (!size || *size > most)) return std::nullopt;
  Result<OutputFile> output = CreateTarget(call, *input);
  if (!output) return output.failure();
  if (call.compress && output->terminal() && !call.files.force) {
    return AtTarget<Summary>(
        Fail(ErrorCode::kInvalidArgument, "compressed bytes are not written to a terminal"));
  }
  MakeRoom(options);
  Result<Summary> done = [&] {
    if (call.compress) {
      Compressor& with = lane ? workers.CompressorOf(*lane) : workers.CompressorFor(size);
      return with.Run(input->source(), output->sink(), observer);
    }
    Decompressor& with = lane ? workers.DecompressorOf(*lane) : workers.TheDecompressor();
    return Restore(with, *input, *output, options, call.files, observer);
  }();
  workers.Drop();
  MakeRoom(options);
  if (!done) return done;
  done = Publish(std::move(*input), *output, call, std::move(*done), pending);
  if (done) done->seconds = watch.Seconds();
  return done;
}

Result<Summary> FileSeries::State::Convert(const FileCall& call, const Observer& observer) {
  return AtEdge([&]() -> Result<Summary> {
    std::optional<PendingFile> pending;
    // A result that does not restore its source is not even published.
    if (call.compress) {
      const Result<void> planned = workers.PlanFor(options.verify || call.files.remove_source);
      if (!planned) return planned.failure();
    }
    std::optional<Result<Summary>> done = Work(call, nullptr, observer, pending);
    if (pending) batch.Add(std::move(*pending));
    return std::move(*done);
  });
}

FileSeries::FileSeries(std::unique_ptr<State> state) : state_(std::move(state)) {}
FileSeries::FileSeries(FileSeries&&) noexcept = default;
FileSeries& FileSeries::operator=(FileSeries&&) noexcept = default;
FileSeries::~FileSeries() = default;

Result<FileSeries> FileSeries::Create(const Options& options) {
  return AtEdge(
      [&]() -> Result<FileSeries> { return FileSeries(std::make_unique<State>(options)); });
}

Result<Summary> FileSeries::Compress(const std::string& source, const std::string& target,
                                     const FileOptions& files, const Observer& observer) {
  return state_->Convert({source, target, files, true}, observer);
}

Result<Summary> FileSeries::Decompress(const std::string& source, const std::string& target,
                                       const FileOptions& files, const Observer& observer) {
  return state_->Convert({source, target, files, false}, observer);
}

Result<std::vector<Result<Summary>>> FileSeries::Run(std::span<const Job> jobs) {
  State& state = *state_;
  return AtEdge([&]() -> Result<std::vector<Result<Summary>>> {
    jobs = jobs.first(std::min(jobs.size(), state.batch.Room()));
    std::vector<State::Going> going(jobs.size());
    std::vector<Result<Summary>> results;
    results.reserve(jobs.size());
    state.batch.Reserve(jobs.size());
    bool compresses = false;
    bool verifies = state.options.verify;
    for (const Job& job : jobs) {
      compresses |= job.compress;
      verifies |= job.files.remove_source;
    }
    if (!compresses || state.workers.PlanFor(verifies)) {
      state.workers.SideBySide(jobs.size(), [&](std::size_t i, State::Lane& lane) {
        const FileCall call{jobs[i].source, jobs[i].target, jobs[i].files, jobs[i].compress};
        std::optional<Result<Summary>>& done = going[i].done;
        const Result<void> sound = AtEdge([&]() -> Result<void> {
          done = state.Work(call, &lane, {}, going[i].pending);
          return {};
        });
        if (!sound) done = sound.failure();
      });
    }
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (going[i].done) {
        if (going[i].pending) state.batch.Add(std::move(*going[i].pending));
        results.push_back(std::move(*going[i].done));
      } else {
        results.push_back(
            state.Convert({jobs[i].source, jobs[i].target, jobs[i].files, jobs[i].compress}, {}));
      }
    }
    return results;
  });
}

bool FileSeries::due() const noexcept { return state_->batch.Full(); }

void FileSeries::Settle(const OnSettled& settled, const OnVerifying& verifying) {
  state_->batch.Settle(state_->workers, settled, verifying);
}

}  // namespace sigma
