// What the members of an archive hold, and the files that are made of them.
#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <string_view>
#include <vector>

#include "engine/api/archive_state.h"

namespace sigma {
Result<void> Archive::State::Pieces(const Member& member, std::uint64_t from, std::uint64_t size,
                                    const Take& take) {
  while (size != 0) {
    const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(size, most_piece));
    buffer.resize(std::max(buffer.size(), piece));
    const MutableBytes bytes = MutableBytes{buffer}.first(piece);
    const Result<std::size_t> got = Follow(member.data + from, bytes);
    if (!got) return got.failure();
    if (*got < piece) return CutAt(member.data + from + *got);
    if (Result<void> taken = take(bytes); !taken) return taken;
    from += piece;
    size -= piece;
  }
  return {};
}

Result<std::uint64_t> Archive::State::ReadMap(TarEntry& entry) {
  if (!entry.map_in_data) return std::uint64_t{0};
  const Member& member = entry.member;
  const auto wrong = [&] {
    return Fail(ErrorCode::kCorrupt,
                "the map of a sparse file cannot be" + AtRestored(member.data));
  };
  std::uint64_t at = 0;
  std::vector<std::uint64_t> numbers;
  std::string digits;
  std::uint64_t wanted = 1;
  constexpr std::uint64_t kMostPieces = 1u << 20;
  while (numbers.size() < wanted) {
    std::array<std::uint8_t, kTarBlock> block;
    if (member.stored - at < kTarBlock) return wrong();
    const Result<std::size_t> got = Follow(member.data + at, block);
    if (!got) return got.failure();
    if (*got < block.size()) return CutAt(member.data + at);
    at += kTarBlock;
    for (std::size_t i = 0; i < block.size() && numbers.size() < wanted; ++i) {
      if (block[i] != '\n') {
        digits += static_cast<char>(block[i]);
        if (digits.size() > 20) return wrong();
        continue;
      }
      std::uint64_t number = 0;
      const char* const end = digits.data() + digits.size();
      const auto [stop, error] = std::from_chars(digits.data(), end, number);
      if (digits.empty() || error != std::errc{} || stop != end) return wrong();
      digits.clear();
      if (numbers.empty()) {
        if (number > kMostPieces) return wrong();
        wanted += 2 * number;
      }
      numbers.push_back(number);
    }
  }
  for (std::size_t i = 1; i < numbers.size(); i += 2) {
    entry.pieces.push_back({numbers[i], numbers[i + 1]});
  }
  return at;
}

Result<void> Archive::State::SparsePieces(TarEntry& entry, const Put& put) {
  const Member& member = entry.member;
  const Result<std::uint64_t> map = ReadMap(entry);
  if (!map) return map.failure();
  if (!SoundPieces(entry.pieces, member.size, member.stored - *map)) {
    return Fail(ErrorCode::kCorrupt,
                "the map of a sparse file cannot be" + AtRestored(member.data));
  }
  std::uint64_t from = *map;
  for (const SparsePiece& piece : entry.pieces) {
    std::uint64_t offset = piece.offset;
    const auto take = [&](ByteView bytes) {
      Result<void> done = put(offset, bytes);
      offset += bytes.size();
      return done;
    };
    if (Result<void> done = Pieces(member, from, piece.size, take); !done) return done;
    from += piece.size;
  }
  return {};
}

Result<void> Archive::State::CopyOut(TarEntry& entry, const Take& take) {
  const Member& member = entry.member;
  if (member.kind != 'S') return Pieces(member, 0, Content(member), take);
  static constexpr std::array<std::uint8_t, 4096> kZeros{};
  std::uint64_t at = 0;
  const auto zeros_to = [&](std::uint64_t end) -> Result<void> {
    while (at < end) {
      const ByteView zeros = ByteView{kZeros}.first(
          static_cast<std::size_t>(std::min<std::uint64_t>(end - at, kZeros.size())));
      if (Result<void> done = take(zeros); !done) return done;
      at += zeros.size();
    }
    return {};
  };
  const auto put = [&](std::uint64_t offset, ByteView bytes) -> Result<void> {
    if (Result<void> done = zeros_to(offset); !done) return done;
    at += bytes.size();
    return take(bytes);
  };
  if (Result<void> done = SparsePieces(entry, put); !done) return done;
  return zeros_to(member.size);
}

std::uint64_t Archive::State::Content(const Member& member) {
  constexpr std::string_view kOthers = "123456DVMN";
  return kOthers.find(member.kind) == kOthers.npos ? member.stored : 0;
}

Result<void> Archive::State::Make(TreeWriter& tree, TarEntry& entry, bool holes) {
  const Member& member = entry.member;
  const TreeWriter::Traits traits{
      member.mode,
      {static_cast<std::time_t>(member.mtime), static_cast<long>(entry.mtime_nanoseconds)}};
  switch (member.kind) {
    case '1':
      return tree.MakeHardLink(member.name, member.link);
    case '2':
      return tree.MakeLink(member.name, member.link, traits);
    case '3':
    case '4':
    case '6': {
      const auto kind = member.kind == '3'   ? TreeWriter::Special::kCharacterDevice
                        : member.kind == '4' ? TreeWriter::Special::kBlockDevice
                                             : TreeWriter::Special::kFifo;
      return tree.MakeSpecial(member.name, kind, member.device_major, member.device_minor, traits);
    }
    case '5':
    case 'D':
      return tree.MakeFolder(member.name, traits);
    case 'V':  // the label of a volume
      return {};
    case 'M':
    case 'N':
      return Fail(ErrorCode::kUnsupported,
                  "a part of a file or a list of names, of an old GNU tar: not extracted");
    default:
      break;
  }
  return tree.MakeFile(member.name, traits, holes, [&](TreeWriter::File& file) -> Result<void> {
    if (member.kind != 'S') {
      return Pieces(member, 0, member.stored, [&](ByteView bytes) { return file.Write(bytes); });
    }
    if (Result<void> sized = file.SetSize(member.size); !sized) return sized;
    return SparsePieces(
        entry, [&](std::uint64_t offset, ByteView bytes) { return file.WriteAt(offset, bytes); });
  });
}

}  // namespace sigma
