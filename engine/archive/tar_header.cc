// offset  0     100   108  116  124   136    148     156   157   257    263      265    297    329    337    345
//        +-----+-----+----+----+-----+------+-------+-----+-----+------+--------+------+------+------+------+-------+
//        |name |mode |uid |gid |size |mtime |check- |type |link |magic |version |owner |group |major |minor |prefix |
//        |     |     |    |    |     |      |sum    |     |     |      |        |      |      |      |      |155    |
//        +-----+-----+----+----+-----+------+-------+-----+-----+------+--------+------+------+------+------+-------+
// old GNU: 386 four pieces of 12 + 12 bytes, 482 whether more follow, 483 the real size
#include "engine/archive/tar_header.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <tuple>

namespace sigma {
namespace {

constexpr std::uint64_t kMostSize = std::uint64_t{1} << 58;  // of a stream
constexpr std::size_t kMostPieces = 1u << 16;                // 1 MiB of memory

struct Field {
  std::size_t offset;
  std::size_t size;
};
constexpr Field kName{0, 100}, kMode{100, 8}, kOwnerId{108, 8}, kGroupId{116, 8}, kSize{124, 12},
    kMtime{136, 12}, kChecksum{148, 8}, kLink{157, 100}, kMagic{257, 8}, kOwner{265, 32},
    kGroup{297, 32}, kMajor{329, 8}, kMinor{337, 8}, kPrefix{345, 155}, kRealSize{483, 12};
constexpr std::size_t kType = 156;
constexpr std::size_t kPieces = 386;  // in a header
constexpr std::size_t kMorePieces = 482;
constexpr std::size_t kMoreStill = 504;  // in a block of pieces
constexpr std::size_t kPieceSize = 24;

ByteView BytesOf(ByteView block, Field field) { return block.subspan(field.offset, field.size); }

std::string Text(ByteView bytes) {
  const auto end = std::ranges::find(bytes, std::uint8_t{0});
  return {bytes.begin(), end};
}

// Octal digits with spaces before and a space or zero after, or, with the first bit set, base 256.
std::optional<std::int64_t> Number(ByteView bytes) {
  if ((bytes[0] & 0x80) != 0) {
    // Two's complement; bit 6 of the first byte is the sign, bit 7 only the mark.
    const bool negative = (bytes[0] & 0x40) != 0;
    std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
    const std::uint8_t fill = negative ? 0xFF : 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      std::uint8_t byte = bytes[i];
      if (i == 0) byte = negative ? byte | 0x80 : byte & 0x7F;
      if (bytes.size() - i > 8 && byte != fill) return std::nullopt;
      value = value << 8 | byte;
    }
    const auto number = static_cast<std::int64_t>(value);
    if ((number < 0) != negative) return std::nullopt;
    return number;
  }
  std::size_t i = 0;
  while (i < bytes.size() && bytes[i] == ' ') ++i;
  std::uint64_t value = 0;
  for (; i < bytes.size() && bytes[i] >= '0' && bytes[i] <= '7'; ++i) {
    value = value << 3 | static_cast<std::uint64_t>(bytes[i] - '0');  // at most 36 bits
  }
  if (i < bytes.size() && bytes[i] != 0 && bytes[i] != ' ') return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::optional<std::uint64_t> Natural(ByteView bytes) {
  const auto number = Number(bytes);
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

bool RightChecksum(TarBlock block) {
  const auto told = Natural(BytesOf(block, kChecksum));
  // A field without a digit is none.
  const ByteView field = BytesOf(block, kChecksum);
  if (!told || std::ranges::none_of(field, [](auto c) { return c >= '0' && c <= '7'; })) {
    return false;
  }
  std::uint64_t sum = 0;
  std::int64_t signed_sum = 0;  // of some old programs
  for (std::size_t i = 0; i < block.size(); ++i) {
    const bool own = i >= kChecksum.offset && i < kChecksum.offset + kChecksum.size;
    const std::uint8_t byte = own ? ' ' : block[i];
    sum += byte;
    signed_sum += static_cast<std::int8_t>(byte);
  }
  return *told == sum || static_cast<std::int64_t>(*told) == signed_sum;
}

// Up to `most` pieces; a zero size field of text ends them.
bool ParsePieces(ByteView bytes, std::size_t most, std::vector<SparsePiece>& pieces) {
  for (std::size_t i = 0; i < most; ++i) {
    const ByteView piece = bytes.subspan(i * kPieceSize, kPieceSize);
    if (piece[12] == 0) break;
    const auto offset = Natural(piece.first(12));
    const auto size = Natural(piece.subspan(12));
    if (!offset || !size || pieces.size() == kMostPieces) return false;
    pieces.push_back({*offset, *size});
  }
  return true;
}

std::optional<std::uint64_t> Decimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "-12.5": seconds rounded down, and nanoseconds.
std::optional<std::pair<std::int64_t, std::uint32_t>> Time(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + point, seconds);
  if (point == 0 || error != std::errc{} || end != text.data() + point) return std::nullopt;
  std::uint32_t nanoseconds = 0;
  std::uint32_t unit = 100'000'000;
  for (std::size_t i = point + 1; i < text.size(); ++i, unit /= 10) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    nanoseconds += unit * static_cast<std::uint32_t>(text[i] - '0');
  }
  if (text[0] == '-' && nanoseconds != 0) {
    if (seconds == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
    --seconds;
    nanoseconds = 1'000'000'000 - nanoseconds;
  }
  return std::pair{seconds, nanoseconds};
}

bool GoodName(std::string_view name) {
  return !name.empty() && name.size() <= kMostMemberName && name.find('\0') == name.npos;
}

template <typename T>
bool Put(std::optional<T> value, std::optional<T>& place) {
  if (!value) return false;
  place = std::move(value);
  return true;
}

}  // namespace

bool IsZeroBlock(TarBlock block) noexcept {
  return std::ranges::all_of(block, [](std::uint8_t byte) { return byte == 0; });
}

std::optional<TarHeader> ParseTarHeader(TarBlock block) {
  if (!RightChecksum(block)) return std::nullopt;
  const ByteView bytes = block;
  TarHeader header;
  header.type = block[kType] == 0 || block[kType] == '7' ? '0' : static_cast<char>(block[kType]);
  const auto size = Natural(BytesOf(bytes, kSize));
  const auto mode = Natural(BytesOf(bytes, kMode));
  const auto owner = Number(BytesOf(bytes, kOwnerId));
  const auto group = Number(BytesOf(bytes, kGroupId));
  const auto mtime = Number(BytesOf(bytes, kMtime));
  if (!size || *size > kMostSize || !mode || !owner || !group || !mtime) return std::nullopt;
  header.size = *size;
  Member& member = header.member;
  member.name = Text(BytesOf(bytes, kName));
  member.mode = static_cast<std::uint32_t>(*mode & 07777);
  member.owner_id = static_cast<std::uint64_t>(*owner);
  member.group_id = static_cast<std::uint64_t>(*group);
  member.mtime = *mtime;
  member.link = Text(BytesOf(bytes, kLink));
  const ByteView magic = BytesOf(bytes, kMagic);
  const std::string_view mark(reinterpret_cast<const char*>(magic.data()), magic.size());
  if (!mark.starts_with("ustar")) return header;
  member.owner = Text(BytesOf(bytes, kOwner));
  member.group = Text(BytesOf(bytes, kGroup));
  if (header.type == '3' || header.type == '4') {
    const auto major = Natural(BytesOf(bytes, kMajor));
    const auto minor = Natural(BytesOf(bytes, kMinor));
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    if (!major || !minor || *major > kMost || *minor > kMost) return std::nullopt;
    member.device_major = static_cast<std::uint32_t>(*major);
    member.device_minor = static_cast<std::uint32_t>(*minor);
  }
  if (mark[5] == '\0') {
    const std::string prefix = Text(BytesOf(bytes, kPrefix));
    if (!prefix.empty()) member.name = prefix + '/' + member.name;
  } else if (header.type == 'S') {
    const auto real = Natural(BytesOf(bytes, kRealSize));
    if (!real || *real > kMostSize || !ParsePieces(bytes.subspan(kPieces), 4, header.pieces)) {
      return std::nullopt;
    }
    header.real_size = *real;
    header.more_pieces = block[kMorePieces] != 0;
  }
  return header;
}

bool ParseMorePieces(TarBlock block, std::vector<SparsePiece>& pieces, bool& more) {
  more = block[kMoreStill] != 0;
  return ParsePieces(block, kMoreStill / kPieceSize, pieces);
}

bool TarExtensions::SetLongName(ByteView data) {
  name_ = Text(data);
  return GoodName(*name_);
}

bool TarExtensions::SetLongLink(ByteView data) {
  link_ = Text(data);
  return GoodName(*link_);
}

// Each record is "LENGTH KEY=VALUE\n", its length that of all of it.
bool TarExtensions::AddPax(ByteView data) {
  std::string_view rest(reinterpret_cast<const char*>(data.data()), data.size());
  while (!rest.empty()) {
    const std::size_t space = rest.find(' ');
    if (space == rest.npos) return false;
    const auto length = Decimal(rest.substr(0, space));
    if (!length || *length <= space + 1 || *length > rest.size()) return false;
    std::string_view record = rest.substr(0, *length);
    if (record.back() != '\n') return false;
    record = record.substr(space + 1, record.size() - space - 2);
    const std::size_t equal = record.find('=');
    if (equal == record.npos || equal == 0) return false;
    if (!AddRecord(record.substr(0, equal), record.substr(equal + 1))) return false;
    rest.remove_prefix(static_cast<std::size_t>(*length));
  }
  return !piece_open_;
}

bool TarExtensions::AddRecord(std::string_view key, std::string_view value) {
  const auto name = [&](std::optional<std::string>& place) {
    if (!GoodName(value)) return false;
    place = std::string(value);
    return true;
  };
  const auto words = [&](std::optional<std::string>& place) {
    if (value.size() > kMostMemberName || value.find('\0') != value.npos) return false;
    place = std::string(value);
    return true;
  };
  if (key == "path") return name(name_);
  if (key == "linkpath") return name(link_);
  if (key == "uname") return words(owner_);
  if (key == "gname") return words(group_);
  if (key == "size") return Put(Decimal(value), size_) && *size_ <= kMostSize;
  if (key == "uid") return Put(Decimal(value), owner_id_);
  if (key == "gid") return Put(Decimal(value), group_id_);
  if (key == "mtime") return Put(Time(value), mtime_);
  if (key.starts_with("GNU.sparse.")) return AddSparse(key.substr(11), value);
  return true;
}

bool TarExtensions::AddSparse(std::string_view key, std::string_view value) {
  sparse_ = true;
  if (key == "name") {
    if (!GoodName(value)) return false;
    sparse_name_ = std::string(value);
    return true;
  }
  if (key == "realsize" || key == "size") {
    return Put(Decimal(value), real_size_) && *real_size_ <= kMostSize;
  }
  if (key == "map") {
    pieces_.clear();
    for (std::string_view rest = value; !rest.empty();) {
      SparsePiece piece;
      for (std::uint64_t* const place : {&piece.offset, &piece.size}) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        const auto number = Decimal(rest.substr(0, comma));
        if (!number) return false;
        *place = *number;
        rest.remove_prefix(std::min(comma + 1, rest.size()));
      }
      if (pieces_.size() == kMostPieces) return false;
      pieces_.push_back(piece);
    }
    return true;
  }
  const auto number = Decimal(value);
  if (!number) return false;
  if (key == "offset") {
    if (piece_open_ || pieces_.size() == kMostPieces) return false;
    pieces_.push_back({*number, 0});
    piece_open_ = true;
  } else if (key == "numbytes") {
    if (!piece_open_) return false;
    pieces_.back().size = *number;
    piece_open_ = false;
  } else if (key == "major") {
    sparse_major_ = *number;
  }
  return true;  // minor, numblocks: they say nothing more
}

bool TarExtensions::empty() const noexcept {
  return !name_ && !link_ && !owner_ && !group_ && !size_ && !owner_id_ && !group_id_ && !mtime_ &&
         !sparse_;
}

void TarExtensions::Add(const TarExtensions& other) {
  const auto add = [](auto& here, const auto& there) {
    if (there) here = there;
  };
  add(name_, other.name_);
  add(link_, other.link_);
  add(owner_, other.owner_);
  add(group_, other.group_);
  add(size_, other.size_);
  add(owner_id_, other.owner_id_);
  add(group_id_, other.group_id_);
  add(mtime_, other.mtime_);
  if (!other.sparse_) return;
  sparse_ = true;
  sparse_name_ = other.sparse_name_;
  real_size_ = other.real_size_;
  pieces_ = other.pieces_;
  sparse_major_ = other.sparse_major_;
}

std::optional<TarEntry> TarExtensions::Apply(TarHeader header) const {
  TarEntry entry;
  Member& member = entry.member;
  member = std::move(header.member);
  member.kind = header.type;
  const auto put = [](auto& here, const auto& there) {
    if (there) here = *there;
  };
  put(member.name, name_);
  put(member.link, link_);
  put(member.owner, owner_);
  put(member.group, group_);
  put(member.owner_id, owner_id_);
  put(member.group_id, group_id_);
  if (mtime_) std::tie(member.mtime, entry.mtime_nanoseconds) = *mtime_;
  member.stored = size_.value_or(header.size);
  // A hard link's size is that of the file it leads to; there is no data.
  if (member.kind == '1') member.stored = 0;
  member.size = member.stored;
  if (member.kind == 'S') {
    entry.pieces = std::move(header.pieces);
    member.size = header.real_size;
  } else if (sparse_ && member.kind == '0') {
    if (!real_size_) return std::nullopt;
    member.kind = 'S';
    member.size = *real_size_;
    if (sparse_name_) member.name = *sparse_name_;
    entry.map_in_data = sparse_major_ != 0;
    if (sparse_major_ > 1) return std::nullopt;
    if (!entry.map_in_data) entry.pieces = pieces_;
  }
  if (member.kind != '1' && member.kind != '2') member.link.clear();
  if (!GoodName(member.name)) return std::nullopt;
  // So the oldest format says it.
  if (member.kind == '0' && member.name.back() == '/') member.kind = '5';
  return entry;
}

bool SoundPieces(std::span<const SparsePiece> pieces, std::uint64_t size,
                 std::uint64_t stored) noexcept {
  std::uint64_t end = 0;
  for (const SparsePiece& piece : pieces) {
    if (piece.offset < end || piece.offset > size || piece.size > size - piece.offset ||
        piece.size > stored) {
      return false;
    }
    end = piece.offset + piece.size;
    stored -= piece.size;
  }
  return stored == 0;
}

}  // namespace sigma
