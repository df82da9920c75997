#include "engine/transform/records/column.h"

#include <algorithm>
#include <span>
#include <utility>

#include "kernels/endian.h"
#include "kernels/integers/delta.h"
#include "kernels/integers/planes.h"
#include "kernels/integers/zigzag.h"

namespace sigma::records {
namespace {

std::size_t Lag(Predictor predictor) { return static_cast<std::size_t>(predictor); }

template <typename T, bool kAdd>
void Combine(MutableBytes target, ByteView other) {
  std::uint8_t* to = target.data();
  const std::uint8_t* from = other.data();
  for (std::size_t i = 0; i < target.size(); i += sizeof(T)) {
    const T a = kernels::LoadInteger<T>(to + i);
    const T b = kernels::LoadInteger<T>(from + i);
    kernels::StoreInteger<T>(to + i, static_cast<T>(kAdd ? a + b : a - b));
  }
}

// Adds the little-endian integers of `other` to those of `target`, or subtracts them.
template <bool kAdd>
void CombineColumns(std::size_t width, MutableBytes target, ByteView other) {
  switch (width) {
    case 1:
      return Combine<std::uint8_t, kAdd>(target, other);
    case 2:
      return Combine<std::uint16_t, kAdd>(target, other);
    case 4:
      return Combine<std::uint32_t, kAdd>(target, other);
    default:
      return Combine<std::uint64_t, kAdd>(target, other);
  }
}

}  // namespace

void Column::Load(const FieldViews& planes, std::size_t width, std::size_t records) {
  now_ = first_.As<std::uint8_t>(width * records);
  spare_ = second_.As<std::uint8_t>(width * records);
  kernels::integers::JoinPlanes(std::span(planes).first(width), width, false, now_);
}

void Column::Take(ByteView integers) {
  now_ = first_.As<std::uint8_t>(integers.size());
  std::ranges::copy(integers, now_.begin());
}

void Column::Store(const FieldSpans& planes, std::size_t width) const {
  kernels::integers::SplitPlanes(now_, width, false, std::span(planes).first(width));
}

void Column::Subtract(const FieldViews& planes, std::size_t width) {
  kernels::integers::JoinPlanes(std::span(planes).first(width), width, false, spare_);
  CombineColumns<false>(width, now_, spare_);
}

void Column::Add(const FieldViews& planes, std::size_t width) {
  kernels::integers::JoinPlanes(std::span(planes).first(width), width, false, spare_);
  CombineColumns<true>(width, now_, spare_);
}

void Column::Predict(const Field& field) {
  const std::size_t width = field.width();
  switch (field.predictor) {
    case Predictor::kNone:
    case Predictor::kWhole:
      break;
    case Predictor::kTwice:
      Difference(width, 1);
      Difference(width, 1);
      break;
    case Predictor::kXor:
      kernels::integers::XorDelta(now_, width, spare_);
      std::swap(now_, spare_);
      break;
    default:
      Difference(width, Lag(field.predictor));
  }
  if (field.zigzag) kernels::integers::Zigzag(now_, width, now_);
}

void Column::Restore(const Field& field) {
  const std::size_t width = field.width();
  if (field.zigzag) kernels::integers::Unzigzag(now_, width, now_);
  switch (field.predictor) {
    case Predictor::kNone:
    case Predictor::kWhole:
      break;
    case Predictor::kTwice:
      kernels::integers::Undelta(now_, width, now_);
      kernels::integers::Undelta(now_, width, now_);
      break;
    case Predictor::kXor:
      kernels::integers::UnxorDelta(now_, width, now_);
      break;
    default:
      kernels::integers::Undelta(now_, width, now_, Lag(field.predictor));
  }
}

void Column::Difference(std::size_t width, std::size_t lag) {
  kernels::integers::Delta(now_, width, spare_, lag);
  std::swap(now_, spare_);
}

}  // namespace sigma::records
