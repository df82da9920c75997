// A file descriptor that closes itself, and the system calls on it: interrupted calls are repeated,
// short reads and writes continued, a descriptor that would block is waited for. Every refusal is
// an Error that ends with the system's own words. Nothing here throws but bad_alloc.
#ifndef SIGMA_IO_DESCRIPTOR_H_
#define SIGMA_IO_DESCRIPTOR_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "sigma/result.hpp"

namespace sigma {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd, bool owned = true) : fd_(fd), owned_(owned) {}
  Descriptor(Descriptor&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), owned_(other.owned_) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] bool open() const noexcept { return fd_ >= 0; }
  // Closes an owned descriptor and reports what the destructor would swallow.
  Result<void> Close();

 private:
  int fd_ = -1;
  bool owned_ = false;
};

// "cannot WHAT: No space left on device".
[[nodiscard]] Unexpected SystemError(std::string_view what, int error);

// Fills `target`; fewer bytes mean the end of the file.
Result<std::size_t> ReadAll(int fd, MutableBytes target);
Result<std::size_t> ReadAllAt(int fd, std::uint64_t offset, MutableBytes target);
Result<void> WriteAll(int fd, ByteView bytes);
Result<void> WriteAllAt(int fd, std::uint64_t offset, ByteView bytes);

}  // namespace sigma

#endif  // SIGMA_IO_DESCRIPTOR_H_
