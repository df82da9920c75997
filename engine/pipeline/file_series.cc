// FileSeries: files one after the other through the same workers, and the batch of results that
// have to be durable before their sources may go. Settling takes the whole batch through each step
// before the next begins: all data is sent to the disk and waited for, then each folder is synced
// once, then every result is opened again, restored and compared, and only then are sources
// removed. So at any moment either the source is there or a result that is durable and was seen to
// restore it.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "engine/io/comparison_sink.h"
#include "engine/io/descriptor_stream.h"
#include "engine/io/input_file.h"
#include "engine/io/output_file.h"
#include "engine/io/system.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/compress.h"
#include "engine/pipeline/decompress.h"
#include "engine/pipeline/edge.h"
#include "engine/pipeline/file_access.h"
#include "engine/pipeline/pass_through.h"
#include "engine/pipeline/stopwatch.h"

namespace sigma {
namespace {

// A batch: so many files, as far as there are descriptors for them, or so many bytes of sources. A
// sync of a folder, and with it a commit of the file system's journal, then serves many small
// files, and large ones do not pile up beside their results.
constexpr std::uint64_t kMostFiles = 256;
constexpr std::uint64_t kMostBytes = std::uint64_t{256} << 20;
// From so many files on the file system is synced as a whole, other people's data too: each file on
// its own costs a flush of the disk's cache, 29 s for 5,000 small ones.
constexpr std::size_t kLeastForFileSystem = 8;
constexpr std::uint64_t kDescriptorsEach = 3;   // source, result, folder
constexpr std::uint64_t kDescriptorsElse = 32;  // left for everything else

struct Pending {
  InputFile source;
  PublishedFile result;
  FileSeries::Settled settled;
  bool compressed = false;  // the result is the stream; otherwise the source is
  bool remove = false;
  bool kept = false;  // for a reason that settled tells
};

void Refuse(Pending& one, Error error) {
  one.settled.error = std::move(error);
  one.kept = true;
}

// A step of one file; an exception in it is that file's error.
template <typename Step>
void Attempt(Pending& one, Step step) {
  if (one.settled.error) return;
  if (Result<void> done = AtEdge([&]() -> Result<void> { return step(); }); !done) {
    Refuse(one, std::move(done.error()));
  }
}

// The result could not be made durable or verified. (A source that changed meanwhile says nothing
// against it.)
bool Doubtful(const Pending& one) {
  return one.settled.error && one.settled.error->code != ErrorCode::kSkipped;
}

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

void KeepUnsynced(Pending& one) {
  one.kept = true;
  one.settled.warnings.push_back(one.remove
                                     ? "the file system does not sync: the source is not removed"
                                     : "the file system does not sync the result");
}

}  // namespace

struct FileSeries::State {
  explicit State(const Options& given) : options(given) {
    // Asked of the system once, not for each file.
    if (options.threads == 0) options.threads = AvailableThreads();
    const std::uint64_t descriptors = std::max(MostDescriptors(), kDescriptorsElse);
    most_files = std::clamp((descriptors - kDescriptorsElse) / kDescriptorsEach, std::uint64_t{1},
                            kMostFiles);
  }

  Result<Compressor*> CompressorFor(std::optional<std::uint64_t> size, bool verify);
  Decompressor& TheDecompressor();
  // Under a memory limit nothing waits beside what works.
  void DropWorkers();
  Result<Summary> Publish(InputFile source, OutputFile& output, FileCall call, Summary summary);
  Result<void> Verify(Pending& one, const FileSeries::OnVerifying& verifying);
  void Sync();

  Options options;
  std::uint64_t most_files = 1;
  std::optional<CompressionPlan> plan;
  // For files of one chunk, and for larger ones.
  std::unique_ptr<Compressor> narrow;
  std::unique_ptr<Compressor> wide;
  Shape wide_shape;
  std::unique_ptr<Decompressor> decompressor;
  std::vector<Pending> batch;
  std::uint64_t batch_bytes = 0;
};

Result<Compressor*> FileSeries::State::CompressorFor(std::optional<std::uint64_t> size,
                                                     bool verify) {
  if (!plan || plan->verify != verify) {
    Options wanted = options;
    wanted.verify = verify;
    narrow.reset();
    wide.reset();
    const Result<CompressionPlan> planned = PlanCompression(wanted);
    if (!planned) return planned.failure();
    plan = *planned;
  }
  const CompressionPlan fitted = FitToSize(*plan, size);
  const bool one = fitted.shape.threads == 1;
  std::unique_ptr<Compressor>& chosen = one ? narrow : wide;
  if (chosen == nullptr || (!one && wide_shape != fitted.shape)) {
    chosen.reset();
    chosen = std::make_unique<Compressor>(fitted);
    if (!one) wide_shape = fitted.shape;
  }
  return chosen.get();
}

Decompressor& FileSeries::State::TheDecompressor() {
  if (decompressor == nullptr) decompressor = std::make_unique<Decompressor>(options);
  return *decompressor;
}

void FileSeries::State::DropWorkers() {
  if (options.memory_limit == 0) return;
  narrow.reset();
  wide.reset();
  decompressor.reset();
}

Result<Summary> FileSeries::State::Publish(InputFile source, OutputFile& output, FileCall call,
                                           Summary summary) {
  Result<PublishedFile> published = AtTarget(output.Publish(source.metadata()));
  if (!published) return published.failure();
  summary.warnings = published->warnings();
  const bool changed = source.Changed();
  if (changed) {
    summary.warnings.emplace_back(call.files.remove_source ? kChangedKeptText : kChangedText);
  }
  if (!call.files.remove_source && (call.files.sync != Sync::kAlways || !published->own_file())) {
    if (Result<void> closed = AtTarget(published->Close()); !closed) return closed.failure();
    return summary;
  }
  batch_bytes += source.state().size;
  batch.push_back(Pending{.source = std::move(source),
                          .result = std::move(*published),
                          .settled = {call.source, call.target, std::nullopt, {}},
                          .compressed = call.compress,
                          .remove = call.files.remove_source,
                          .kept = changed || summary.trailing.has_value()});
  return summary;
}

// Restores the stream of the two and compares it with the other.
Result<void> FileSeries::State::Verify(Pending& one, const FileSeries::OnVerifying& verifying) {
  Result<Descriptor> result = AtTarget(one.result.Reopen());
  if (!result) return result.failure();
  Result<std::unique_ptr<Source>> stream =
      one.compressed ? Result<std::unique_ptr<Source>>(
                           std::make_unique<DescriptorSource>(Descriptor(result->get(), false)))
                     : one.source.Again();
  if (!stream) return stream.failure();
  ComparisonSink comparison(one.compressed ? one.source.descriptor() : result->get());
  Observer observer;
  if (verifying) {
    observer = [&](const Progress& progress) {
      verifying(one.settled.source, progress);
      return true;
    };
  }
  const Result<Summary> restored =
      WithoutTrailing(TheDecompressor().Run(**stream, comparison, observer));
  if (restored) return {};
  if (one.source.Changed()) return Fail(ErrorCode::kSkipped, kChangedKeptText);
  Error error = restored.error();
  error.text = comparison.differs()
                   ? "the result, read again, does not restore the source: the source is kept"
                   : "the result could not be verified, the source is kept: " + error.text;
  error.at_target = true;
  return Unexpected{std::move(error)};
}

void FileSeries::State::Sync() {
  // Nearly always all results of a batch are on one file system.
  std::optional<FileState> synced;
  if (batch.size() >= kLeastForFileSystem && batch.front().result.SyncFileSystem()) {
    synced = batch.front().result.State();
  }
  for (Pending& one : batch) one.result.StartSync();
  for (Pending& one : batch) {
    Attempt(one, [&]() -> Result<void> {
      const auto state = one.result.State();
      const Result<bool> done =
          AtTarget(one.result.Sync(synced && state && state->device == synced->device));
      if (!done) return done.failure();
      if (!*done) KeepUnsynced(one);
      return {};
    });
  }
  // Each folder once, and what came of it for all results in it.
  struct Folder {
    FileState state;
    Result<bool> synced;
  };
  std::vector<Folder> folders;
  for (Pending& one : batch) {
    Attempt(one, [&]() -> Result<void> {
      const auto state = one.result.Folder();
      if (!state) return AtTarget<void>(Fail(ErrorCode::kIo, "cannot look at the result's folder"));
      auto known = std::ranges::find_if(
          folders, [&](const Folder& folder) { return SameFile(folder.state, *state); });
      if (known == folders.end()) {
        known = folders.insert(known, Folder{*state, AtTarget(one.result.SyncFolder())});
      }
      if (!known->synced) return known->synced.failure();
      if (!*known->synced && !one.kept) KeepUnsynced(one);
      return {};
    });
  }
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
  return AtEdge([&]() -> Result<Summary> {
    const Stopwatch watch;
    const FileCall call{source, target, files, true};
    if (Result<void> sound = CheckCall(call); !sound) return sound.failure();
    Result<InputFile> input = OpenSource(call);
    if (!input) return input.failure();
    Result<OutputFile> output = CreateTarget(call, *input);
    if (!output) return output.failure();
    if (output->terminal() && !files.force) {
      return AtTarget<Summary>(
          Fail(ErrorCode::kInvalidArgument, "compressed bytes are not written to a terminal"));
    }
    MakeRoom(state_->options);
    // A result that does not restore its source is not even published.
    const Result<Compressor*> compressor = state_->CompressorFor(
        input->source().Size(), state_->options.verify || files.remove_source);
    if (!compressor) return compressor.failure();
    Result<Summary> done = (*compressor)->Run(input->source(), output->sink(), observer);
    state_->DropWorkers();
    MakeRoom(state_->options);
    if (!done) return done;
    done = state_->Publish(std::move(*input), *output, call, std::move(*done));
    if (done) done->seconds = watch.Seconds();
    return done;
  });
}

Result<Summary> FileSeries::Decompress(const std::string& source, const std::string& target,
                                       const FileOptions& files, const Observer& observer) {
  return AtEdge([&]() -> Result<Summary> {
    const Stopwatch watch;
    const FileCall call{source, target, files, false};
    if (Result<void> sound = CheckCall(call); !sound) return sound.failure();
    Result<InputFile> input = OpenSource(call);
    if (!input) return input.failure();
    Result<OutputFile> output = CreateTarget(call, *input);
    if (!output) return output.failure();
    MakeRoom(state_->options);
    Result<Summary> done =
        Restore(state_->TheDecompressor(), *input, *output, state_->options, files, observer);
    state_->DropWorkers();
    MakeRoom(state_->options);
    if (!done) return done;
    done = state_->Publish(std::move(*input), *output, call, std::move(*done));
    if (done) done->seconds = watch.Seconds();
    return done;
  });
}

bool FileSeries::due() const noexcept {
  return state_->batch.size() >= state_->most_files || state_->batch_bytes >= kMostBytes;
}

void FileSeries::Settle(const OnSettled& settled, const OnVerifying& verifying) {
  State& state = *state_;
  if (state.batch.empty()) return;
  const Result<void> synced = AtEdge([&]() -> Result<void> {
    state.Sync();
    return {};
  });
  for (Pending& one : state.batch) {
    if (!synced && !one.settled.error) Refuse(one, synced.error());
    if (one.remove && !one.kept) {
      Attempt(one, [&] { return state.Verify(one, verifying); });
      state.DropWorkers();
    }
  }
  for (Pending& one : state.batch) {
    // A result in doubt goes, unless it may be all there is.
    if (Doubtful(one) && one.source.StillNamed()) (void)one.result.Withdraw();
    if (one.remove && !one.kept) Attempt(one, [&] { return one.source.Remove(); });
    Attempt(one, [&] { return AtTarget(one.result.Close()); });
    settled(one.settled);
  }
  state.batch.clear();
  state.batch_bytes = 0;
}

}  // namespace sigma
