// Parameters and samples; the coding is in encoder.cc and decoder.cc.
#include "engine/transform/pcm/transform.h"

#include <array>
#include <cassert>

#include "engine/transform/pcm/layout.h"
#include "kernels/pcm/prediction.h"

namespace sigma::pcm {
namespace {

using kernels::pcm::kMaxOrder;

constexpr std::uint8_t kBigEndianBit = 0x04;
constexpr std::uint8_t kUnsignedBit = 0x08;
constexpr unsigned kChannelShift = 4;
constexpr std::uint8_t kReservedBits = 0x80;
constexpr std::uint8_t kParamSize = 4;
constexpr unsigned kMinBlockLog = 8;
constexpr unsigned kMaxBlockLog = 12;
constexpr unsigned kMinOrder = 4;

Shape Unpack(const TransformParams& params) {
  const std::uint8_t flags = params.bytes[0];
  Shape shape;
  shape.width = 1u + (flags & 3u);
  shape.big_endian = (flags & kBigEndianBit) != 0;
  shape.is_unsigned = (flags & kUnsignedBit) != 0;
  shape.channels = 1u + ((flags >> kChannelShift) & 7u);
  shape.skip = params.bytes[1];
  shape.block_log = params.bytes[2];
  shape.order = params.bytes[3];
  return shape;
}

Result<Shape> Parse(const TransformParams& params) {
  if (params.size != kParamSize) {
    return Fail(ErrorCode::kCorrupt, "pcm parameters of the wrong size");
  }
  if ((params.bytes[0] & kReservedBits) != 0) {
    return Fail(ErrorCode::kUnsupported, "pcm parameters with reserved bits set");
  }
  const Shape shape = Unpack(params);
  if ((shape.width == 1 && shape.big_endian) || shape.block_log < kMinBlockLog ||
      shape.block_log > kMaxBlockLog || shape.order < kMinOrder || shape.order > kMaxOrder) {
    return Fail(ErrorCode::kCorrupt, "pcm parameters that no encoder writes");
  }
  return shape;
}

std::span<const TransformParams> Variants() {
  static const std::array<TransformParams, 6> all = {
      Params({1, false, true, 1, 0, 8, 4}),   Params({2, false, false, 1, 0, 11, 8}),
      Params({2, false, false, 2, 0, 11, 8}), Params({2, true, false, 2, 1, 12, 32}),
      Params({3, false, false, 5, 0, 9, 16}), Params({4, true, true, 8, 7, 10, 12})};
  return all;
}

std::string Describe(const TransformParams& params) {
  const Shape shape = Unpack(params);
  std::string text = "pcm";
  text += std::to_string(shape.bits());
  if (shape.big_endian) text += "be";
  if (shape.is_unsigned) text += 'u';
  if (shape.channels > 1) text.append("x").append(std::to_string(shape.channels));
  text += '/';
  text += std::to_string(shape.order);
  return text;
}

template <unsigned kWidth, bool kBig>
std::uint32_t LoadSample(const std::uint8_t* from) {
  std::uint32_t value = 0;
  for (unsigned k = 0; k < kWidth; ++k) {
    value |= std::uint32_t{from[kBig ? kWidth - 1 - k : k]} << (8 * k);
  }
  return value;
}

template <unsigned kWidth, bool kBig>
void LoadSamples(const std::uint8_t* from, std::size_t count, std::size_t step, bool is_unsigned,
                 std::int32_t* samples) {
  constexpr unsigned kSpare = 32 - 8 * kWidth;
  const std::uint32_t turn = is_unsigned ? 0x80000000u : 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t value = LoadSample<kWidth, kBig>(from + i * step * kWidth) << kSpare;
    samples[i] = static_cast<std::int32_t>(value ^ turn) >> kSpare;
  }
}

bool Forward(ByteView source, const TransformParams& params, BufferPool& pool,
             SectionList& sections) {
  return Encode(source, Unpack(params), pool, sections);
}

Result<void> Inverse(std::span<const ByteView> sections, const TransformParams& params,
                     BufferPool& pool, MutableBytes target) {
  const Result<Shape> shape = Parse(params);
  if (!shape) return shape.failure();
  return Decode(sections, *shape, pool, target);
}

}  // namespace

void LoadSamples(const std::uint8_t* from, std::size_t count, std::size_t step, const Shape& shape,
                 std::int32_t* samples) {
  const bool turn = shape.is_unsigned;
  switch (shape.width * 2 + (shape.big_endian ? 1 : 0)) {
    case 2:
      return LoadSamples<1, false>(from, count, step, turn, samples);
    case 4:
      return LoadSamples<2, false>(from, count, step, turn, samples);
    case 5:
      return LoadSamples<2, true>(from, count, step, turn, samples);
    case 6:
      return LoadSamples<3, false>(from, count, step, turn, samples);
    case 7:
      return LoadSamples<3, true>(from, count, step, turn, samples);
    case 8:
      return LoadSamples<4, false>(from, count, step, turn, samples);
    default:
      return LoadSamples<4, true>(from, count, step, turn, samples);
  }
}

TransformParams Params(const Shape& shape) {
  TransformParams params;
  params.size = kParamSize;
  params.bytes[0] = static_cast<std::uint8_t>(
      (shape.width - 1) | (shape.big_endian ? kBigEndianBit : 0) |
      (shape.is_unsigned ? kUnsignedBit : 0) | ((shape.channels - 1) << kChannelShift));
  params.bytes[1] = shape.skip;
  params.bytes[2] = static_cast<std::uint8_t>(shape.block_log);
  params.bytes[3] = static_cast<std::uint8_t>(shape.order);
  assert(Parse(params));
  return params;
}

const TransformRow& Transform() {
  static constexpr TransformRow row = {
      .id = kId,
      .name = "pcm",
      .variants = Variants,
      .describe = Describe,
      .forward = Forward,
      .inverse = Inverse,
      .work = 600,
  };
  return row;
}

}  // namespace sigma::pcm
