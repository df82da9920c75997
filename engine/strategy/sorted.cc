#include "engine/strategy/sorted.h"

#include <algorithm>
#include <cstring>

#include "engine/strategy/levels.h"

namespace sigma {
namespace {

// Sources are sorted from this size on: a segment's model learns slowly.
constexpr std::size_t kLeastSorted = std::size_t{16} << 10;
// The level whose references tell quickly what the level's own may reach: those take 12 to 22 %
// less. They are spared where sorting leaves less than this share of the quick ones.
constexpr int kQuickLevel = 4;
constexpr std::size_t kSparedQuarters = 3;

EncodedPlan Coded(CoderId coder, std::size_t size) {
  return {static_cast<std::uint8_t>(coder), size};
}

}  // namespace

EncodedPlan EncodeMatching(ByteView source, const CoderParams& coder, BufferPool& pool,
                           MutableBytes target) {
  const auto code = [&](CoderId id, const CoderParams& params, MutableBytes room) {
    return Coded(id, EncodeWith(id, source, params, pool, room));
  };
  if (!coder.sorts || source.size() < kLeastSorted) return code(CoderId::kLz, coder, target);
  const EncodedPlan sorted = code(CoderId::kSort, coder, target);
  if (sorted.size == 0) return code(CoderId::kLz, coder, target);
  auto lease = pool.Acquire(source.size());
  const MutableBytes trial = lease.As<std::uint8_t>(source.size());
  const EncodedPlan quick = code(CoderId::kLz, FindLevel(kQuickLevel)->coder, trial);
  const std::size_t reached = quick.size == 0 ? source.size() : quick.size;
  if (sorted.size * 4 < reached * kSparedQuarters) return sorted;
  const EncodedPlan references = code(CoderId::kLz, coder, trial.first(sorted.size - 1));
  if (references.size == 0) return sorted;
  std::memcpy(target.data(), trial.data(), references.size);
  return references;
}

}  // namespace sigma
