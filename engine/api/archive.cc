// Archive: a Reader, the index of members where there is one, and the walk over the headers of the
// tar where there is none or where it ends.
#include "sigma/archive.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "engine/api/edge.h"
#include "engine/api/reader_state.h"
#include "engine/archive/tar_walker.h"
#include "engine/io/tree_writer.h"
#include "engine/pipeline/member_index.h"

namespace sigma {
namespace {

// Of a member's data at once: several small chunks, which are decoded side by side; and where memory
// is limited.
constexpr std::size_t kPiece = std::size_t{1} << 20;
constexpr std::size_t kSmallPiece = std::size_t{64} << 10;

constexpr const char* kNoTar = "restores to no tar archive";

std::string At(std::uint64_t offset) {
  return " (byte " + std::to_string(offset) + " of the restored archive)";
}

Unexpected Cut(std::uint64_t offset) {
  return Fail(ErrorCode::kTruncated, "the archive ends inside a member" + At(offset));
}

Unexpected NoHeader(std::uint64_t offset) {
  return Fail(ErrorCode::kCorrupt,
              "the archive is damaged: no header of a member where one is due" + At(offset));
}

}  // namespace

struct Archive::State {
  explicit State(Reader opened) : reader(std::move(opened)) {}

  using VisitEntry = std::function<bool(TarEntry&)>;

  // Members from `begin` on by their headers.
  Result<void> Walk(std::uint64_t begin, const VisitEntry& visit) {
    TarWalker walker({.begin = begin});
    Bytes bytes;
    for (;;) {
      if (walker.offset() >= reader.size() && walker.between()) {
        // Archives without their end are common; members that are cut are not fine.
        return walker.offset() == reader.size() ? Result<void>{} : Cut(walker.offset());
      }
      bytes.resize(walker.size());
      const Result<std::size_t> got = Follow(walker.offset(), bytes);
      if (!got) return got.failure();
      if (*got < bytes.size()) return Cut(walker.offset());
      switch (walker.Give(bytes)) {
        case TarWalker::Step::kMore:
          break;
        case TarWalker::Step::kMember:
          if (!visit(walker.entry())) return {};
          break;
        case TarWalker::Step::kEnd:
          return {};
        case TarWalker::Step::kBroken:
          return walker.member_begin() == 0 ? Unexpected{Fail(ErrorCode::kInvalidArgument, kNoTar)}
                                            : NoHeader(walker.member_begin());
      }
    }
  }

  // All members: those of the index, and from where it ends those that the headers tell of.
  Result<void> Each(const Visit& visit) {
    Result<MemberIndexEnd> end = MemberIndexEnd{};
    if (indexed) {
      end = VisitMemberIndex(source(), stream(), scratch, visit);
      if (!end) return end.failure();
      if (end->last || end->stopped) return {};
    }
    return Walk(end->end, [&](TarEntry& entry) { return visit(entry.member); });
  }

  // The member as its own headers say it.
  Result<TarEntry> Truth(const Member& member) {
    TarWalker walker({.begin = member.header, .without_globals = true});
    Bytes bytes;
    TarWalker::Step step = TarWalker::Step::kMore;
    while (step == TarWalker::Step::kMore) {
      // A byte more, so that the data does not begin where a read has ended.
      bytes.resize(walker.size() + 1);
      const Result<std::size_t> got = Follow(walker.offset(), bytes);
      if (!got) return got.failure();
      if (*got < walker.size()) return Cut(walker.offset());
      step = walker.Give(ByteView{bytes}.first(walker.size()));
    }
    if (step != TarWalker::Step::kMember || walker.entry().member != member) {
      return Fail(
          ErrorCode::kCorrupt,
          "the index of members says something else than the archive itself" + At(member.header));
    }
    return std::move(walker.entry());
  }

  // As Reader::Read, which reads ahead where a read begins at the end of another: so it is with
  // members one after the other, the padding between them included, and with the pieces of a large
  // one; for a small one alone nothing is decoded that it is not in.
  Result<std::size_t> Follow(std::uint64_t offset, MutableBytes target) {
    if (offset > last_end && offset - last_end < kTarBlock) {
      std::array<std::uint8_t, kTarBlock> padding;
      const Result<std::size_t> got = reader.Read(
          last_end, MutableBytes{padding}.first(static_cast<std::size_t>(offset - last_end)));
      if (!got) return got;
    }
    Result<std::size_t> got = reader.Read(offset, target);
    if (got) last_end = offset + *got;
    return got;
  }

  // The stored bytes of a member from `from` on, `size` of them, in pieces.
  Result<void> Pieces(const Member& member, std::uint64_t from, std::uint64_t size,
                      const Take& take) {
    while (size != 0) {
      const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(size, most_piece));
      buffer.resize(std::max(buffer.size(), piece));
      const MutableBytes bytes = MutableBytes{buffer}.first(piece);
      const Result<std::size_t> got = Follow(member.data + from, bytes);
      if (!got) return got.failure();
      if (*got < piece) return Cut(member.data + from + *got);
      if (Result<void> taken = take(bytes); !taken) return taken;
      from += piece;
      size -= piece;
    }
    return {};
  }

  // The map of pax sparse 1.0: decimal numbers, each on a line, in whole blocks before the data: how
  // many pieces, and offset and size of each. Returns where the data begins.
  Result<std::uint64_t> ReadMap(TarEntry& entry) {
    if (!entry.map_in_data) return std::uint64_t{0};
    const Member& member = entry.member;
    const auto wrong = [&] {
      return Fail(ErrorCode::kCorrupt, "the map of a sparse file cannot be" + At(member.data));
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
      if (*got < block.size()) return Cut(member.data + at);
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

  // Calls `put` with each stored piece of a sparse file, at its offset.
  Result<void> SparsePieces(TarEntry& entry,
                            const std::function<Result<void>(std::uint64_t, ByteView)>& put) {
    const Member& member = entry.member;
    const Result<std::uint64_t> map = ReadMap(entry);
    if (!map) return map.failure();
    if (!SoundPieces(entry.pieces, member.size, member.stored - *map)) {
      return Fail(ErrorCode::kCorrupt, "the map of a sparse file cannot be" + At(member.data));
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

  Result<void> CopyOut(TarEntry& entry, const Take& take) {
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

  // Bytes of a file's content; what is no file has none, whatever is stored with it.
  [[nodiscard]] static std::uint64_t Content(const Member& member) {
    constexpr std::string_view kOthers = "123456DVMN";
    return kOthers.find(member.kind) == kOthers.npos ? member.stored : 0;
  }

  Result<void> Make(TreeWriter& tree, TarEntry& entry, bool holes) {
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
        return tree.MakeSpecial(member.name, kind, member.device_major, member.device_minor,
                                traits);
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

  [[nodiscard]] Source& source() { return inside->source(); }
  [[nodiscard]] const IndexedStream& stream() const {
    return inside->cache->index().streams.front();
  }

  Reader reader;
  Reader::State* inside = nullptr;  // the reader's
  bool indexed = false;
  BufferPool scratch;
  std::size_t most_piece = kPiece;
  std::uint64_t last_end = 0;  // of the last read
  Bytes buffer;
};

Archive::Archive(std::unique_ptr<State> state) : state_(std::move(state)) {}
Archive::Archive(Archive&&) noexcept = default;
Archive& Archive::operator=(Archive&&) noexcept = default;
Archive::~Archive() = default;

Result<Archive> Archive::Begin(Result<Reader> reader, bool limited) {
  return AtEdge([&]() -> Result<Archive> {
    if (!reader) return reader.failure();
    auto state = std::make_unique<State>(std::move(*reader));
    state->inside = state->reader.state_.get();
    if (limited) state->most_piece = kSmallPiece;
    const auto stop = [](const Member&) { return false; };
    const Result<MemberIndexEnd> index =
        VisitMemberIndex(state->source(), state->stream(), state->scratch, stop);
    if (!index) return index.failure();
    state->indexed = index->found;
    if (!index->found) {
      bool begun = false;
      const Result<void> walked = state->Walk(0, [&](TarEntry&) {
        begun = true;
        return false;
      });
      if (!walked && walked.error().code != ErrorCode::kTruncated) return walked.failure();
      if (!begun) return Fail(ErrorCode::kInvalidArgument, kNoTar);
    }
    return Archive(std::move(state));
  });
}

Result<Archive> Archive::OpenFile(const std::string& path, const ReaderOptions& options) {
  return Begin(Reader::OpenFile(path, options), options.memory_limit != 0);
}

Result<Archive> Archive::OpenMemory(ByteView stream, const ReaderOptions& options) {
  return Begin(Reader::OpenMemory(stream, options), options.memory_limit != 0);
}

bool Archive::indexed() const noexcept { return state_->indexed; }
const Reader& Archive::reader() const noexcept { return state_->reader; }

Result<void> Archive::ForEach(const Visit& visit) const {
  return AtEdge([&] { return state_->Each(visit); });
}

Result<void> Archive::Check(const Member& member) const {
  return AtEdge([&]() -> Result<void> {
    const Result<TarEntry> entry = state_->Truth(member);
    return entry ? Result<void>{} : entry.failure();
  });
}

Result<void> Archive::Copy(const Member& member, const Take& take) const {
  return AtEdge([&]() -> Result<void> {
    Result<TarEntry> entry = state_->Truth(member);
    return entry ? state_->CopyOut(*entry, take) : entry.failure();
  });
}

Result<ExtractTotals> Archive::Extract(const Select& select, const ExtractOptions& options,
                                       const Failed& failed, const Extracting& extracting) const {
  return AtEdge([&]() -> Result<ExtractTotals> {
    Result<TreeWriter> tree = TreeWriter::Open(options.folder, {options.force, options.unsafe});
    if (!tree) return AtTarget(std::move(tree)).failure();
    State& state = *state_;
    ExtractTotals totals;
    std::optional<Unexpected> fatal;
    const auto make = [&](TarEntry& entry) {
      if (extracting) extracting(entry.member);
      const Result<void> made = state.Make(*tree, entry, options.sparse != Sparse::kNever);
      if (made) {
        ++totals.members;
        totals.bytes += entry.member.kind == 'S' ? entry.member.size : State::Content(entry.member);
        return true;
      }
      if (made.error().code == ErrorCode::kOutOfMemory ||
          made.error().code == ErrorCode::kCancelled) {
        fatal = made.failure();
        return false;
      }
      failed(entry.member, made.error());
      return true;
    };
    MemberIndexEnd end;
    if (state.indexed) {
      const Result<MemberIndexEnd> visited = VisitMemberIndex(
          state.source(), state.stream(), state.scratch, [&](const Member& member) {
            if (!select(member)) return true;
            Result<TarEntry> entry = state.Truth(member);
            if (entry) return make(*entry);
            failed(member, entry.error());
            return true;
          });
      if (!visited) return visited.failure();
      end = *visited;
    }
    if (!end.last && !fatal) {
      const Result<void> walked = state.Walk(
          end.end, [&](TarEntry& entry) { return !select(entry.member) || make(entry); });
      if (!walked) fatal = walked.failure();
    }
    tree->End([&](const std::string& name, const Error& error) {
      Member folder;
      folder.name = name;
      folder.kind = '5';
      failed(folder, error);
    });
    if (fatal) return *fatal;
    return totals;
  });
}

}  // namespace sigma
