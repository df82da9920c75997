// Parameters and samples; the coding is in encoder.cc and decoder.cc.
#include "engine/transform/raster/transform.h"

#include <array>
#include <cassert>

#include "engine/base/endian.h"
#include "engine/transform/raster/layout.h"

namespace sigma::raster {
namespace {

constexpr std::uint8_t kWideBit = 0x01;
constexpr std::uint8_t kBigEndianBit = 0x02;
constexpr std::uint8_t kSignedBit = 0x04;
constexpr std::uint8_t kSubtractBit = 0x08;
constexpr unsigned kChannelShift = 4;
constexpr std::uint8_t kReservedBits = 0xC0;
constexpr std::uint8_t kParamSize = 6;

Shape Unpack(const TransformParams& params) {
  const std::uint8_t flags = params.bytes[0];
  return {(flags & kWideBit) != 0 ? 16u : 8u,
          (flags & kBigEndianBit) != 0,
          (flags & kSignedBit) != 0,
          (flags & kSubtractBit) != 0,
          1u + ((flags >> kChannelShift) & 3u),
          params.bytes[1],
          params.bytes[2] | static_cast<std::uint32_t>(params.bytes[3]) << 8 |
              static_cast<std::uint32_t>(params.bytes[4]) << 16,
          params.bytes[5]};
}

Result<Shape> Parse(const TransformParams& params) {
  if (params.size != kParamSize) {
    return Fail(ErrorCode::kCorrupt, "raster parameters of the wrong size");
  }
  if ((params.bytes[0] & kReservedBits) != 0) {
    return Fail(ErrorCode::kUnsupported, "raster parameters with reserved bits set");
  }
  const Shape shape = Unpack(params);
  if ((shape.bits == 8 && shape.big_endian) || (shape.subtract_second && shape.channels < 3) ||
      shape.row < kMinRow || shape.row > kMaxRow || shape.row % shape.channels != 0 ||
      shape.sections == 0 || shape.sections > kContexts) {
    return Fail(ErrorCode::kCorrupt, "raster parameters that no encoder writes");
  }
  return shape;
}

std::span<const TransformParams> Variants() {
  static const std::array<TransformParams, 5> all = {
      Params({8, false, false, false, 1, 0, 64, 6}), Params({16, false, true, false, 1, 0, 16, 1}),
      Params({16, true, false, false, 1, 5, 128, kContexts}),
      Params({8, false, false, true, 3, 1, 96, 3}), Params({16, false, false, true, 4, 0, 32, 6})};
  return all;
}

std::string Describe(const TransformParams& params) {
  const Shape shape = Unpack(params);
  std::string text = "raster";
  text += std::to_string(shape.bits);
  if (shape.big_endian) text += "be";
  if (shape.is_signed) text += 's';
  if (shape.channels > 1) text.append("x").append(std::to_string(shape.channels));
  if (shape.subtract_second) text += "-g";
  text += '/';
  text += std::to_string(shape.row);
  return text;
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

void LoadSamples(const std::uint8_t* from, std::size_t count, const Shape& shape,
                 std::uint16_t* lanes) {
  const unsigned turn = shape.is_signed ? 1u << (shape.bits - 1) : 0;
  if (shape.bits == 8) {
    for (std::size_t i = 0; i < count; ++i) lanes[i] = static_cast<std::uint16_t>(from[i] ^ turn);
  } else if (shape.big_endian) {
    for (std::size_t i = 0; i < count; ++i) {
      lanes[i] = static_cast<std::uint16_t>((unsigned{from[2 * i]} << 8 | from[2 * i + 1]) ^ turn);
    }
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      lanes[i] = static_cast<std::uint16_t>(LoadLE<std::uint16_t>(from + 2 * i) ^ turn);
    }
  }
}

TransformParams Params(const Shape& shape) {
  TransformParams params;
  params.size = kParamSize;
  params.bytes[0] = static_cast<std::uint8_t>(
      (shape.bits == 16 ? kWideBit : 0) | (shape.big_endian ? kBigEndianBit : 0) |
      (shape.is_signed ? kSignedBit : 0) | (shape.subtract_second ? kSubtractBit : 0) |
      ((shape.channels - 1) << kChannelShift));
  params.bytes[1] = shape.skip;
  for (unsigned k = 0; k < 3; ++k) {
    params.bytes[2 + k] = static_cast<std::uint8_t>(shape.row >> (8 * k));
  }
  params.bytes[5] = shape.sections;
  assert(Parse(params));
  return params;
}

const TransformRow& Transform() {
  static constexpr TransformRow row = {
      .id = kId,
      .name = "raster",
      .variants = Variants,
      .describe = Describe,
      .forward = Forward,
      .inverse = Inverse,
      .work = 100,
  };
  return row;
}

}  // namespace sigma::raster
