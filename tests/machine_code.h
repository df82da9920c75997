// Synthetic machine code: what compilers write, as far as transforms of code see it.
#ifndef SIGMA_TESTS_MACHINE_CODE_H_
#define SIGMA_TESTS_MACHINE_CODE_H_

#include <cstdint>

#include "tests/data.h"

namespace sigma::tests {

inline void Put32(Bytes& bytes, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

// Calls of 60 functions between moves, tests and jumps as a compiler writes them.
inline Bytes X86Code(std::size_t size, bool wide, std::size_t base) {
  Random random(size + wide);
  Bytes code;
  while (code.size() < size) {
    switch (random.Below(8)) {
      case 0: {
        code.push_back(0xE8);
        const auto target = static_cast<std::uint32_t>(1000 * random.Below(60));
        Put32(code, target - static_cast<std::uint32_t>(base + code.size() + 4));
        break;
      }
      case 1:
        code.insert(code.end(), {0x85, 0xC0, 0x0F, 0x84});
        Put32(code, static_cast<std::uint32_t>(random.Below(500)));
        break;
      case 2:
        code.insert(code.end(), {0xC7, 0x44, 0x24, static_cast<std::uint8_t>(4 * random.Below(9))});
        Put32(code, static_cast<std::uint32_t>(random.Below(20)));
        break;
      case 3:
        if (wide) code.push_back(0x48);
        code.insert(code.end(), {0x8B, 0x05});
        Put32(code, 0x20000 - static_cast<std::uint32_t>(base + code.size() + 4));
        break;
      case 4:
        if (wide) code.push_back(0x48);
        code.insert(code.end(), {0x89, 0x45, static_cast<std::uint8_t>(8 * random.Below(9))});
        break;
      case 5:
        if (wide) code.push_back(0x48);
        code.insert(code.end(), {0x83, 0xC4, 0x10, 0x74, static_cast<std::uint8_t>(random())});
        break;
      case 6:
        code.insert(code.end(), {0x0F, 0xB6, 0x84, 0x8D});
        Put32(code, 0x1234);
        break;
      default:
        code.insert(code.end(), {0x5B, 0xC3, 0xF7, 0xD8, 0xF7, 0xC1});
        Put32(code, 7);
    }
  }
  return code;
}

inline Bytes Arm64Code(std::size_t words, std::size_t base) {
  Random random(words);
  Bytes code;
  for (std::size_t i = 0; i < words; ++i) {
    const auto here = static_cast<std::uint32_t>((base + code.size()) / 4);
    const auto low = static_cast<std::uint32_t>(random.Below(1 << 10));
    switch (random.Below(6)) {
      case 0:
        Put32(code, 0x94000000 |
                        ((static_cast<std::uint32_t>(100 * random.Below(50)) - here) & 0x3FFFFFF));
        break;
      case 1:
        Put32(code, 0x90000000 | (low & 31) | (low & 0x70) << 1);
        break;
      case 2:
        Put32(code, 0x91000000 | low << 10 | (low & 31));
        break;
      case 3:
        Put32(code, 0x54000000 | (low & 0xFF) << 5 | (low & 15));
        break;
      case 4:
        Put32(code, 0x52800000 | low << 5 | (low & 31));
        break;
      default:
        Put32(code, static_cast<std::uint32_t>(random()));
    }
  }
  return code;
}

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_MACHINE_CODE_H_
