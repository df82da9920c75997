// TABLE: text in lines. Two short windows tell whether the lines' templates repeat (numbers and
// codes left out) and which delimiter parts most lines into the same number of fields. Text without
// structure fails both: its lines are all different and its blanks are many and uneven.
#include <algorithm>
#include <array>
#include <string_view>

#include "engine/strategy/detect.h"
#include "engine/transform/table.h"

namespace sigma {
namespace {

constexpr std::size_t kWindows = 2;
constexpr std::size_t kWindow = 6u << 10;
// 7/8 of the bytes are text.
constexpr std::uint32_t kTextDensity = 224;
// Sources below this do not pay for the sections of a table.
constexpr std::size_t kLeastSource = 2048;
constexpr std::size_t kLeastLines = 12;
// Shorter lines are refused by the transform.
constexpr std::size_t kLeastLine = 6;
// Of the sampled bytes in lines, in 1/256: those whose template was met before …
constexpr std::size_t kRepeatShare = 77;
// … and those with the commonest numbers of fields.
constexpr std::size_t kFieldShare = 166;
constexpr std::size_t kDelimiterCandidates = 2;
constexpr std::string_view kDelimiters = ",;\t| :#";
// What ends a record where there are no lines.
constexpr std::string_view kSeparators = "\n]};";
constexpr std::uint32_t kMaxEntropy = 8 * 256;
constexpr std::size_t kMostFields = 64;

struct LineCount {
  std::size_t lines = 0;
  std::size_t bytes = 0;     // in them
  std::size_t repeated = 0;  // in lines of a template met before
  // Bytes of lines by how often they hold each delimiter.
  std::array<std::array<std::uint32_t, kMostFields>, kDelimiters.size()> fields{};
};

class Profile {
 public:
  Profile() {
    kind_.fill(0);
    for (unsigned c = '0'; c <= '9'; ++c) kind_[c] = kDigit;
    for (unsigned c = 'a'; c <= 'z'; ++c) kind_[c] = kind_[c - 32] = kLetter;
    for (std::size_t i = 0; i < kDelimiters.size(); ++i) {
      kind_[static_cast<std::uint8_t>(kDelimiters[i])] = static_cast<std::uint8_t>(kFirst + i);
    }
  }

  // The whole lines of a window; the part before the first separator belongs to a cut line.
  void Count(ByteView window, std::uint8_t separator, LineCount& count) {
    auto at = std::ranges::find(window, separator);
    while (at != window.end()) {
      const auto end = std::find(++at, window.end(), separator);
      if (end == window.end()) break;
      CountLine({at, end}, count);
      at = end;
    }
  }

 private:
  static constexpr std::uint8_t kDigit = 1, kLetter = 2, kFirst = 3;
  static constexpr std::uint32_t kMultiplier = 0x9E3779B1u;

  void CountLine(ByteView line, LineCount& count) {
    std::array<std::uint32_t, kDelimiters.size()> delimiters{};
    std::uint32_t hash = 0;
    std::uint32_t before_word = 0;
    bool word = false;
    bool number = false;
    for (const std::uint8_t byte : line) {
      const std::uint8_t kind = kind_[byte];
      if (kind == kDigit || kind == kLetter) {
        if (!word) before_word = hash;
        word = true;
        number = number || kind == kDigit;
      } else {
        if (number) hash = before_word * kMultiplier + 1;
        word = number = false;
        if (kind >= kFirst) ++delimiters[kind - kFirst];
      }
      hash = (hash ^ byte) * kMultiplier;
      hash ^= hash >> 15;
    }
    if (number) hash = before_word * kMultiplier + 1;
    const std::size_t size = line.size() + 1;
    ++count.lines;
    count.bytes += size;
    std::uint32_t& seen = seen_[hash % seen_.size()];
    if (seen == (hash | 1)) count.repeated += size;
    seen = hash | 1;
    for (std::size_t i = 0; i < delimiters.size(); ++i) {
      count.fields[i][std::min<std::size_t>(delimiters[i], kMostFields - 1)] +=
          static_cast<std::uint32_t>(size);
    }
  }

  std::array<std::uint8_t, 256> kind_;
  std::array<std::uint32_t, 1024> seen_{};
};

// Bytes of lines with the two commonest numbers of fields, if that is more than one; lines with
// none of the delimiter do not count.
std::size_t Regular(const std::array<std::uint32_t, kMostFields>& fields) {
  std::array<std::uint32_t, kMostFields> sorted = fields;
  sorted.front() = sorted.back() = 0;
  std::partial_sort(sorted.begin(), sorted.begin() + 2, sorted.end(), std::greater<>());
  return std::size_t{sorted[0]} + sorted[1];
}

}  // namespace

void DetectTable(const DetectInput& input, Candidates& candidates) {
  const ByteView source = input.source;
  if (!input.forced &&
      (input.features.text_density < kTextDensity || source.size() < kLeastSource)) {
    return;
  }
  const std::size_t window = std::min(kWindow, source.size() / kWindows);
  for (const char separator : kSeparators) {
    LineCount count;
    Profile profile;
    for (std::size_t i = 0; i < kWindows; ++i) {
      const std::size_t begin = (source.size() - window) * (2 * i + 1) / (2 * kWindows);
      profile.Count(source.subspan(begin, window), static_cast<std::uint8_t>(separator), count);
    }
    if (count.lines < kLeastLines) continue;
    if (!input.forced && count.bytes < count.lines * kLeastLine) return;
    const std::size_t order0 = static_cast<std::size_t>(std::uint64_t{input.features.entropy} *
                                                        source.size() / kMaxEntropy);
    const auto add = [&](char delimiter, std::size_t share) {
      // What repeats costs about a third of its order-0 entropy.
      candidates.Add(
          {TransformId::kTable,
           TableParams(static_cast<std::uint8_t>(separator), static_cast<std::uint8_t>(delimiter)),
           1, order0 - order0 * share / 256 * 2 / 3});
    };
    const std::size_t repeated = count.repeated * 256 / count.bytes;
    if (repeated >= kRepeatShare || input.forced) add(separator, repeated);
    std::array<std::pair<std::size_t, char>, kDelimiters.size()> regular;
    for (std::size_t i = 0; i < kDelimiters.size(); ++i) {
      regular[i] = {Regular(count.fields[i]) * 256 / count.bytes, kDelimiters[i]};
    }
    std::ranges::stable_sort(regular,
                             [](const auto& a, const auto& b) { return a.first > b.first; });
    for (std::size_t i = 0; i < kDelimiterCandidates; ++i) {
      if (regular[i].first >= kFieldShare && regular[i].second != separator) {
        add(regular[i].second, regular[i].first);
      }
    }
    return;
  }
  if (input.forced)
    candidates.Add({TransformId::kTable, TableParams('\n', '\n'), 1, source.size()});
}

}  // namespace sigma
