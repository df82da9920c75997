// Buffer: uninitialised bytes on a cache line, with kPad readable and writable bytes behind its
// size.
//
// The pad lets SIMD loops load and store whole vectors at the end; its content is arbitrary and
// nothing may depend on it. Movable, not copyable; throws std::bad_alloc (caught at the API edge).
#ifndef SIGMA_MEMORY_BUFFER_H_
#define SIGMA_MEMORY_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "sigma/sigma.hpp"

namespace sigma {

inline constexpr std::size_t kCacheLine = 64;
// Two AVX-512 vectors: the most any kernel reads or writes past an end.
inline constexpr std::size_t kPad = 128;

class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t size);

  [[nodiscard]] std::uint8_t* data() noexcept { return bytes_.get(); }
  [[nodiscard]] const std::uint8_t* data() const noexcept { return bytes_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] MutableBytes bytes() noexcept { return {bytes_.get(), size_}; }
  [[nodiscard]] ByteView view() const noexcept { return {bytes_.get(), size_}; }

 private:
  struct Free {
    void operator()(std::uint8_t* bytes) const noexcept;
  };
  std::unique_ptr<std::uint8_t[], Free> bytes_;
  std::size_t size_ = 0;
};

}  // namespace sigma

#endif  // SIGMA_MEMORY_BUFFER_H_
