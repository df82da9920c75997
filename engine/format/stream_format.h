// The bytes of a stream, exactly as FORMAT.md (normative) draws them: headers, frames and the
// footer.
//
// Write functions fill a caller's buffer and return the bytes used. Parse functions take the bytes
// at hand, which may hold more or less than the structure; they never read past them, allocate
// nothing on a number that the input has not earned, and give errors whose offset counts from the
// start of the view. kTruncated means "more bytes are needed".
#ifndef SIGMA_FORMAT_STREAM_FORMAT_H_
#define SIGMA_FORMAT_STREAM_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "sigma/result.hpp"

namespace sigma {

inline constexpr std::uint8_t kFormatVersion = 0;

// Limits of a stream, so that no sum of sizes leaves u64.
inline constexpr std::uint64_t kMaxOriginalSize = std::uint64_t{1} << 58;  // 2^32 chunks of 64 MiB
inline constexpr std::uint64_t kMaxStreamSize = std::uint64_t{1} << 60;
inline constexpr std::uint32_t kMaxUserData = 16u << 20;

// The type of user data that is a block of the index of members.
inline constexpr std::uint32_t kMemberIndexType = 0xFFFFFF01;

// ---- Stream header -----------------------------------------------------------------------------

// No stream header is longer than this.
inline constexpr std::size_t kMaxStreamHeader = 32;

// The writer leaves `original_size` out of streams of one chunk, whose chunk header knows it: only
// then does the stream get the short footer, and come out the same from a file and from a pipe.
struct StreamHeader {
  std::uint8_t level = 0;        // hint, 0 … 15; 0 = unknown
  std::uint32_t chunk_size = 0;  // a bound: no chunk restores to more; multiple of 4 KiB
  std::optional<std::uint64_t> original_size;  // if it was known when the stream began
  bool far = false;                            // chunks may have far copies
  std::size_t bytes = 0;                       // set by Parse: length of the header
};

std::size_t WriteStreamHeader(const StreamHeader& header,
                              std::span<std::uint8_t, kMaxStreamHeader> to);
// kNotSigma if the bytes do not begin with the magic.
Result<StreamHeader> ParseStreamHeader(ByteView bytes);

// ---- Frames: what follows the header -----------------------------------------------------------

enum class FrameKind : std::uint8_t { kChunk, kUserData, kFooter };

// No frame header is longer than this; a parser with this many bytes (or all up to the end of the
// input) never answers kTruncated for an intact one.
inline constexpr std::size_t kMaxFrameHeader = 48;

struct ChunkHeader {
  std::uint8_t plan_id = 0;
  std::uint32_t sequence = 0;      // index of the chunk in its stream
  std::uint32_t original = 0;      // restored bytes, ≥ 1, ≤ the stream's chunk size
  std::uint32_t payload = 0;       // bytes after the header, ≥ 1, ≤ original
  std::uint64_t hash = 0;          // XXH3-64 of the restored bytes
  std::uint32_t payload_hash = 0;  // Hash32 of the payload
  std::size_t bytes = 0;           // length of the header; set by Write and Parse
};

struct UserDataHeader {
  std::uint32_t type = 0;  // the application's own number
  std::uint32_t size = 0;  // bytes of user data after the header, ≤ kMaxUserData
  std::uint64_t hash = 0;  // XXH3-64 of the user data; a forward reader checks it
  std::size_t bytes = 0;   // length of the header; set by Write and Parse
};

// Which frame begins at bytes[0].
Result<FrameKind> ParseFrameKind(ByteView bytes);

std::size_t WriteChunkHeader(ChunkHeader& header, std::span<std::uint8_t, kMaxFrameHeader> to);
// `chunk_size` is the stream header's bound.
Result<ChunkHeader> ParseChunkHeader(ByteView bytes, std::uint32_t chunk_size);

std::size_t WriteUserDataHeader(UserDataHeader& header,
                                std::span<std::uint8_t, kMaxFrameHeader> to);
Result<UserDataHeader> ParseUserDataHeader(ByteView bytes);

// ---- Footer: seek table, totals, whole-stream hash ---------------------------------------------

struct SeekEntry {
  std::uint64_t offset = 0;    // of the chunk header, from the start of the stream
  std::uint32_t stored = 0;    // header + payload
  std::uint32_t original = 0;  // restored bytes
  std::uint64_t hash = 0;      // as in the chunk header
};

struct Footer {
  std::vector<SeekEntry> entries;
  std::uint64_t original = 0;     // total restored bytes
  std::uint64_t stream_size = 0;  // from the first byte of the header to the last of the footer
  std::uint64_t hash = 0;         // whole-stream hash: XXH3-64 over the chunk hashes in order
};

// The whole-stream hash of chunk hashes seen so far is Hash64 over their little-endian bytes.
[[nodiscard]] std::uint64_t StreamHash(std::span<const SeekEntry> entries);

// `offset` is where the footer begins, from the start of the stream; fills in the totals. A stream
// that is nothing but a header without original size and one chunk gets the short footer, any other
// the long one.
[[nodiscard]] Bytes WriteFooter(std::span<const SeekEntry> entries, std::uint64_t offset);
// The same in pieces of at most 6 KiB, in order. Allocates nothing.
void WriteFooterPieces(std::span<const SeekEntry> entries, std::uint64_t offset,
                       const std::function<void(ByteView)>& write);

// Reading forward: `seen` are the chunks of this stream so far and `offset` where the footer
// begins. The footer must agree with them byte for byte, so a lost, doubled or swapped chunk cannot
// pass, and their total with the header's original size. Returns the footer's length. kTruncated if
// `bytes` ends inside it; FooterSize(seen.size()) bytes always suffice.
Result<std::size_t> CheckFooter(ByteView bytes, const StreamHeader& header,
                                std::span<const SeekEntry> seen, std::uint64_t offset);
// Length of the longest footer of a stream of this many chunks.
[[nodiscard]] std::size_t FooterSize(std::size_t chunks);

// Reading backward from the end of a stream: its last kTrailerSize bytes tell its size and that of
// its footer. No stream is shorter than this.
inline constexpr std::size_t kTrailerSize = 40;
// The first bytes of a stream (or all of it, if it is shorter) that ParseFooter wants to see.
inline constexpr std::size_t kStreamFront = kMaxStreamHeader + kMaxFrameHeader;

struct Trailer {
  std::uint64_t stream_size = 0;
  std::uint64_t footer_size = 0;  // whole footer; < stream_size, checked
  std::uint32_t count = 0;        // chunks
  std::uint64_t original = 0;     // of a long footer: total restored bytes
  std::uint64_t hash = 0;         // of a long footer: hash64 of all of it up to this field
};

// How many bytes at the end of a long footer its hash leaves out: the hash itself and the end mark.
inline constexpr std::size_t kUnsealedFooter = 12;
// kCorrupt if no stream ends here: the file is cut, damaged, or something else follows the stream.
Result<Trailer> ParseTrailer(std::span<const std::uint8_t, kTrailerSize> bytes);
// `front` are the first kStreamFront bytes and `bytes` the whole footer of a stream of
// trailer.stream_size bytes. Offsets, sizes, hashes and totals are checked against each other and
// against the stream header before they are returned. An error's offset counts from the start of
// the stream.
Result<Footer> ParseFooter(ByteView front, ByteView bytes, const Trailer& trailer);

}  // namespace sigma

#endif  // SIGMA_FORMAT_STREAM_FORMAT_H_
