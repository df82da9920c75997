#include "engine/io/descriptor.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace sigma {
namespace {

// The most bytes of one call: below Linux's own bound of 2 GiB − 4 KiB, which it cuts at silently.
constexpr std::size_t kMaxCall = std::size_t{1} << 30;

// After a failed call: whether to repeat it. Waits where a non-blocking descriptor is not ready.
bool Again(int fd, short events) {
  if (errno == EINTR) return true;
  if (errno != EAGAIN && errno != EWOULDBLOCK) return false;
  pollfd wait{fd, events, 0};
  return poll(&wait, 1, -1) >= 0 || errno == EINTR;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    (void)Close();
    fd_ = std::exchange(other.fd_, -1);
    owned_ = other.owned_;
  }
  return *this;
}

Descriptor::~Descriptor() {
  if (owned_ && fd_ >= 0) close(fd_);
}

Result<void> Descriptor::Close() {
  const int fd = std::exchange(fd_, -1);
  // Linux frees the descriptor even when close is interrupted: never repeat it.
  if (owned_ && fd >= 0 && close(fd) != 0 && errno != EINTR) return SystemError("close", errno);
  return {};
}

Unexpected SystemError(std::string_view what, int error) {
  return Fail(error == ENOMEM ? ErrorCode::kOutOfMemory : ErrorCode::kIo,
              "cannot " + std::string(what) + ": " + std::generic_category().message(error));
}

namespace {

// Fills `target` up to the end of the source; `read_some(done, most)` reads what follows `done`
// bytes.
template <typename ReadSome>
Result<std::size_t> Fill(int fd, MutableBytes target, ReadSome read_some) {
  std::size_t done = 0;
  while (done < target.size()) {
    const ssize_t got = read_some(done, std::min(target.size() - done, kMaxCall));
    if (got == 0) break;
    if (got > 0) {
      done += static_cast<std::size_t>(got);
    } else if (!Again(fd, POLLIN)) {
      return SystemError("read", errno);
    }
  }
  return done;
}

}  // namespace

Result<std::size_t> ReadAll(int fd, MutableBytes target) {
  return Fill(fd, target, [&](std::size_t done, std::size_t most) {
    return read(fd, target.data() + done, most);
  });
}

Result<std::size_t> ReadAllAt(int fd, std::uint64_t offset, MutableBytes target) {
  return Fill(fd, target, [&](std::size_t done, std::size_t most) {
    return pread(fd, target.data() + done, most, static_cast<off_t>(offset + done));
  });
}

Result<void> WriteAll(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t put = write(fd, bytes.data(), std::min(bytes.size(), kMaxCall));
    if (put >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(put));
    } else if (!Again(fd, POLLOUT)) {
      return SystemError("write", errno);
    }
  }
  return {};
}

Result<void> WriteAllAt(int fd, std::uint64_t offset, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t put =
        pwrite(fd, bytes.data(), std::min(bytes.size(), kMaxCall), static_cast<off_t>(offset));
    if (put >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(put));
      offset += static_cast<std::uint64_t>(put);
    } else if (!Again(fd, POLLOUT)) {
      return SystemError("write", errno);
    }
  }
  return {};
}

}  // namespace sigma
