// A page begins with its kind (2 or 5 a node, 10 or 13 a leaf of indexes or of tables), the number
// of its cells and where the first of them in the page begins; then comes the list, two bytes for
// each cell, big-endian. Cells that were added in order fill the page from its end, so that the
// list is where they begin from the last one to the first. A cell says in varints (high bits first)
// how long it is; what is too long for the page goes on elsewhere.
//
// Restoring walks over a page's cells, each of at least four bytes, once.
#include "engine/transform/pages.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>
#include <span>
#include <string>

namespace sigma {
namespace {

constexpr std::uint8_t kIndexNode = 2, kTableNode = 5, kIndexLeaf = 10, kTableLeaf = 13;
constexpr std::size_t kLeafHeader = 8, kNodeHeader = 12;
constexpr std::size_t kLeastCell = 4;
// The transform is not worth its time below this share of the source.
constexpr std::size_t kWorth = 256;

std::size_t LoadWord(const std::uint8_t* from) {
  return static_cast<std::size_t>(from[0]) << 8 | from[1];
}

struct PageHeader {
  std::uint8_t kind = 0;
  std::size_t size = 0;   // of the header
  std::size_t cells = 0;  // their number
  std::size_t first = 0;  // where the first one begins
  [[nodiscard]] std::size_t list() const { return 2 * cells; }
};

// Nothing if this is no page with a list. Reads kLeafHeader bytes.
std::optional<PageHeader> ReadHeader(const std::uint8_t* page, std::size_t page_size) {
  PageHeader header;
  header.kind = page[0];
  switch (header.kind) {
    case kIndexNode:
    case kTableNode:
      header.size = kNodeHeader;
      break;
    case kIndexLeaf:
    case kTableLeaf:
      header.size = kLeafHeader;
      break;
    default:
      return std::nullopt;
  }
  header.cells = LoadWord(page + 3);
  header.first = LoadWord(page + 5);
  if (header.cells == 0 || header.size + header.list() > header.first ||
      header.first >= page_size) {
    return std::nullopt;
  }
  return header;
}

// The varint at `*at`, which advances; bytes after the page read as zeros.
std::uint64_t ReadNumber(ByteView page, std::size_t* at) {
  std::uint64_t value = 0;
  for (int i = 0; i < 9; ++i) {
    const std::uint8_t byte = *at < page.size() ? page[*at] : std::uint8_t{0};
    ++*at;
    if (i == 8) return value << 8 | byte;
    value = value << 7 | (byte & 0x7Fu);
    if (byte < 0x80) return value;
  }
  return value;
}

// Bytes of a cell's content that are in its page.
std::size_t LocalBytes(std::uint64_t content, std::size_t page_size, std::uint8_t kind) {
  const std::size_t most = kind == kTableLeaf ? page_size - 35 : (page_size - 12) * 64 / 255 - 23;
  if (content <= most) return static_cast<std::size_t>(content);
  const std::size_t least = (page_size - 12) * 32 / 255 - 23;
  const std::size_t some = least + static_cast<std::size_t>((content - least) % (page_size - 4));
  return (some <= most ? some : least) + 4;
}

// Where the cell after the one at `at` begins.
std::size_t NextCell(ByteView page, std::size_t at, std::uint8_t kind) {
  std::size_t end = at + (kind == kIndexNode || kind == kTableNode ? 4 : 0);
  const std::uint64_t first = ReadNumber(page, &end);
  if (kind != kTableNode) {
    if (kind == kTableLeaf) (void)ReadNumber(page, &end);
    end += LocalBytes(first, page.size(), kind);
  }
  return std::max(end, at + kLeastCell);
}

// Calls each(number, begin) for the cells from the last one of the list to the first; false if they
// do not fill the page.
template <class Each>
bool ForEachCell(ByteView page, const PageHeader& header, Each each) {
  std::size_t at = header.first;
  for (std::size_t i = header.cells; i-- > 0;) {
    if (at >= page.size()) return false;
    if (!each(i, at)) return false;
    at = NextCell(page, at, header.kind);
  }
  return at == page.size();
}

std::span<const TransformParams> Variants() {
  static const std::array<TransformParams, 3> all = {PagesParams(kLeastPageLog), PagesParams(12),
                                                     PagesParams(kMostPageLog)};
  return all;
}

std::string Describe(const TransformParams& params) {
  return "pages" + std::to_string(std::size_t{1} << (params.bytes[0] & 31));
}

bool Forward(ByteView source, const TransformParams& params, BufferPool& pool,
             SectionList& sections) {
  const std::size_t page_size = std::size_t{1} << params.bytes[0];
  const std::size_t pages = source.size() / page_size;
  const MutableBytes kept = sections.Add(source.size(), {SectionKind::kPiece, 1});
  if (!sections.ok()) return false;
  std::uint8_t* to = kept.data();
  // The flags come last: the first section's size shows only when it is filled.
  auto lease = pool.Acquire((pages + 7) / 8);
  const auto flags = lease.As<std::uint8_t>((pages + 7) / 8);
  std::ranges::fill(flags, std::uint8_t{0});
  for (std::size_t i = 0; i < pages; ++i) {
    const ByteView page = source.subspan(i * page_size, page_size);
    const std::size_t list = ListedBytes(page);
    const std::size_t head = list == 0 ? 0 : ReadHeader(page.data(), page_size)->size;
    if (list != 0) flags[i / 8] = static_cast<std::uint8_t>(flags[i / 8] | 1u << (i % 8));
    to = std::copy_n(page.begin(), head, to);
    to = std::copy(page.begin() + static_cast<std::ptrdiff_t>(head + list), page.end(), to);
  }
  const ByteView rest = source.subspan(pages * page_size);
  to = std::copy(rest.begin(), rest.end(), to);
  const auto size = static_cast<std::size_t>(to - kept.data());
  if (source.size() - size < source.size() / kWorth) return false;
  sections.Shrink(size);
  const MutableBytes flags_to = sections.Add((pages + 7) / 8);
  if (!sections.ok()) return false;
  std::ranges::copy(flags, flags_to.begin());
  return true;
}

Unexpected Corrupt(const char* text) { return Fail(ErrorCode::kCorrupt, text); }

// The page from the front of `kept`, its list made from its cells. False if that cannot be.
bool RestorePage(ByteView& kept, MutableBytes page) {
  if (kept.size() < kNodeHeader) return false;
  const auto header = ReadHeader(kept.data(), page.size());
  if (!header || kept.size() < page.size() - header->list()) return false;
  const ByteView bytes = kept.first(page.size() - header->list());
  kept = kept.subspan(bytes.size());
  std::ranges::copy(bytes.first(header->size), page.begin());
  std::ranges::copy(bytes.subspan(header->size),
                    page.begin() + static_cast<std::ptrdiff_t>(header->size + header->list()));
  std::uint8_t* const list = page.data() + header->size;
  return ForEachCell(page, *header, [list](std::size_t i, std::size_t begin) {
    list[2 * i] = static_cast<std::uint8_t>(begin >> 8);
    list[2 * i + 1] = static_cast<std::uint8_t>(begin);
    return true;
  });
}

Result<void> Inverse(std::span<const ByteView> sections, const TransformParams& params,
                     BufferPool& /*pool*/, MutableBytes target) {
  if (params.size != 1) return Corrupt("pages with parameters of the wrong size");
  if (params.bytes[0] < kLeastPageLog || params.bytes[0] > kMostPageLog) {
    return Fail(ErrorCode::kUnsupported, "pages of an unknown length");
  }
  const std::size_t page_size = std::size_t{1} << params.bytes[0];
  const std::size_t pages = target.size() / page_size;
  if (sections.size() != 2 || sections[1].size() != (pages + 7) / 8) {
    return Corrupt("pages with sections of the wrong sizes");
  }
  if (pages % 8 != 0 && sections[1].back() >> (pages % 8) != 0) {
    return Corrupt("pages are marked after the last one");
  }
  ByteView kept = sections[0];
  for (std::size_t i = 0; i < pages; ++i) {
    const MutableBytes page = target.subspan(i * page_size, page_size);
    if ((sections[1][i / 8] >> (i % 8) & 1u) != 0) {
      if (!RestorePage(kept, page)) return Corrupt("page whose cells do not fill it");
      continue;
    }
    if (kept.size() < page_size) return Corrupt("pages with bytes missing");
    std::ranges::copy(kept.first(page_size), page.begin());
    kept = kept.subspan(page_size);
  }
  const MutableBytes rest = target.subspan(pages * page_size);
  if (kept.size() != rest.size()) return Corrupt("pages with sections of the wrong sizes");
  std::ranges::copy(kept, rest.begin());
  return {};
}

}  // namespace

std::size_t ListedBytes(ByteView page) {
  const auto header = ReadHeader(page.data(), page.size());
  if (!header) return 0;
  const std::uint8_t* const list = page.data() + header->size;
  const bool follows = ForEachCell(page, *header, [list](std::size_t i, std::size_t begin) {
    return LoadWord(list + 2 * i) == begin;
  });
  return follows ? header->list() : 0;
}

TransformParams PagesParams(unsigned log_page) {
  assert(log_page >= kLeastPageLog && log_page <= kMostPageLog);
  TransformParams params;
  params.size = 1;
  params.bytes[0] = static_cast<std::uint8_t>(log_page);
  return params;
}

const TransformRow& PagesTransform() {
  static constexpr TransformRow row = {
      .id = kPagesId,
      .name = "pages",
      .variants = Variants,
      .describe = Describe,
      .forward = Forward,
      .inverse = Inverse,
      .work = 8,
  };
  return row;
}

}  // namespace sigma
