// The third pass of the LZ decoder: the copy loop over resolved sequences.
//
// Sequence i copies literals[i] bytes from the literals, then matches[i] bytes from offsets[i]
// bytes back; a length byte of 255 stands for the next entry of its `long` list (u32,
// little-endian, at least 255). The caller has validated that the lengths add up to at most what
// `target` and the literals hold, and that the long lists have an entry for each 255.
//
// `spare` bytes may be written after the last sequence's end, though what the copy leaves there
// is arbitrary; nothing is written further. Reads 64 bytes after the literals. Cost: 1.5–4 ns a
// sequence.
#ifndef SIGMA_KERNELS_LZ_COPY_H_
#define SIGMA_KERNELS_LZ_COPY_H_

#include <cstddef>
#include <cstdint>

namespace sigma::kernels::lz {

struct CopyJob {
  const std::uint8_t* literal_lengths;
  const std::uint8_t* match_lengths;
  const std::uint8_t* long_literals;
  const std::uint8_t* long_matches;
  std::size_t count;  // sequences
  // About the sums of the lengths: the steps of CopyWide suit the literals', those of CopySequences
  // the matches'.
  std::size_t literal_bytes;
  std::size_t match_bytes;
  const std::uint8_t* literals;
  const std::uint8_t* begin;  // matches reach back to here
  std::uint8_t* to;           // where the first sequence goes
};

// The ends of what was consumed; `to` is null if an offset was 0, or reached before `begin`.
struct Copied {
  const std::uint8_t* literals;
  std::uint8_t* to;
};

// Offsets of any size.
[[nodiscard]] Copied CopySequences(const CopyJob& copy, std::size_t spare,
                                   const std::uint32_t* offsets) noexcept;
// Offsets are u16, little-endian, unaligned.
[[nodiscard]] Copied CopyNarrow(const CopyJob& copy, std::size_t spare,
                                const std::uint8_t* offsets) noexcept;
// Offsets are u16, little-endian, unaligned; below 64 they are an error.
[[nodiscard]] Copied CopyWide(const CopyJob& copy, std::size_t spare,
                              const std::uint8_t* offsets) noexcept;

}  // namespace sigma::kernels::lz

#endif  // SIGMA_KERNELS_LZ_COPY_H_
