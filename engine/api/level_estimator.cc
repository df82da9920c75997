// A source of up to 16 MiB is the sample itself: what a level makes of it is the size. Of a larger
// one the sample has thirteen stretches, twelve of 1 MiB and a long one of 4 MiB, each in the middle
// of its part of the source. Many short stretches tell more of a source whose parts differ
// than few that are whole chunks; what they hide, references that reach further than a stretch, the
// long one tells: coded whole and coded in pieces of 1 MiB it gives the factor between the two.
//
// Levels that are too slow for 16 MiB code pieces spread over the sample, and so does the level
// below that is fast enough, their base. The pieces' sizes at both give the ratio by which the
// estimate of the base is multiplied (a ratio estimator: Cochran, Sampling Techniques, 1977, chapter
// 6): two levels differ by much the same share everywhere in a source, far less than its parts do.
#include "engine/api/level_estimator.h"

#include <algorithm>

#include "engine/io/memory_stream.h"
#include "engine/pipeline/compress.h"
#include "engine/pipeline/decompress.h"
#include "sigma/memory.hpp"

namespace sigma {
namespace {

constexpr std::uint64_t kShortStretches = 12;
static_assert(kShortStretches * SourceSample::kShort + SourceSample::kLong == kEstimateSample);

// Of slow levels.
constexpr std::uint32_t kPiece = 512u << 10;

// The bytes that a level compresses in about a second or less, by one thread: by the parser, which
// takes most of the time. Optimal parsing on two passes runs at 3 MB/s, on one at 7, rows at 25.
std::uint64_t SampleSize(const LevelRow& level) {
  const lz::Params& lz = level.coder.lz;
  if (lz.parser != lz::Parser::kOptimal) return kEstimateSample;
  return lz.passes > 1 ? std::uint64_t{2} << 20 : std::uint64_t{4} << 20;
}

std::uint64_t ChunksOf(std::uint64_t size, std::uint32_t chunk_size) {
  return (size + chunk_size - 1) / chunk_size;
}

// The seconds of the workers in `run`; of the faster of two runs where one takes so little that
// touching memory for the first time would count.
template <typename Run>
Result<double> Timed(Run run) {
  constexpr double kShortRun = 0.05;
  const Result<Summary> first = run();
  if (!first) return first.failure();
  if (first->work_seconds >= kShortRun) return first->work_seconds;
  const Result<Summary> second = run();
  if (!second) return second.failure();
  return std::min(first->work_seconds, second->work_seconds);
}

}  // namespace

Result<SourceSample> TakeSample(Source& source) {
  SourceSample sample;
  const auto add = [&](std::uint64_t offset, std::uint64_t size) -> Result<void> {
    const std::size_t begin = sample.bytes.size();
    sample.bytes.resize(begin + static_cast<std::size_t>(size));
    const Result<std::size_t> got =
        source.ReadAt(offset, MutableBytes{sample.bytes}.subspan(begin));
    if (!got) return got.failure();
    if (*got == size) return {};
    return Fail(ErrorCode::kIo, "was cut short while its sample was read");
  };
  const std::optional<std::uint64_t> size = source.Size();
  if (!size || !source.Seekable()) {
    return Fail(ErrorCode::kInvalidArgument,
                "its size is not known, or it cannot be read at any place: a sample is taken of a "
                "file, not of a pipe");
  }
  sample.original = *size;
  if (*size <= kEstimateSample) {
    if (const Result<void> added = add(0, *size); !added) return added.failure();
    return sample;
  }
  sample.bytes.reserve(static_cast<std::size_t>(kEstimateSample));
  constexpr std::uint64_t kStretches = kShortStretches + 1;
  for (std::uint64_t i = 0; i < kStretches; ++i) {
    const bool middle = i == kStretches / 2;
    const std::uint64_t length = middle ? SourceSample::kLong : SourceSample::kShort;
    if (middle) sample.long_begin = sample.bytes.size();
    // Of the places where a stretch may lie, evenly spread over all but the long one's excess, the
    // middle of each share; on borders of 1 MiB where there is room, as chunks are.
    const std::uint64_t room = *size - kEstimateSample;
    const std::uint64_t before =
        i * SourceSample::kShort +
        (i > kStretches / 2 ? SourceSample::kLong - SourceSample::kShort : 0);
    const std::uint64_t gap = room / (2 * kStretches) * (2 * i + 1);
    const std::uint64_t offset = (before + gap) / SourceSample::kShort * SourceSample::kShort;
    if (const Result<void> added = add(offset, length); !added) return added.failure();
  }
  return sample;
}

LevelEstimator::LevelEstimator(SourceSample sample, const Options& options)
    : sample_(std::move(sample)), options_(options) {}

Result<LevelEstimate> LevelEstimator::Of(int level) {
  if (const auto known = known_.find(level); known != known_.end()) return known->second;
  Options options = options_;
  options.level = level;
  const Result<CompressionPlan> plan = PlanCompression(options);
  if (!plan) return plan.failure();
  const std::uint64_t size = SampleSize(*plan->level);
  Result<LevelEstimate> estimate = [&]() -> Result<LevelEstimate> {
    if (sample_.original > size && size < kEstimateSample) return FromPieces(*plan, size);
    if (!sample_.whole()) return FromStretches(*plan);
    const Result<Coded> coded = Code(*plan, plan->chunk_size, sample_.bytes);
    if (!coded) return coded.failure();
    return Row(*plan, *coded, static_cast<double>(coded->stored));
  }();
  if (estimate) known_.emplace(level, *estimate);
  return estimate;
}

Result<LevelEstimate> LevelEstimator::FromStretches(const CompressionPlan& plan) const {
  const ByteView bytes = sample_.bytes;
  constexpr auto kLong = static_cast<std::size_t>(SourceSample::kLong);
  const ByteView middle = bytes.subspan(sample_.long_begin, kLong);
  Bytes others(bytes.begin(), bytes.begin() + std::ptrdiff_t(sample_.long_begin));
  const ByteView after = bytes.subspan(sample_.long_begin + kLong);
  others.insert(others.end(), after.begin(), after.end());

  const auto piece =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(plan.chunk_size, SourceSample::kShort));
  const Result<Coded> apart = Code(plan, piece, others);
  if (!apart) return apart.failure();
  const Result<Coded> cut = Code(plan, piece, middle);
  if (!cut) return cut.failure();
  Result<Coded> uncut = *cut;
  if (plan.chunk_size > piece) {
    uncut = Code(plan, std::min(plan.chunk_size, static_cast<std::uint32_t>(kLong)), middle);
    if (!uncut) return uncut.failure();
  }
  // Each stretch stands for itself and an equal part of what was not read.
  const double unread = static_cast<double>(sample_.original - kEstimateSample);
  const auto stands_for = [&](const Coded& coded, std::uint64_t stretches) {
    const auto size = static_cast<double>(coded.original);
    const double all =
        size + unread * static_cast<double>(stretches) / static_cast<double>(kShortStretches + 1);
    return static_cast<double>(coded.stored) / size * all;
  };
  const double reach = static_cast<double>(uncut->stored) / static_cast<double>(cut->stored);
  const double compressed = (stands_for(*apart, kShortStretches) + stands_for(*cut, 1)) * reach;
  Coded both = *apart;
  both.original += uncut->original;
  both.encode_seconds += uncut->encode_seconds;
  both.decode_seconds += uncut->decode_seconds;
  return Row(plan, both, compressed);
}

Result<LevelEstimate> LevelEstimator::FromPieces(const CompressionPlan& plan, std::uint64_t size) {
  int base_level = 0;
  for (const int level : Levels()) {
    if (level < plan.level->level &&
        SampleSize(*FindLevel(level, options_.decode_first)) == kEstimateSample) {
      base_level = level;
    }
  }
  const Result<LevelEstimate> base = Of(base_level);
  if (!base) return base;
  Bytes pieces;
  const std::size_t count = static_cast<std::size_t>(size / kPiece);
  pieces.reserve(count * kPiece);
  const std::size_t room = sample_.bytes.size() - count * kPiece;
  for (std::size_t i = 0; i < count; ++i) {
    // On borders of pieces, so that none goes over two stretches.
    const std::size_t begin = (i * kPiece + room / (2 * count) * (2 * i + 1)) / kPiece * kPiece;
    const ByteView piece = ByteView{sample_.bytes}.subspan(begin, kPiece);
    pieces.insert(pieces.end(), piece.begin(), piece.end());
  }
  Options options = options_;
  options.level = base_level;
  const Result<CompressionPlan> base_plan = PlanCompression(options);
  if (!base_plan) return base_plan.failure();
  const Result<Coded> low = Code(*base_plan, std::min(base_plan->chunk_size, kPiece), pieces);
  if (!low) return low.failure();
  const Result<Coded> high = Code(plan, std::min(plan.chunk_size, kPiece), pieces);
  if (!high) return high.failure();
  const double ratio = static_cast<double>(high->stored) / static_cast<double>(low->stored);
  return Row(plan, *high, static_cast<double>(base->compressed) * ratio);
}

Result<LevelEstimator::Coded> LevelEstimator::Code(const CompressionPlan& plan,
                                                   std::uint32_t chunk_size, ByteView bytes) const {
  CompressionPlan own = plan;
  own.chunk_size = chunk_size;
  own.index = plan.index && sample_.whole() && bytes.size() == sample_.bytes.size();
  own = FitToSize(own, bytes.size());
  Options bound = options_;
  bound.level = plan.level->level;
  bound.chunk_size = chunk_size;
  Bytes stream(static_cast<std::size_t>(CompressBound(bytes.size(), bound)));
  Coded coded;
  coded.original = bytes.size();
  {
    Compressor compressor(own);
    const Result<double> seconds = Timed([&] {
      MemorySource from(bytes);
      MemorySink to(stream);
      Result<Summary> done = compressor.Run(from, to, {});
      if (done) coded.stored = done->compressed;
      return done;
    });
    if (!seconds) return seconds.failure();
    coded.encode_seconds = *seconds;
  }
  Options options;
  options.threads = own.shape.threads;
  Decompressor decompressor(options);
  const Result<double> seconds = Timed([&] {
    MemorySource from(ByteView{stream}.first(static_cast<std::size_t>(coded.stored)));
    NullSink to;
    return decompressor.Run(from, to, {});
  });
  if (!seconds) return seconds.failure();
  coded.decode_seconds = *seconds;
  return coded;
}

LevelEstimate LevelEstimator::Row(const CompressionPlan& plan, const Coded& coded,
                                  double compressed) const {
  const std::uint64_t chunks = ChunksOf(sample_.original, plan.chunk_size);
  const CompressionPlan fitted = FitToSize(plan, sample_.original);
  LevelEstimate row;
  row.level = plan.level->level;
  row.chunk_size = plan.chunk_size;
  row.threads = fitted.shape.threads;
  row.original = sample_.original;
  row.compressed = static_cast<std::uint64_t>(compressed + 0.5);
  row.sampled = coded.original;
  // The workers take chunks in turns, of which the last may be short of chunks.
  const double turns = static_cast<double>(ChunksOf(chunks, row.threads));
  const double shares = chunks == 0 ? 0 : turns / static_cast<double>(chunks);
  const double scale = coded.original == 0 ? 0
                                           : static_cast<double>(sample_.original) /
                                                 static_cast<double>(coded.original) * shares;
  row.compress_seconds = coded.encode_seconds * scale;
  row.decompress_seconds = coded.decode_seconds * scale;
  // Of a chunk that is not full the rest is never touched.
  const std::uint64_t unit = std::uint64_t{64} << 10;
  const std::uint64_t touched = std::min<std::uint64_t>(
      plan.chunk_size, std::max<std::uint64_t>((sample_.original + unit - 1) / unit, 1) * unit);
  Job job = fitted.job();
  job.chunk_size = touched;
  row.compress_memory = MemoryNeed(job, fitted.shape, plan.limited);
  const Job back{Direction::kDecompress, touched, nullptr, false, plan.sorts()};
  const Shape shape =
      FitToChunks(Shape{row.threads, row.threads == 1 ? 1 : 2 * row.threads}, chunks);
  row.decompress_memory = MemoryNeed(back, shape, plan.limited);
  return row;
}

}  // namespace sigma
