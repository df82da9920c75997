#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/quantity.h"
#include "cli/terminal.h"

namespace sigma::cli {
namespace {

// Ten a second reads as motion and costs nothing beside a chunk's work; it also keeps the bar away
// from files that are done at once.
constexpr std::chrono::milliseconds kInterval{100};
constexpr const char* kEraseLine = "\r\033[K";

bool WantsBar(const Arguments& arguments) {
  if (arguments.progress == ProgressMode::kAlways) return true;
  return arguments.progress == ProgressMode::kAuto && arguments.quiet == 0 && ErrorIsTerminal();
}

}  // namespace

ProgressMeter::ProgressMeter(const Arguments& arguments, bool restores)
    : restores_(restores),
      bar_(WantsBar(arguments)),
      json_(arguments.progress == ProgressMode::kJson),
      descriptor_(arguments.progress_descriptor) {}

void ProgressMeter::Begin(const std::string& file) {
  const std::lock_guard lock(mutex_);
  file_ = file == "-" ? "(stdin)" : file;
  progress_ = {};
  running_ = true;
  start_ = last_ = Clock::now();
}

void ProgressMeter::Observe(const Progress& progress) {
  const std::lock_guard lock(mutex_);
  progress_ = progress;
  if (!bar_ && !json_) return;
  const Clock::time_point now = Clock::now();
  if (now - last_ < kInterval) return;
  last_ = now;
  if (bar_) Draw();
  if (json_) WriteJson(false);
}

void ProgressMeter::End() {
  Clear();
  const std::lock_guard lock(mutex_);
  if (json_ && running_) WriteJson(true);
  running_ = false;
}

void ProgressMeter::Clear() {
  const std::lock_guard lock(mutex_);
  if (!drawn_) return;
  WriteText(STDERR_FILENO, kEraseLine);
  drawn_ = false;
}

std::string ProgressMeter::StatusLine() {
  const std::lock_guard lock(mutex_);
  return "sigma-par: " + (running_ ? Line() : std::string{"between files"}) + "\n";
}

double ProgressMeter::Elapsed() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

std::string ProgressMeter::Line() const {
  const double seconds = Elapsed();
  const std::uint64_t original = restores_ ? progress_.written : progress_.read;
  std::string line = file_ + ": ";
  if (progress_.total > 0) {
    const double part = static_cast<double>(progress_.read) / static_cast<double>(progress_.total);
    line += Fixed(100 * part, 1) + " %, ";
    if (part > 0) line += HumanTime(seconds * std::max(0.0, 1 / part - 1)) + " left, ";
  }
  line += HumanSize(progress_.read) + " -> " + HumanSize(progress_.written) + ", " +
          Fixed(Rate(original, seconds), 0) + " MB/s";
  return line;
}

void ProgressMeter::Draw() {
  std::string line = Line();
  const auto width = static_cast<std::size_t>(std::max(TerminalWidth() - 1, 20));
  // The figures stand at the end: a long name gives way at its beginning.
  if (line.size() > width) line = "..." + line.substr(line.size() - width + 3);
  WriteText(STDERR_FILENO, kEraseLine + line);
  drawn_ = true;
}

void ProgressMeter::WriteJson(bool done) {
  using Json = nlohmann::ordered_json;
  const Json line = {{"file", file_},
                     {"read", progress_.read},
                     {"written", progress_.written},
                     {"total", progress_.total},
                     {"seconds", Elapsed()},
                     {"done", done}};
  WriteText(descriptor_, line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace sigma::cli
