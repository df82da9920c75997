// The mode of a segment is the one whose tree codes a sample of its keys into the fewest bits.
// Numbers go through blocks of kBlock: keys of 8 bytes for all of a segment would not fit the
// cache, nor the memory limit. Differences begin anew, offsets begin at a byte in each block.
#include "engine/transform/floats/transform.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <new>

#include "engine/format/cursor.h"
#include "engine/transform/floats/bin_tree.h"
#include "engine/transform/floats/keys.h"
#include "engine/transform/floats/relation.h"
#include "engine/transform/floats/segments.h"

namespace sigma::floats {
namespace {

constexpr std::size_t kBlock = 4096;  // numbers; wire format
constexpr std::uint8_t kWidthMask = 0x03;
constexpr std::uint8_t kWholeBit = 0x04;
// The sample of a segment: runs of consecutive numbers, as differences want them.
constexpr std::size_t kRuns = 8;
constexpr std::size_t kSample = 1024;      // to choose the mode by
constexpr std::size_t kTreeSample = 4096;  // for the tree
// Decimals are tried where 3 in 4 sampled numbers are some.
constexpr std::size_t kDecimalShare = 3;

// A match of one number: distance and token. Numbers are looked for among this many.
constexpr std::uint64_t kMatchBits = 20;
constexpr unsigned kLastLog = 14;

using Keys = std::array<std::uint64_t, kBlock>;

std::span<const TransformParams> Variants() {
  static const std::array<TransformParams, 6> all = {
      Params(2, true), Params(4, true), Params(8, true), Params(2), Params(4), Params(8)};
  return all;
}

std::string Describe(const TransformParams& params) {
  const std::size_t width = std::size_t{1} << (params.bytes[0] & kWidthMask);
  return "float" + std::to_string(8 * width) + ((params.bytes[0] & kWholeBit) != 0 ? "-whole" : "");
}

// Everything that choosing a mode needs: about 200 KiB, too much for the stack.
struct Chooser {
  BinTree tree;
  BinTree best_tree;
  std::array<std::uint64_t, kTreeSample> keys;
  KeyMode best;
  Relation relation;
  std::uint64_t least = 0;
  std::array<std::uint32_t, std::size_t{1} << kLastLog> last;

  // The mode and the tree; false if references would do better. What the relation, if there is one,
  // goes back to lies in front of the numbers.
  bool Choose(ByteView numbers, std::size_t width, const Relation& some = {}) {
    const std::size_t sampled = std::min(numbers.size() / width, kSample);
    least = ~std::uint64_t{0};
    relation = some;
    if (relation.holds()) {
      const auto operation = static_cast<std::uint8_t>(relation.operation);
      Try(numbers, width, {static_cast<std::uint8_t>(kRelationBit | operation)});
    }
    Try(numbers, width, {0});
    Try(numbers, width, {kDifferenceBit});
    if (width >= 4) ChooseDecimals(numbers, width, sampled);
    if (least >= ReferenceBits(numbers, width) * sampled * 256) return false;
    if (numbers.size() / width > kSample) {
      least = ~std::uint64_t{0};
      Try(numbers, width, best, kTreeSample);
      if (least == ~std::uint64_t{0}) ChooseBinary(numbers, width);
    }
    return true;
  }
  void ChooseBinary(ByteView numbers, std::size_t width) {
    least = ~std::uint64_t{0};
    Try(numbers, width, {0}, kTreeSample);
  }
  // False if decimals leave a number no place.
  bool GetKeys(const std::uint8_t* numbers, std::size_t width, KeyMode mode,
               std::span<std::uint64_t> to) const {
    if (!mode.related()) return ToKeys(numbers, width, mode, to);
    RelationKeys(numbers, width, relation, to);
    return true;
  }

 private:
  void ChooseDecimals(ByteView numbers, std::size_t width, std::size_t sampled) {
    // The fewest places that all but a few have, and the fewest that most have.
    std::size_t before = 0;
    const bool differences = best.difference();
    for (unsigned places = 0; places <= MostPlaces(width); ++places) {
      const KeyMode mode{static_cast<std::uint8_t>(kPlaces + places)};
      const std::size_t decimals = Decimals(numbers, width, mode);
      if (decimals * 4 >= sampled * kDecimalShare && decimals > before + sampled / 16) {
        Try(numbers, width, mode);
        if (differences) {
          Try(numbers, width, {static_cast<std::uint8_t>(mode.byte | kDifferenceBit)});
        }
      }
      before = std::max(before, decimals);
      if (decimals * 64 >= sampled * 63) return;
    }
    if (width < 8) return;
    for (const unsigned digits : {15u, 16u}) {
      const KeyMode mode{static_cast<std::uint8_t>(kDigits + digits)};
      if (Decimals(numbers, width, mode) * 4 >= sampled) Try(numbers, width, mode);
    }
  }

  // About what a match coder takes for a number, from the share of numbers that occurred before.
  std::uint64_t ReferenceBits(ByteView numbers, std::size_t width) {
    const std::size_t count = std::min(numbers.size() / width, last.size());
    last.fill(0);
    std::size_t repeated = 0;
    for (std::size_t i = 0; i < count; ++i) {
      std::uint64_t number = 0;
      std::memcpy(&number, numbers.data() + i * width, width);
      const std::size_t slot = (number * 0x9E3779B97F4A7C15u) >> (64 - kLastLog);
      const std::uint8_t* const before = numbers.data() + last[slot] * width;
      repeated += i != 0 && std::memcmp(before, numbers.data() + i * width, width) == 0 ? 1u : 0u;
      last[slot] = static_cast<std::uint32_t>(i);
    }
    return (repeated * kMatchBits + (count - repeated) * 8 * width) / count;
  }

  // Calls body(first number, count) for each run of the sample.
  template <typename Body>
  static void ForEachRun(std::size_t count, std::size_t sample, Body body) {
    if (count <= sample) {
      body(std::size_t{0}, count);
      return;
    }
    const std::size_t run = sample / kRuns;
    for (std::size_t i = 0; i < kRuns; ++i) body((count - run) / (kRuns - 1) * i, run);
  }

  static std::size_t Decimals(ByteView numbers, std::size_t width, KeyMode mode) {
    std::size_t found = 0;
    ForEachRun(numbers.size() / width, kSample, [&](std::size_t first, std::size_t count) {
      found += CountDecimals(numbers.data() + first * width, count, width, mode);
    });
    return found;
  }

  // Takes the mode if its tree is the best so far.
  void Try(ByteView numbers, std::size_t width, KeyMode mode, std::size_t sample = kSample) {
    std::size_t sampled = 0;
    bool good = true;
    ForEachRun(numbers.size() / width, sample, [&](std::size_t first, std::size_t count) {
      const auto run = std::span(keys).subspan(sampled, count);
      good = GetKeys(numbers.data() + first * width, width, mode, run) && good;
      // The first difference of a run is from nothing: it would count 16 times too often.
      if (mode.difference() && count > 1) run[0] = run[1];
      sampled += count;
    });
    if (!good) return;
    const auto sorted = std::span(keys).first(sampled);
    std::ranges::sort(sorted);
    const std::uint64_t cost = tree.Build(sorted, static_cast<unsigned>(8 * width));
    if (cost >= least) return;
    least = cost;
    best = mode;
    std::swap(tree, best_tree);
  }
};

bool PutSegment(ByteView numbers, std::size_t width, Chooser& chooser, Keys& keys,
                SectionList& sections, std::uint8_t*& head) {
  const std::size_t count = numbers.size() / width;
  const MutableBytes symbols = sections.Add(count, {SectionKind::kSymbols, 1});
  const std::size_t blocks = (count + kBlock - 1) / kBlock;
  const MutableBytes offsets = sections.Add(std::min(sections.left(), count * width + 16 * blocks));
  if (!sections.ok()) return false;
  // The sample may have missed a number that decimals leave no place for.
  for (bool again = true; again;) {
    again = false;
    std::size_t size = 0;
    for (std::size_t at = 0; at < count && !again; at += kBlock) {
      const auto block = std::span(keys).first(std::min(kBlock, count - at));
      if (!chooser.GetKeys(numbers.data() + at * width, width, chooser.best, block)) {
        chooser.ChooseBinary(numbers, width);
        again = true;
      } else if (offsets.size() - size < block.size() * width + 8) {
        return false;
      } else {
        size += chooser.best_tree.Encode(block, symbols.data() + at, offsets.data() + size);
      }
    }
    if (!again) sections.Shrink(size);
  }
  *head++ = chooser.best.byte;
  if (chooser.best.related()) {
    head += WriteVarint(chooser.relation.lag_a, head);
    head += WriteVarint(chooser.relation.lag_b, head);
  }
  head += chooser.best_tree.Write(head);
  return true;
}

bool Forward(ByteView source, const TransformParams& params, BufferPool& pool,
             SectionList& sections) {
  const std::size_t width = std::size_t{1} << (params.bytes[0] & kWidthMask);
  const Segments segments = FindFloats(source, width, (params.bytes[0] & kWholeBit) != 0, pool);
  if (segments.view().empty()) return false;
  auto chooser_lease = pool.AcquireFor<Chooser>(1);
  Chooser& chooser = *new (chooser_lease.data()) Chooser;
  auto keys_lease = pool.AcquireFor<Keys>(1);
  Keys& keys = keys_lease.As<Keys>(1)[0];
  const std::size_t most_head = (segments.view().size() + 1) * (BinTree::kMostBytes + 32);
  auto head_lease = pool.Acquire(most_head);
  std::uint8_t* head = head_lease.data();
  // Ranges that are no segment, and segments that are better left to references.
  std::array<Segment, Segments::kMost + 1> rests;
  std::size_t rest_count = 0, rest_size = 0, position = 0;
  const auto put_rest = [&](std::size_t until) {
    if (until == position) return;
    head += WriteVarint(2 * (until - position), head);
    rests[rest_count++] = {position, until, {}};
    rest_size += until - position;
    position = until;
  };
  for (const Segment& segment : segments.view()) {
    const std::size_t size = segment.end - segment.begin;
    const ByteView numbers = source.subspan(segment.begin, size);
    if (!chooser.Choose(numbers, width, segment.relation)) continue;
    put_rest(segment.begin);
    head += WriteVarint(2 * size + 1, head);
    if (!PutSegment(numbers, width, chooser, keys, sections, head)) return false;
    position = segment.end;
  }
  put_rest(source.size());
  if (rest_size == source.size()) return false;
  const MutableBytes rest =
      sections.Add(rest_size, {SectionKind::kPiece, static_cast<std::uint8_t>(width)});
  const auto head_size = static_cast<std::size_t>(head - head_lease.data());
  const MutableBytes head_to = sections.Add(head_size);
  if (!sections.ok()) return false;
  std::uint8_t* rest_to = rest.data();
  for (const Segment& range : std::span(rests).first(rest_count)) {
    rest_to = std::copy(source.data() + range.begin, source.data() + range.end, rest_to);
  }
  std::copy_n(head_lease.data(), head_size, head_to.begin());
  return true;
}

Result<void> Bad(const char* text) { return Fail(ErrorCode::kCorrupt, text); }

// How far back a relation goes, at most `before` numbers.
bool TakeRelation(ByteView head, std::size_t* at, KeyMode mode, std::size_t before,
                  Relation& relation) {
  const auto lag_a = ParseVarint(head, at);
  const auto lag_b = ParseVarint(head, at);
  if (!lag_a || !lag_b || *lag_a - 1 >= before || *lag_b - 1 >= before) return false;
  relation = {static_cast<Operation>(mode.byte & ~kRelationBit), static_cast<std::size_t>(*lag_a),
              static_cast<std::size_t>(*lag_b)};
  return true;
}

// The numbers of a segment.
bool TakeSegment(const BinTree& tree, KeyMode mode, const Relation& relation, std::size_t width,
                 ByteView symbols, ByteView offsets, Keys& keys, MutableBytes target) {
  for (std::size_t at = 0; at < symbols.size(); at += kBlock) {
    const std::size_t count = std::min(kBlock, symbols.size() - at);
    std::size_t used = 0;
    if (!tree.Decode(symbols.subspan(at, count), offsets, &used, keys.data())) return false;
    offsets = offsets.subspan(used);
    const auto block = std::span(keys).first(count);
    if (mode.related()) {
      RelationNumbers(block, width, relation, target.data() + at * width);
    } else {
      FromKeys(block, width, mode, target.data() + at * width);
    }
  }
  return offsets.empty();
}

Result<void> Inverse(std::span<const ByteView> sections, const TransformParams& params,
                     BufferPool& pool, MutableBytes target) {
  if (params.size != 1) return Bad("float parameters of the wrong size");
  if ((params.bytes[0] & ~(kWidthMask | kWholeBit)) != 0) {
    return Fail(ErrorCode::kUnsupported, "float parameters with reserved bits set");
  }
  const std::size_t width = std::size_t{1} << (params.bytes[0] & kWidthMask);
  if (width == 1) return Bad("float of one byte");
  if (sections.size() < 2 || sections.size() % 2 != 0) {
    return Bad("float with a wrong number of sections");
  }
  ByteView rest = sections[sections.size() - 2];
  const ByteView head = sections.back();
  auto tree_lease = pool.AcquireFor<BinTree>(1);
  BinTree& tree = *new (tree_lease.data()) BinTree;
  auto keys_lease = pool.AcquireFor<Keys>(1);
  Keys& keys = keys_lease.As<Keys>(1)[0];
  std::size_t at = 0, position = 0, next = 0;
  while (at < head.size()) {
    const auto range = ParseVarint(head, &at);
    if (!range || *range / 2 > target.size() - position) return Bad("float with a bad head");
    const auto size = static_cast<std::size_t>(*range / 2);
    if (*range % 2 == 0) {
      if (size > rest.size()) return Bad("float with a bad head");
      std::copy_n(rest.begin(), size, target.data() + position);
      rest = rest.subspan(size);
    } else {
      if (next + 2 >= sections.size() || at == head.size()) return Bad("float with a bad head");
      const KeyMode mode{head[at++]};
      Relation relation;
      if (!IsValid(mode, width) ||
          (mode.related() && !TakeRelation(head, &at, mode, position / width, relation)) ||
          size % width != 0 || sections[next].size() != size / width ||
          !tree.Parse(head, &at, static_cast<unsigned>(8 * width))) {
        return Bad("float with a bad segment");
      }
      if (!TakeSegment(tree, mode, relation, width, sections[next], sections[next + 1], keys,
                       target.subspan(position, size))) {
        return Bad("float with numbers in no bin");
      }
      next += 2;
    }
    position += size;
  }
  if (position != target.size() || !rest.empty() || next + 2 != sections.size()) {
    return Bad("float with bytes left over");
  }
  return {};
}

}  // namespace

TransformParams Params(std::size_t width, bool whole) {
  assert(width == 2 || width == 4 || width == 8);
  TransformParams params;
  params.size = 1;
  params.bytes[0] = static_cast<std::uint8_t>(std::countr_zero(width) | (whole ? kWholeBit : 0));
  return params;
}

std::uint64_t SampleBits(ByteView numbers, std::size_t width, std::size_t all, BufferPool& pool) {
  auto lease = pool.AcquireFor<Chooser>(1);
  Chooser& chooser = *new (lease.data()) Chooser;
  const std::size_t sampled = std::min(numbers.size() / width, kTreeSample);
  if (sampled == 0 || !chooser.Choose(numbers.first(sampled * width), width)) {
    return ~std::uint64_t{0};
  }
  // The tree serves all numbers, not these alone.
  const std::uint64_t tree = chooser.best_tree.cost();
  return chooser.least - tree + tree * sampled / std::max(all, sampled);
}

const TransformRow& Transform() {
  static constexpr TransformRow row = {
      .id = kId,
      .name = "float",
      .variants = Variants,
      .describe = Describe,
      .forward = Forward,
      .inverse = Inverse,
      .work = 64,
  };
  return row;
}

}  // namespace sigma::floats
