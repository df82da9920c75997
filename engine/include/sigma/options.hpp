// The options of a call, the sums it gives back, and how it tells its progress; and the abilities of
// this build.
#ifndef SIGMA_OPTIONS_HPP_
#define SIGMA_OPTIONS_HPP_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sigma/result.hpp"

namespace sigma {

class Tracer;  // trace.hpp

// A hash over the whole content of a stream, kept in the stream. Chunks have hashes of their own in any
// case: this one is for comparing with other programs and other copies, without restoring.
enum class ContentHash : std::uint8_t {
  kNone,
  kXxh3,    // XXH3-128, as xxh128sum prints it
  kSha256,  // as sha256sum prints it
};

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
  // Compressing: each chunk by the level, from 1 up to `level`, at which coding keeps up with source
  // and sink. The first has `level`, the others follow what is measured, so the bytes depend on
  // timing; nothing else does.
  bool adapt = false;
  // Compressing a file or memory of more than one chunk: what a chunk has in common with any earlier
  // one is stored once. Restoring a chunk then restores the own bytes of up to 8 others.
  bool far = false;
  std::uint64_t far_memory = 0;  // bytes for finding such copies, at most; 0 = 64 MiB
  // Compressing: write the hash of the content after the chunks. Whoever restores the whole stream checks
  // it, kCorrupt where it differs. Is taken in order by one thread, up to which compressing and
  // restoring stay parallel: XXH3-128 takes some 10 GB/s and more, SHA-256 1.5 GB/s where the processor
  // has instructions for it and 0.25 GB/s elsewhere.
  ContentHash content_hash = ContentHash::kNone;
  // Is told when each stage of each chunk began and ended; null: nobody is. Outlives the calls.
  Tracer* tracer = nullptr;
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
  // With Options::adapt: chunks of each level from 1 on; else empty.
  std::vector<std::uint64_t> level_chunks;
  double seconds = 0;           // wall time of the call
  double read_seconds = 0;      // waiting for the source
  double work_seconds = 0;      // coding, summed over the workers
  double write_seconds = 0;     // waiting for the sink
  double classify_seconds = 0;  // the part of work_seconds spent choosing strategies
  double serial_seconds = 0;    // in the stages that have one chunk at a time, waiting included
  PoolCounters pool;
  // With Options::far, of a source with chunks to copy from: bytes taken from earlier ones, the size of
  // the table that found them, and what that would be without a memory limit.
  std::uint64_t far_copied = 0;
  std::uint64_t far_table = 0;
  std::uint64_t full_far_table = 0;
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

}  // namespace sigma

#endif  // SIGMA_OPTIONS_HPP_
