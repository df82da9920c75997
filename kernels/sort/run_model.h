// The model of runs: what a segment of sorted bytes has shown so far (engine/coder/sort/SPEC.md).
//
// Plain data that the two kernels beside it (run_encoder.h, run_decoder.h) read and move; the same
// under every target, integers only. Some 800 KB, of which prose uses half: a segment's working set
// stays in the second-level cache.
#ifndef SIGMA_KERNELS_SORT_RUN_MODEL_H_
#define SIGMA_KERNELS_SORT_RUN_MODEL_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/slots.h"

namespace sigma::kernels::sort {

// What is remembered of one byte's runs. Averages are in sixteenths.
struct ByteHistory {
  std::uint16_t rank;         // average of ranks up to 8
  std::uint16_t length;       // average of lengths up to 8
  std::uint16_t far;          // average of far symbols
  std::uint16_t long_class;   // average of length classes
  std::uint8_t joint;         // the last joint symbol
  std::uint8_t joint_before;  // the one before it
  std::uint8_t last_far;
  std::uint8_t last_long;
};

struct RunModel {
  // The joint symbol of rank and length.
  std::array<Slot, 256> joint_by_averages;
  std::array<Slot, 256> joint_by_byte;
  std::array<Slot, 4096> joint_by_history;
  std::array<Slot, 4096> joint_by_next;
  // Ranks from 4 on.
  std::array<Slot, 4096> far_by_last;
  std::array<Slot, 4096> far_by_byte;
  std::array<Slot, 2048> far_by_averages;
  std::array<Slot, 512> far_by_any;
  // Ranks from 19 on: the upper and the lower four bits.
  std::array<Slot, 16> upper_by_lengths;
  std::array<Slot, 256> upper_by_byte;
  std::array<Slot, 64> upper_by_average;
  std::array<Slot, 1> upper_any;
  std::array<Slot, 16> lower_by_upper;
  std::array<Slot, 256> lower_by_byte;
  std::array<Slot, 256> lower_by_average;
  std::array<Slot, 1> lower_any;
  // Lengths from 4 on.
  std::array<Slot, 4096> long_by_last;
  std::array<Slot, 256> long_by_average;
  std::array<Slot, 256> long_by_class;
  std::array<Slot, 256> long_by_history;
  std::array<Slot, 1> exponent;
  std::array<Slot, 26> top_bits;  // by the exponent of the length

  Weights joint_weights;
  Weights far_weights;
  Weights upper_weights;
  Weights lower_weights;
  Weights long_weights;

  std::array<ByteHistory, 256> bytes;
  std::uint32_t rank_average;    // of ranks up to 40
  std::uint32_t length_average;  // of lengths up to 32
  std::uint32_t long_runs;       // bit k: the run k before the last was longer than 1
  std::uint32_t last_joint;
  std::uint32_t last_far;
};

// The model before the first run.
void StartModel(RunModel& model) noexcept;

// Runs are coded in groups of this many; each begins with a coder state of its own.
inline constexpr std::size_t kRunsInGroup = std::size_t{1} << 15;
// The most symbols and raw pieces that a run is coded to, each at most 15 bits.
inline constexpr std::size_t kSymbolsInRun = 10;
inline constexpr std::size_t kGroupBytes = 4 + 2 * kSymbolsInRun * kRunsInGroup;  // at most

}  // namespace sigma::kernels::sort

#endif  // SIGMA_KERNELS_SORT_RUN_MODEL_H_
