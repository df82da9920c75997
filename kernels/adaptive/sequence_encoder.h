// Codes sequences adaptively (engine/coder/adaptive/SPEC.md): blocks are noted symbol by symbol, a
// group's notes are written from the last one to the first.
//
// No allocation. The result is the same on every target.
#ifndef SIGMA_KERNELS_ADAPTIVE_SEQUENCE_ENCODER_H_
#define SIGMA_KERNELS_ADAPTIVE_SEQUENCE_ENCODER_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/adaptive/model.h"

namespace sigma::kernels::adaptive {

// The most notes of a block: three literals and a match of two bytes take 16; a long run or match has
// six more, and a block one for its mode.
inline constexpr std::size_t kNotesInBlock = 5 * kBlockBytes + 64;
inline constexpr std::size_t kNotesInGroup = kGroupBlocks * kNotesInBlock;
// At most, of a group's code: a note has 15 bits or fewer.
inline constexpr std::size_t kGroupCode = 8 + 2 * kNotesInGroup;

struct BlockToNote {
  const std::uint8_t* base;  // of the source
  std::size_t begin;
  std::size_t end;
  std::span<const Sequence> sequences;  // of all of the block
  bool plain;                           // its literals are raw
};

// Notes the symbols of a block at `notes`, which has room for kNotesInBlock, moves the model and the
// history past it and returns the end of what it noted.
std::uint32_t* NoteBlock(const BlockToNote& block, Model& model, History& history,
                         std::uint32_t* notes) noexcept;

// Writes the code of the notes at the end of `target`, which has kGroupCode, and returns how many
// bytes.
[[nodiscard]] std::size_t WriteGroup(std::span<const std::uint32_t> notes,
                                     std::span<std::uint8_t> target) noexcept;

}  // namespace sigma::kernels::adaptive

#endif  // SIGMA_KERNELS_ADAPTIVE_SEQUENCE_ENCODER_H_
