// Shapes: lines that are the same but for the bytes of their values, found again without a look at
// their tokens.
//
// A line's shape is its text with every byte of a value blanked; lines of one shape have one
// template, and their values stand at the same places with the same sizes. Most lines of logs and
// of fixed-width tables have one of few shapes: then a line costs a hash and a comparison, eight
// bytes at a time, and each shape knows in which bytes its lines differ, so that values that never
// change are never read.
//
// The shapes kept are bounded: lines of further shapes are the caller's. Scratch comes from the pool.
#ifndef SIGMA_TRANSFORM_TABLE_SHAPES_H_
#define SIGMA_TRANSFORM_TABLE_SHAPES_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/base/endian.h"
#include "engine/memory/buffer_pool.h"
#include "sigma/result.hpp"

namespace sigma::table {

struct LineShape {
  std::uint32_t hash;
  std::uint32_t size;   // of a line, without its separator
  std::uint32_t begin;  // of the first line in the source
  std::uint32_t text;   // in the shapes' memory: three times Padded(size) bytes: the blanked line,
                        // the first line, and the bits in which others differ from it
  std::uint32_t slots;  // its first slot …
  std::uint32_t slot_count;
  std::uint32_t line_template;
};

// Where a value stands in each line of a shape.
struct ShapeSlot {
  std::uint32_t offset;
  std::uint32_t size;
};

class LineShapes {
 public:
  static constexpr std::size_t kNone = ~std::size_t{0};
  // A shape that is not found within so many is one of lines made to collide; it may be kept twice.
  static constexpr std::size_t kMostProbes = 64;

  LineShapes(std::size_t source_size, BufferPool& pool);

  // The shape of a line of `size` bytes, kNone if it is not kept. Eight bytes after both are
  // readable.
  [[nodiscard]] std::size_t Find(const std::uint8_t* blanked, const std::uint8_t* line,
                                 std::size_t size) {
    last_hash_ = Hash(blanked, size);
    for (std::size_t step = 0; step < kMostProbes; ++step) {
      const std::size_t place = (last_hash_ + step) & mask();
      if (table_[place] == 0) return kNone;
      const std::size_t index = table_[place] - 1u;
      const LineShape& shape = shapes_[index];
      if (shape.hash == last_hash_ && shape.size == size && Match(shape, blanked, line)) {
        return index;
      }
    }
    return kNone;
  }

  // Keeps the line that Find has just missed as a shape; false if there is no room. Its slots are
  // added after it.
  bool Add(const std::uint8_t* blanked, const std::uint8_t* line, std::size_t size,
           std::size_t begin);
  // False if there is no room: then the last shape is taken back.
  bool AddSlot(std::size_t offset, std::size_t size) {
    if (slot_count_ == slots_.size()) {
      TakeBack();
      return false;
    }
    slots_[slot_count_++] = {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(size)};
    ++shapes_[count_ - 1].slot_count;
    return true;
  }

  [[nodiscard]] std::span<LineShape> all() { return shapes_.first(count_); }
  [[nodiscard]] std::span<const LineShape> all() const { return shapes_.first(count_); }
  [[nodiscard]] std::span<ShapeSlot> slots(const LineShape& shape) {
    return slots_.subspan(shape.slots, shape.slot_count);
  }
  // Whether all lines of the shape have the same value there.
  [[nodiscard]] bool IsConstant(const LineShape& shape, ShapeSlot slot) const {
    const auto differs = memory_.subspan(shape.text + 2 * Padded(shape.size) + slot.offset);
    return std::all_of(differs.begin(), differs.begin() + static_cast<std::ptrdiff_t>(slot.size),
                       [](std::uint8_t bits) { return bits == 0; });
  }

 private:
  [[nodiscard]] static constexpr std::size_t Padded(std::size_t size) { return (size + 7) / 8 * 8; }
  [[nodiscard]] static std::uint64_t TailMask(std::size_t size) {
    return ~std::uint64_t{0} >> (63 & (8 * (8 - size % 8)));
  }
  [[nodiscard]] std::size_t mask() const { return table_.size() - 1; }

  [[nodiscard]] static std::uint32_t Hash(const std::uint8_t* text, std::size_t size) {
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15u;
    constexpr std::uint64_t kOther = 0xC2B2AE3D27D4EB4Fu;
    std::uint64_t even = size * kOdd;
    std::uint64_t odd = kOther;
    std::size_t at = 0;
    for (; at + 16 <= size; at += 16) {
      even = (even ^ LoadLE<std::uint64_t>(text + at)) * kOdd;
      odd = (odd ^ LoadLE<std::uint64_t>(text + at + 8)) * kOther;
      even ^= even >> 32;
      odd ^= odd >> 32;
    }
    if (at + 8 <= size) {
      odd = (odd ^ LoadLE<std::uint64_t>(text + at)) * kOdd;
      at += 8;
    }
    if (at < size) even ^= LoadLE<std::uint64_t>(text + at) & TailMask(size);
    even = (even ^ std::rotl(odd, 29)) * kOdd;
    return static_cast<std::uint32_t>(even >> 32);
  }

  // Also notes where the line differs from the first one. (A line that only shares the hash may
  // leave its differences: then a value is taken for one that changes.)
  [[nodiscard]] bool Match(const LineShape& shape, const std::uint8_t* blanked,
                           const std::uint8_t* line) {
    const std::size_t padded = Padded(shape.size);
    std::uint8_t* const text = memory_.data() + shape.text;
    std::uint64_t other = 0;
    std::size_t at = 0;
    for (; at + 8 <= shape.size; at += 8) {
      other |= LoadLE<std::uint64_t>(blanked + at) ^ LoadLE<std::uint64_t>(text + at);
      const std::uint64_t bits =
          LoadLE<std::uint64_t>(line + at) ^ LoadLE<std::uint64_t>(text + padded + at);
      StoreLE(text + 2 * padded + at, LoadLE<std::uint64_t>(text + 2 * padded + at) | bits);
    }
    if (at < shape.size) {
      other |= (LoadLE<std::uint64_t>(blanked + at) ^ LoadLE<std::uint64_t>(text + at)) &
               TailMask(shape.size);
      const std::uint64_t bits =
          LoadLE<std::uint64_t>(line + at) ^ LoadLE<std::uint64_t>(text + padded + at);
      StoreLE(text + 2 * padded + at, LoadLE<std::uint64_t>(text + 2 * padded + at) | bits);
    }
    return other == 0;
  }

  void TakeBack();

  BufferPool::Lease lease_;
  std::span<LineShape> shapes_;
  std::span<ShapeSlot> slots_;
  std::span<std::uint16_t> table_;  // 0 = empty, else 1 + the place of a shape
  MutableBytes memory_;
  std::size_t count_ = 0;
  std::size_t slot_count_ = 0;
  std::size_t end_ = 0;
  std::size_t last_place_ = 0;
  std::uint32_t last_hash_ = 0;
};

}  // namespace sigma::table

#endif  // SIGMA_TRANSFORM_TABLE_SHAPES_H_
