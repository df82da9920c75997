// Detectors: what transform a source asks for. Each looks at its kind of structure in a bounded
// sample and proposes candidates. False positives are the main loss: structure is seen in many
// sources that shrink more without it, so the promising candidates code a sample of the source
// before one is taken (rank.h).
//
// A new detector touches: its own .cc, one line here, one row in detect.cc, one CMake line.
#ifndef SIGMA_STRATEGY_DETECT_DETECT_H_
#define SIGMA_STRATEGY_DETECT_DETECT_H_

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/memory/buffer_pool.h"
#include "engine/strategy/detect/code/evidence.h"
#include "engine/strategy/features.h"
#include "engine/strategy/scope.h"
#include "engine/transform/transform.h"
#include "sigma/result.hpp"

namespace sigma {

// Sums of entropies below 5/8 of the order-0 entropy are worth a look whatever repeats.
inline constexpr std::uint64_t kLowEighths = 5;

// Up to this size a source's plans are chosen at levels 3 to 5 by coding all of it with each, once,
// instead of samples and estimates (from 6 on the closest are coded anyway). Against those, pieces of
// 57 files take 0.1 to 0.8 % less (2 to 16 KiB; meshes, programs, logs and chemical tables up to 12 %;
// at the most 0.8 % more) in 0.8 to 0.9 of the time.
inline constexpr std::size_t kSmallSource = 16u << 10;

struct DetectInput {
  ByteView source;  // kPad readable bytes after it
  const Features& features;
  const Scope& scope;
  // The user named the transform: propose the best parameters, however little they promise.
  bool forced = false;
  bool section = false;                // of a transform, which has little time for it
  const CodeEvidence* code = nullptr;  // if it was looked for

  [[nodiscard]] const PlanSearch& search() const noexcept { return scope.level.search; }
};

// The time of a transform's plan beyond that of references alone, in picoseconds a byte of the
// source (levels 3 and 4, Zen 5, measured on the corpus).
struct TransformTime {
  std::uint32_t encode = 1000;
  std::uint32_t decode = 500;
};

struct Candidate {
  TransformId transform{};
  TransformParams params;
  // Windows of the trial begin at multiples of this many bytes and hold multiples of it, so that
  // records and rows keep their phase. 1 … 65536.
  std::size_t unit = 8;
  std::size_t estimate = 0;  // bytes the detector expects of the whole source, coded
  // Bytes of the whole source that it saves against references, where the detector is sure of that;
  // 0 where a trial must tell.
  std::size_t saves = 0;
  bool guess = false;        // the estimate is none that DetectorRow::reliable speaks of
  std::uint32_t learns = 0;  // DetectorRow::learns, where the candidate knows better
  std::optional<TransformTime> time = {};  // DetectorRow::time, where the candidate knows better
  // Where the plan comes to more bytes than this, references are coded too; 0: only if it is
  // refused.
  std::size_t doubt = 0;
};

class Candidates {
 public:
  static constexpr std::size_t kMost = 8;
  // Keeps the kMost with the least estimates, least first; ties keep their order.
  void Add(const Candidate& candidate) noexcept;
  [[nodiscard]] std::span<const Candidate> view() const noexcept {
    return std::span(all_).first(count_);
  }

 private:
  std::array<Candidate, kMost> all_;
  std::size_t count_ = 0;
};

// The subject of a detector, as far as it decides which others are asked (ask.cc). All but
// kAnything and kCode are numbers, which text does not hold.
enum class Subject : std::uint8_t {
  kAnything,
  kCode,     // where most of a source is code, nothing else is looked for
  kNumbers,  // floating-point ones, samples of sounds
  kRows,     // samples of images: where they leave little, nothing else leaves less
};

// Which sections of other transforms a detector is asked about.
enum class AskedIn : std::uint8_t {
  kNone,
  kIntegers,  // those that are integers of one width
  kAllElse,   // all others that may take a transform
  kAll,
};

struct DetectorRow {
  TransformId transform;
  Evidence least;  // not asked where choices are made on less
  void (*detect)(const DetectInput& input, Candidates& candidates);
  Subject subject = Subject::kAnything;
  TransformTime time = {};
  // Upper bound on the coded size, in percent of the estimate, where that is a sum of entropies and
  // a clear lead needs no trial; 0: it needs a trial.
  std::uint32_t reliable = 0;
  // Its coded size of much data, in percent of what a small sample of the same lets expect: it
  // learns.
  std::uint32_t learns = 100;
  // Columns that its sample saw empty may not be: where most repeats, only a trial can tell.
  bool empties = false;
  // Among the sections that take little time (DetectInSection).
  AskedIn sections = AskedIn::kNone;
  // For the texts of a column: the best candidate, a guess where only a trial can tell what it
  // takes. Null for a detector that sees nothing in texts.
  std::optional<Candidate> (*in_texts)(const DetectInput& input) = nullptr;
  // For the integers of a field of records: the candidate if they look like what the transform is
  // made for; its estimate means nothing. Null for a detector that is not asked.
  std::optional<Candidate> (*in_field)(ByteView section, SectionHint hint) = nullptr;
};

[[nodiscard]] std::span<const DetectorRow> Detectors();
// Null if nothing detects it.
[[nodiscard]] const DetectorRow* FindDetector(TransformId transform);

// Entropy of residuals, 1/256 bit each, from the mean of 256 · log2(|residual| + 1): what two-sided
// geometric ones need.
[[nodiscard]] std::uint64_t ResidualBits(std::uint64_t logarithm) noexcept;

// Bytes that references are expected to leave of a source, by its features alone.
[[nodiscard]] std::uint64_t ExpectReferences(const Features& features, std::size_t size) noexcept;

void DetectDelta(const DetectInput& input, Candidates& candidates);
void DetectRecords(const DetectInput& input, Candidates& candidates);
void DetectFloat(const DetectInput& input, Candidates& candidates);
void DetectDictionary(const DetectInput& input, Candidates& candidates);
void DetectBranch(const DetectInput& input, Candidates& candidates);
void DetectExe(const DetectInput& input, Candidates& candidates);
void DetectTable(const DetectInput& input, Candidates& candidates);
void DetectRaster(const DetectInput& input, Candidates& candidates);
void DetectPages(const DetectInput& input, Candidates& candidates);
void DetectPcm(const DetectInput& input, Candidates& candidates);

[[nodiscard]] std::optional<Candidate> TableOfTexts(const DetectInput& input);
[[nodiscard]] std::optional<Candidate> FloatsOfField(ByteView section, SectionHint hint);

}  // namespace sigma

#endif  // SIGMA_STRATEGY_DETECT_DETECT_H_
