// ARM64 code: instruction words ↔ streams of opcodes and operands, targets of BL, B and ADRP
// absolute. Words are counted from the chunk's first byte on, wherever a range begins.
#ifndef SIGMA_TRANSFORM_CODE_ARM64_H_
#define SIGMA_TRANSFORM_CODE_ARM64_H_

#include "engine/transform/code/streams.h"

namespace sigma::code::arm64 {

// As x86::Split; the first word begins at `position`.
std::size_t Split(const std::uint8_t* chunk, std::size_t position, std::size_t until,
                  StreamWriters* writers);

// As x86::Join.
[[nodiscard]] bool Join(const StreamViews& streams, MutableBytes target, std::size_t begin,
                        std::size_t end);

}  // namespace sigma::code::arm64

#endif  // SIGMA_TRANSFORM_CODE_ARM64_H_
