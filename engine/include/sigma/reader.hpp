// Random access: a compressed file read like a file, from any place, decoding only the chunks that
// hold what is asked for.
//
//   const Result<Reader> reader = Reader::OpenFile("table.sigma");
//   const Result<std::size_t> got = reader->Read(offset, page);
#ifndef SIGMA_READER_HPP_
#define SIGMA_READER_HPP_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "sigma/result.hpp"

namespace sigma {

struct ReaderOptions {
  // Chunks decoded at once at most, by the calling threads and those that read ahead; 0 =
  // AvailableThreads(). Each takes scratch of a few times the chunk size.
  std::uint32_t threads = 0;
  // Decoded bytes kept for the next reads, the least recently used ones given up first. What calls
  // are reading right now comes on top. 0: nothing is kept.
  std::uint64_t cache_bytes = std::uint64_t{64} << 20;
  // Whether threads of the reader's own (threads − 1, made when first needed) decode ahead where a
  // read goes over several chunks or begins where another one has ended.
  bool read_ahead = true;
  // Bound on the peak resident bytes of a process that does nothing else; 0: none. Takes threads,
  // then bytes of the cache. kLimit, naming the least possible, if it cannot be met.
  std::uint64_t memory_limit = 0;
};

// Safe for any number of threads at once, but for moving and destroying. What it reads must not
// change. No thread of it runs while nothing is read, but those that finish reading ahead.
//
// A reader that was moved from has a size of 0, and reading it is kInvalidArgument.
class Reader {
 public:
  // Where the compressed bytes are: an object store, an archive, a device.
  class Source {
   public:
    virtual ~Source() = default;
    // Bytes of all; the same at any time.
    [[nodiscard]] virtual std::uint64_t Size() const = 0;
    // Fills `target` from `offset` on and returns its size; fewer bytes only at the end. Called from
    // several threads at once. A chunk is read in one call, of at most the chunk size and 31 bytes.
    // What it throws becomes kIo.
    virtual Result<std::size_t> Read(std::uint64_t offset, MutableBytes target) = 0;
  };

  struct Counters {
    std::uint64_t decoded = 0;     // chunks, those read ahead among them
    std::uint64_t read_ahead = 0;  // chunks
    std::uint64_t hits = 0;        // chunks that a call found decoded, or being decoded
    std::uint64_t held_bytes = 0;  // kept now
  };

  // Reads the seek tables: 32 bytes of memory a chunk. A file without an intact footer is an error
  // that says what reading from the front finds wrong. kInvalidArgument: a source that cannot be
  // read at any place, such as a pipe. kSkipped: a directory.
  static Result<Reader> OpenFile(const std::string& path, const ReaderOptions& options = {});
  // The descriptor stays the caller's and open while the reader lives; offset 0 is its position now,
  // which is not moved.
  static Result<Reader> OpenDescriptor(int descriptor, const ReaderOptions& options = {});
  // The bytes outlive the reader.
  static Result<Reader> OpenMemory(ByteView stream, const ReaderOptions& options = {});
  static Result<Reader> OpenSource(std::unique_ptr<Source> source,
                                   const ReaderOptions& options = {});
  Reader(Reader&& other) noexcept;
  Reader& operator=(Reader&& other) noexcept;
  // Waits for what is being read ahead.
  ~Reader();

  // Fills `target` with restored bytes from `offset` on and returns how many there were; fewer only
  // at the end. Every byte has been checked against its chunk's hash. With an error `target` holds
  // nothing in particular; damage of a chunk is told to those who ask for its bytes, every time.
  Result<std::size_t> Read(std::uint64_t offset, MutableBytes target) const;

  // Restored bytes of all.
  [[nodiscard]] std::uint64_t size() const noexcept;
  // Restored bytes of the largest chunk possible: what one read of a byte may decode.
  [[nodiscard]] std::uint32_t chunk_size() const noexcept;
  [[nodiscard]] Counters counters() const;

 private:
  friend class Archive;
  struct State;
  explicit Reader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sigma

#endif  // SIGMA_READER_HPP_
