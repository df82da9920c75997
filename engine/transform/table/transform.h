// TABLE: lines of text as templates and columns of values.
//
// Every line is a template (its text with the values left out) and values; the values of one slot
// of one template are a column: integers where writing them gives the digits again, else text. A
// column's values are alike and lie side by side, so its differences, its bytes and its texts code
// far better than the lines do; logs, catalogues and structure files shrink to half of what
// references make of them. Lines like no other keep their text among the templates.
//
// Bytes: SPEC.md. Forward refuses sources that are no such text. Cost (Zen 5): see
// lines.cc and decoder.cc.
//
// Hostile input: each operation of a line writes a byte or uses up a separator, and copies at most
// 64 bytes more than it needs; templates, columns and texts are read once or twice: c = 128.
#ifndef SIGMA_TRANSFORM_TABLE_TRANSFORM_H_
#define SIGMA_TRANSFORM_TABLE_TRANSFORM_H_

#include "engine/transform/transform.h"

namespace sigma::table {

inline constexpr TransformId kId{7};

// `separator` ends a line; `delimiter` parts its fields, or equals `separator`: then the values are
// the words with digits (lines.h).
[[nodiscard]] TransformParams Params(std::uint8_t separator, std::uint8_t delimiter);

const TransformRow& Transform();

// The two directions, encoder.cc and decoder.cc; `params` are two bytes.
bool Encode(ByteView source, const TransformParams& params, BufferPool& pool,
            SectionList& sections);
Result<void> Decode(std::span<const ByteView> sections, const TransformParams& params,
                    BufferPool& pool, MutableBytes target);

}  // namespace sigma::table

#endif  // SIGMA_TRANSFORM_TABLE_TRANSFORM_H_
