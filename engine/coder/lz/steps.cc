// The estimate: ideal code lengths of every plane (the literals in one context) and what their
// tables take. s7's xml is 2 % smaller with cuts of 256 KiB to 1 MiB where the content asks for
// them than with 1 MiB throughout; most other data is smaller with fewer tables.
#include "engine/coder/lz/steps.h"

#include <algorithm>
#include <array>

namespace sigma::lz {
namespace {

// The hash parsers are too fast to count all they find: the first 1/32 of a step's sequences
// stands for all (1/8 gives the same sizes for 2 % more of level 3's time).
constexpr unsigned kSampleLog = 5;
constexpr std::size_t kSampledPlanes = 4;
// A sub-block takes time, which the fast levels give for 1/16 of a step's output only: kennedy.xls
// loses nothing, s7 0.03 points.
constexpr unsigned kSplitGainLog = 4;

constexpr Histogram kNothing{};

std::uint32_t Covered(const Sequence* sequences, std::size_t count) {
  std::uint32_t covered = 0;
  for (std::size_t i = 0; i < count; ++i) covered += sequences[i].literals + sequences[i].match;
  return covered;
}

std::size_t MostBytes(const Params& params) {
  return std::min(std::size_t{1} << params.block_log, kMaxSubBlock);
}

std::size_t StepBytes(const Params& params) {
  return params.form == Form::kSections
             ? std::min(std::size_t{1} << params.parse_log, MostBytes(params))
             : MostBytes(params);
}

}  // namespace

StepParser::StepParser(ByteView source, const Params& params, const Tables& tables, Sequence* room)
    : source_(source),
      params_(params),
      tables_(tables),
      room_(room),
      step_(StepBytes(params)),
      most_(MostBytes(params)),
      exact_(params.parser == Parser::kOptimal) {}

std::size_t StepParser::SequenceRoom(const Params& params, std::size_t size) {
  const std::size_t block = SequenceBound(std::min(size, MostBytes(params)));
  const std::size_t step = StepBytes(params);
  return step < std::min(size, MostBytes(params)) ? block + SequenceBound(step) : block;
}

void StepParser::Parse(std::size_t first, const Range& range, Step* step) {
  step->range = range;
  step->first = first;
  step->count = ParseSequences(range, params_, tables_, room_ + first);
  // A first step that nothing follows is compared with nothing.
  const bool alone = step == &group_ && range.end == source_.size();
  if (step_ < most_ && !alone) Count(step);
  at_ = range.end;
}

void StepParser::Count(Step* step) const {
  const std::span<const Sequence> found{room_ + step->first, step->count};
  if (exact_) {
    Counts counts{};
    CountSequences(found, step->range, &counts);
    step->planes = {counts.token, counts.run_escape, counts.match_escape, counts.near,
                    counts.low,   counts.middle,     counts.high,         counts.literal[0]};
    return;
  }
  for (std::size_t i = 0; i < kSampledPlanes; ++i) step->planes[i].fill(0);
  auto& [token, low, middle, literal, unused0, unused1, unused2, unused3] = step->planes;
  const std::uint8_t* at = source_.data() + step->range.begin;
  std::uint32_t last = 0;
  for (const Sequence& sequence : found.first(step->count >> kSampleLog)) {
    const std::uint32_t offset = sequence.offset;
    const unsigned kind = offset == last ? kRepeat0 : ClassOf(offset);
    last = offset;
    const auto length = sequence.match - static_cast<std::uint32_t>(kMinMatch);
    ++token[kind << 6 | std::min(sequence.literals, 3u) << 4 | std::min(length, 15u)];
    ++low[offset & 255];
    ++middle[(offset >> 8) & 255];
    for (const std::uint8_t* const end = at + sequence.literals; at != end; ++at) ++literal[*at];
    at += sequence.match;
  }
  step->cost = 0;
  for (std::size_t i = 0; i < kSampledPlanes; ++i) {
    step->cost += SampledStreamCost(step->planes[i], kNothing, kSampleLog);
  }
}

// Whether a code of its own is worth it for the next step.
bool StepParser::Unlike() {
  if (exact_) {
    std::uint64_t together = 0;
    std::uint64_t apart = 0;
    for (std::size_t i = 0; i < group_.planes.size(); ++i) {
      together += StreamCost(group_.planes[i], next_.planes[i]);
      apart += StreamCost(group_.planes[i], kNothing) + StreamCost(next_.planes[i], kNothing);
    }
    return together > apart;
  }
  together_ = 0;
  for (std::size_t i = 0; i < kSampledPlanes; ++i) {
    together_ += SampledStreamCost(group_.planes[i], next_.planes[i], kSampleLog);
  }
  return together_ > group_.cost + next_.cost + (next_.cost >> kSplitGainLog);
}

StepParser::Found StepParser::Next() {
  if (waiting_) {
    std::copy_n(room_ + next_.first, next_.count, room_);
    group_ = next_;
    group_.first = 0;
    waiting_ = false;
  } else {
    Parse(0, {source_, at_, std::min(source_.size(), at_ + step_)}, &group_);
  }
  while (at_ < source_.size() && at_ + step_ - group_.range.begin <= most_) {
    Range range{source_, at_, std::min(source_.size(), at_ + step_)};
    for (std::size_t i = 0; i < std::min<std::size_t>(3, group_.count); ++i) {
      range.last[i] = room_[group_.count - 1 - i].offset;
    }
    Parse(group_.count, range, &next_);
    waiting_ = Unlike();
    if (waiting_) break;
    Join();
  }
  return {group_.range.end, {room_, group_.count}};
}

// The literals after the group's last sequence go before the first one of the step.
void StepParser::Join() {
  if (next_.count != 0) {
    const auto size = static_cast<std::uint32_t>(next_.range.begin - group_.range.begin);
    room_[group_.count].literals += size - Covered(room_, group_.count);
  }
  group_.count += next_.count;
  group_.range.end = next_.range.end;
  group_.cost = together_;
  const std::size_t planes = exact_ ? group_.planes.size() : kSampledPlanes;
  for (std::size_t plane = 0; plane < planes; ++plane) {
    for (std::size_t i = 0; i < 256; ++i) group_.planes[plane][i] += next_.planes[plane][i];
  }
}

}  // namespace sigma::lz
