// Sources, sinks and data for the tests of the pipeline: in memory, as a file and as a pipe would
// behave, some of them failing on purpose.
#ifndef SIGMA_TESTS_PIPELINE_TEST_STREAMS_H_
#define SIGMA_TESTS_PIPELINE_TEST_STREAMS_H_

#include <algorithm>
#include <atomic>
#include <cstring>
#include <random>
#include <string>

#include "engine/io/stream.h"
#include "sigma/sigma.hpp"

namespace sigma::tests {

enum class SourceKind { kMemory, kFile, kPipe };

// Bytes seen through each kind of source. `fail_at`: a read that reaches this offset fails.
class TestSource final : public Source {
 public:
  TestSource(ByteView bytes, SourceKind kind, std::uint64_t fail_at = kNoPosition)
      : bytes_(bytes), kind_(kind), fail_at_(fail_at) {}
  Result<std::size_t> Read(MutableBytes target) override {
    Result<std::size_t> got = Copy(position_, target);
    if (got) position_ += *got;
    return got;
  }
  [[nodiscard]] std::optional<std::uint64_t> Size() const override {
    if (kind_ == SourceKind::kPipe) return std::nullopt;
    return bytes_.size();
  }
  [[nodiscard]] bool Seekable() const override { return kind_ != SourceKind::kPipe; }
  Result<std::size_t> ReadAt(std::uint64_t offset, MutableBytes target) override {
    asked_ += target.size();
    return Copy(offset, target);
  }
  [[nodiscard]] bool Skip(std::uint64_t bytes) override {
    if (kind_ != SourceKind::kFile) return false;
    position_ += bytes;
    return true;
  }
  [[nodiscard]] ByteView Memory() const override {
    return kind_ == SourceKind::kMemory ? bytes_ : ByteView{};
  }
  // Bytes asked for by ReadAt.
  [[nodiscard]] std::uint64_t asked() const { return asked_; }

 private:
  Result<std::size_t> Copy(std::uint64_t offset, MutableBytes target) const {
    if (offset + target.size() > fail_at_) return Fail(ErrorCode::kIo, "made to fail", fail_at_);
    const std::size_t from = std::min<std::size_t>(static_cast<std::size_t>(offset), bytes_.size());
    const std::size_t size = std::min(target.size(), bytes_.size() - from);
    if (size != 0) std::memcpy(target.data(), bytes_.data() + from, size);
    return size;
  }
  ByteView bytes_;
  SourceKind kind_;
  std::uint64_t fail_at_;
  std::uint64_t position_ = 0;
  std::atomic<std::uint64_t> asked_ = 0;
};

// Collects what is written. `fail_at`: a write that reaches this offset fails.
class TestSink final : public Sink {
 public:
  explicit TestSink(std::uint64_t fail_at = kNoPosition) : fail_at_(fail_at) {}
  Result<void> Write(ByteView bytes) override {
    if (written.size() + bytes.size() > fail_at_) return Fail(ErrorCode::kIo, "made to fail");
    written.insert(written.end(), bytes.begin(), bytes.end());
    return {};
  }
  Result<void> Finish() override {
    ++finished;
    return {};
  }
  Bytes written;
  int finished = 0;

 private:
  std::uint64_t fail_at_;
};

// A sink in place: the workers decode into `bytes`.
class PlaceSink final : public Sink, public Places {
 public:
  explicit PlaceSink(std::size_t size) : bytes(size) {}
  Result<void> Write(ByteView) override { return Fail(ErrorCode::kIo, "not in place"); }
  Result<void> Finish() override { return {}; }
  MutableBytes Place(std::uint64_t offset, std::size_t size) override {
    if (offset + size > bytes.size()) return {};
    return MutableBytes{bytes}.subspan(static_cast<std::size_t>(offset), size);
  }
  Delivery delivery() override { return static_cast<Places*>(this); }
  Bytes bytes;
};

// Words from a small vocabulary with stretches of noise and of one byte: every strategy finds
// something.
inline Bytes MixedBytes(std::size_t size, std::uint32_t seed = 1) {
  std::mt19937 random(seed);
  const std::string words[] = {"chunk ",    "stream ", "footer ", "the ",  "of ",
                               "sequence ", "a ",      "window ", "byte ", "\n"};
  Bytes bytes;
  bytes.reserve(size + 4096);
  while (bytes.size() < size) {
    const std::uint32_t choice = random() % 64;
    if (choice == 0) {
      bytes.insert(bytes.end(), random() % 4096, static_cast<std::uint8_t>(random()));
    } else if (choice == 1) {
      for (std::uint32_t i = random() % 512; i > 0; --i) {
        bytes.push_back(static_cast<std::uint8_t>(random()));
      }
    } else {
      const std::string& word = words[random() % std::size(words)];
      bytes.insert(bytes.end(), word.begin(), word.end());
    }
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_PIPELINE_TEST_STREAMS_H_
