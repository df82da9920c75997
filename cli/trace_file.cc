#include "cli/trace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cinttypes>
#include <cstdio>
#include <cstring>

#include "cli/terminal.h"

namespace sigma::cli {
namespace {

constexpr std::size_t kBuffer = std::size_t{64} << 10;

const char* NameOf(TraceStage stage) {
  switch (stage) {
    case TraceStage::kRead:
      return "read";
    case TraceStage::kQueue:
      return "queue";
    case TraceStage::kEncode:
      return "encode";
    case TraceStage::kDecode:
      return "decode";
    case TraceStage::kWait:
      return "wait";
    case TraceStage::kWrite:
      return "write";
    case TraceStage::kFinish:
      return "finish";
  }
  return "";
}

// "microseconds.nanoseconds", as the format has it, without rounding.
struct Microseconds {
  explicit Microseconds(TraceEvent::Clock::duration time)
      : nanoseconds(std::chrono::duration_cast<std::chrono::nanoseconds>(time).count()) {}
  [[nodiscard]] std::int64_t whole() const { return nanoseconds / 1000; }
  [[nodiscard]] std::int64_t rest() const { return nanoseconds % 1000; }
  std::int64_t nanoseconds;
};

}  // namespace

TraceFile::TraceFile() { buffer_.reserve(kBuffer); }

TraceFile::~TraceFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<void> TraceFile::Open(const std::string& path, bool force) {
  struct stat status {};
  const bool there = stat(path.c_str(), &status) == 0;
  if (there && S_ISREG(status.st_mode) && !force) {
    return Unexpected{
        {.code = ErrorCode::kExists, .text = "already exists", .force_overwrites = true}};
  }
  const int made = there ? O_TRUNC : O_CREAT | O_EXCL;
  descriptor_ = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | made, 0666);
  if (descriptor_ < 0) {
    return Fail(ErrorCode::kIo, std::string("cannot make the trace: ") + std::strerror(errno));
  }
  Append(
      "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n"
      "{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":1,\"args\":{\"name\":\"sigma-par\"}}");
  return {};
}

void TraceFile::Stage(const TraceEvent& event) noexcept {
  const Microseconds begin(event.begin - start_);
  const Microseconds took(event.end - event.begin);
  const Microseconds end(event.end - start_);
  const char* const name = NameOf(event.stage);
  const std::lock_guard hold(mutex_);
  const int track = Track();
  std::array<char, 512> text;
  int size = 0;
  if (event.stage == TraceStage::kQueue || event.stage == TraceStage::kWait) {
    size = std::snprintf(text.data(), text.size(),
                         ",\n{\"name\":\"%s\",\"cat\":\"%s\",\"ph\":\"b\",\"id\":\"%" PRIu64
                         ".%" PRIu64 "\",\"pid\":1,\"tid\":%d,\"ts\":%" PRId64 ".%03" PRId64
                         ",\"args\":{\"run\":%" PRIu64 ",\"chunk\":%" PRIu64 ",\"bytes\":%" PRIu64
                         "}},\n{\"name\":\"%s\",\"cat\":\"%s\",\"ph\":\"e\",\"id\":\"%" PRIu64
                         ".%" PRIu64 "\",\"pid\":1,\"tid\":%d,\"ts\":%" PRId64 ".%03" PRId64 "}",
                         name, name, event.run, event.chunk, track, begin.whole(), begin.rest(),
                         event.run, event.chunk, event.bytes, name, name, event.run, event.chunk,
                         track, end.whole(), end.rest());
  } else {
    std::array<char, 32> chunk{};
    if (event.chunk != kNoPosition) {
      std::snprintf(chunk.data(), chunk.size(), ",\"chunk\":%" PRIu64, event.chunk);
    }
    size = std::snprintf(text.data(), text.size(),
                         ",\n{\"name\":\"%s\",\"cat\":\"stage\",\"ph\":\"X\",\"pid\":1,\"tid\":%d,"
                         "\"ts\":%" PRId64 ".%03" PRId64 ",\"dur\":%" PRId64 ".%03" PRId64
                         ",\"args\":{\"run\":%" PRIu64 "%s,\"bytes\":%" PRIu64 "}}",
                         name, track, begin.whole(), begin.rest(), took.whole(), took.rest(),
                         event.run, chunk.data(), event.bytes);
  }
  Append({text.data(), static_cast<std::size_t>(size)});
}

Result<void> TraceFile::Close() {
  const std::lock_guard hold(mutex_);
  Append("\n]}\n");
  Flush();
  if (close(descriptor_) != 0 && error_ == 0) error_ = errno;
  descriptor_ = -1;
  if (error_ == 0) return {};
  return Fail(ErrorCode::kIo, std::string("cannot write the trace: ") + std::strerror(error_));
}

// The buffer never grows.
void TraceFile::Append(std::string_view text) noexcept {
  if (buffer_.size() + text.size() > kBuffer) Flush();
  buffer_ += text;
}

void TraceFile::Flush() noexcept {
  if (error_ == 0 && !WriteText(descriptor_, buffer_)) error_ = errno;
  buffer_.clear();
}

// That of the calling thread, which gets one with the first thing it tells.
int TraceFile::Track() noexcept {
  thread_local int track = -1;
  if (track >= 0) return track;
  track = tracks_++;
  std::array<char, 128> text;
  const int size = std::snprintf(text.data(), text.size(),
                                 ",\n{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,\"tid\":%d,"
                                 "\"args\":{\"name\":\"worker %d\"}}",
                                 track, track);
  Append({text.data(), static_cast<std::size_t>(size)});
  return track;
}

}  // namespace sigma::cli
