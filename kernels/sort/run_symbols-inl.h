// The way of a run through the model, per target; for run_encoder.cc and run_decoder.cc. The same code
// for both: what differs is the port (kernels/slots-inl.h).
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "kernels/sort/run_model.h"

#include "hwy/highway.h"
// After highway.h, which defines what it toggles on.
#include "kernels/slots-inl.h"

#if defined(SIGMA_KERNELS_SORT_RUN_SYMBOLS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SIGMA_KERNELS_SORT_RUN_SYMBOLS_INL_H_
#undef SIGMA_KERNELS_SORT_RUN_SYMBOLS_INL_H_
#else
#define SIGMA_KERNELS_SORT_RUN_SYMBOLS_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace sigma::kernels::sort {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using namespace kernels::HWY_NAMESPACE;

struct Run {
  std::uint32_t rank;    // 1 …
  std::uint32_t length;  // 1 …
};

HWY_INLINE std::uint32_t AverageOf8(std::uint32_t average, std::uint32_t value) {
  return (7 * average + 16 * value + 4) >> 3;
}

// Classes of lengths from 4 on: 4 … 7 have one each, octaves up to 127 two, octaves up to 1023 one.
constexpr unsigned kOpenClass = 15;
constexpr unsigned kOpenExponent = 10;

HWY_INLINE unsigned LengthClass(std::uint32_t length) {
  const unsigned exponent = 31 - static_cast<unsigned>(std::countl_zero(length));
  if (exponent < 3) return length - 4;
  if (exponent < 7) return 4 + 2 * (exponent - 3) + (length >> (exponent - 1) & 1);
  return std::min(exponent + 5, kOpenClass);
}

// Rank 4 or more. Above 255 only where the code is damaged.
template <class Port>
HWY_NOINLINE std::uint32_t CodeFar(Port& port, RunModel& model, std::uint32_t byte,
                                   std::uint32_t rank) {
  ByteHistory& history = model.bytes[byte];
  const std::uint32_t average = model.rank_average;
  const std::uint32_t own = history.far >> 3;
  const unsigned far =
      CodeMixed(port, model.far_weights, model.far_by_last[byte << 4 | history.last_far],
                model.far_by_byte[byte << 4 | std::min(average >> 4, 15u)],
                model.far_by_averages[own << 6 | std::min(average >> 3, 63u)],
                model.far_by_any[own << 4 | model.last_far], std::min<std::uint32_t>(rank - 4, 15));
  history.far = static_cast<std::uint16_t>(AverageOf8(history.far, far));
  history.last_far = static_cast<std::uint8_t>(far);
  model.last_far = far;
  if (far < 15) return 4 + far;
  const std::uint32_t rest = rank - 19;
  const unsigned upper =
      CodeMixed(port, model.upper_weights, model.upper_by_lengths[model.long_runs & 15],
                model.upper_by_byte[byte], model.upper_by_average[std::min(average >> 3, 63u)],
                model.upper_any[0], rest >> 4 & 15);
  const unsigned lower =
      CodeMixed(port, model.lower_weights, model.lower_by_upper[upper], model.lower_by_byte[byte],
                model.lower_by_average[upper << 4 | std::min(average >> 5, 15u)],
                model.lower_any[0], rest & 15);
  return 19 + (upper << 4 | lower);
}

// Length 4 or more; 0 where the code is damaged.
template <class Port>
HWY_NOINLINE std::uint32_t CodeLong(Port& port, RunModel& model, std::uint32_t byte,
                                    std::uint32_t near_rank, std::uint32_t length) {
  ByteHistory& history = model.bytes[byte];
  const unsigned kind =
      CodeMixed(port, model.long_weights, model.long_by_last[byte << 4 | history.last_long],
                model.long_by_average[std::min(model.length_average >> 1, 63u) << 2 | near_rank],
                model.long_by_class[history.long_class / 4u << 2 | near_rank],
                model.long_by_history[std::uint32_t{history.joint} << 4 | model.last_joint],
                Port::kDecodes ? 0 : LengthClass(length));
  history.long_class = static_cast<std::uint16_t>((3u * history.long_class + 16 * kind + 2) >> 2);
  history.last_long = static_cast<std::uint8_t>(kind);
  if (kind < 4) return 4 + kind;
  unsigned exponent = kind < 12 ? 3 + (kind - 4) / 2 : kind - 5;
  if (kind == kOpenClass) {
    const unsigned symbol =
        Port::kDecodes ? 0 : 31 - static_cast<unsigned>(std::countl_zero(length)) - kOpenExponent;
    exponent = kOpenExponent + CodeAlone(port, model.exponent[0], symbol);
  }
  const bool half = kind < 12;
  const unsigned bits = half ? exponent - 1 : exponent;
  const std::uint32_t base =
      (1u << exponent) + (half && (kind & 1) != 0 ? 1u << (exponent - 1) : 0);
  const std::uint32_t extra = length - base;
  const unsigned top = std::min(bits, 4u);
  const unsigned high =
      CodeAlone(port, model.top_bits[exponent], Port::kDecodes ? 0 : extra >> (bits - top) & 15);
  if (Port::kDecodes && high >> top != 0) return 0;
  std::uint32_t value = high;
  for (unsigned left = bits - top; left != 0;) {
    const unsigned piece = std::min(left, 8u);
    left -= piece;
    value = value << piece | port.CodeRaw(piece, extra >> left & ((1u << piece) - 1));
  }
  return base + value;
}

// Codes the run of `byte` that a run of `next` follows. The encoder's `run` says what it is.
template <class Port>
HWY_INLINE Run CodeRun(Port& port, RunModel& model, std::uint32_t byte, std::uint32_t next,
                       Run run) {
  ByteHistory& history = model.bytes[byte];
  const std::uint32_t rank_class = std::min(history.rank / 8u, 15u);
  const std::uint32_t length_class = std::min(history.length / 8u, 15u);
  const unsigned joint = CodeMixed(
      port, model.joint_weights, model.joint_by_averages[rank_class << 4 | length_class],
      model.joint_by_byte[byte],
      model.joint_by_history[history.joint | std::uint32_t{history.joint_before} << 4 |
                             std::uint32_t{model.last_joint} << 8],
      model.joint_by_next[(byte * 0x9E3779B1u + next * 0x85EBCA6Bu) >> 20],
      Port::kDecodes ? 0 : (std::min(run.rank, 4u) - 1) << 2 | (std::min(run.length, 4u) - 1));
  run.rank = (joint >> 2) == 3 ? CodeFar(port, model, byte, run.rank) : (joint >> 2) + 1;
  run.length =
      (joint & 3) == 3 ? CodeLong(port, model, byte, joint >> 2, run.length) : (joint & 3) + 1;
  history.rank = static_cast<std::uint16_t>(AverageOf8(history.rank, std::min(run.rank, 8u)));
  history.length = static_cast<std::uint16_t>(AverageOf8(history.length, std::min(run.length, 8u)));
  history.joint_before = history.joint;
  history.joint = static_cast<std::uint8_t>(joint);
  model.last_joint = joint;
  model.rank_average = AverageOf8(model.rank_average, std::min(run.rank, 40u));
  model.length_average = AverageOf8(model.length_average, std::min(run.length, 32u));
  model.long_runs = model.long_runs << 1 | (run.length > 1);
  return run;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace sigma::kernels::sort
HWY_AFTER_NAMESPACE();

#endif  // per target
