// Archive: finding the members, and the public calls.
#include "sigma/archive.hpp"

#include <array>
#include <optional>

#include "engine/api/archive_state.h"
#include "engine/api/edge.h"
#include "engine/pipeline/member_index.h"

namespace sigma {
namespace {

constexpr const char* kNoTar = "restores to no tar archive";

Unexpected NoHeader(std::uint64_t offset) {
  return Fail(
      ErrorCode::kCorrupt,
      "the archive is damaged: no header of a member where one is due" + AtRestored(offset));
}

}  // namespace

Result<void> Archive::State::Walk(std::uint64_t begin, const VisitEntry& visit) {
  TarWalker walker({.begin = begin});
  Bytes bytes;
  for (;;) {
    if (walker.offset() >= reader.size() && walker.between()) {
      // Archives without their end are common; members that are cut are not fine.
      return walker.offset() == reader.size() ? Result<void>{} : CutAt(walker.offset());
    }
    bytes.resize(walker.size());
    const Result<std::size_t> got = Follow(walker.offset(), bytes);
    if (!got) return got.failure();
    if (*got < bytes.size()) return CutAt(walker.offset());
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

Result<void> Archive::State::Each(const Visit& visit) {
  Result<MemberIndexEnd> end = MemberIndexEnd{};
  if (indexed) {
    end = VisitMemberIndex(source(), stream(), scratch, visit);
    if (!end) return end.failure();
    if (end->last || end->stopped) return {};
  }
  return Walk(end->end, [&](TarEntry& entry) { return visit(entry.member); });
}

Result<TarEntry> Archive::State::Truth(const Member& member) {
  TarWalker walker({.begin = member.header, .without_globals = true});
  Bytes bytes;
  TarWalker::Step step = TarWalker::Step::kMore;
  while (step == TarWalker::Step::kMore) {
    // A byte more, so that the data does not begin where a read has ended.
    bytes.resize(walker.size() + 1);
    const Result<std::size_t> got = Follow(walker.offset(), bytes);
    if (!got) return got.failure();
    if (*got < walker.size()) return CutAt(walker.offset());
    step = walker.Give(ByteView{bytes}.first(walker.size()));
  }
  if (step != TarWalker::Step::kMember || walker.entry().member != member) {
    return Fail(ErrorCode::kCorrupt,
                "the index of members says something else than the archive itself" +
                    AtRestored(member.header));
  }
  return std::move(walker.entry());
}

Result<std::size_t> Archive::State::Follow(std::uint64_t offset, MutableBytes target) {
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

Archive::Archive(std::unique_ptr<State> state) : state_(std::move(state)) {}
Archive::Archive(Archive&&) noexcept = default;
Archive& Archive::operator=(Archive&&) noexcept = default;
Archive::~Archive() = default;

Result<Archive> Archive::Begin(Result<Reader> reader, bool limited) {
  return AtEdge([&]() -> Result<Archive> {
    if (!reader) return reader.failure();
    auto state = std::make_unique<State>(std::move(*reader));
    state->inside = state->reader.state_.get();
    if (limited) state->most_piece = kSmallArchivePiece;
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
