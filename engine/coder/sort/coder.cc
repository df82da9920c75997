// The payload of SORT (SPEC.md):
//
//   parts (u8) | segments (u8) | row of each part (u32) | segment | segment
//   segment: bytes that occur − 1 (u8), those bytes | size of the code (u32) | code
#include "engine/coder/sort/coder.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/base/endian.h"
#include "engine/base/work_meter.h"
#include "engine/coder/sort/inverse.h"
#include "engine/coder/sort/suffixes.h"
#include "engine/memory/buffer.h"
#include "kernels/sort/run_decoder.h"
#include "kernels/sort/run_encoder.h"

namespace sigma::sort {
namespace {

namespace runs = kernels::sort;

constexpr std::size_t kMaxSize = std::size_t{64} << 20;
// A part is worth its four bytes from here on: what is smaller stays in the near caches.
constexpr std::size_t kPartBytes = std::size_t{16} << 10;
// Two segments learn the same twice: 0.1 % of large sources, 1 % here.
constexpr std::size_t kTwoSegments = std::size_t{256} << 10;
constexpr std::size_t kMaxSegments = 2;
// Of what Encode works on, as its meter sees it: sorting is half, the runs are the other.
constexpr std::size_t kMeterShare = 2;

std::size_t PartCount(std::size_t size) {
  return std::clamp<std::size_t>(size / kPartBytes, 1, kMaxCursors);
}

std::size_t DivideUp(std::size_t a, std::size_t b) { return (a + b - 1) / b; }

// The first segment of two has the odd byte.
ByteView SegmentOf(ByteView sorted, std::size_t index, std::size_t count) {
  const std::size_t first = DivideUp(sorted.size(), count);
  return index == 0 ? sorted.first(first) : sorted.subspan(first);
}

// The byte that the decoder finds second when the last run is at the front.
std::uint8_t AfterLast(ByteView occurring, std::uint8_t last) {
  std::uint8_t least = 255;
  bool other = false;
  for (const std::uint8_t byte : occurring) {
    if (byte == last) continue;
    least = std::min(least, byte);
    other = true;
  }
  return other ? least : 0;
}

// Appends to a target of limited size; `full` once something did not fit.
struct Writer {
  MutableBytes target;
  std::size_t used = 0;
  bool full = false;

  void Append(ByteView bytes) {
    if (full || bytes.size() > target.size() - used) {
      full = true;
      return;
    }
    std::memcpy(target.data() + used, bytes.data(), bytes.size());
    used += bytes.size();
  }
  void Append32(std::size_t value) {
    std::array<std::uint8_t, 4> bytes;
    StoreLE(bytes.data(), static_cast<std::uint32_t>(value));
    Append(bytes);
  }
};

void EncodeSegment(ByteView segment, MutableBytes ranks, BufferPool& pool, Writer& writer) {
  std::array<std::uint8_t, 256> order;
  const std::size_t count = runs::RankRuns(segment, ranks.first(segment.size()), order);
  std::array<bool, 256> occurs{};
  for (const std::uint8_t byte : segment) occurs[byte] = true;
  const auto used = static_cast<std::size_t>(std::ranges::count(occurs, true));
  const ByteView occurring = ByteView(order).first(used);
  const auto most = static_cast<std::uint8_t>(used - 1);
  writer.Append({&most, 1});
  writer.Append(occurring);
  const std::size_t size_at = writer.used;
  writer.Append32(0);
  const std::size_t begin = writer.used;

  auto model_lease = pool.AcquireFor<runs::RunModel>(1);
  auto notes_lease = pool.AcquireFor<std::uint32_t>(runs::kSymbolsInRun * runs::kRunsInGroup);
  auto group_lease = pool.Acquire(runs::kGroupBytes);
  auto& model = model_lease.As<runs::RunModel>(1)[0];
  const auto notes = notes_lease.As<std::uint32_t>(runs::kSymbolsInRun * runs::kRunsInGroup);
  const auto group = group_lease.As<std::uint8_t>(runs::kGroupBytes);
  runs::StartModel(model);
  runs::RunSource source{segment.data(), segment.data() + segment.size(),
                         ranks.data() + segment.size() - count,
                         AfterLast(occurring, segment.back())};
  while (source.at != source.end && !writer.full) {
    const std::uint8_t* const before = source.at;
    writer.Append(group.last(runs::EncodeGroup(source, model, notes, group)));
    CountWork(static_cast<std::size_t>(source.at - before) / kMeterShare);
  }
  if (!writer.full) {
    StoreLE(writer.target.data() + size_at, static_cast<std::uint32_t>(writer.used - begin));
  }
}

Unexpected Corrupt(const char* text, std::size_t at) { return Fail(ErrorCode::kCorrupt, text, at); }

}  // namespace

std::size_t Encode(ByteView source, const CoderParams& params, BufferPool& pool,
                   MutableBytes target) {
  const std::size_t size = source.size();
  if (!params.sorts || size < kLeastSize || size > kMaxSize) return 0;
  auto order_lease = pool.AcquireFor<std::uint32_t>(size);
  auto words_lease = pool.AcquireFor<std::uint32_t>(SortingWords(size));
  const auto order = order_lease.As<std::uint32_t>(size);
  const std::size_t step = DivideUp(size, PartCount(size));
  const std::size_t parts = DivideUp(size, step);
  std::array<std::uint32_t, kMaxCursors> rows{};
  SortSuffixes(source, step, order, words_lease.As<std::uint32_t>(SortingWords(size)), rows);
  CountWork(size / kMeterShare);
  // The words have served: their room takes the sorted bytes and the ranks of runs.
  const MutableBytes room = words_lease.As<std::uint8_t>(2 * size);
  const MutableBytes sorted = room.first(size);
  for (std::size_t i = 0; i < size; ++i) sorted[i] = static_cast<std::uint8_t>(order[i]);
  order_lease.Release();

  const std::size_t segments = size < kTwoSegments ? 1 : kMaxSegments;
  Writer writer{target.first(std::min(target.size(), size - 1))};
  const std::array counts{static_cast<std::uint8_t>(parts), static_cast<std::uint8_t>(segments)};
  writer.Append(counts);
  for (std::size_t j = 0; j < parts; ++j) writer.Append32(rows[j]);
  for (std::size_t i = 0; i < segments; ++i) {
    EncodeSegment(SegmentOf(sorted, i, segments), room.subspan(size), pool, writer);
  }
  return writer.full ? 0 : writer.used;
}

Result<void> Decode(ByteView source, BufferPool& pool, MutableBytes target) {
  const std::size_t size = target.size();
  if (size < kLeastSize || size > kMaxSize) {
    return Corrupt("a sorted section has a size that none has", 0);
  }
  if (source.size() < 2) return Corrupt("a sorted section ends inside its header", source.size());
  const std::size_t parts = source[0];
  const std::size_t segments = source[1];
  if (parts == 0 || parts > kMaxCursors) {
    return Fail(ErrorCode::kUnsupported, "a sorted section has an unknown number of parts", 0);
  }
  if (segments == 0 || segments > kMaxSegments) {
    return Fail(ErrorCode::kUnsupported, "a sorted section has an unknown number of segments", 1);
  }
  const std::size_t step = DivideUp(size, parts);
  std::size_t at = 2;
  if (source.size() - at < 4 * parts) {
    return Corrupt("a sorted section ends inside its rows", source.size());
  }
  std::array<std::uint32_t, kMaxCursors> rows{};
  for (std::size_t j = 0; j < parts; ++j, at += 4) {
    rows[j] = LoadLE<std::uint32_t>(source.data() + at);
    if (rows[j] >= size) return Corrupt("a row of a sorted section lies beyond it", at);
  }

  auto sorted_lease = pool.Acquire(size);
  const MutableBytes sorted = sorted_lease.As<std::uint8_t>(size);
  std::array<BufferPool::Lease, kMaxSegments> models;
  std::array<runs::SegmentJob, kMaxSegments> jobs;
  for (std::size_t i = 0; i < segments; ++i) {
    runs::SegmentJob& job = jobs[i];
    const std::size_t first = DivideUp(size, segments);
    job.target = i == 0 ? sorted.first(first) : sorted.subspan(first);
    if (at == source.size()) return Corrupt("a sorted section ends before a segment", at);
    job.used = source[at++] + 1u;
    if (source.size() - at < job.used + 4) {
      return Corrupt("a sorted section ends inside its list of bytes", source.size());
    }
    job.order.fill(0);
    std::memcpy(job.order.data(), source.data() + at, job.used);
    at += job.used;
    const std::size_t code = LoadLE<std::uint32_t>(source.data() + at);
    at += 4;
    if (code > source.size() - at) {
      return Corrupt("a segment of a sorted section reaches beyond it", at - 4);
    }
    job.code = source.subspan(at, code);
    at += code;
    models[i] = pool.AcquireFor<runs::RunModel>(1);
    job.model = models[i].As<runs::RunModel>(1).data();
    runs::StartModel(*job.model);
  }
  if (at != source.size()) return Corrupt("bytes follow the end of a sorted section", at);
  if (!runs::DecodeSegments(std::span(jobs).first(segments))) {
    return Corrupt("the runs of a sorted section are damaged", 2 + 4 * parts);
  }
  CountWork(size / kMeterShare);
  auto links_lease = pool.AcquireFor<std::uint32_t>(size);
  if (!RestoreText(sorted, std::span(rows).first(parts), step, links_lease.As<std::uint32_t>(size),
                   target)) {
    return Corrupt("the rows of a sorted section do not fit its bytes", 2);
  }
  CountWork(size / kMeterShare);
  return {};
}

std::uint64_t EncodeScratch(const CoderParams& params, std::size_t size) {
  if (!params.sorts || size < kLeastSize) return 0;
  return BufferFootprint(4 * size) + BufferFootprint(4 * SortingWords(size)) +
         BufferFootprint(sizeof(runs::RunModel)) +
         BufferFootprint(4 * runs::kSymbolsInRun * runs::kRunsInGroup) +
         BufferFootprint(runs::kGroupBytes);
}

std::uint64_t DecodeScratch(std::size_t size) {
  if (size < kLeastSize) return 0;
  return BufferFootprint(size) + BufferFootprint(4 * size) +
         kMaxSegments * BufferFootprint(sizeof(runs::RunModel));
}

}  // namespace sigma::sort
