// AppendTarget: bytes put at the end of a file, in place, so that a crash at any point leaves the file
// as it was.
//
// The journal is a hidden file beside it, which says how long the file was; it is on the disk before
// the first byte is added, and goes when the last one is. While it is there a reader of ours takes the
// file for as long as it was (UnfinishedAppend), and the next append cuts off what was added. On an
// error and on a signal that is done at once. One append at a time: the file is locked (flock).
#ifndef SIGMA_IO_APPEND_TARGET_H_
#define SIGMA_IO_APPEND_TARGET_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/io/descriptor.h"
#include "engine/io/file_state.h"
#include "engine/io/stream.h"
#include "sigma/files.hpp"

namespace sigma {

struct AppendState;

class AppendTarget {
 public:
  // kNotFound: there is no such file yet. kExists: it is no regular file. kIo: it cannot be written,
  // or another process appends to it. What an append that was cut short has left is cut off.
  static Result<AppendTarget> Open(const std::string& path, TargetName name);
  AppendTarget(AppendTarget&&) noexcept;
  AppendTarget& operator=(AppendTarget&&) noexcept;
  // Without Commit the file is as it was.
  ~AppendTarget();

  // The file's content now. Before Begin.
  [[nodiscard]] Source& source();
  [[nodiscard]] bool Is(const FileState& file) const;
  // What sink() takes follows the first `end` bytes; there are only zeros behind them.
  Result<void> Begin(std::uint64_t end);
  // Gives kCancelled once DiscardUnpublished was called.
  [[nodiscard]] Sink& sink();
  // After sink().Finish(): all of it is on the disk, and stays.
  Result<void> Commit();

 private:
  explicit AppendTarget(std::unique_ptr<AppendState> state);
  std::unique_ptr<AppendState> state_;
};

// The bytes that count of the open file `fd`, which `path` led to, if an append to it was cut short or
// is still going on.
[[nodiscard]] std::optional<std::uint64_t> UnfinishedAppend(int fd, const std::string& path);

// DiscardUnpublished for appends: those going on are undone.
void DiscardAppends() noexcept;

}  // namespace sigma

#endif  // SIGMA_IO_APPEND_TARGET_H_
