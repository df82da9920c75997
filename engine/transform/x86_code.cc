// Opcode, ModRM and SIB stand side by side in the code as in the stream kCode, so a step moves them
// with one copy of four bytes; displacement and immediate move with one copy each, of the stream
// the tables name. A step without operand moves nothing from a stream of no use, instead of
// branching: which instruction comes next is what code does not let one predict.
//
// Join checks nothing inside a batch of kBatch steps. Before each batch, a stream with fewer bytes
// than a batch can take moves into a buffer with zeros behind it; after each batch the cursors are
// compared with the ends. Two ranges go side by side: a step waits for the length of the one
// before.
#include "engine/transform/x86_code.h"

#include <algorithm>
#include <cstring>

#include "engine/base/endian.h"

namespace sigma::x86 {
namespace {

constexpr std::size_t kBatch = 32;
// Most bytes a batch takes from one stream.
constexpr std::size_t kBatchBytes = kBatch * 8;
// Most bytes a batch restores and touches.
constexpr std::size_t kBatchRoom = kBatch * kMaxStep + kCodeSlack;
// What steps without operand read.
constexpr std::array<std::uint8_t, 8> kNothing{};

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
  std::uint32_t entry = tables.opcodes[row + (code & 0xFF)];
  std::uint32_t form = tables.modrm[(entry & 0x100) | (code >> 8 & 0xFF)];
  row = entry >> 16;
  // Both decisions without a branch: which one it will be is hard to predict.
  constexpr std::uint32_t kBased = unsigned{kOperandSize[2]} << 8 | 2u << 4;
  form |= kBased & (0u - (form >> 2 & static_cast<unsigned>((code >> 16 & 7) == 5)));
  const unsigned absent = entry >> 9 & static_cast<unsigned>((code >> 8 & 0x30) != 0);
  entry &= absent - 1u;
  return {form & 3, form >> 4 & 15, form >> 8, entry & 15, entry >> 4 & 15};
}

// One range on its way back. Between Begin and End nothing is checked.
class Lane {
 public:
  Lane(const JoinRange& range, MutableBytes target)
      : to_(target.data() + range.begin),
        end_(target.data() + range.end),
        bias_(static_cast<std::uint32_t>(range.begin) - Low(to_)),
        code_(range.streams[0].data()) {
    for (std::size_t k = 0; k < kCodeStreams; ++k) {
      from_[k] = range.streams[k].data();
      ends_[k] = from_[k] + range.streams[k].size();
    }
  }

  // Bytes still to restore.
  [[nodiscard]] std::size_t room() const { return static_cast<std::size_t>(end_ - to_); }

  void Begin() {
    from_[0] = code_;
    for (std::size_t k = 0; k < kCodeStreams; ++k) {
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
    StoreLE(to, LoadLE<std::uint32_t>(immediate_from) - (address & kRelative[step.immediate]));
    if constexpr (kWide) StoreLE(to + 4, LoadLE<std::uint32_t>(immediate_from + 4));
    now.to = to + step.immediate_size;
  }
  [[nodiscard]] std::uint32_t bias() const { return bias_; }

  // Whether the streams hold what was taken.
  [[nodiscard]] bool End() {
    bool good = code_ <= ends_[0];
    for (std::size_t k = 1; k < kCodeStreams; ++k) good = good && from_[k] <= ends_[k];
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

  static std::uint32_t Low(const std::uint8_t* pointer) {
    return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(pointer));
  }

  std::uint8_t* to_;
  std::uint8_t* end_;
  std::uint32_t bias_;  // from a pointer's low bits to its address in the chunk
  const std::uint8_t* code_;
  unsigned row_ = kPlain * 256;
  PerStream<const std::uint8_t*> from_;  // entry 0 is for steps without operand
  PerStream<const std::uint8_t*> ends_;
  PerStream<bool> moved_{};
  std::array<std::array<std::uint8_t, 2 * kBatchBytes + kCodeSlack>, kCodeStreams> tails_;
};

template <bool kWide>
std::size_t SplitCode(const std::uint8_t* chunk, std::size_t position, std::size_t until,
                      unsigned* row, StreamWriters* writers) {
  unsigned now = *row;
  // Entry 0 takes what steps without operand do not have.
  StreamWriters to = *writers;
  std::uint8_t* code_to = to[0];
  std::array<std::uint8_t, 8> nowhere;
  to[0] = nowhere.data();
  while (position < until) {
    const std::uint8_t* from = chunk + position;
    const auto code = LoadLE<std::uint32_t>(from);
    const Step step = Read<kWide>(code, now);
    StoreLE(code_to, code);
    code_to += step.code;
    from += step.code;
    position += step.code + step.displacement_size + step.immediate_size;
    const auto end = static_cast<std::uint32_t>(position);
    std::uint8_t* const displacement_to = to[step.displacement];
    to[step.displacement] = displacement_to + step.displacement_size;
    auto displacement = LoadLE<std::uint32_t>(from);
    if constexpr (kWide) displacement += end & kRelative[step.displacement];
    StoreLE(displacement_to, displacement);
    from += step.displacement_size;
    std::uint8_t* const immediate_to = to[step.immediate];
    to[step.immediate] = immediate_to + step.immediate_size;
    StoreLE(immediate_to, LoadLE<std::uint32_t>(from) + (end & kRelative[step.immediate]));
    if constexpr (kWide) StoreLE(immediate_to + 4, LoadLE<std::uint32_t>(from + 4));
  }
  to[0] = code_to;
  *writers = to;
  *row = now;
  return position;
}

template <bool kWide>
bool JoinCode(std::span<const JoinRange> ranges, MutableBytes target) {
  std::size_t i = 0;
  for (; i + 2 <= ranges.size(); i += 2) {
    Lane a(ranges[i], target), b(ranges[i + 1], target);
    while (a.room() >= kBatchRoom && b.room() >= kBatchRoom) {
      a.Begin();
      b.Begin();
      Lane::Hot at_a = a.hot(), at_b = b.hot();
      const std::uint32_t bias_a = a.bias(), bias_b = b.bias();
      for (std::size_t step = 0; step < kBatch; ++step) {
        a.Take<kWide>(bias_a, at_a);
        b.Take<kWide>(bias_b, at_b);
      }
      a.Put(at_a);
      b.Put(at_b);
      if (!a.End() || !b.End()) return false;
    }
    if (!a.Finish<kWide>() || !b.Finish<kWide>()) return false;
  }
  if (i == ranges.size()) return true;
  Lane last(ranges[i], target);
  return last.Finish<kWide>();
}

}  // namespace

std::size_t Split(const std::uint8_t* chunk, std::size_t position, std::size_t until, bool wide,
                  unsigned* row, StreamWriters* writers) {
  return wide ? SplitCode<true>(chunk, position, until, row, writers)
              : SplitCode<false>(chunk, position, until, row, writers);
}

bool Join(std::span<const JoinRange> ranges, bool wide, MutableBytes target) {
  return wide ? JoinCode<true>(ranges, target) : JoinCode<false>(ranges, target);
}

}  // namespace sigma::x86
