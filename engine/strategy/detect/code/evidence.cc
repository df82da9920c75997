// Where calls repeat as they are, relative, or in data that only looks like code, there is nothing
// to gain.
#include "engine/strategy/detect/code/evidence.h"

#include <algorithm>
#include <array>

#include "engine/base/endian.h"
#include "engine/strategy/levels.h"

namespace sigma {
namespace {

// One window of 4 KiB in every 64 KiB: about 3 µs a MiB. Code that all of them miss is too little
// to gain by.
constexpr std::size_t kWindow = 4 << 10;
constexpr std::size_t kStride = 64 << 10;
// Windows whose calls are looked at: 3 µs each.
constexpr std::size_t kJudged = 8;
// Calls that repeat a target, beyond those that repeat a distance: a fifth to a half in compiled
// code, though the windows know few of all targets.
constexpr std::size_t kOfCalls = 16;
constexpr std::size_t kFewest = 8;
// Bytes that a repeated target saves, by code::Kind, as measured on programs. In x86-64 jumps and
// addresses of data come on top.
constexpr std::array<std::size_t, 4> kTargetSaves = {0, 3, 4, 2};
// The estimate is not trusted beyond a quarter of the source.
constexpr std::size_t kMostSaved = 4;

// Which numbers came before, as far as 8 Ki bits tell.
class Seen {
 public:
  bool operator()(std::uint32_t number) {
    const std::uint32_t hash = number * 0x9E3779B1u >> 19;
    const std::uint64_t bit = std::uint64_t{1} << (hash & 63);
    const bool before = (bits_[hash >> 6] & bit) != 0;
    bits_[hash >> 6] |= bit;
    return before;
  }

 private:
  std::array<std::uint64_t, 128> bits_{};
};

struct Calls {
  Seen distances, targets;
  std::size_t count = 0, same_distance = 0, same_target = 0;  // of the calls

  void Add(std::uint32_t distance, std::uint32_t target) {
    ++count;
    same_distance += distances(distance) ? 1u : 0u;
    same_target += targets(target) ? 1u : 0u;
  }
  void AddWindow(ByteView source, std::size_t at, code::Kind kind) {
    const std::uint8_t* const bytes = source.data();
    const std::size_t end = at + kWindow - 8;
    if (kind == code::Kind::kArm64) {
      for (; at < end; at += 4) {
        const auto word = LoadLE<std::uint32_t>(bytes + at);
        if (word >> 26 == 0x25) Add(word << 6, (word + static_cast<std::uint32_t>(at / 4)) << 6);
      }
      return;
    }
    while (at < end) {
      const bool call = bytes[at] == 0xE8 && static_cast<std::uint8_t>(bytes[at + 4] + 1) <= 1;
      if (call) {
        const auto distance = LoadLE<std::uint32_t>(bytes + at + 1);
        Add(distance, distance + static_cast<std::uint32_t>(at + 5));
      }
      at += call ? 5 : 1;
    }
  }
  // Targets that repeat where distances do not; 0 for too few to tell.
  [[nodiscard]] std::size_t Gain() const {
    const bool clear = same_target >= same_distance + std::max(kFewest, count / kOfCalls);
    return clear ? same_target - same_distance : 0;
  }
};

struct CodeWindows {
  std::array<std::size_t, kMaxChunkSize / kStride> at;
  std::array<code::Kind, kMaxChunkSize / kStride> kind;
  std::size_t count = 0;

  void Add(std::size_t begin, code::Kind what) {
    if (count == at.size()) return;
    at[count] = begin;
    kind[count++] = what;
  }
};

}  // namespace

CodeEvidence LookForCode(ByteView source) {
  CodeWindows code;
  CodeEvidence evidence;
  const auto kind_at = [&](std::size_t at) {
    return code::KindOf(kernels::code::CountBranches(source.subspan(at, kWindow)), kWindow);
  };
  std::size_t windows = 0;
  for (std::size_t at = 0; at + kWindow <= source.size(); at += kStride, ++windows) {
    const code::Kind kind = kind_at(at);
    if (kind == code::Kind::kNone) continue;
    code.Add(at, kind);
    ++(kind == code::Kind::kArm64 ? evidence.arm64 : evidence.x86);
  }
  if (code.count == 0) return evidence;
  Calls calls;
  const std::size_t judged = std::min(code.count, kJudged);
  for (std::size_t i = 0; i < judged; ++i) {
    const std::size_t k = i * code.count / judged;
    calls.AddWindow(source, code.at[k], code.kind[k]);
  }
  evidence.x86 = evidence.x86 * source.size() / windows;
  evidence.arm64 = evidence.arm64 * source.size() / windows;
  const std::size_t gain = calls.Gain();
  if (gain == 0) return evidence;
  // Repeated targets of all the code: half of those that are alone in the windows are not in it.
  const std::size_t repeats = (gain + calls.count) / 2;
  const std::size_t repeated = repeats * code.count / judged * (source.size() / windows / kWindow);
  const code::Kind most = code.kind[code.count / 2];
  evidence.saves =
      std::min(repeated * kTargetSaves[static_cast<std::size_t>(most)], source.size() / kMostSaved);
  return evidence;
}

}  // namespace sigma
