// A sink that keeps nothing but compares what it is given with an open file, piece by piece and
// from several threads at once: for reading a result again before its source is removed.
#ifndef SIGMA_IO_COMPARISON_SINK_H_
#define SIGMA_IO_COMPARISON_SINK_H_

#include <atomic>

#include "engine/io/stream.h"

namespace sigma {

class ComparisonSink final : public Sink, public Pieces {
 public:
  // The file is read at offsets; the descriptor outlives the sink.
  explicit ComparisonSink(int fd) : fd_(fd) {}

  Result<void> Write(ByteView bytes) override;
  // Fails (kCorrupt) with the first piece that differs.
  Result<void> WriteAt(std::uint64_t offset, ByteView bytes) override;
  void WrittenTo(std::uint64_t end) override { end_ = end; }
  [[nodiscard]] Delivery delivery() override { return static_cast<Pieces*>(this); }
  // Fails if the file is longer than what was given.
  Result<void> Finish() override;

  // Whether a difference was seen (and it was no error of reading).
  [[nodiscard]] bool differs() const { return differs_; }

 private:
  Result<void> Differs();

  const int fd_;
  std::uint64_t end_ = 0;
  std::atomic<bool> differs_ = false;
};

}  // namespace sigma

#endif  // SIGMA_IO_COMPARISON_SINK_H_
