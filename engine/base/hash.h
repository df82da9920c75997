// The door to xxHash: XXH3-64 (Collet), the only hash of the format. No allocation; thread-safe.
// Cost: about 0.03 ns per byte on AVX2 above 1 KiB, 5 ns for a header.
#ifndef SIGMA_BASE_HASH_H_
#define SIGMA_BASE_HASH_H_

#include <array>
#include <cstdint>

#include "sigma/result.hpp"

namespace sigma {

[[nodiscard]] std::uint64_t Hash64(ByteView bytes) noexcept;

// Hash64 of bytes that come in pieces. 576 bytes of state.
class Hasher {
 public:
  Hasher() noexcept;
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  void Add(ByteView bytes) noexcept;
  [[nodiscard]] std::uint64_t Value() const noexcept;

 private:
  alignas(64) std::array<std::uint8_t, 640> state_;
};

// The low 32 bits of Hash64: headers and footers.
[[nodiscard]] std::uint32_t Hash32(ByteView bytes) noexcept;

}  // namespace sigma

#endif  // SIGMA_BASE_HASH_H_
