// Contexts of a raster's samples, and symbols between the order of the rows and the sections of
// their contexts.
//
// All functions work on rows of `count` samples in steps of kSymbolStep: they may read and write up
// to the next multiple of it. No allocation; safe from any thread; the same results on every
// target.
//
// Cost (Zen 5), ns a sample with 6 sections on AVX3_DL / AVX2: contexts 0.09 / 0.13, gathering 0.13
// / 0.5, scattering 0.1 / 0.55, unfolding and looking for large ones 0.05.
#ifndef SIGMA_KERNELS_RASTER_SYMBOLS_H_
#define SIGMA_KERNELS_RASTER_SYMBOLS_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace sigma::kernels::raster {

inline constexpr std::size_t kSymbolStep = 64;
// Readable lanes in front of and after the rows of magnitudes.
inline constexpr std::size_t kContextMargin = 2;
inline constexpr std::uint16_t kMaxMagnitude = 2047;

// sections[i] = first + how many of `limits` are at most S, the weighted magnitudes around sample i
// in the row above and the one above that: S ≤ 12 · kMaxMagnitude. Limits are below 32768.
void Contexts(const std::uint16_t* above, const std::uint16_t* above2, std::size_t count,
              std::span<const std::uint16_t> limits, std::uint8_t first,
              std::uint8_t* sections) noexcept;

// Contexts of a sample become sections: contexts[i] = first + how many of `limits` are at most
// contexts[i]; counts[k] += how many samples go to section first + k. counts.size() = limits.size()
// + 1.
void MergeContexts(std::uint8_t* contexts, std::size_t count, std::span<const std::uint8_t> limits,
                   std::uint8_t first, std::span<std::size_t> counts) noexcept;

struct Cursor {
  const std::uint8_t* at;
  const std::uint8_t* end;
};

// symbols[i] = the next byte of the cursor that Contexts with these limits says from 0 on;
// zeros after the row up to the next multiple of kSymbolStep. cursors.size() = limits.size() + 1.
// 2 · kSymbolStep bytes after each end may be read; what comes from there is anything, and the
// cursor stays at its end.
void Gather(const std::uint16_t* above, const std::uint16_t* above2, std::size_t count,
            std::span<const std::uint16_t> limits, std::span<Cursor> cursors,
            std::uint8_t* symbols) noexcept;

struct Target {
  std::uint8_t* at;
  std::uint8_t* end;
};

// Each symbol goes to *targets[sections[i]].at++, which has room for all of its symbols.
void Scatter(const std::uint8_t* sections, std::size_t count, const std::uint8_t* symbols,
             std::span<Target> targets) noexcept;

// Residuals and magnitudes of symbols that are their own codes.
void Unfold(const std::uint8_t* symbols, std::size_t count, std::uint16_t* residuals,
            std::uint16_t* magnitudes) noexcept;

// The places of the symbols that are at least `least`, in order; how many are returned. `places`
// has room for count.
std::size_t Escapes(const std::uint8_t* symbols, std::size_t count, std::uint8_t least,
                    std::uint16_t* places) noexcept;

}  // namespace sigma::kernels::raster

#endif  // SIGMA_KERNELS_RASTER_SYMBOLS_H_
