// The fused kernels of kernels/integers/planes.h do the work: one pass each way, no scratch memory.
#include "engine/transform/delta.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>

#include "kernels/integers/planes.h"

namespace sigma {
namespace {

// Params byte: bits 0–1 log2 of the width, bit 2 difference, bits 3–7 reserved.
constexpr std::uint8_t kWidthMask = 0x03;
constexpr std::uint8_t kDifferenceBit = 0x04;

struct Variant {
  std::size_t width;
  bool difference;
};

Variant Unpack(const TransformParams& params) {
  return {std::size_t{1} << (params.bytes[0] & kWidthMask),
          (params.bytes[0] & kDifferenceBit) != 0};
}

std::span<const TransformParams> Variants() {
  static const std::array<TransformParams, 7> all = {
      DeltaParams(1, true),  DeltaParams(2, true),  DeltaParams(4, true), DeltaParams(8, true),
      DeltaParams(2, false), DeltaParams(4, false), DeltaParams(8, false)};
  return all;
}

std::string Describe(const TransformParams& params) {
  const Variant variant = Unpack(params);
  return (variant.difference ? "delta" : "planes") + std::to_string(8 * variant.width);
}

Result<Variant> Parse(const TransformParams& params) {
  if (params.size != 1) return Fail(ErrorCode::kCorrupt, "delta parameters of the wrong size");
  if ((params.bytes[0] & ~(kWidthMask | kDifferenceBit)) != 0) {
    return Fail(ErrorCode::kUnsupported, "delta parameters with reserved bits set");
  }
  const Variant variant = Unpack(params);
  if (variant.width == 1 && !variant.difference) {
    return Fail(ErrorCode::kCorrupt, "delta parameters that change nothing");
  }
  return variant;
}

// Section k of a source of `size` bytes; the tail closes the last one.
std::size_t SectionSize(std::size_t size, std::size_t width, std::size_t k) {
  return size / width + (k == width - 1 ? size % width : 0);
}

bool Forward(ByteView source, const TransformParams& params, BufferPool& /*pool*/,
             SectionList& sections) {
  const Variant variant = Unpack(params);
  std::array<MutableBytes, 8> planes;
  for (std::size_t k = 0; k < variant.width; ++k) {
    planes[k] = sections.Add(SectionSize(source.size(), variant.width, k));
  }
  if (!sections.ok()) return false;
  const std::span<const MutableBytes> used = std::span(planes).first(variant.width);
  kernels::integers::SplitPlanes(source, variant.width, variant.difference, used);
  const std::size_t tail = source.size() % variant.width;
  std::copy_n(source.end() - static_cast<std::ptrdiff_t>(tail), tail,
              used.back().end() - static_cast<std::ptrdiff_t>(tail));
  return true;
}

Result<void> Inverse(std::span<const ByteView> sections, const TransformParams& params,
                     BufferPool& /*pool*/, MutableBytes target) {
  const Result<Variant> variant = Parse(params);
  if (!variant) return variant.failure();
  if (sections.size() != variant->width) {
    return Fail(ErrorCode::kCorrupt, "delta with a wrong number of sections");
  }
  for (std::size_t k = 0; k < sections.size(); ++k) {
    if (sections[k].size() != SectionSize(target.size(), variant->width, k)) {
      return Fail(ErrorCode::kCorrupt, "delta with a section of the wrong size");
    }
  }
  kernels::integers::JoinPlanes(sections, variant->width, variant->difference, target);
  const std::size_t tail = target.size() % variant->width;
  std::copy_n(sections.back().end() - static_cast<std::ptrdiff_t>(tail), tail,
              target.end() - static_cast<std::ptrdiff_t>(tail));
  return {};
}

}  // namespace

TransformParams DeltaParams(unsigned width, bool difference) {
  assert(std::has_single_bit(width) && width <= 8 && (width > 1 || difference));
  TransformParams params;
  params.size = 1;
  params.bytes[0] =
      static_cast<std::uint8_t>(std::countr_zero(width) | (difference ? kDifferenceBit : 0));
  return params;
}

const TransformRow& DeltaTransform() {
  static constexpr TransformRow row = {
      .id = kDeltaId,
      .name = "delta",
      .variants = Variants,
      .describe = Describe,
      .forward = Forward,
      .inverse = Inverse,
      .work = 4,
  };
  return row;
}

}  // namespace sigma
