#include "engine/strategy/detect/ask.h"

#include <algorithm>
#include <array>

#include "engine/transform/registry.h"

namespace sigma {
namespace {

constexpr std::size_t kMostDetectors = 16;
// Three quarters text of which a fifth repeats are no samples of images, sounds or numbers.
constexpr std::uint32_t kSomeText = 192;
constexpr std::uint32_t kSomeWords = 48;
// Differences of four or eight bytes that leave an eighth less than those of one or two.
constexpr std::uint32_t kNarrow = 8;

}  // namespace

Candidates DetectInSection(ByteView section, SectionKind kind, const Features& features,
                           const Scope& scope) {
  const DetectInput input{.source = section, .features = features, .scope = scope, .section = true};
  const AskedIn one_of = kind == SectionKind::kIntegers ? AskedIn::kIntegers : AskedIn::kAllElse;
  Candidates candidates;
  for (const DetectorRow& row : Detectors()) {
    if (row.sections == AskedIn::kAll || row.sections == one_of) row.detect(input, candidates);
  }
  return candidates;
}

Candidates Detect(ByteView source, const Features& features, std::optional<TransformId> forced,
                  const Scope& scope) {
  const PlanSearch& search = scope.level.search;
  DetectInput input{
      .source = source, .features = features, .scope = scope, .forced = forced.has_value()};
  Candidates candidates;
  if (forced) {
    if (const DetectorRow* const row = FindDetector(*forced)) {
      row->detect(input, candidates);
    } else {
      // Nothing looks for it: the first of its variants, which may refuse the source.
      candidates.Add(
          {*forced, FindTransform(static_cast<std::uint8_t>(*forced))->variants().front()});
    }
    return candidates;
  }
  CodeEvidence code;
  if (search.codes_samples()) code = LookForCode(source);
  input.code = &code;
  const bool code_alone = !search.all_detectors && code.MostOf(source.size());
  const bool words = features.text_density >= kSomeText && features.match_density >= kSomeWords;
  const std::span<const DetectorRow> rows = Detectors();
  std::array<bool, kMostDetectors> done{};
  const auto ask_row = [&](std::size_t i) {
    const DetectorRow& row = rows[i];
    if (done[i] || search.evidence < row.least) return;
    done[i] = true;
    const bool is_code = row.subject == Subject::kCode;
    const bool numbers = row.subject != Subject::kAnything && !is_code;
    if ((code_alone && !is_code) || (words && numbers)) return;
    row.detect(input, candidates);
  };
  const auto ask = [&](Subject subject) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].subject == subject) ask_row(i);
    }
  };
  const std::uint64_t order0 = EntropyBytes(features.entropy, source.size());
  const auto& differences = features.delta_entropy;
  const std::uint64_t wide = EntropyBytes(std::min(differences[2], differences[3]), source.size());
  // Where rows of samples leave so little of the bytes' entropy, nothing else will leave less; but
  // integers wider than samples show by their differences.
  const bool narrow =
      wide * kNarrow >=
      EntropyBytes(std::min(differences[0], differences[1]), source.size()) * (kNarrow - 1);
  if (!search.all_detectors) {
    ask(Subject::kRows);
    const auto settles = [&](const Candidate& candidate) {
      return FindDetector(candidate.transform)->subject == Subject::kRows;
    };
    const auto found = std::ranges::find_if(candidates.view(), settles);
    if (narrow && found != candidates.view().end() && found->estimate <= order0 * kLowEighths / 8) {
      return candidates;
    }
  }
  for (std::size_t i = 0; i < rows.size(); ++i) ask_row(i);
  return candidates;
}

}  // namespace sigma
