// TABLE: text in lines. Three short windows tell whether the lines' templates repeat (numbers and
// codes left out) and which delimiter parts most lines into the same number of fields. Text without
// structure fails both: its lines are all different and its blanks are many and uneven.

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <span>
#include <string_view>

#include "engine/base/endian.h"
#include "engine/strategy/detect/detect.h"
#include "engine/transform/table/layout.h"
#include "engine/transform/table/transform.h"
#include "kernels/text/marks.h"

namespace sigma {
namespace {

constexpr std::size_t kWindows = 3;
constexpr std::size_t kWindow = 4u << 10;
// 7/8 of the bytes are text.
constexpr std::uint32_t kTextInLines = 224;
// Sources below this do not pay for the sections of a table.
constexpr std::size_t kLeastSource = 2048;
constexpr std::size_t kLeastLines = 12;
// In sources below kFewLines one more for every kBytesPerLine less: in pieces of 2 KiB of 22 files
// tables of fewer than 40 lines save 0.09 % (one file 0.7 %), and take as long as all the rest.
constexpr std::size_t kFewLines = 4096;
constexpr std::size_t kBytesPerLine = 72;
// Shorter lines are refused by the transform.
constexpr std::size_t kLeastLine = 6;
// Of the sampled bytes in lines, in 1/256: those whose template was met before …
constexpr std::size_t kRepeatShare = 77;
// … and those with the commonest numbers of fields.
constexpr std::size_t kFieldShare = 166;
// Less in the first window ends the search.
constexpr std::size_t kHopelessRepeatShare = 26;
constexpr std::size_t kHopelessFieldShare = 154;
constexpr std::size_t kDelimiterCandidates = 2;
constexpr std::string_view kDelimiters = ",;\t| :#";
// Delimiters are counted in pairs, the last with itself if their number is odd.
constexpr std::size_t kPaired = (kDelimiters.size() + 1) / 2 * 2;
// Bytes that may end a record; the later ones where there are no lines.
constexpr std::string_view kSeparators = "\n]};";
constexpr std::size_t kMostFields = 64;
// Where no sample of what is a table beyond doubt is coded (PlanSearch::samples_tables): where so
// many bytes are in lines of known templates, or so many in lines of as many fields (blanks part
// words as well), the table saves what references leave, in sixteenths, at the least. Beyond the
// share of doubt references are coded too.
constexpr std::size_t kSureRepeatShare = 154;
constexpr std::size_t kHastyRepeatShare = 110;  // less is not worth a trial there
constexpr std::size_t kSureFieldShare = 250;
constexpr std::size_t kWordsSave = 6;
constexpr std::size_t kFieldsSave = 7;
constexpr std::size_t kDoubtSixteenths = 13;
// Fields cost one table for each column: they must lead words by a fifth.
constexpr std::size_t kFieldsLead = 5;
// Words cost one table, fields one for each column.
constexpr TransformTime kWordsTime = {2700, 500};
constexpr TransformTime kFieldsTime = {4000, 800};

struct LineCount {
  std::size_t lines = 0;
  std::size_t bytes = 0;     // in them
  std::size_t repeated = 0;  // in lines of a template met before
  // Bytes of lines by how often they hold each delimiter.
  std::array<std::array<std::uint32_t, kMostFields>, kPaired> fields{};
};

// A window read as lines: bitmaps of it say where its values are and its delimiters, so that a line
// costs a few words of each instead of a look at every byte.
class Profile {
 public:
  // The whole lines of a window; the part before the first separator belongs to a cut line. Eight
  // bytes after the window are readable.
  void Count(ByteView window, std::uint8_t separator, LineCount& count) {
    const std::size_t used = kernels::text::MarkBytes(window.size());
    (void)kernels::text::MarkWords(window, separator, table::kSlot, std::span(words_).first(used),
                                   std::span(values_).first(used), std::span(ends_).first(used));
    std::size_t begin = window.size();
    bool marked = false;
    for (std::size_t w = 0; w < used / 8; ++w) {
      for (auto end = LoadLE<std::uint64_t>(&ends_[8 * w]); end != 0; end &= end - 1) {
        const std::size_t at = w * 64 + static_cast<std::size_t>(std::countr_zero(end));
        if (!marked) {
          marked = true;
          Mark(window, used);
        } else {
          CountLine(window.data(), begin, at, count);
        }
        begin = at + 1;
      }
    }
  }

 private:
  static constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15u;
  static constexpr std::size_t kMarks = kernels::text::MarkBytes(kWindow) + 8;

  void Mark(ByteView window, std::size_t used) {
    kernels::text::MarkValues(std::span(words_).first(used), std::span(values_).first(used));
    std::memset(&values_[used], 0, 8);
    for (std::size_t i = 0; i < kDelimiters.size(); i += 2) {
      // Both delimiters of a pair are in the one, the first of them in the other.
      (void)kernels::text::MarkFields(
          window, static_cast<std::uint8_t>(kDelimiters[i]),
          static_cast<std::uint8_t>(kDelimiters[std::min(i + 1, kDelimiters.size() - 1)]),
          table::kSlot, std::span(delimiters_[i + 1]).first(used),
          std::span(delimiters_[i]).first(used));
      any_[i / 2] = std::any_of(delimiters_[i + 1].begin(),
                                delimiters_[i + 1].begin() + static_cast<std::ptrdiff_t>(used),
                                [](std::uint8_t bits) { return bits != 0; });
    }
  }

  // Without an instruction for it, which the baseline lacks: sums in ever wider lanes.
  static std::size_t Ones(std::uint64_t word) {
    word -= word >> 1 & 0x5555555555555555u;
    word = (word & 0x3333333333333333u) + (word >> 2 & 0x3333333333333333u);
    return ((word + (word >> 4)) & 0x0F0F0F0F0F0F0F0Fu) * 0x0101010101010101u >> 56;
  }

  static std::size_t CountBits(const std::uint8_t* bits, std::size_t begin, std::size_t end) {
    std::size_t count = 0;
    for (std::size_t w = begin / 64; w * 64 < end; ++w) {
      auto word = LoadLE<std::uint64_t>(bits + 8 * w);
      if (w == begin / 64) word &= ~std::uint64_t{0} << begin % 64;
      if (end - w * 64 < 64) word &= (std::uint64_t{1} << (end - w * 64)) - 1;
      count += Ones(word);
    }
    return count;
  }

  static std::uint64_t HashGap(std::uint64_t hash, const std::uint8_t* text, std::size_t size) {
    for (; size >= 8; text += 8, size -= 8) {
      hash = (hash ^ LoadLE<std::uint64_t>(text)) * kMultiplier;
      hash ^= hash >> 32;
    }
    const std::uint64_t tail =
        size == 0 ? 0 : LoadLE<std::uint64_t>(text) & ~std::uint64_t{0} >> (64 - 8 * size);
    hash = (hash ^ (tail << 4 | size)) * kMultiplier;
    return hash ^ hash >> 32;
  }

  void CountLine(const std::uint8_t* window, std::size_t begin, std::size_t end, LineCount& count) {
    std::uint64_t hash = 0;
    std::size_t copied = begin;
    std::uint64_t below = 0;
    bool open = false;
    for (std::size_t w = begin / 64; w * 64 <= end; ++w) {
      const auto word = LoadLE<std::uint64_t>(&values_[8 * w]);
      std::uint64_t turns = word ^ (word << 1 | below);
      below = word >> 63;
      if (w == begin / 64) turns &= ~std::uint64_t{0} << begin % 64;
      for (; turns != 0; turns &= turns - 1) {
        const std::size_t at = w * 64 + static_cast<std::size_t>(std::countr_zero(turns));
        if (at > end) break;
        open = !open;
        if (open) {
          hash = HashGap(hash, window + copied, at - copied);
        } else {
          copied = at;
        }
      }
    }
    hash = HashGap(hash, window + copied, end - copied);
    const std::size_t size = end - begin + 1;
    ++count.lines;
    count.bytes += size;
    std::uint64_t& seen = seen_[(hash >> 40) % seen_.size()];
    if (seen == (hash | 1)) count.repeated += size;
    seen = hash | 1;
    for (std::size_t i = 0; i < kDelimiters.size(); i += 2) {
      if (!any_[i / 2]) continue;
      const std::size_t first = CountBits(delimiters_[i].data(), begin, end);
      const std::size_t both = CountBits(delimiters_[i + 1].data(), begin, end);
      count.fields[i][std::min(first, kMostFields - 1)] += static_cast<std::uint32_t>(size);
      count.fields[i + 1][std::min(both - first, kMostFields - 1)] +=
          static_cast<std::uint32_t>(size);
    }
  }

  std::array<std::uint8_t, kMarks> words_;
  std::array<std::uint8_t, kMarks> values_;
  std::array<std::uint8_t, kMarks> ends_;
  std::array<std::array<std::uint8_t, kMarks>, kPaired> delimiters_;
  std::array<bool, kPaired / 2> any_{};  // whether the window has one of the pair
  std::array<std::uint64_t, 512> seen_{};
};

// Bytes of lines with the two commonest numbers of fields, if that is more than one; lines with
// none of the delimiter do not count.
std::size_t Regular(const std::array<std::uint32_t, kMostFields>& fields) {
  std::array<std::uint32_t, kMostFields> sorted = fields;
  sorted.front() = sorted.back() = 0;
  std::partial_sort(sorted.begin(), sorted.begin() + 2, sorted.end(), std::greater<>());
  return std::size_t{sorted[0]} + sorted[1];
}

// Whether the first window is so far from what a candidate needs that the others need not be looked
// at.
bool IsHopeless(const LineCount& count) {
  std::size_t regular = 0;
  for (const auto& fields : count.fields) regular = std::max(regular, Regular(fields));
  return count.repeated * 256 < count.bytes * kHopelessRepeatShare &&
         regular * 256 < count.bytes * kHopelessFieldShare;
}

// As DetectorRow::learns, which speaks of words. Against samples at level 6, 11 files took 0.66 to
// 0.86 as fields (0.74 in the median) and 0.86 to 1.0 as words (0.9); but where both are close, 70
// takes the wrong ones of two files, and 80 of csv-asn.
constexpr std::uint8_t kFieldsLearn = 76;

std::size_t LeastLines(std::size_t size) {
  return kLeastLines + (kFewLines - std::min(size, kFewLines)) / kBytesPerLine;
}

// Whether lines are to be cut into fields rather than words.
bool FieldsLead(const Candidate& fields, const Candidate& words) {
  return words.estimate * kFieldsLead >= fields.estimate * (kFieldsLead + 1);
}

void Propose(const DetectInput& input, const LineCount& count, char separator,
             Candidates& candidates) {
  const std::size_t size = input.source.size();
  const auto order0 = static_cast<std::size_t>(EntropyBytes(input.features.entropy, size));
  const auto make = [&](char delimiter, std::size_t share, TransformTime time) {
    Candidate candidate;
    candidate.transform = table::kId;
    candidate.params =
        table::Params(static_cast<std::uint8_t>(separator), static_cast<std::uint8_t>(delimiter));
    candidate.unit = 1;
    candidate.time = time;
    // Repeated text costs about a third of its order-0 entropy.
    candidate.estimate = order0 - order0 * share / 256 * 2 / 3;
    return candidate;
  };
  const std::size_t repeated = count.repeated * 256 / count.bytes;
  std::array<std::pair<std::size_t, char>, kDelimiters.size()> regular;
  for (std::size_t i = 0; i < kDelimiters.size(); ++i) {
    regular[i] = {Regular(count.fields[i]) * 256 / count.bytes, kDelimiters[i]};
  }
  std::ranges::stable_sort(regular, [](const auto& a, const auto& b) { return a.first > b.first; });
  Candidate words = make(separator, repeated, kWordsTime);
  const auto make_fields = [&](const std::pair<std::size_t, char>& delimiter) {
    Candidate fields = make(delimiter.second, delimiter.first, kFieldsTime);
    fields.learns = kFieldsLearn;
    return fields;
  };
  Candidate fields = make_fields(regular[0]);
  if (!input.forced && !input.section && !input.search().samples_tables) {
    const std::uint64_t references = ExpectReferences(input.features, size);
    const bool sure_fields = regular[0].first >= kSureFieldShare &&
                             regular[0].second != separator && regular[0].second != ' ';
    const bool sure_words = repeated >= kSureRepeatShare;
    if (sure_fields && (!sure_words || FieldsLead(fields, words))) {
      fields.saves = static_cast<std::size_t>(references * kFieldsSave / 16);
      fields.doubt = static_cast<std::size_t>(references * kDoubtSixteenths / 16);
      candidates.Add(fields);
    } else if (repeated >= kHastyRepeatShare) {
      if (sure_words) {
        words.saves = static_cast<std::size_t>(references * repeated / 256 * kWordsSave / 16);
        words.doubt = static_cast<std::size_t>(references * kDoubtSixteenths / 16);
      }
      candidates.Add(words);
    }
    return;
  }
  if (repeated >= kRepeatShare || input.forced) candidates.Add(words);
  for (std::size_t i = 0; i < kDelimiterCandidates; ++i) {
    if (regular[i].first >= kFieldShare && regular[i].second != separator) {
      candidates.Add(make_fields(regular[i]));
    }
  }
}

bool IsWords(const Candidate& candidate) {
  return candidate.params.bytes[0] == candidate.params.bytes[1];
}

}  // namespace

std::optional<Candidate> TableOfTexts(const DetectInput& input) {
  Candidates candidates;
  DetectTable(input, candidates);
  const std::span<const Candidate> all = candidates.view();
  if (all.empty()) return std::nullopt;
  const auto words = std::ranges::find_if(all, IsWords);
  const bool fields = words == all.end() || FieldsLead(all.front(), *words);
  Candidate best = fields ? all.front() : *words;
  // Lines that repeat are counted; what fields take is a guess.
  best.guess = !IsWords(best);
  return best;
}

void DetectTable(const DetectInput& input, Candidates& candidates) {
  const ByteView source = input.source;
  if (!input.forced &&
      (input.features.text_density < kTextInLines || source.size() < kLeastSource)) {
    return;
  }
  const std::size_t window = std::min(kWindow, source.size() / kWindows);
  for (const char separator : kSeparators) {
    LineCount count;
    Profile profile;
    for (std::size_t i = 0; i < kWindows; ++i) {
      const std::size_t begin = (source.size() - window) * (2 * i + 1) / (2 * kWindows);
      profile.Count(source.subspan(begin, window), static_cast<std::uint8_t>(separator), count);
      if (i == 0 && !input.forced && count.lines >= LeastLines(source.size()) && IsHopeless(count))
        return;
    }
    if (count.lines < LeastLines(source.size())) continue;
    if (!input.forced && count.bytes < count.lines * kLeastLine) return;
    Propose(input, count, separator, candidates);
    return;
  }
  if (input.forced) candidates.Add({table::kId, table::Params('\n', '\n'), 1, source.size()});
}

}  // namespace sigma
