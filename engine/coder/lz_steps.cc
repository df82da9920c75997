// The estimate: ideal code lengths of every plane (the literals in one context) and what their
// tables take. s7's xml is 2 % smaller with cuts of 256 KiB to 1 MiB where the content asks for
// them than with 1 MiB throughout; most other data is smaller with fewer tables.
#include "engine/coder/lz_steps.h"

#include <algorithm>
#include <array>

namespace sigma {
namespace {

std::uint64_t CostTogether(const LzCounts& a, const LzCounts& b) {
  return StreamCost(a.token, b.token) + StreamCost(a.run_escape, b.run_escape) +
         StreamCost(a.match_escape, b.match_escape) + StreamCost(a.near, b.near) +
         StreamCost(a.low, b.low) + StreamCost(a.middle, b.middle) + StreamCost(a.high, b.high) +
         StreamCost(a.literal[0], b.literal[0]);
}

void Add(const Histogram& from, Histogram* to) {
  for (std::size_t i = 0; i < from.size(); ++i) (*to)[i] += from[i];
}

void Add(const LzCounts& from, LzCounts* to) {
  Add(from.token, &to->token);
  Add(from.run_escape, &to->run_escape);
  Add(from.match_escape, &to->match_escape);
  Add(from.near, &to->near);
  Add(from.low, &to->low);
  Add(from.middle, &to->middle);
  Add(from.high, &to->high);
  Add(from.literal[0], &to->literal[0]);
}

std::uint32_t Covered(const Sequence* sequences, std::size_t count) {
  std::uint32_t covered = 0;
  for (std::size_t i = 0; i < count; ++i) covered += sequences[i].literals + sequences[i].match;
  return covered;
}

constexpr LzCounts kNothing{};

std::size_t MostBytes(const LzParams& params) {
  return std::min(std::size_t{1} << params.block_log, kMaxSubBlock);
}

std::size_t StepBytes(const LzParams& params) {
  return params.parser == LzParser::kOptimal
             ? std::min(std::size_t{1} << params.parse_log, MostBytes(params))
             : MostBytes(params);
}

}  // namespace

StepParser::StepParser(ByteView source, const LzParams& params, const LzTables& tables,
                       Sequence* room)
    : source_(source),
      params_(params),
      tables_(tables),
      room_(room),
      step_(StepBytes(params)),
      most_(MostBytes(params)) {}

std::size_t StepParser::SequenceRoom(const LzParams& params, std::size_t size) {
  const std::size_t block = SequenceBound(std::min(size, MostBytes(params)));
  const std::size_t step = StepBytes(params);
  return step < MostBytes(params) ? block + SequenceBound(std::min(size, step)) : block;
}

void StepParser::Parse(std::size_t first, const LzRange& range, Step* step) {
  step->range = range;
  step->first = first;
  step->count = ParseSequences(range, params_, tables_, room_ + first);
  if (step_ < most_) {
    step->counts = {};
    CountSequences({room_ + first, step->count}, range, &step->counts);
  }
  at_ = range.end;
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
    LzRange range{source_, at_, std::min(source_.size(), at_ + step_)};
    for (std::size_t i = 0; i < std::min<std::size_t>(3, group_.count); ++i) {
      range.last[i] = room_[group_.count - 1 - i].offset;
    }
    Parse(group_.count, range, &next_);
    waiting_ = CostTogether(group_.counts, next_.counts) >
               CostTogether(group_.counts, kNothing) + CostTogether(next_.counts, kNothing);
    if (waiting_) break;
    Join();
  }
  return {group_.range.end, {room_, group_.count}};
}

// The literals behind the group's last sequence go before the first one of the step.
void StepParser::Join() {
  if (next_.count != 0) {
    const auto size = static_cast<std::uint32_t>(next_.range.begin - group_.range.begin);
    room_[group_.count].literals += size - Covered(room_, group_.count);
  }
  group_.count += next_.count;
  group_.range.end = next_.range.end;
  Add(next_.counts, &group_.counts);
}

}  // namespace sigma
