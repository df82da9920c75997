// EXE: machine code found by its content, its operands split from its opcodes, branch targets and
// addresses of data absolute; what is no code stays as it is.
//
// Params: params.h. Section 0 is the map of the ranges, section 1 what is no code, then
// the streams of streams.h, that of 32-bit jumps last, as differences in planes. The map: for
// each range, in order, a varint of 4 · bytes + kind (0 no code); for code, the bytes it takes of
// each stream as varints. It adds up to the source.
//
// Hostile input: a step of code or word uses up at least a byte of its streams, a range at least a
// byte of the map, a range of code twelve; ranges of x86 are restored up to four at a time: c
// = 64.
#ifndef SIGMA_TRANSFORM_CODE_EXE_H_
#define SIGMA_TRANSFORM_CODE_EXE_H_

#include "engine/transform/transform.h"

namespace sigma::code {

inline constexpr TransformId kExeId{6};

[[nodiscard]] const TransformRow& ExeTransform();

}  // namespace sigma::code

#endif  // SIGMA_TRANSFORM_CODE_EXE_H_
