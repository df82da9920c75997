// Codes runs by a model and rANS: four bytes of state, then units of 16 bits, a group at a time.
// (Adaptive distributions of 16 symbols with rANS: LZNA, Bloom and Giesen 2015; rANS: Duda 2013.)
//
// rANS codes backwards, the model learns forwards: a group's symbols are noted first. Cost on AVX2
// (Zen 5): 15 ns a symbol, 1.6 symbols a run of prose.
#ifndef SIGMA_KERNELS_SORT_RUN_ENCODER_H_
#define SIGMA_KERNELS_SORT_RUN_ENCODER_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/sort/run_model.h"

namespace sigma::kernels::sort {

// A segment on its way through the encoder.
struct RunSource {
  const std::uint8_t* at;     // the next run
  const std::uint8_t* end;    // of the segment
  const std::uint8_t* ranks;  // of the next run and those after it
  std::uint8_t after_last;    // the byte to expect after the last run
};

// The ranks of `segment`'s runs into the end of `ranks`, which has room for as many as there are
// bytes: how many different bytes come up to the next run of the same byte, this byte included. The
// last run of each byte has the rank that the order of byte values gives it, the very last 1.
// `order`: all 256 byte values as the first run finds them, those that occur in front. Returns the
// number of runs. A segment has at least one byte.
std::size_t RankRuns(std::span<const std::uint8_t> segment, std::span<std::uint8_t> ranks,
                     std::span<std::uint8_t, 256> order) noexcept;

// Codes up to kRunsInGroup runs and moves `source` past them. `notes` has room for kSymbolsInRun *
// kRunsInGroup; writes at the end of `target`, which has kGroupBytes, and returns how many bytes.
std::size_t EncodeGroup(RunSource& source, RunModel& model, std::span<std::uint32_t> notes,
                        std::span<std::uint8_t> target) noexcept;

}  // namespace sigma::kernels::sort

#endif  // SIGMA_KERNELS_SORT_RUN_ENCODER_H_
