// Where a page goes.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>

#include "cli/analyze_page.h"
#include "cli/quantity.h"
#include "cli/terminal.h"

namespace sigma::cli {
namespace {

std::optional<int> DescriptorNamed(std::string_view path) {
  if (path == "-" || path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!path.starts_with(folder)) continue;
    const auto number = ParseNumber(path.substr(folder.size()));
    if (number && *number < 1'000'000) return static_cast<int>(*number);
  }
  return std::nullopt;
}

Unexpected Failed(const std::string& what) {
  return Fail(ErrorCode::kIo, what + ": " + std::strerror(errno));
}

// Closes `descriptor` after all of the page is in it.
bool WriteAndClose(int descriptor, const std::string& page) {
  const bool written = WriteText(descriptor, page);
  const int error = errno;
  const bool closed = close(descriptor) == 0;
  if (!written) errno = error;
  return written && closed;
}

// Into a file of its own beside `target`, which then takes its place.
Result<void> Replace(const std::string& target, const std::string& page, mode_t mode) {
  const std::filesystem::path beside =
      std::filesystem::path(target).parent_path() / (".sigma-report-" + std::to_string(getpid()));
  const int file = open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (file < 0) return Failed("cannot make the file " + beside.string() + " that is to replace it");
  fchmod(file, mode & 0777);  // a file system that cannot keeps its own
  if (!WriteAndClose(file, page) || rename(beside.c_str(), target.c_str()) != 0) {
    const Unexpected failure = Failed("cannot write the report");
    unlink(beside.c_str());
    return failure;
  }
  return {};
}

}  // namespace

Result<void> WritePage(const std::string& path, const std::string& page, bool force) {
  if (const auto descriptor = DescriptorNamed(path)) {
    if (!WriteText(*descriptor, page)) return Failed("cannot write the report");
    return {};
  }
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) {
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (file < 0) return Failed("cannot make the report");
    if (WriteAndClose(file, page)) return {};
    const Unexpected failure = Failed("cannot write the report");
    unlink(path.c_str());
    return failure;
  }
  if (S_ISDIR(status.st_mode)) return Fail(ErrorCode::kIo, "is a folder; name a file in it");
  if (!S_ISREG(status.st_mode)) {
    const int device = open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC);
    if (device < 0 || !WriteAndClose(device, page)) return Failed("cannot write the report");
    return {};
  }
  if (!force) {
    return Unexpected{
        {.code = ErrorCode::kExists, .text = "already exists", .force_overwrites = true}};
  }
  // A link stays one: what it points to is replaced.
  std::error_code error;
  const std::filesystem::path target = std::filesystem::canonical(path, error);
  if (error) return Fail(ErrorCode::kIo, "cannot find the file it points to: " + error.message());
  return Replace(target, page, status.st_mode);
}

}  // namespace sigma::cli
