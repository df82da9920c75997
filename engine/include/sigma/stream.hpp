// Streams: bytes are pushed in as they come and pulled out as they are ready, in bounded memory and
// with workers inside.
//
// One thread that does both:
//
//   for (ByteView rest = next; !rest.empty();) {        // for each piece of the source
//     const Result<std::size_t> taken = encoder->Push(rest);
//     if (!taken) return taken.error();
//     rest = rest.subspan(*taken);
//     if (!Deliver(*encoder)) …
//   }
//   encoder->Finish(), and Deliver once more
//
//   Deliver: while (Result<std::size_t> got = stream.Pull(buffer)) { if (*got == 0) break; … }
//
// Push waits only while nothing can be pulled, Pull only while nothing can be pushed, so this never
// waits for itself, and neither turns in vain. With two threads, one calls Write and the other Read,
// each of which waits for the other.
//
// Threads: one thread at a time pushes (Push, Write, Flush, Finish) and one pulls (Pull, Read);
// Cancel may be called from any. Two that push or pull at once get kInvalidArgument, as far as it
// is seen. Destroying or moving takes the object for itself.
//
// Errors: an error of the stream (damage, no memory) comes out of Pull after the last good byte,
// and of every call from then on. Calls in a wrong order, and calls on an object that was moved
// from, are kInvalidArgument and change nothing. After Cancel every call is kCancelled.
//
// Memory: the formula of Options::memory_limit, and a thread; nothing else is kept.
#ifndef SIGMA_STREAM_HPP_
#define SIGMA_STREAM_HPP_

#include <cstddef>
#include <memory>

#include "sigma/options.hpp"

namespace sigma {

// What both directions have in common.
class Stream {
 public:
  Stream(Stream&& other) noexcept;
  // Ends what is under way here, as the destructor does.
  Stream& operator=(Stream&& other) noexcept;
  // Cancels what is not finished; waits for the chunks that are being worked on.
  ~Stream();

  // Takes bytes of `source`, from its front, and returns how many: all, unless there is something to
  // pull. Waits while it can take none and nothing can be pulled.
  Result<std::size_t> Push(ByteView source);
  // Takes all of `source`. Waits for another thread to pull.
  Result<void> Write(ByteView source);
  // Puts what has come out into `target`, which has room for a byte at least, and returns how much.
  // 0: after Finish the end; after Flush, once, all has been pulled that Flush is about; otherwise
  // Push takes more now. Waits while none of that holds.
  Result<std::size_t> Pull(MutableBytes target);
  // The same, but waits for at least one byte; 0 is the end. For another thread than the one that
  // pushes.
  Result<std::size_t> Read(MutableBytes target);
  // Makes all that was pushed so far come out, and Pull wait for it. An Encoder ends the chunk here,
  // so that it can be restored without what follows, which costs ratio. A Decoder gives every chunk
  // that was pushed whole: for a reader to whom nothing more comes before it has answered. Waits for
  // nothing itself.
  Result<void> Flush();
  // The source has ended; what is missing of a Decoder's streams is an error (kTruncated) now. Waits
  // for nothing; may be repeated.
  Result<void> Finish();
  // Stops the work: what waits returns, and no more comes.
  void Cancel() noexcept;
  // What the run counted. kInvalidArgument before the end has been pulled.
  [[nodiscard]] Result<Summary> Summarize() const;

 protected:
  struct State;
  explicit Stream(std::unique_ptr<State> state);

 private:
  std::unique_ptr<State> state_;
};

// Compresses. The bytes that come out are those of Compress for the same options, however the
// source was cut into pieces, as long as Flush is not called.
class Encoder : public Stream {
 public:
  // kInvalidArgument, kLimit: as Validate. kOutOfMemory: no memory, or no thread, of which it takes
  // one beside the workers.
  static Result<Encoder> Create(const Options& options = {});

 private:
  using Stream::Stream;
};

// Restores one stream or several, one after the other. Zeros after the last one are ignored; other
// data there is an error (kCorrupt), once all that is before it has been pulled.
class Decoder : public Stream {
 public:
  // Options: threads, memory_limit and output_limit. Errors as Encoder::Create; that the chunks of
  // a stream do not fit the memory limit is found when it comes.
  static Result<Decoder> Create(const Options& options = {});

 private:
  using Stream::Stream;
};

}  // namespace sigma

#endif  // SIGMA_STREAM_HPP_
