// Hostile headers, frames and footers to each parser of the format, as they are and with their hash
// made right: an error within the bytes given, or fields within their limits that are written again
// as they were. A footer is right for both readers or for none.
#include <algorithm>
#include <array>
#include <vector>

#include "engine/format/chunk_tally.h"
#include "engine/format/content_hash.h"
#include "engine/format/plan_format.h"
#include "engine/format/stream_format.h"
#include "tests/engine/format/sealed.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace sigma;
using tests::Require;

template <typename T>
void CheckPlace(const Result<T>& result, std::size_t size) {
  if (result) return;
  Require(result.error().offset == kNoPosition || result.error().offset <= size,
          "an error lies within the bytes given");
}

void StreamHeaders(ByteView bytes) {
  const auto header = ParseStreamHeader(bytes);
  CheckPlace(header, bytes.size());
  if (!header) return;
  Require(header->bytes <= bytes.size() && header->bytes <= kMaxStreamHeader, "it is in the bytes");
  std::array<std::uint8_t, kMaxStreamHeader> again;
  Require(WriteStreamHeader(*header, again) == header->bytes &&
              std::equal(again.begin(), again.begin() + static_cast<std::ptrdiff_t>(header->bytes),
                         bytes.begin()),
          "there is one header for its fields");
}

void ChunkHeaders(ByteView bytes) {
  (void)ParseFrameKind(bytes);
  auto chunk = ParseChunkHeader(bytes, 1u << 20);
  CheckPlace(chunk, bytes.size());
  if (chunk) {
    Require(chunk->bytes <= bytes.size() && chunk->payload >= 1 &&
                chunk->payload <= chunk->original && chunk->original <= 1u << 20,
            "a chunk's sizes are within their limits");
    std::array<std::uint8_t, kMaxFrameHeader> again;
    const std::size_t size = chunk->bytes;
    Require(WriteChunkHeader(*chunk, again) == size &&
                std::equal(again.begin(), again.begin() + static_cast<std::ptrdiff_t>(size),
                           bytes.begin()),
            "there is one header for its fields");
  }
  const auto data = ParseUserDataHeader(bytes);
  CheckPlace(data, bytes.size());
  if (data) Require(data->bytes <= bytes.size() && data->size <= kMaxUserData, "user data fits");
  const auto content = ParseContentHash(bytes);
  CheckPlace(content, bytes.size());
  if (content) {
    const Bytes frame = WriteContentHashFrame(content->kind, content->digest);
    Require(frame.size() > bytes.size() &&
                std::equal(bytes.begin(), bytes.end(),
                           frame.end() - static_cast<std::ptrdiff_t>(bytes.size())),
            "there is one content hash for its fields");
  }
  const auto plan = ParsePlanHeader(bytes, 1u << 20);
  CheckPlace(plan, bytes.size());
}

// `bytes` as a whole stream whose footer alone is looked at.
void Footers(ByteView bytes) {
  if (bytes.size() < kTrailerSize) return;
  const auto trailer = ParseTrailer(bytes.last<kTrailerSize>());
  if (!trailer) return;
  Require(trailer->footer_size < trailer->stream_size, "a footer is a part of its stream");
  if (trailer->stream_size != bytes.size()) return;
  const auto at = static_cast<std::size_t>(trailer->stream_size - trailer->footer_size);
  const ByteView front = bytes.first(std::min(bytes.size(), kStreamFront));
  const auto footer = ParseFooter(front, bytes.subspan(at), *trailer);
  if (!footer) return;
  const auto header = ParseStreamHeader(front);
  Require(header.has_value(), "a footer belongs to a header");
  ChunkTally tally(footer->entries, footer->entries.size() / 2);
  Require(tally.original() == footer->original, "the totals agree");
  std::size_t position = at;
  const auto checked = tally.Check(*header, at, [&](std::size_t size) -> Result<ByteView> {
    const ByteView next = bytes.subspan(position, std::min(size, bytes.size() - position));
    position += next.size();
    return next;
  });
  Require(checked.has_value() && position == bytes.size(), "a reader that goes forward agrees");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tests::FuzzInput input(data, size);
  const std::uint32_t mode = input.Take(1);
  Bytes bytes(input.rest().begin(), input.rest().end());
  // The very bytes, and with every size a header could have sealed.
  StreamHeaders(bytes);
  ChunkHeaders(bytes);
  Footers(bytes);
  if (bytes.size() < 5) return 0;
  const std::size_t length = 5 + mode % 44;
  if (bytes.size() >= length) {
    Bytes sealed = bytes;
    StoreLE(&sealed[length - 4], Hash32(ByteView{sealed}.first(length - 4)));
    StreamHeaders(sealed);
    ChunkHeaders(sealed);
  }
  if (bytes.size() > kTrailerSize + 20 && mode >= 128) {
    // The end as a footer of all that is there.
    StoreLE<std::uint64_t>(&bytes[bytes.size() - 32], bytes.size());
    const std::size_t count = std::min<std::size_t>(mode - 128, (bytes.size() - 53) / 46);
    StoreLE(&bytes[bytes.size() - 16], static_cast<std::uint32_t>(count));
    const std::uint8_t end[] = {0x4D, 0x47, 0x53, 0xE6};
    std::copy(std::begin(end), std::end(end), bytes.end() - 4);
    const std::size_t footer = FooterSize(count);
    if (footer + 12 > bytes.size()) return 0;
    Bytes sealed(bytes.end() - static_cast<std::ptrdiff_t>(footer), bytes.end());
    tests::ResealFooter(sealed);
    std::copy(sealed.begin(), sealed.end(), bytes.end() - static_cast<std::ptrdiff_t>(footer));
    Footers(bytes);
  }
  return 0;
}
