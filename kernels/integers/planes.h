// Byte planes: the transpose of records of `width` bytes into `width` planes, plane k holding byte
// k of every record; optionally fused with the differences of consecutive little-endian integers.
//
// source.size() / width records are split, the bytes after them left alone; `planes` has `width`
// spans of at least that many bytes. Without `difference` any width ≥ 1 is valid, with it 1, 2, 4
// and 8. Source and planes must not overlap. Nothing outside the spans is touched; no allocation;
// safe from any thread.
//
// Join is the inverse and writes target.size() / width records. The planes of hostile input need no
// checks beyond their sizes.
//
// Cost on AVX2 (Zen 5, 1 MiB), cycles per byte either way: widths 2, 4 and 8 0.09–0.12 without
// differences, with them 0.13 to split and 0.20 to join; width 3 0.1, 5 … 15 0.25–0.4, 16 and more
// 0.2–0.4 (bytes a tile does twice count: best at multiples of 8). Vectors work from 16 records on
// (32 or 64 for the widths without their own loops); break-even with the scalar loop there.
#ifndef SIGMA_KERNELS_INTEGERS_PLANES_H_
#define SIGMA_KERNELS_INTEGERS_PLANES_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace sigma::kernels::integers {

void SplitPlanes(std::span<const std::uint8_t> source, std::size_t width, bool difference,
                 std::span<const std::span<std::uint8_t>> planes) noexcept;
void JoinPlanes(std::span<const std::span<const std::uint8_t>> planes, std::size_t width,
                bool difference, std::span<std::uint8_t> target) noexcept;

}  // namespace sigma::kernels::integers

#endif  // SIGMA_KERNELS_INTEGERS_PLANES_H_
