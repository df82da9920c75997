// The C++ API of libsigma: compress, restore, inspect and read at random, from memory and from
// files.
//
// No exception crosses this API: every failure is an Error value with a code, a text, and where it
// is known the chunk and the byte offset in the compressed stream. Sizes are bytes. All functions
// may be called from several threads at once; one call runs its own workers (Options::threads).
#ifndef SIGMA_SIGMA_HPP_
#define SIGMA_SIGMA_HPP_

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sigma {

using ByteView = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;
using Bytes = std::vector<std::uint8_t>;

// ---------------------------------------------------------------------------------------------------
// Errors
// ---------------------------------------------------------------------------------------------------

enum class ErrorCode : std::uint8_t {
  kInvalidArgument = 1,  // an option or argument of the caller; nothing was read or written
  kNotSigma,             // the input does not begin with a stream
  kUnsupported,          // unknown version, reserved bit, unknown plan or coder
  kTruncated,            // the input ends inside a stream
  kCorrupt,              // damage: a hash, size or code that cannot be
  kLimit,                // a memory or output bound would be exceeded
  kOutOfMemory,          // an allocation failed
  kIo,                   // the operating system refused a read, write, sync or rename
  kNotFound,             // no such input file
  kExists,               // the target exists and may not be overwritten
  kSkipped,    // left alone by policy (link, directory, suffix …): a warning, not an error
  kCancelled,  // the caller asked to stop
};

inline constexpr std::uint64_t kNoPosition = ~std::uint64_t{0};

struct Error {
  ErrorCode code = ErrorCode::kCorrupt;
  std::string text;                    // one sentence: what is wrong and what to do, no file name
  std::uint64_t offset = kNoPosition;  // byte offset in the compressed input
  std::uint64_t chunk = kNoPosition;   // index of the chunk in its stream
  // Calls on files: the text speaks of the target; otherwise of the source.
  bool at_target = false;
  // Calls on files: with FileOptions::force the target would be overwritten.
  bool force_overwrites = false;
  // Calls with several sources: the index of the one the text speaks of.
  std::uint64_t input = kNoPosition;
};

// The error half of a Result, convertible to any Result<T>.
struct Unexpected {
  Error error;
};

[[nodiscard]] inline Unexpected Fail(ErrorCode code, std::string text,
                                     std::uint64_t offset = kNoPosition,
                                     std::uint64_t chunk = kNoPosition) {
  return Unexpected{Error{code, std::move(text), offset, chunk}};
}

// A value or an Error, with the surface of std::expected (C++23).
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT
  Result(Unexpected failure)
      : state_(std::in_place_index<1>, std::move(failure.error)) {}  // NOLINT

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }
  T& value() & { return *std::get_if<0>(&state_); }
  const T& value() const& { return *std::get_if<0>(&state_); }
  T&& value() && { return std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  Error& error() { return *std::get_if<1>(&state_); }
  const Error& error() const { return *std::get_if<1>(&state_); }
  [[nodiscard]] Unexpected failure() const { return Unexpected{error()}; }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Unexpected failure) : error_(std::move(failure.error)) {}  // NOLINT

  [[nodiscard]] bool has_value() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }
  Error& error() { return *error_; }
  const Error& error() const { return *error_; }
  [[nodiscard]] Unexpected failure() const { return Unexpected{*error_}; }

 private:
  std::optional<Error> error_;
};

// ---------------------------------------------------------------------------------------------------
// Options and what a run reports
// ---------------------------------------------------------------------------------------------------

struct Options {
  int level = 3;              // one of Levels()
  std::uint32_t threads = 0;  // workers at most; 0 = AvailableThreads()
  // Bound on the peak resident bytes of a process that does nothing else. 0 = none, but in a
  // container with a limit of its own 80 % of that where it can be met. Takes chunks in flight
  // first, then workers, then (compressing, without chunk_size) bytes from the chunk. Under a bound
  // of the caller's, calls on files give pages of code back to the system.
  std::uint64_t memory_limit = 0;
  std::uint32_t chunk_size = 0;   // 64 KiB … 64 MiB, a multiple of 4 KiB; 0 = the level's default
  std::string strategy = "auto";  // one of StrategyNames(); forces it on every chunk
  bool decode_first = false;      // compressing: larger files that restore faster
  bool verify = false;  // compressing: decode every chunk and compare before it is written
  std::uint64_t output_limit = 0;  // decompressing: the most bytes to produce; 0 = none
  // Compressing a tar of more than one chunk: write an index of its members after the chunks, at
  // most 1/32 of the source's bytes (archive.hpp). Nothing changes for other sources.
  bool index = true;
  // Compressing: cut chunks where the content says so, so that a change of the source changes the
  // chunks it is in, and the others are found again by programs that look for equal pieces.
  bool rsyncable = false;
};

struct StrategyTotals {
  std::string name;
  std::uint64_t chunks = 0;
  std::uint64_t original = 0;
  std::uint64_t compressed = 0;
};

// Counters of the buffer pools, summed over the workers.
struct PoolCounters {
  std::uint64_t acquisitions = 0;
  std::uint64_t hits = 0;        // served from a free buffer of the pool
  std::uint64_t overflows = 0;   // had to allocate
  std::uint64_t grows = 0;       // a pool took more buffers than it began with
  std::uint64_t shrinks = 0;     // a pool gave up buffers that were not in use
  std::uint64_t peak_bytes = 0;  // most bytes held at once
};

struct Summary {
  std::uint64_t original = 0;
  std::uint64_t compressed = 0;
  std::uint64_t chunks = 0;
  std::uint64_t streams = 0;
  std::uint32_t chunk_size = 0;
  int level = 0;
  std::uint32_t threads = 0;               // workers
  std::uint32_t refused_threads = 0;       // more were wanted: no thread, or no memory, for them
  std::uint32_t in_flight = 0;             // most chunks between reading and writing at once
  std::uint64_t memory_limit = 0;          // the bound that was kept, bytes; 0 = none
  std::uint32_t full_chunk_size = 0;       // compressing: what chunk_size would be without it
  std::uint64_t memory_need = 0;           // what the memory formula says of this run, bytes
  std::vector<StrategyTotals> strategies;  // only those used, in the order of StrategyNames()
  double seconds = 0;                      // wall time of the call
  double read_seconds = 0;                 // waiting for the source
  double work_seconds = 0;                 // coding, summed over the workers
  double write_seconds = 0;                // waiting for the sink
  double classify_seconds = 0;             // the part of work_seconds spent choosing strategies
  PoolCounters pool;
  std::uint64_t members = 0;  // compressing: of a tar, in its index
  // Compressing what begins as a tar: why its index does not go to its end; empty if it does.
  std::string index_note;
  // Restoring: every stream was intact and is restored, but data that is neither a stream nor zeros
  // follows the last one: what, and from which offset on. Whoever cares for nothing else treats it
  // as the error it is; the source is never removed.
  std::optional<Error> trailing;
  // Calls on files: what went less than well although the result is there, one sentence each, no
  // file name. The source changed while it was read; metadata could not be kept.
  std::vector<std::string> warnings;
};

struct Progress {
  std::uint64_t read = 0;     // bytes taken from the source so far
  std::uint64_t written = 0;  // bytes given to the sink so far
  std::uint64_t total = 0;    // bytes of the source, 0 if unknown
  // Bytes of the source that are done with, those of chunks in work by estimate. Never falls.
  std::uint64_t worked = 0;
};

// Called from one worker at a time: after every chunk, and compressing about ten times a second
// inside of chunks that take long. Returning false cancels the run (kCancelled) once a chunk ends.
using Observer = std::function<bool(const Progress&)>;

// ---------------------------------------------------------------------------------------------------
// The abilities of this build
// ---------------------------------------------------------------------------------------------------

[[nodiscard]] std::string_view Version();
[[nodiscard]] std::vector<int> Levels();                 // ascending
[[nodiscard]] std::vector<std::string> StrategyNames();  // "auto" first
[[nodiscard]] std::uint32_t AvailableThreads();  // affinity mask and cgroup CPU quota, ≥ 1
[[nodiscard]] std::uint64_t AvailableMemory();   // the smaller of cgroup limit and RAM, bytes
[[nodiscard]] std::string_view SimdTarget();     // the kernels' target on this CPU, e.g. "AVX2"

// Checks the options alone (level, strategy, sizes, and whether memory_limit can be met).
Result<void> Validate(const Options& options);
// Least memory_limit that Validate accepts with these options, bytes.
[[nodiscard]] std::uint64_t LeastMemory(const Options& options, bool compressing);

// ---------------------------------------------------------------------------------------------------
// Memory to memory
// ---------------------------------------------------------------------------------------------------

// Most bytes Compress can produce from `size` bytes.
[[nodiscard]] std::uint64_t CompressBound(std::uint64_t size, const Options& options = {});
Result<Bytes> Compress(ByteView source, const Options& options = {});
// Writes into the caller's buffer and returns the bytes used; kLimit if it does not fit.
Result<std::size_t> Compress(ByteView source, MutableBytes target, const Options& options = {});
// Data after the last stream that is not zeros is an error (kCorrupt, with its offset).
Result<Bytes> Decompress(ByteView source, const Options& options = {});
Result<std::size_t> Decompress(ByteView source, MutableBytes target, const Options& options = {});

// ---------------------------------------------------------------------------------------------------
// Inspection and random access
// ---------------------------------------------------------------------------------------------------

struct ChunkInfo {
  std::uint64_t stream = 0;           // which of the concatenated streams
  std::uint64_t index = 0;            // in its stream
  std::uint64_t offset = 0;           // of its header in the file
  std::uint64_t stored = 0;           // header + payload, bytes
  std::uint64_t original_offset = 0;  // of its first byte in the restored file
  std::uint64_t original = 0;         // restored bytes
  std::uint64_t hash = 0;             // XXH3-64 of the restored bytes
  std::string strategy;
};

struct StreamInfo {
  std::uint64_t offset = 0;      // of its header in the file
  std::uint64_t compressed = 0;  // header, chunks and footer
  std::uint64_t original = 0;
  std::uint64_t chunks = 0;
  std::uint32_t chunk_size = 0;
  int level = 0;  // 0 if unknown
};

// Of a stream that is a part of a larger one (shards.hpp).
struct ShardInfo {
  std::uint32_t part = 1;  // from 1
  std::uint32_t parts = 1;
  std::uint64_t offset = 0;       // of its first byte in the source
  std::uint64_t source_size = 0;  // of the whole source
};

struct FileInfo {
  std::uint64_t compressed = 0;
  std::uint64_t original = 0;
  std::uint64_t streams = 0;
  std::uint32_t chunk_size = 0;  // of the first stream
  int level = 0;                 // of the first stream; 0 if unknown
  std::string checksum;          // "XXH3-64"
  std::optional<ShardInfo> shard;
  std::vector<StrategyTotals> strategies;
  std::vector<StreamInfo> stream_table;
  std::vector<ChunkInfo> chunks;
};

// Reads headers and seek tables only. A file without an intact footer is an error, which says what
// reading from the front finds wrong.
Result<FileInfo> Inspect(ByteView source);
Result<FileInfo> InspectFile(const std::string& path);

// ---------------------------------------------------------------------------------------------------
// Files. A path of "-" is standard input or output.
//
// A result is written to a temporary file beside the target, given the source's mode, times and
// owner, and renamed into place; on any error nothing is left. Nothing but a regular file is ever
// replaced.
//
// Sources: kSkipped for a directory. A FIFO, device or descriptor (/dev/stdin, /dev/fd/N) is read
// where nothing is named after it: into TargetName::kGiven or "-", and by TestFile. Removing takes
// regular files of one name only, no symbolic links, without setuid, setgid and sticky bits.
//
// A source that changed while it was read gives a warning in the summary, metadata that the file
// system refuses to keep gives another.
// ---------------------------------------------------------------------------------------------------

enum class Sparse : std::uint8_t { kAuto, kAlways, kNever };

// When a result is made durable (its data and its name in the folder are on the disk).
enum class Sync : std::uint8_t {
  kAuto,    // with remove_source before the source is removed; otherwise left to the system
  kAlways,  // before the call returns (FileSeries: before Settle returns)
  kNever,   // left to the system; kInvalidArgument with remove_source
};

// How a target's name came about, which decides what it may stand for.
enum class TargetName : std::uint8_t {
  // Made from the source's name, so that anybody may have foreseen it: a free name or, with force,
  // a regular file. kExists for everything else, links too.
  kDerived,
  // Chosen by the caller, who may name a FIFO or a character device, with force a block device, all
  // written in place; a descriptor of this process (/dev/stdout, /dev/stderr, /dev/fd/N,
  // /proc/self/fd/N); or a symbolic link to any of these or to a file, which then is written as if
  // it had been named itself (one that leads nowhere creates the file).
  kGiven,
};

struct FileOptions {
  bool force = false;  // overwrite the target; write to a terminal, or restore what one types
  // After the result was published as a regular file, is durable, was opened again under its name,
  // restored whole and compared with the source read again, and the source has not changed since it
  // was opened. kInvalidArgument, before any work, for a target that cannot be published so. A file
  // system that refuses to sync keeps the source, with a warning.
  bool remove_source = false;
  Sparse sparse = Sparse::kAuto;
  Sync sync = Sync::kAuto;
  TargetName target_name = TargetName::kDerived;
  // Restoring: an input that does not begin with a stream, also an empty one, is copied as it is
  // (`gzip -dcf`); then the summary counts no stream. kInvalidArgument with remove_source.
  bool pass_through = false;
};

// Compresses or restores one file into another.
Result<Summary> CompressFile(const std::string& source, const std::string& target,
                             const Options& options, const FileOptions& files,
                             const Observer& observer = {});
// Summary::trailing: the result is there all the same.
Result<Summary> DecompressFile(const std::string& source, const std::string& target,
                               const Options& options, const FileOptions& files,
                               const Observer& observer = {});

// The same for many files: threads, buffers and tables are kept between them (not under a memory
// limit), and what has to be durable is synced in batches, with one sync of a folder for all
// results in it. A batch holds up to three descriptors for each of its files.
//
//   for each file: series.Compress(…), and if (series.due()) series.Settle(…)
//   series.Settle(…)
//
// or, with small files side by side, while there are jobs:
//   series.Run(the jobs left), and if (series.due()) series.Settle(…)
class FileSeries {
 public:
  // The end of a file whose result had to be made durable, or whose source was to be removed.
  struct Settled {
    std::string source;
    std::string target;
    // The source is kept. A result in doubt (not synced, not verified) is removed, unless the
    // source is no longer under its name; kSkipped: the source changed, and the result stays.
    std::optional<Error> error;
    std::vector<std::string> warnings;  // the source is kept (or was not to be removed)
  };
  using OnSettled = std::function<void(const Settled&)>;
  // While the result of `source` is read again and compared, for sources of more than 256 KiB; the
  // bytes are those of its stream.
  using OnVerifying = std::function<void(const std::string& source, const Progress&)>;

  // kInvalidArgument, kLimit: as Validate.
  static Result<FileSeries> Create(const Options& options);
  FileSeries(FileSeries&&) noexcept;
  FileSeries& operator=(FileSeries&&) noexcept;
  // Files that were not settled keep their sources.
  ~FileSeries();

  // As CompressFile and DecompressFile, but for what Settle does.
  Result<Summary> Compress(const std::string& source, const std::string& target,
                           const FileOptions& files, const Observer& observer = {});
  Result<Summary> Decompress(const std::string& source, const std::string& target,
                             const FileOptions& files, const Observer& observer = {});

  struct Job {
    std::string source;
    std::string target;
    FileOptions files;
    bool compress = true;  // otherwise it is restored
  };
  // Compresses or restores the first jobs, at least one, as many as the batch still takes, and
  // returns what Compress or Decompress says of each, in their order. Files of one chunk, and
  // streams of up to 256 KiB, are done side by side, each by one thread, in any order; not under a
  // memory limit. No two jobs may have the same target. The error is kOutOfMemory: nothing was
  // begun.
  Result<std::vector<Result<Summary>>> Run(std::span<const Job> jobs);

  // Whether the batch is as large as it should get.
  [[nodiscard]] bool due() const noexcept;
  // Makes the results since the last call durable, verifies them and removes their sources, and
  // tells of each file of the batch in the order given. `verifying` is called from one worker at a
  // time.
  void Settle(const OnSettled& settled, const OnVerifying& verifying = {});

 private:
  struct State;
  explicit FileSeries(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Decodes everything and checks every hash; writes nothing. Trailing data is the error it is.
Result<Summary> TestFile(const std::string& source, const Options& options,
                         const FileOptions& files, const Observer& observer = {});
// A part of the restored bytes, cut where they begin and end.
struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = ~std::uint64_t{0};
  bool from_end = false;  // `offset` counts back from the end: the last bytes
};

// Restores a range of the original, reading and decoding only the chunks that hold it. The source
// must be seekable. kInvalidArgument with remove_source. Summary::original is what there was of the
// range.
Result<Summary> DecompressRange(const std::string& source, const std::string& target,
                                const ByteRange& range, const Options& options,
                                const FileOptions& files);
// Removes the temporary files of calls that are still running; for the path that ends the process
// on a signal. Safe from any thread (not from a signal handler).
void DiscardUnpublished() noexcept;

// ---------------------------------------------------------------------------------------------------
// Measurement
// ---------------------------------------------------------------------------------------------------

struct BenchResult {
  int level = 0;
  std::uint32_t threads = 0;
  std::uint64_t original = 0;
  std::uint64_t compressed = 0;
  double compress_seconds = 0;       // best repetition
  double decompress_seconds = 0;     // best repetition
  double classify_seconds = 0;       // of the best compression, summed over the workers
  std::uint64_t peak_workspace = 0;  // bytes: slots and scratch, without source and result
};

// Compresses and restores `source` in memory, each way repeatedly for `seconds` (at least twice,
// the first repetition untimed), checks the result, and returns the best times.
Result<BenchResult> Bench(ByteView source, const Options& options, double seconds);

// A plan that was considered for a chunk: the bytes expected of it, from samples, and the bytes it
// really takes (the chunk's size where it gains nothing).
struct ConsideredPlan {
  std::string name;  // coder, or transform with its parameters, e.g. "lz", "delta16"
  std::uint64_t expected = 0;
  std::uint64_t real = 0;
};

// The nature of one chunk and the plan that was chosen for it. Entropies are in bits per byte
// (0 … 8), densities are shares of the sampled bytes (0 … 1).
struct ChunkAnalysis {
  std::uint64_t offset = 0;    // in the source
  std::uint64_t original = 0;  // bytes
  std::uint64_t compressed = 0;
  std::uint64_t reference = 0;  // bytes without any transform: what the gain is measured by
  std::string data_class;       // "text", "structured", "delta", …
  std::string strategy;         // as --list names it
  std::string plan;             // the whole of it: "delta16(entropy, raw)"
  double entropy = 0;           // order-0
  std::array<double, 4> plane_entropy{};  // of the byte planes of integers of 1, 2, 4, 8 bytes
  std::array<double, 4> delta_entropy{};  // the same of their differences
  std::uint32_t period = 0;               // bytes; 0 = none stands out
  double period_density = 0;
  double match_density = 0;
  double text_density = 0;
  double run_density = 0;
  std::vector<ConsideredPlan> considered;
};

struct Analysis {
  int level = 0;
  std::uint32_t chunk_size = 0;
  std::uint64_t original = 0;
  std::uint64_t compressed = 0;  // payloads alone
  std::vector<ChunkAnalysis> chunks;
};

// Compresses `source` as the options say, with every plan that was considered for each chunk, and
// says what was found and chosen. Takes several times as long as compressing.
Result<Analysis> Analyze(ByteView source, const Options& options);

// Reads a whole file into memory (for Bench and Analyze).
Result<Bytes> ReadFile(const std::string& path);

}  // namespace sigma

#endif  // SIGMA_SIGMA_HPP_
