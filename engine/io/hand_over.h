// HandOver: both ends of a running call in memory. Its caller pushes the bytes that the call reads
// from `source()` and pulls those that it writes to `sink()`.
//
// Nothing is stored in between: a pushed byte is copied once, straight into the buffer that the
// call wants filled, and a pulled one straight out of the buffer that it offers. So memory does not
// grow, the slower side holds the faster one back, and nothing is allocated. Who waits sleeps.
//
// The caller's side: one thread pushes (Push, Write, Flush, Close) and one pulls (Pull, Read), which
// may be the same; Cancel from any. The call's side: one reader and one writer at a time, from any
// threads; End when the call has returned.
//
// Cancel before End, by the caller, makes every wait of either side return an error; the destructor
// wants the call to be over.
#ifndef SIGMA_IO_HAND_OVER_H_
#define SIGMA_IO_HAND_OVER_H_

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>

#include "engine/io/stream.h"

namespace sigma {

class HandOver {
 public:
  HandOver() : source_(*this), sink_(*this) {}
  HandOver(const HandOver&) = delete;
  HandOver& operator=(const HandOver&) = delete;

  // ---- The caller's side ----

  // Bytes of `bytes` that were taken, all of them unless there is something to pull. Waits while
  // none is taken and nothing is there to pull.
  Result<std::size_t> Push(ByteView bytes);
  // All of `bytes`; waits for somebody else to pull.
  Result<void> Write(ByteView bytes);
  // Bytes that were put into `target`. 0: after Close the end; after Flush, once, all has come out
  // that can of what was pushed before it; otherwise, that Push takes more. Waits while none of
  // that holds.
  Result<std::size_t> Pull(MutableBytes target);
  // The same, but it waits for a byte or the end: somebody else pushes.
  Result<std::size_t> Read(MutableBytes target);
  // What was pushed so far is wanted on its own (Source::GoesOn).
  Result<void> Flush();
  // Nothing more is pushed.
  Result<void> Close();
  void Cancel() noexcept;

  // ---- The call's side ----

  [[nodiscard]] Source& source() noexcept { return source_; }
  [[nodiscard]] Sink& sink() noexcept { return sink_; }
  // The call has returned, with an error if there is one.
  void End(std::optional<Error> error) noexcept;

 private:
  using Lock = std::unique_lock<std::mutex>;
  // How long a caller waits.
  enum class Waits : std::uint8_t { kWhileUseful, kUntilDone };

  class ReadEnd final : public Source {
   public:
    explicit ReadEnd(HandOver& owner) : owner_(owner) {}
    Result<std::size_t> Read(MutableBytes target) override { return owner_.Fill(target); }
    [[nodiscard]] std::optional<std::uint64_t> Size() const override { return std::nullopt; }
    [[nodiscard]] bool Seekable() const override { return false; }
    Result<std::size_t> ReadAt(std::uint64_t, MutableBytes) override {
      return Fail(ErrorCode::kIo, "what is pushed is read in its order");
    }
    [[nodiscard]] bool Waits() const override { return true; }
    void Stop() noexcept override { owner_.StopReading(); }
    [[nodiscard]] bool GoesOn() const override { return owner_.goes_on_; }

   private:
    HandOver& owner_;
  };

  class WriteEnd final : public Sink {
   public:
    explicit WriteEnd(HandOver& owner) : owner_(owner) {}
    Result<void> Write(ByteView bytes) override { return owner_.Offer(bytes); }
    Result<void> Finish() override { return {}; }
    void ChunkTaken() noexcept override { owner_.CountChunk(1); }
    void ChunkWritten() noexcept override { owner_.CountChunk(-1); }

   private:
    HandOver& owner_;
  };

  Result<std::size_t> Take(ByteView bytes, Waits waits);
  Result<std::size_t> Give(MutableBytes target, Waits waits);
  Result<std::size_t> Fill(MutableBytes target);
  Result<void> Offer(ByteView bytes);
  void StopReading() noexcept;
  void CountChunk(int change) noexcept;
  [[nodiscard]] bool HasRoom() const noexcept { return !wanted_.empty() && !flush_; }
  [[nodiscard]] bool Idle() const noexcept {
    return HasRoom() && !pushing_ && in_flight_ == 0 && offered_.empty();
  }
  // The error that ends every call of the caller's.
  [[nodiscard]] std::optional<Error> Refusal() const;

  ReadEnd source_;
  WriteEnd sink_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable reader_;
  std::condition_variable writer_;
  std::condition_variable caller_;
  MutableBytes wanted_;          // the rest of what the reader wants filled
  ByteView offered_;             // the rest of what the writer offers
  std::uint64_t in_flight_ = 0;  // chunks taken and not written
  bool pusher_ = false;          // a caller is in Take
  bool puller_ = false;          // a caller is in Give
  bool pushing_ = false;         // a caller copies into `wanted_`
  bool pulling_ = false;         // a caller copies out of `offered_`
  bool flush_ = false;           // asked for, not yet seen by the reader
  bool goes_on_ = false;         // the reader's own: what it read last was flushed
  bool settling_ = false;        // a flush is not yet pulled
  bool closed_ = false;
  bool stopped_ = false;  // by the reader's side
  bool cancelled_ = false;
  bool over_ = false;
  std::optional<Error> error_;  // the call's
};

}  // namespace sigma

#endif  // SIGMA_IO_HAND_OVER_H_
