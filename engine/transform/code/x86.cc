// Opcode, ModRM and SIB stand side by side in the code as in the stream kCode, so a step moves them
// with one copy of four bytes; displacement and immediate move with one copy each, of the stream
// the tables name. A step without operand moves nothing from a stream of no use, instead of
// branching: which instruction comes next is what code does not let one predict. Only the two
// exceptions of the grammar are branches, which are right 98 times of 100.
//
// A step waits for the length of the one before, some 30 cycles in all, and a range is a chain of
// steps: so ranges go side by side, kLanes of them.
//
// Join checks nothing inside a batch of kBatch steps. Before each batch, a stream with fewer bytes
// than a batch can take moves into a buffer with zeros behind it; after each batch the cursors are
// compared with the ends.
#include "engine/transform/code/x86.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "engine/base/endian.h"

namespace sigma::code::x86 {
namespace {

constexpr std::size_t kBatch = 32;
// Most bytes a batch takes from one stream.
constexpr std::size_t kBatchBytes = kBatch * 8;
// Most bytes a batch restores and touches.
constexpr std::size_t kBatchRoom = kBatch * kMaxStep + kSlack;
// What steps without operand read.
constexpr std::array<std::uint8_t, 8> kNothing{};

std::uint32_t Low(const std::uint8_t* pointer) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(pointer));
}

// What a step moves.
struct Step {
  unsigned code;  // bytes of kCode
  unsigned displacement, displacement_size;
  unsigned immediate, immediate_size;
};

// `code`: the bytes of a step, little-endian; `row`: the state's first entry, then the next one's.
template <bool kWide>
inline Step Read(std::uint32_t code, unsigned& row) {
  const Tables& tables = kWide ? kTables64 : kTables32;
  const std::uint32_t first = tables.opcodes[row + (code & 0xFF)];
  const std::uint32_t second = tables.opcodes[(first >> 16) + (code >> 8 & 0xFF)];
  // Without a branch: whether it will be alone is hard to predict.
  const unsigned alone = first / kAlone & 1u;
  std::uint32_t entry = first ^ ((first ^ second) & (0u - alone));
  code >>= 8 * alone;
  std::uint32_t form = tables.modrm[(entry & kModRmFollows) | (code >> 8 & 0xFF)];
  row = entry >> 16;
  if ((form & kSibDecides) != 0) [[unlikely]] {
    constexpr std::uint32_t kBased = unsigned{kOperandSize[2]} << 8 | 2u << 4;
    if ((code >> 16 & 7) == 5) form |= kBased;
  }
  if ((entry & kModRmDecides) != 0) [[unlikely]] {
    if ((code >> 8 & 0x30) != 0) entry &= ~0xFFu;
  }
  return {(form & 3) + alone, form >> 4 & 15, form >> 8, entry & 15, entry >> 4 & 15};
}

// As many bytes as an immediate has at the most.
template <bool kWide>
using Immediate = std::conditional_t<kWide, std::uint64_t, std::uint32_t>;

// One range on its way back. Between Begin and End nothing is checked.
class Lane {
 public:
  Lane(const JoinRange& range, MutableBytes target)
      : to_(target.data() + range.begin),
        end_(target.data() + range.end),
        bias_(static_cast<std::uint32_t>(range.begin) - Low(to_)),
        code_(range.streams[0].data()) {
    for (std::size_t k = 0; k < kStreams; ++k) {
      from_[k] = range.streams[k].data();
      ends_[k] = from_[k] + range.streams[k].size();
    }
  }

  // Bytes still to restore.
  [[nodiscard]] std::size_t room() const { return static_cast<std::size_t>(end_ - to_); }

  void Begin() {
    from_[0] = code_;
    for (std::size_t k = 0; k < kStreams; ++k) {
      const auto left = static_cast<std::size_t>(ends_[k] - from_[k]);
      if (moved_[k] || left >= kBatchBytes) continue;
      std::ranges::fill(tails_[k], std::uint8_t{0});
      std::copy(from_[k], ends_[k], tails_[k].begin());
      from_[k] = tails_[k].data();
      ends_[k] = from_[k] + left;
      moved_[k] = true;
    }
    code_ = from_[0];
    from_[0] = kNothing.data();
  }

  // What a step changes: in registers during a batch, where stores through byte pointers cannot
  // alias it.
  struct Hot {
    std::uint8_t* to;
    const std::uint8_t* code;
    unsigned row;
  };
  [[nodiscard]] Hot hot() const { return {to_, code_, row_}; }
  void Put(const Hot& now) {
    to_ = now.to;
    code_ = now.code;
    row_ = now.row;
  }

  // Restores one step; writes kMaxStep bytes at the most, and 8 more of no meaning.
  template <bool kWide>
  inline void Take(std::uint32_t bias, Hot& now) {
    const auto code = LoadLE<std::uint32_t>(now.code);
    const Step step = Read<kWide>(code, now.row);
    StoreLE(now.to, code);
    now.code += step.code;
    std::uint8_t* to = now.to + step.code;
    const std::uint8_t* const displacement_from = from_[step.displacement];
    from_[step.displacement] = displacement_from + step.displacement_size;
    const std::uint8_t* const immediate_from = from_[step.immediate];
    from_[step.immediate] = immediate_from + step.immediate_size;
    const std::uint32_t address = Low(to) + bias + step.displacement_size + step.immediate_size;
    auto displacement = LoadLE<std::uint32_t>(displacement_from);
    if constexpr (kWide) displacement -= address & kRelative[step.displacement];
    StoreLE(to, displacement);
    to += step.displacement_size;
    // What borrows touch behind a relative operand is no operand's.
    StoreLE(to, LoadLE<Immediate<kWide>>(immediate_from) - (address & kRelative[step.immediate]));
    now.to = to + step.immediate_size;
  }
  [[nodiscard]] std::uint32_t bias() const { return bias_; }

  // Whether the streams hold what was taken.
  [[nodiscard]] bool End() {
    bool good = code_ <= ends_[0];
    for (std::size_t k = 1; k < kStreams; ++k) good = good && from_[k] <= ends_[k];
    return good;
  }

  // What is left; whether the streams end where the range does.
  template <bool kWide>
  [[nodiscard]] bool Finish() {
    while (room() >= kBatchRoom) {
      Begin();
      Run<kWide>(kBatch);
      if (!End()) return false;
    }
    // The last batches go through a buffer, no more steps each than surely fit.
    std::array<std::uint8_t, kBatchRoom + kMaxStep> bounce;
    while (room() != 0) {
      Begin();
      const std::size_t steps = std::min(kBatch, (room() + kMaxStep - 1) / kMaxStep);
      std::uint8_t* const home = to_;
      const std::uint32_t bias = bias_;
      const std::size_t room_before = room();
      to_ = bounce.data();
      bias_ += Low(home) - Low(to_);
      Run<kWide>(steps);
      const auto made = static_cast<std::size_t>(to_ - bounce.data());
      to_ = home;
      bias_ = bias;
      if (made > room_before || !End()) return false;
      std::memcpy(home, bounce.data(), made);
      to_ += made;
    }
    from_[0] = code_;
    return from_ == ends_;
  }

 private:
  template <bool kWide>
  void Run(std::size_t steps) {
    Hot now = hot();
    const std::uint32_t bias = bias_;
    for (std::size_t step = 0; step < steps; ++step) Take<kWide>(bias, now);
    Put(now);
  }

  std::uint8_t* to_;
  std::uint8_t* end_;
  std::uint32_t bias_;  // from a pointer's low bits to its address in the chunk
  const std::uint8_t* code_;
  unsigned row_ = kPlain * 256;
  PerStream<const std::uint8_t*> from_;  // entry 0 is for steps without operand
  PerStream<const std::uint8_t*> ends_;
  PerStream<bool> moved_{};
  std::array<std::array<std::uint8_t, 2 * kBatchBytes + kSlack>, kStreams> tails_;
};

// One range on its way apart.
template <bool kWide>
class Splitting {
 public:
  Splitting(const std::uint8_t* chunk, SplitRange& range)
      : range_(range),
        from_(chunk + range.position),
        until_(chunk + range.until),
        bias_(Low(chunk)),
        code_to_(range.writers[0]),
        row_(range.row),
        to_(range.writers) {
    // Entry 0 takes what steps without operand do not have.
    to_[0] = nowhere_.data();
  }

  // So many steps begin before the end.
  [[nodiscard]] std::size_t steps() const {
    return from_ < until_ ? (static_cast<std::size_t>(until_ - from_) + kMaxStep - 1) / kMaxStep
                          : 0;
  }

  inline void Take() {
    const auto code = LoadLE<std::uint32_t>(from_);
    const Step step = Read<kWide>(code, row_);
    StoreLE(code_to_, code);
    code_to_ += step.code;
    const std::uint8_t* const operands = from_ + step.code;
    from_ = operands + step.displacement_size + step.immediate_size;
    const std::uint32_t end = Low(from_) - bias_;
    std::uint8_t* const displacement_to = to_[step.displacement];
    to_[step.displacement] = displacement_to + step.displacement_size;
    auto displacement = LoadLE<std::uint32_t>(operands);
    if constexpr (kWide) displacement += end & kRelative[step.displacement];
    StoreLE(displacement_to, displacement);
    std::uint8_t* const immediate_to = to_[step.immediate];
    to_[step.immediate] = immediate_to + step.immediate_size;
    StoreLE(immediate_to, LoadLE<Immediate<kWide>>(operands + step.displacement_size) +
                              (end & kRelative[step.immediate]));
  }

  void Finish(const std::uint8_t* chunk) {
    for (std::size_t count = steps(); count != 0; count = steps()) {
      for (; count != 0; --count) Take();
    }
    to_[0] = code_to_;
    range_.writers = to_;
    range_.position = static_cast<std::size_t>(from_ - chunk);
    range_.row = row_;
  }

 private:
  SplitRange& range_;
  const std::uint8_t* from_;
  const std::uint8_t* until_;
  std::uint32_t bias_;
  std::uint8_t* code_to_;
  unsigned row_;
  StreamWriters to_;
  std::array<std::uint8_t, 8> nowhere_;
};

template <bool kWide>
void SplitCode(const std::uint8_t* chunk, std::span<SplitRange> ranges) {
  if (ranges.size() < kLanes) {
    for (SplitRange& range : ranges) Splitting<kWide>(chunk, range).Finish(chunk);
    return;
  }
  Splitting<kWide> a(chunk, ranges[0]), b(chunk, ranges[1]), c(chunk, ranges[2]),
      d(chunk, ranges[3]);
  for (;;) {
    const std::size_t steps = std::min({a.steps(), b.steps(), c.steps(), d.steps()});
    if (steps == 0) break;
    for (std::size_t step = 0; step < steps; ++step) {
      a.Take();
      b.Take();
      c.Take();
      d.Take();
    }
  }
  a.Finish(chunk);
  b.Finish(chunk);
  c.Finish(chunk);
  d.Finish(chunk);
}

template <bool kWide>
bool JoinCode(std::span<const JoinRange> ranges, MutableBytes target) {
  if (ranges.size() < kLanes) {
    return std::ranges::all_of(
        ranges, [target](const JoinRange& range) { return Lane(range, target).Finish<kWide>(); });
  }
  Lane a(ranges[0], target), b(ranges[1], target), c(ranges[2], target), d(ranges[3], target);
  while (std::min({a.room(), b.room(), c.room(), d.room()}) >= kBatchRoom) {
    a.Begin();
    b.Begin();
    c.Begin();
    d.Begin();
    Lane::Hot at_a = a.hot(), at_b = b.hot(), at_c = c.hot(), at_d = d.hot();
    const std::uint32_t bias_a = a.bias(), bias_b = b.bias(), bias_c = c.bias(), bias_d = d.bias();
    for (std::size_t step = 0; step < kBatch; ++step) {
      a.Take<kWide>(bias_a, at_a);
      b.Take<kWide>(bias_b, at_b);
      c.Take<kWide>(bias_c, at_c);
      d.Take<kWide>(bias_d, at_d);
    }
    a.Put(at_a);
    b.Put(at_b);
    c.Put(at_c);
    d.Put(at_d);
    if (!a.End() || !b.End() || !c.End() || !d.End()) return false;
  }
  return a.Finish<kWide>() && b.Finish<kWide>() && c.Finish<kWide>() && d.Finish<kWide>();
}

}  // namespace

void Split(const std::uint8_t* chunk, std::span<SplitRange> ranges, bool wide) {
  wide ? SplitCode<true>(chunk, ranges) : SplitCode<false>(chunk, ranges);
}

bool Join(std::span<const JoinRange> ranges, bool wide, MutableBytes target) {
  return wide ? JoinCode<true>(ranges, target) : JoinCode<false>(ranges, target);
}

}  // namespace sigma::code::x86
