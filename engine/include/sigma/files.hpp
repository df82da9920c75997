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
#ifndef SIGMA_FILES_HPP_
#define SIGMA_FILES_HPP_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sigma/options.hpp"

namespace sigma {

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

// For the path that ends the process on a signal: removes the temporary files of calls that are still
// running, undoes their appends, and from then on no call of this process publishes or appends
// anything (kCancelled). Safe from any thread (not from a signal handler).
void DiscardUnpublished() noexcept;

}  // namespace sigma

#endif  // SIGMA_FILES_HPP_
