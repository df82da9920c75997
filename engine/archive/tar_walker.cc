#include "engine/archive/tar_walker.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace sigma {

TarWalker::Step TarWalker::Give(ByteView bytes) {
  assert(bytes.size() == wanted_);
  at_ += wanted_;
  wanted_ = kTarBlock;
  switch (state_) {
    case State::kHeader:
      return Header(bytes.first<kTarBlock>());
    case State::kPieces:
      if (!ParseMorePieces(bytes.first<kTarBlock>(), header_.pieces, header_.more_pieces)) {
        return Step::kBroken;
      }
      return header_.more_pieces ? Step::kMore : Finish();
    default:
      return Extension(bytes.first(extension_));
  }
}

TarWalker::Step TarWalker::Header(TarBlock block) {
  if (IsZeroBlock(block)) {
    // Extensions belong to a member.
    return member_ + kTarBlock == at_ ? Step::kEnd : Step::kBroken;
  }
  std::optional<TarHeader> header = ParseTarHeader(block);
  if (!header) return Step::kBroken;
  switch (header->type) {
    case 'L':
      state_ = State::kName;
      break;
    case 'K':
      state_ = State::kLink;
      break;
    case 'x':
    case 'X':
      state_ = State::kPax;
      break;
    case 'g':
      state_ = State::kGlobal;
      break;
    default:
      header_ = std::move(*header);
      if (!header_.more_pieces) return Finish();
      state_ = State::kPieces;
      return Step::kMore;
  }
  if (header->size > traits_.most_extension) return Step::kBroken;
  extension_ = static_cast<std::size_t>(header->size);
  wanted_ = static_cast<std::size_t>(RoundUpToBlock(header->size));
  // A comment of no bytes, say.
  return wanted_ == 0 ? Give({}) : Step::kMore;
}

TarWalker::Step TarWalker::Extension(ByteView data) {
  const State state = state_;
  state_ = State::kHeader;
  switch (state) {
    case State::kName:
      return local_.SetLongName(data) ? Step::kMore : Step::kBroken;
    case State::kLink:
      return local_.SetLongLink(data) ? Step::kMore : Step::kBroken;
    case State::kPax:
      return local_.AddPax(data) ? Step::kMore : Step::kBroken;
    default:
      if (!global_.AddPax(data)) return Step::kBroken;
      return traits_.without_globals && !global_.empty() ? Step::kBroken : Step::kMore;
  }
}

TarWalker::Step TarWalker::Finish() {
  state_ = State::kHeader;
  TarExtensions all = global_;
  all.Add(local_);
  local_ = {};
  std::optional<TarEntry> entry = all.Apply(std::move(header_));
  header_ = {};
  if (!entry) return Step::kBroken;
  entry_ = std::move(*entry);
  Member& member = entry_.member;
  member.header = member_;
  member.data = at_;
  at_ += RoundUpToBlock(member.stored);  // both below 2^59
  member_ = at_;
  return at_ > std::uint64_t{1} << 60 ? Step::kBroken : Step::kMember;
}

void TarScanner::Pass(ByteView piece) {
  const std::uint64_t begin = passed_;
  passed_ += piece.size();
  while (state_ == State::kWalking) {
    const std::uint64_t from = walker_.offset() + held_.size();
    if (from >= passed_) return;
    const ByteView there = piece.subspan(static_cast<std::size_t>(from - begin));
    const std::size_t lacks = walker_.size() - held_.size();
    if (held_.empty() && there.size() >= lacks) {
      Give(there.first(lacks));
      continue;
    }
    const ByteView more = there.first(std::min(lacks, there.size()));
    held_.insert(held_.end(), more.begin(), more.end());
    if (held_.size() < walker_.size()) return;
    const Bytes whole = std::move(held_);
    held_ = {};
    Give(whole);
  }
}

// What the walker wants of zeros is a header, which ends the walk, or an extension of zeros.
void TarScanner::PassZeros(std::uint64_t bytes) {
  static constexpr std::array<std::uint8_t, 4096> kZeros{};
  while (state_ == State::kWalking && bytes != 0) {
    const std::uint64_t from = walker_.offset() + held_.size();
    const std::uint64_t size =
        from >= passed_ + bytes
            ? bytes
            : std::min<std::uint64_t>(bytes, (from > passed_ ? from - passed_ : 0) + kZeros.size());
    const std::uint64_t seen = std::min<std::uint64_t>(size, kZeros.size());
    passed_ += size - seen;
    Pass(ByteView{kZeros}.first(static_cast<std::size_t>(seen)));
    bytes -= size;
  }
}

void TarScanner::Give(ByteView bytes) {
  switch (walker_.Give(bytes)) {
    case TarWalker::Step::kMore:
      return;
    case TarWalker::Step::kMember:
      begun_ = true;
      if (!found_(walker_.entry().member)) state_ = State::kStopped;
      return;
    case TarWalker::Step::kEnd:
      state_ = begun_ ? State::kEnded : State::kNone;
      return;
    case TarWalker::Step::kBroken:
      state_ = begun_ ? State::kBroken : State::kNone;
      return;
  }
}

void TarScanner::End() {
  if (state_ != State::kWalking) return;
  if (!begun_) {
    state_ = State::kNone;
  } else {
    const bool whole = walker_.between() && walker_.offset() == passed_;
    state_ = whole ? State::kEnded : State::kBroken;
  }
}

}  // namespace sigma
