// Analyze: the chunks of a source, each with its features, the plans that were considered for it,
// expected and real, and the plan that it got, read back from its payload.
#include <algorithm>
#include <optional>

#include "engine/api/edge.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/chunk_codec.h"
#include "engine/pipeline/flow.h"
#include "engine/plan/describe.h"
#include "engine/strategy/choose.h"
#include "engine/strategy/detect/ask.h"
#include "engine/strategy/rank.h"
#include "engine/strategy/sample.h"
#include "engine/strategy/sections.h"
#include "engine/strategy/split.h"
#include "sigma/measure.hpp"

namespace sigma {
namespace {

constexpr double kUnit = 256;  // of the features' fixed point

class ChunkAnalyst {
 public:
  ChunkAnalyst(ByteView chunk, const LevelRow& level, StrategyChoice choice, BufferPool& pool)
      : chunk_(chunk), scope_{level, level.coder, pool}, choice_(choice) {}

  ChunkAnalysis Run() {
    const Features features = MeasureFeatures(chunk_, scope_.pool);
    ChunkAnalysis result = Describe(features);
    Buffer target(chunk_.size());
    const EncodedPayload coded =
        EncodeChunk(chunk_, scope_.level, choice_, scope_.pool, target.bytes());
    scope_.coder = SuitedCoder(scope_.level.coder, features);
    result.compressed = coded.size;
    result.strategy = PlanName(coded.plan_id);
    result.plan = DescribePayload(coded.plan_id, target.view().first(coded.size), chunk_.size());
    Consider(features, target.bytes(), result);
    return result;
  }

 private:
  [[nodiscard]] ChunkAnalysis Describe(const Features& features) const {
    ChunkAnalysis result;
    result.original = chunk_.size();
    result.data_class = DataClassName(Classify(features));
    result.entropy = features.entropy / kUnit;
    for (std::size_t i = 0; i < 4; ++i) {
      result.plane_entropy[i] = features.plane_entropy[i] / kUnit;
      result.delta_entropy[i] = features.delta_entropy[i] / kUnit;
    }
    result.period = features.period;
    result.period_density = features.period_density / kUnit;
    result.match_density = features.match_density / kUnit;
    result.text_density = features.text_density / kUnit;
    result.run_density = features.run_density / kUnit;
    return result;
  }

  void Add(const Plan& plan, std::uint64_t expected, MutableBytes target, ChunkAnalysis& result) {
    const EncodedPlan coded = EncodePlan(chunk_, plan, scope_, target);
    const std::uint64_t real = coded.size == 0 ? chunk_.size() : coded.size;
    result.considered.push_back({DescribePlan(plan), expected, real});
    if (!plan.transform && plan.coder == CoderId::kLz) result.reference = real;
  }

  void Consider(const Features& features, MutableBytes target, ChunkAnalysis& result) {
    const auto coder = [](CoderId id) { return Plan{std::nullopt, {}, id}; };
    const std::uint64_t order0 = features.entropy * std::uint64_t{chunk_.size()} / (8 * 256);
    Add(coder(CoderId::kEntropy), std::min<std::uint64_t>(order0, chunk_.size()), target, result);
    const Plan reference = coder(CoderId::kLz);
    const std::uint64_t references = EstimateByTrial(chunk_, reference, 1, scope_);
    Add(reference, references, target, result);
    if (!WorthATransform(Classify(features))) return;
    for (const Candidate& candidate : Detect(chunk_, features, std::nullopt, scope_).view()) {
      const Plan plan{candidate.transform, candidate.params, CoderId::kRaw};
      Add(plan, EstimateByTrial(chunk_, plan, candidate.unit, scope_), target, result);
    }
    const std::optional<Winner> split = BestSplit(chunk_, {}, scope_);
    if (split) {
      Add(PlanOf(split->candidate), references - std::min(references, split->gain), target, result);
    }
  }

  ByteView chunk_;
  Scope scope_;
  StrategyChoice choice_;
};

// The chunks of a source in memory, each analysed by one worker.
class AnalyzeStages final : public Stages<Slot> {
 public:
  AnalyzeStages(ByteView source, const CompressionPlan& plan, Analysis& analysis)
      : source_(source), plan_(plan), analysis_(analysis) {}

  bool Fill(Slot& slot) override { return slot.sequence < analysis_.chunks.size(); }
  void Work(Slot& slot, BufferPool& scratch) override {
    const std::size_t begin = static_cast<std::size_t>(slot.sequence) * plan_.chunk_size;
    const ByteView bytes =
        source_.subspan(begin, std::min<std::size_t>(plan_.chunk_size, source_.size() - begin));
    // A copy, for the pad after it.
    Buffer chunk(bytes.size());
    std::ranges::copy(bytes, chunk.data());
    ChunkAnalysis& result = analysis_.chunks[static_cast<std::size_t>(slot.sequence)];
    result = ChunkAnalyst(chunk.view(), *plan_.level, plan_.choice, scratch).Run();
    result.offset = begin;
  }
  void Drain(Slot& slot) override {
    analysis_.compressed += analysis_.chunks[static_cast<std::size_t>(slot.sequence)].compressed;
  }

 private:
  const ByteView source_;
  const CompressionPlan& plan_;
  Analysis& analysis_;
};

Result<Analysis> AnalyzeHere(ByteView source, const Options& options) {
  const Result<CompressionPlan> plan = PlanCompression(options);
  if (!plan) return plan.failure();
  Analysis analysis;
  analysis.level = plan->level->level;
  analysis.chunk_size = plan->chunk_size;
  analysis.original = source.size();
  analysis.chunks.resize((source.size() + plan->chunk_size - 1) / plan->chunk_size);
  const Shape shape = FitToChunks(plan->shape, analysis.chunks.size());
  Workers workers(shape.threads);
  Flow<Slot> flow(workers, shape.in_flight);
  AnalyzeStages stages(source, *plan, analysis);
  if (Result<void> ran = flow.Run(stages); !ran) return ran.failure();
  return analysis;
}

}  // namespace

Result<Analysis> Analyze(ByteView source, const Options& options) {
  return AtEdge([&] { return AnalyzeHere(source, options); });
}

}  // namespace sigma
