// RASTER: samples of 8 or 16 bits in rows — pictures, medical volumes, terrain — predicted from
// their neighbours left and above, the residuals sorted by how much the rows above left over.
//
// Params, 6 bytes: byte 0: bit 0 = 16 bits (else 8), bit 1 = big-endian, bit 2 = two's complement,
// bit 3 = the first and third channel minus the second, bits 4–5 = channels − 1; byte 1: bytes
// before the first sample; bytes 2–4: samples of a row, all channels, 16 … 65536, a multiple of the
// channels; byte 5: the most sections a channel's symbols may have, 1 … 23.
//
// Sections: 0 the bytes before the first sample and after the last; 1 a predictor for each block
// of 16 rows; 2 which contexts share a section; then those sections, kSymbols: the bucketed
// residuals; the last one holds the raw bits of large residuals.
//
// Cost (Zen 5, AVX3_DL): forward about 1, inverse about 0.5 ns a sample, before the sections are
// coded; scratch 3 bytes a sample forward, 17 rows of lanes back.
//
// Hostile input: inverse works in groups of 16 rows, each of whole steps of 64 lanes, and never on
// a row wider than what there is: at most 16 · (row + 64) lanes for the first sample of a group, so
// work ≤ 100 · (sections + target) lanes, scratch ≤ 40 · target + 16 KiB bytes.
#ifndef SIGMA_TRANSFORM_RASTER_TRANSFORM_H_
#define SIGMA_TRANSFORM_RASTER_TRANSFORM_H_

#include <cstddef>
#include <cstdint>

#include "engine/transform/transform.h"

namespace sigma::raster {

inline constexpr TransformId kId{3};

struct Shape {
  unsigned bits = 8;  // 8 or 16
  bool big_endian = false;
  bool is_signed = false;
  bool subtract_second = false;  // with 3 or 4 channels
  unsigned channels = 1;         // 1 … 4
  std::uint8_t skip = 0;         // bytes before the first sample
  std::uint32_t row = 16;        // samples
  std::uint8_t sections = 6;     // the most of a channel's symbols
};

inline constexpr std::uint32_t kMinRow = 16;
inline constexpr std::uint32_t kMaxRow = 65536;
inline constexpr std::size_t kBlockRows = 16;
inline constexpr std::size_t kContexts = 23;

[[nodiscard]] TransformParams Params(const Shape& shape);
[[nodiscard]] const TransformRow& Transform();

// Samples from `from` as lanes; from signed ones, the sign is turned so that they are in order.
void LoadSamples(const std::uint8_t* from, std::size_t count, const Shape& shape,
                 std::uint16_t* lanes);

}  // namespace sigma::raster

#endif  // SIGMA_TRANSFORM_RASTER_TRANSFORM_H_
