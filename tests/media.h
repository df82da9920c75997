// Pictures and sounds for the tests: smooth shapes with noise, deterministic, integers only.
#ifndef SIGMA_TESTS_MEDIA_H_
#define SIGMA_TESTS_MEDIA_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "tests/data.h"

namespace sigma::tests {

inline void AppendSample(std::int64_t value, unsigned bytes, bool big_endian, Bytes& to) {
  for (unsigned k = 0; k < bytes; ++k) {
    const unsigned shift = 8 * (big_endian ? bytes - 1 - k : k);
    to.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

struct PictureKind {
  std::size_t width = 320;
  std::size_t height = 200;
  unsigned channels = 1;
  unsigned bits = 8;
  bool big_endian = false;
  bool is_signed = false;
  unsigned noise = 4;  // samples vary by up to this much
};

// Value noise: random values on a lattice of `pitch` pixels, linear in between, 0 … 2^16.
class ValueNoise {
 public:
  ValueNoise(std::size_t width, std::size_t height, std::size_t pitch, Random& random)
      : pitch_(pitch), columns_(width / pitch + 2), values_(columns_ * (height / pitch + 2)) {
    for (std::int64_t& value : values_) value = static_cast<std::int64_t>(random.Below(65536));
  }
  [[nodiscard]] std::int64_t At(std::size_t x, std::size_t y) const {
    const std::int64_t* corner = &values_[y / pitch_ * columns_ + x / pitch_];
    const auto pitch = static_cast<std::int64_t>(pitch_);
    const auto fx = static_cast<std::int64_t>(x % pitch_);
    const auto fy = static_cast<std::int64_t>(y % pitch_);
    const std::int64_t top = corner[0] * (pitch - fx) + corner[1] * fx;
    const std::int64_t bottom = corner[columns_] * (pitch - fx) + corner[columns_ + 1] * fx;
    return (top * (pitch - fy) + bottom * fy) / (pitch * pitch);
  }

 private:
  std::size_t pitch_, columns_;
  std::vector<std::int64_t> values_;
};

// Slopes and details of two sizes under a little noise; the channels move together.
inline Bytes Picture(const PictureKind& kind, std::uint64_t seed = 1) {
  Random random(seed);
  const std::int64_t most = (std::int64_t{1} << std::min(kind.bits, 13u)) - 1;
  const ValueNoise coarse(kind.width, kind.height, 12, random);
  const ValueNoise fine(kind.width, kind.height, 5, random);
  Bytes bytes;
  for (std::size_t y = 0; y < kind.height; ++y) {
    for (std::size_t x = 0; x < kind.width; ++x) {
      const std::int64_t light = ((3 * coarse.At(x, y) + fine.At(x, y)) * most >> 18) +
                                 static_cast<std::int64_t>(random.Below(kind.noise + 1));
      for (unsigned c = 0; c < kind.channels; ++c) {
        std::int64_t value = light + 5 * c + static_cast<std::int64_t>(random.Below(2));
        value = std::clamp<std::int64_t>(value, 0, most) - (kind.is_signed ? most / 2 : 0);
        AppendSample(value, kind.bits / 8, kind.big_endian, bytes);
      }
    }
  }
  return bytes;
}

struct SoundKind {
  std::size_t frames = 40000;
  unsigned channels = 1;
  unsigned bytes = 2;  // of a sample
  bool big_endian = false;
  bool is_unsigned = false;
};

// Resonances struck at random, the same in all channels but for the loudness, and a little hiss.
inline Bytes Sound(const SoundKind& kind, std::uint64_t seed = 1) {
  Random random(seed);
  const unsigned bits = 8 * kind.bytes;
  Bytes bytes;
  struct Resonance {
    std::int64_t now = 0, before = 0, weight = 0;
  };
  std::array<Resonance, 4> resonances;
  for (std::size_t i = 0; i < resonances.size(); ++i) {
    resonances[i].weight = 8150 - static_cast<std::int64_t>(i * i * 150);  // of 4096: 2 · cosine
  }
  const std::int64_t most = (std::int64_t{1} << (bits - 1)) - 1;
  for (std::size_t i = 0; i < kind.frames; ++i) {
    std::int64_t tone = 0;
    for (Resonance& r : resonances) {
      const std::int64_t hit =
          random.Below(400) == 0 ? static_cast<std::int64_t>(random.Below(4096)) - 2048 : 0;
      const std::int64_t next = (r.weight * r.now - 4080 * r.before) / 4096 + hit;
      r.before = r.now;
      r.now = next;
      tone += next;
    }
    for (unsigned c = 0; c < kind.channels; ++c) {
      std::int64_t value =
          tone * (2 + 3 * c % 7) / 8 + static_cast<std::int64_t>(random.Below(9)) - 4;
      value = bits >= 16 ? value * (std::int64_t{1} << (bits - 16)) : value >> 8;
      if (bits > 16) value += static_cast<std::int64_t>(random.Below(1u << (bits - 16)));
      value = std::clamp<std::int64_t>(value, -most - 1, most);
      AppendSample(value + (kind.is_unsigned ? most + 1 : 0), kind.bytes, kind.big_endian, bytes);
    }
  }
  return bytes;
}

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_MEDIA_H_
