// Opcode, ModRM and SIB stand side by side in the code as in the stream kCode, so a step moves them
// with one copy of four bytes; displacement and immediate move with one copy each, of the stream
// the tables name. A step without operand moves nothing from a stream of no use, instead of
// branching: which instruction comes next is what code does not let one predict. Only the two
// exceptions of the grammar and, in Join, steps of two operands are branches, right 94 times of 100.
//
// A step waits for the length of the one before, some 30 cycles in all, and a range is a chain of
// steps: so ranges go side by side, kLanes of them.
//
// Join reads a batch of kBatch steps before it moves what they tell: moving then waits for no length,
// and both loops need few registers. Nothing is checked inside a batch. Before each one, a stream
// with fewer bytes than a batch can take moves into a buffer with zeros after it; after each one the
// cursors are compared with the ends.
#include "engine/transform/code/x86.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "engine/base/endian.h"

namespace sigma::code::x86 {
namespace {

constexpr std::size_t kBatch = 64;
// Most bytes a batch takes from one stream.
constexpr std::size_t kBatchBytes = kBatch * 8;
// Most bytes a batch restores and touches.
constexpr std::size_t kBatchRoom = kBatch * kMaxStep + kSlack;
// Bytes that steps without operand read.
constexpr std::array<std::uint8_t, 8> kNothing{};

std::uint32_t Low(const std::uint8_t* pointer) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(pointer));
}

// The bytes that a step moves.
struct Step {
  unsigned code;  // bytes of kCode
  unsigned displacement, displacement_size;
  unsigned immediate, immediate_size;
};

// A step as the tables have it.
struct Entries {
  std::uint64_t opcode;      // the sum of those of one or two bytes
  std::uint64_t form;        // of the ModRM byte
  const std::uint8_t* last;  // the last of those bytes

  [[nodiscard]] std::uint64_t sum() const { return opcode + form; }
  // `sum` is of no use if another byte decides, or there are two operands.
  [[nodiscard]] Step Resolve() const {
    auto displacement = static_cast<unsigned>(form), immediate = static_cast<unsigned>(opcode);
    if ((form & kDecides) != 0 && (last[1] & 7) == 5) {
      displacement |= unsigned{kOperandSize[2]} << kSizeShift | 2u;
    }
    if ((opcode & kDecides) != 0 && (last[0] & 0x30) != 0) immediate &= 0xFF << kCodeShift;
    return {(immediate + displacement) >> kCodeShift, displacement & 0xFF,
            displacement >> kSizeShift & 0xFF, immediate & 0xFF, immediate >> kSizeShift & 0xFF};
  }
};

// `code`: four bytes are readable; `row`: the state's first entry, then the next one's.
inline Entries Read(const Tables& tables, const std::uint8_t* code, unsigned& row) {
  const std::uint64_t first = tables.first[row | code[0]];
  const std::uint64_t second = tables.second[(first >> (kSecondStateShift - 8) & 0xF00) | code[1]];
  // Without a branch: whether a byte will be alone is hard to predict.
  const auto alone = static_cast<std::int64_t>(first) >> 63;
  const std::uint64_t opcode = first + (second & static_cast<std::uint64_t>(alone));
  const std::uint8_t* const last = code + 1 - alone;
  row = static_cast<unsigned>(opcode >> (kStateBehindShift - 8)) & 0xF00;
  return {opcode, tables.modrm[(opcode >> (kModRmShift - 8) & 0x100) | *last], last};
}

template <bool kWide>
constexpr const Tables& kTables = kWide ? kTables64 : kTables32;

// The bytes that Join moves: those of kCode come first, then the operand.
struct Movement {
  std::uint8_t stream;  // of the operand
  std::uint8_t size;
  std::uint8_t code;   // bytes of kCode
  std::uint8_t after;  // from the operand's end to that of the instruction
};

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

  // Reading goes ahead of moving by a batch; what it changes is in registers.
  struct Reader {
    const std::uint8_t* code;
    Movement* to;
    unsigned row;
  };
  [[nodiscard]] Reader reader() { return {code_, movements_.data(), row_}; }
  void Put(const Reader& now) {
    movements_end_ = now.to;
    row_ = now.row;
  }

  // Reads one step, which is two movements if it has two operands.
  template <bool kWide>
  static inline void Read(Reader& now) {
    const Entries entries = x86::Read(kTables<kWide>, now.code, now.row);
    const std::uint64_t sum = entries.sum();
    if ((sum & kIntricate) != 0) [[unlikely]] {
      const Step step = entries.Resolve();
      now.to[0] = {static_cast<std::uint8_t>(step.displacement),
                   static_cast<std::uint8_t>(step.displacement_size),
                   static_cast<std::uint8_t>(step.code),
                   static_cast<std::uint8_t>(step.immediate_size)};
      now.to[1] = {static_cast<std::uint8_t>(step.immediate),
                   static_cast<std::uint8_t>(step.immediate_size), 0, 0};
      now.to += 2;
      now.code += step.code;
      return;
    }
    StoreLE(&now.to->stream, static_cast<std::uint32_t>(sum));
    ++now.to;
    now.code += sum >> kCodeShift & 0xFF;
  }

  // Makes the movements; each writes up to 12 bytes, the last ones up to 8 more than they move.
  template <bool kWide>
  inline void Move() {
    const std::uint32_t bias = bias_;
    const std::uint8_t* code = code_;
    std::uint8_t* to = to_;
    for (const Movement *move = movements_.data(), *end = movements_end_; move != end; ++move) {
      const std::size_t stream = move->stream, size = move->size, code_size = move->code;
      StoreLE(to, LoadLE<std::uint32_t>(code));
      code += code_size;
      to += code_size;
      const std::uint8_t* const from = from_[stream];
      from_[stream] = from + size;
      const std::uint32_t address = Low(to + size) + bias + move->after;
      // Bytes that borrows touch after a relative operand are no operand's.
      StoreLE(to, LoadLE<Immediate<kWide>>(from) - (address & kTables<kWide>.relative[stream]));
      to += size;
    }
    code_ = code;
    to_ = to;
  }

  // Whether the streams hold what was taken.
  [[nodiscard]] bool End() {
    bool good = code_ <= ends_[0];
    for (std::size_t k = 1; k < kStreams; ++k) good = good && from_[k] <= ends_[k];
    return good;
  }

  // The rest; whether the streams end where the range does.
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
    Reader now = reader();
    for (std::size_t step = 0; step < steps; ++step) Read<kWide>(now);
    Put(now);
    Move<kWide>();
  }

  std::uint8_t* to_;
  std::uint8_t* end_;
  std::uint32_t bias_;  // from a pointer's low bits to its address in the chunk
  const std::uint8_t* code_;
  unsigned row_ = kPlain * 256;
  PerStream<const std::uint8_t*> from_;  // entry 0 is for steps without operand
  PerStream<const std::uint8_t*> ends_;
  PerStream<bool> moved_{};
  std::array<Movement, 2 * kBatch> movements_;
  const Movement* movements_end_ = nullptr;
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
    const Step step = Read(kTables<kWide>, from_, row_).Resolve();
    StoreLE(code_to_, LoadLE<std::uint32_t>(from_));
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
    Lane::Reader at_a = a.reader(), at_b = b.reader(), at_c = c.reader(), at_d = d.reader();
    for (std::size_t step = 0; step < kBatch; ++step) {
      Lane::Read<kWide>(at_a);
      Lane::Read<kWide>(at_b);
      Lane::Read<kWide>(at_c);
      Lane::Read<kWide>(at_d);
    }
    a.Put(at_a);
    b.Put(at_b);
    c.Put(at_c);
    d.Put(at_d);
    a.Move<kWide>();
    b.Move<kWide>();
    c.Move<kWide>();
    d.Move<kWide>();
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
