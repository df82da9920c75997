// The bounds on what is kept.
#include "engine/transform/table/shapes.h"

#include <cstring>

namespace sigma::table {
namespace {

// 8 MiB of a catalogue of molecules have 2,000 shapes of 70 bytes; what has more would hardly meet
// them again.
constexpr std::size_t kMostShapes = 6000;
constexpr std::size_t kTableEntries = 16384;
constexpr std::size_t kBytesPerShape = 1024;
constexpr std::size_t kFewestShapes = 64;
constexpr std::size_t kTextPerShape = 3 * 80;
constexpr std::size_t kSlotsPerShape = 20;
// Room for whole words.
constexpr std::size_t kSlack = 64;

}  // namespace

LineShapes::LineShapes(std::size_t source_size, BufferPool& pool) {
  const std::size_t shapes = std::clamp(source_size / kBytesPerShape, kFewestShapes, kMostShapes);
  const std::size_t entries = std::min(kTableEntries, std::bit_ceil(2 * shapes));
  const std::size_t text = shapes * kTextPerShape;
  const std::size_t shape_bytes = shapes * sizeof(LineShape);
  const std::size_t slot_bytes = shapes * kSlotsPerShape * sizeof(ShapeSlot);
  const std::size_t table_bytes = entries * sizeof(std::uint16_t);
  lease_ = pool.Acquire(slot_bytes + shape_bytes + table_bytes + text + kSlack);
  std::uint8_t* at = lease_.data();
  slots_ = {reinterpret_cast<ShapeSlot*>(at), shapes * kSlotsPerShape};
  at += slot_bytes;
  shapes_ = {reinterpret_cast<LineShape*>(at), shapes};
  at += shape_bytes;
  table_ = {reinterpret_cast<std::uint16_t*>(at), entries};
  std::ranges::fill(table_, std::uint16_t{0});
  memory_ = {at + table_bytes, text + kSlack};
}

bool LineShapes::Add(const std::uint8_t* blanked, const std::uint8_t* line, std::size_t size,
                     std::size_t begin) {
  const std::size_t padded = Padded(size);
  if (count_ == shapes_.size() || 3 * padded + kSlack > memory_.size() - end_) return false;
  std::size_t probes = 0;
  last_place_ = last_hash_ & mask();
  while (table_[last_place_] != 0) {
    if (++probes == kMostProbes) return false;
    last_place_ = (last_place_ + 1) & mask();
  }
  shapes_[count_] = {last_hash_,
                     static_cast<std::uint32_t>(size),
                     static_cast<std::uint32_t>(begin),
                     static_cast<std::uint32_t>(end_),
                     static_cast<std::uint32_t>(slot_count_),
                     0,
                     0};
  std::uint8_t* const text = memory_.data() + end_;
  std::memcpy(text, blanked, size);
  std::memset(text + size, 0, padded - size);
  std::memcpy(text + padded, line, size);
  std::memset(text + 2 * padded, 0, padded);
  end_ += 3 * padded;
  table_[last_place_] = static_cast<std::uint16_t>(++count_);
  return true;
}

void LineShapes::TakeBack() {
  const LineShape& shape = shapes_[--count_];
  end_ = shape.text;
  slot_count_ = shape.slots;
  table_[last_place_] = 0;
}

}  // namespace sigma::table
