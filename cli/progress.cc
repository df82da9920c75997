#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <vector>

#include "cli/json.h"
#include "cli/names.h"
#include "cli/quantity.h"
#include "cli/terminal.h"

namespace sigma::cli {
namespace {

// Ten a second reads as motion and costs nothing beside a chunk's work; it also keeps the bar away
// from files that are done at once.
constexpr std::chrono::milliseconds kInterval{100};
constexpr const char* kEraseLine = "\r\033[K";
// The status line goes to a log as often as to a terminal.
constexpr std::size_t kWideLine = 4096;

bool WantsBar(const Arguments& arguments) {
  if (arguments.progress == ProgressMode::kAlways) return true;
  return arguments.progress == ProgressMode::kAuto && arguments.quiet == 0 && ErrorIsTerminal();
}

double Seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

}  // namespace

ProgressMeter::ProgressMeter(const Arguments& arguments, bool restores)
    : restores_(restores),
      bar_(WantsBar(arguments)),
      json_(arguments.progress == ProgressMode::kJson),
      descriptor_(arguments.progress_descriptor) {}

void ProgressMeter::Expect(std::size_t files, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  files_ = files;
  before_.total = bytes;
  first_start_ = Clock::now();
}

void ProgressMeter::Begin(const std::string& file) {
  const std::lock_guard lock(mutex_);
  ++index_;
  file_ = file;
  progress_ = {};
  running_ = true;
  start_ = last_ = Clock::now();
}

void ProgressMeter::Observe(const Progress& progress) {
  const std::lock_guard lock(mutex_);
  Show(progress);
}

void ProgressMeter::Show(const Progress& progress) {
  progress_ = progress;
  if (!bar_ && !json_) return;
  const Clock::time_point now = Clock::now();
  if (now - last_ < kInterval) return;
  last_ = now;
  if (bar_) Draw();
  if (json_) WriteJson(false);
}

void ProgressMeter::Written(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  progress_.written = bytes;
}

void ProgressMeter::End() {
  Clear();
  const std::lock_guard lock(mutex_);
  if (json_ && running_) WriteJson(true);
  running_ = false;
  if (files_ <= 1) before_.total = progress_.total;
  before_.read += progress_.read;
  before_.written += progress_.written;
  before_.worked += progress_.worked;
}

void ProgressMeter::Verifying(const std::string& file, const Progress& progress) {
  const std::lock_guard lock(mutex_);
  if (!verifying_ || file != file_) {
    LeaveVerified();
    verifying_ = true;
    file_ = file;
    start_ = last_ = Clock::now();
  }
  Show(progress);
}

void ProgressMeter::EndVerifying() {
  const std::lock_guard lock(mutex_);
  LeaveVerified();
}

void ProgressMeter::LeaveVerified() {
  if (!verifying_) return;
  Erase();
  if (json_) WriteJson(true);
  verifying_ = false;
}

void ProgressMeter::Clear() {
  const std::lock_guard lock(mutex_);
  Erase();
}

void ProgressMeter::Erase() {
  if (!drawn_) return;
  WriteText(STDERR_FILENO, kEraseLine);
  drawn_ = false;
}

std::string ProgressMeter::StatusLine() {
  const std::lock_guard lock(mutex_);
  return "sigma-par: " + (running_ || verifying_ ? Line(kWideLine) : std::string{"between files"}) +
         "\n";
}

Progress ProgressMeter::All() const {
  if (files_ <= 1 || verifying_) return progress_;
  return {before_.read + progress_.read, before_.written + progress_.written, before_.total,
          before_.worked + progress_.worked};
}

std::string ProgressMeter::Line(std::size_t columns) const {
  const Progress all = All();
  const double seconds = Seconds(files_ > 1 && !verifying_ ? first_start_ : start_);
  // In the order in which they may be left out where the line is narrow, last first.
  std::vector<std::string> figures;
  if (all.total > 0) {
    const double part = static_cast<double>(all.worked) / static_cast<double>(all.total);
    figures.push_back(Fixed(100 * std::min(part, 1.0), 1) + " %");
    if (part > 0) {
      figures.push_back(HumanTime(seconds * std::max(0.0, 1 / part - 1)) + " left");
    }
  }
  figures.push_back(HumanSize(all.worked) + " -> " + HumanSize(all.written));
  figures.push_back(Fixed(Rate(restores_ || verifying_ ? all.written : all.worked, seconds), 0) +
                    " MB/s");
  std::string count;
  if (verifying_) {
    count = "verifying";
  } else if (files_ > 1) {
    count = std::to_string(index_) + " of " + std::to_string(files_);
  }
  // A name needs some columns to be one.
  constexpr std::size_t kLeastName = 8;
  std::string text = figures.front();
  std::size_t taken = 1;
  const std::size_t around = count.size() + 4;  // " (3 of 12): "
  for (; taken < figures.size(); ++taken) {
    if (text.size() + 2 + figures[taken].size() + around + kLeastName > columns) break;
    text += ", " + figures[taken];
  }
  std::string head = count.empty() ? "" : count + ": ";
  if (head.size() + text.size() > columns) head.clear();
  const std::size_t used = head.size() + text.size() + 2;
  const std::string name = used < columns ? EndOf(ShownName(file_), columns - used) + ": " : "";
  return head + name + text;
}

void ProgressMeter::Draw() {
  const auto width = static_cast<std::size_t>(std::max(TerminalWidth() - 1, 20));
  WriteText(STDERR_FILENO, kEraseLine + Line(width));
  drawn_ = true;
}

void ProgressMeter::WriteJson(bool done) {
  const Progress all = verifying_ ? before_ : All();
  Json line = Json::object();
  PutName(line, "file", file_);
  line["read"] = progress_.read;
  line["written"] = progress_.written;
  line["total"] = progress_.total;
  line["worked"] = progress_.worked;
  line["seconds"] = Seconds(start_);
  line["done"] = done;
  line["verifying"] = verifying_;
  line["index"] = index_;
  line["files"] = files_;
  line["all_worked"] = all.worked;
  line["all_total"] = all.total;
  WriteText(descriptor_, Text(line) + "\n");
}

}  // namespace sigma::cli
