// Buffer: uninitialised bytes on a cache line, with kPad readable and writable bytes after its
// size.
//
// The pad lets SIMD loops load and store whole vectors at the end; its content is arbitrary and
// nothing may depend on it. From kMapped bytes on a buffer is a mapping of its own: it ends on a
// page, nothing of it stays behind when it is freed, and a page that nobody touches costs nothing.
// Movable, not copyable; throws std::bad_alloc (caught at the API edge).
#ifndef SIGMA_MEMORY_BUFFER_H_
#define SIGMA_MEMORY_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "sigma/result.hpp"

namespace sigma {

inline constexpr std::size_t kCacheLine = 64;
// Two AVX-512 vectors: the most any kernel reads or writes past an end.
inline constexpr std::size_t kPad = 128;
// Below, the heap's own reuse is worth more than the exactness: the buffers of a small call come
// from pages that the process has touched before.
inline constexpr std::size_t kMapped = std::size_t{256} << 10;

// Bytes of memory that a buffer of `size` bytes takes.
[[nodiscard]] std::size_t BufferFootprint(std::size_t size) noexcept;

class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t size);

  // Makes a mapping larger; the pages that it has stay resident, their content counts for nothing.
  // False, and nothing changed, where a new buffer is as good.
  [[nodiscard]] bool Enlarge(std::size_t size) noexcept;

  [[nodiscard]] std::uint8_t* data() noexcept { return bytes_.get(); }
  [[nodiscard]] const std::uint8_t* data() const noexcept { return bytes_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] MutableBytes bytes() noexcept { return {bytes_.get(), size_}; }
  [[nodiscard]] ByteView view() const noexcept { return {bytes_.get(), size_}; }

 private:
  struct Free {
    std::size_t mapped;  // bytes of the mapping; 0: from the heap
    void operator()(std::uint8_t* bytes) const noexcept;
  };
  std::unique_ptr<std::uint8_t[], Free> bytes_{nullptr, Free{0}};
  std::size_t size_ = 0;
};

}  // namespace sigma

#endif  // SIGMA_MEMORY_BUFFER_H_
