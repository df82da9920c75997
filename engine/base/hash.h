// The door to xxHash: XXH3-64 (Collet), the hash of all that the format checks by itself, and XXH3-128
// for the hash of a whole content. No allocation; thread-safe.
// Cost: about 0.03 ns per byte on AVX2 above 1 KiB, 5 ns for a header.
#ifndef SIGMA_BASE_HASH_H_
#define SIGMA_BASE_HASH_H_

#include <array>
#include <cstddef>
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

// XXH3-128 with seed 0, of bytes that come in pieces. 576 bytes of state.
class Hasher128 {
 public:
  static constexpr std::size_t kSize = 16;

  Hasher128() noexcept;
  ~Hasher128();
  Hasher128(const Hasher128&) = delete;
  Hasher128& operator=(const Hasher128&) = delete;
  void Add(ByteView bytes) noexcept;
  // In xxHash's canonical form: the higher 64 bits first, both big-endian.
  [[nodiscard]] std::array<std::uint8_t, kSize> Value() const noexcept;

 private:
  alignas(64) std::array<std::uint8_t, 640> state_;
};

// The low 32 bits of Hash64: headers and footers.
[[nodiscard]] std::uint32_t Hash32(ByteView bytes) noexcept;

}  // namespace sigma

#endif  // SIGMA_BASE_HASH_H_
