#include "cli/option_values.h"

#include <fcntl.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <optional>
#include <system_error>

#include "cli/names.h"

namespace sigma::cli {
namespace {

Unexpected Refuse(const Given& given, const std::string& why) {
  return Fail(ErrorCode::kInvalidArgument, given.spelled + ": " + why);
}

// "'often' is none of auto, always, never".
Unexpected RefuseValue(const Given& given, const std::string& why) {
  std::string text = "'";
  ((text += Printable(given.value)) += "' is ") += why;
  return Refuse(given, text);
}

Result<std::uint64_t> Number(const Given& given, std::uint64_t most) {
  const auto value = ParseNumber(given.value);
  if (!value || *value > most) {
    return RefuseValue(given, "not a whole number from 0 to " + std::to_string(most));
  }
  return *value;
}

// -9 is the highest level there is until there is such a level, so that scripts written
// for gzip and xz run.
Result<int> Level(const Given& given) {
  const std::vector<int> levels = Levels();
  const auto value = ParseNumber(given.value);
  if (value && *value <= 9) {
    const int level = static_cast<int>(*value);
    if (std::ranges::find(levels, level) != levels.end()) return level;
    if (level > levels.back()) return levels.back();
  }
  return Refuse(given, "there is no level " + Printable(given.value) + "; the levels are " +
                           std::to_string(levels.front()) + " to " + std::to_string(levels.back()));
}

// "json" or "json=FD": the descriptor, which must be open for writing.
Result<int> JsonDescriptor(const Given& given, const std::string& choices) {
  if (given.value == "json") return 2;
  if (!given.value.starts_with("json=")) return RefuseValue(given, "none of " + choices);
  const auto number = ParseNumber(std::string_view(given.value).substr(5));
  if (!number || *number > static_cast<std::uint64_t>(std::numeric_limits<int>::max())) {
    return RefuseValue(given, "not json=FD with the number of a descriptor");
  }
  const int descriptor = static_cast<int>(*number);
  const int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) {
    return Refuse(given, "descriptor " + std::to_string(descriptor) + " is not open for writing");
  }
  return descriptor;
}

// A number with or without a point; none below 0.
std::optional<double> Decimal(const Given& given) {
  char* end = nullptr;
  const double value = std::strtod(given.value.c_str(), &end);
  if (given.value.empty() || *end != '\0' || !(value >= 0)) return std::nullopt;
  return value;
}

Result<std::string> Name(const Given& given) {
  if (given.value.empty()) return Refuse(given, "the name is empty");
  return given.value;
}

// Sets `place` to what the name of a choice stands for.
template <typename Value>
Result<void> Choose(const Given& given, Value& place,
                    std::initializer_list<std::pair<std::string_view, Value>> choices) {
  std::string known;
  for (const auto& [name, value] : choices) {
    if (given.value == name) {
      place = value;
      return {};
    }
    (known += known.empty() ? "" : ", ") += name;
  }
  return RefuseValue(given, "none of " + known);
}

template <typename Value>
Result<void> Put(Result<Value> value, Value& place) {
  if (!value) return value.failure();
  place = std::move(*value);
  return {};
}

}  // namespace

Result<void> SetLevel(const Given& given, Arguments& out) {
  return Put(Level(given), out.options.level);
}

Result<void> SetBest(const Given&, Arguments& out) {
  out.options.level = Levels().back();
  return {};
}

Result<void> SetFastest(const Given&, Arguments& out) {
  out.options.level = Levels().front();
  return {};
}

Result<void> SetTargetRatio(const Given& given, Arguments& out) {
  const auto ratio = Decimal(given);
  if (!ratio || *ratio == 0 || *ratio > 1e9) {
    return RefuseValue(given, "not a ratio above 0, such as 2.5");
  }
  out.target = LevelTarget{.ratio = *ratio};
  return {};
}

Result<void> SetTargetSpeed(const Given& given, Arguments& out) {
  const auto speed = Decimal(given);
  if (!speed || *speed == 0 || *speed > 1e9) {
    return RefuseValue(given, "not a speed in MB/s above 0, such as 50");
  }
  out.target = LevelTarget{.mega_bytes = *speed};
  return {};
}

Result<void> SetThreads(const Given& given, Arguments& out) {
  constexpr std::uint64_t kMost = 1024;  // far above any machine; a typing error, not a wish
  const auto value = Number(given, kMost);
  if (!value) return value.failure();
  out.options.threads = static_cast<std::uint32_t>(*value);
  return {};
}

Result<void> SetMemory(const Given& given, Arguments& out) {
  const auto size = ParseSizeOrShare(given.value, AvailableMemory());
  if (!size || *size == 0) {
    return RefuseValue(given, "not a size such as 64M, 2G, or 50% of what is available");
  }
  out.options.memory_limit = *size;
  return {};
}

Result<void> SetChunkSize(const Given& given, Arguments& out) {
  const auto size = ParseSize(given.value);
  if (!size || *size == 0 || *size > std::numeric_limits<std::uint32_t>::max()) {
    return RefuseValue(given, "not a size from 64K to 64M");
  }
  out.options.chunk_size = static_cast<std::uint32_t>(*size);
  Options alone;
  alone.chunk_size = out.options.chunk_size;
  if (const auto sound = Validate(alone); !sound) return Refuse(given, sound.error().text);
  return {};
}

Result<void> SetFar(const Given& given, Arguments& out) {
  out.options.far = given.value != "off";
  out.options.far_memory = 0;
  if (given.value == "off" || given.value == "on") return {};
  const auto size = ParseSize(given.value);
  if (!size || *size == 0) {
    return RefuseValue(given,
                       "neither on nor off nor a size such as 256M: of the table that finds");
  }
  out.options.far_memory = *size;
  return {};
}

Result<void> SetProgress(const Given& given, Arguments& out) {
  if (given.value.starts_with("json")) {
    out.progress = ProgressMode::kJson;
    return Put(JsonDescriptor(given, "auto, always, never, json, json=FD"),
               out.progress_descriptor);
  }
  return Choose<ProgressMode>(given, out.progress,
                              {{"auto", ProgressMode::kAuto},
                               {"always", ProgressMode::kAlways},
                               {"never", ProgressMode::kNever},
                               {"json", ProgressMode::kJson}});
}

Result<void> SetStrategy(const Given& given, Arguments& out) {
  const std::vector<std::string> known = StrategyNames();
  const std::string name = given.value == "reference" ? "lz" : given.value;  // its name in 0.1
  if (std::ranges::find(known, name) == known.end()) {
    std::string names;
    for (const std::string& each : known) (names += names.empty() ? "" : ", ") += each;
    return RefuseValue(given, "none of the strategies: " + names);
  }
  out.options.strategy = name;
  return {};
}

Result<void> SetContentHash(const Given& given, Arguments& out) {
  if (!given.has_value) {
    out.options.content_hash = ContentHash::kXxh3;
    return {};
  }
  return Choose<ContentHash>(given, out.options.content_hash,
                             {{"xxh3", ContentHash::kXxh3}, {"sha256", ContentHash::kSha256}});
}

Result<void> SetOutput(const Given& given, Arguments& out) { return Put(Name(given), out.output); }

Result<void> SetFolder(const Given& given, Arguments& out) {
  out.folder_given = true;
  return Put(Name(given), out.folder);
}

Result<void> SetOutputDir(const Given& given, Arguments& out) {
  return Put(Name(given), out.output_dir);
}

Result<void> SetSuffix(const Given& given, Arguments& out) {
  if (given.value.empty() || given.value.find('/') != std::string::npos) {
    return RefuseValue(given, "not a suffix such as .sigma");
  }
  out.suffix = given.value;
  return {};
}

Result<void> SetSparse(const Given& given, Arguments& out) {
  return Choose<Sparse>(
      given, out.files.sparse,
      {{"auto", Sparse::kAuto}, {"always", Sparse::kAlways}, {"never", Sparse::kNever}});
}

Result<void> SetSync(const Given& given, Arguments& out) {
  return Choose<Sync>(given, out.files.sync,
                      {{"auto", Sync::kAuto}, {"always", Sync::kAlways}, {"never", Sync::kNever}});
}

Result<void> SetRange(const Given& given, Arguments& out) {
  out.range = ParseRange(given.value);
  if (out.range) return {};
  return RefuseValue(given,
                     "not OFFSET:LENGTH; either may be left out, and -N: is the last N bytes");
}

Result<void> SetFill(const Given& given, Arguments& out) {
  const std::string_view text = given.value;
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  const char* const from = text.data() + (hexadecimal ? 2 : 0);
  const char* const end = text.data() + text.size();
  unsigned value = 0;
  const auto [stop, error] = std::from_chars(from, end, value, hexadecimal ? 16 : 10);
  if (error != std::errc() || stop != end || value > 255) {
    return RefuseValue(given, "not a byte from 0 to 255, or from 0x00 to 0xff");
  }
  out.recovery.fill = static_cast<std::uint8_t>(value);
  out.fills = true;
  return {};
}

Result<void> SetShard(const Given& given, Arguments& out) {
  const std::size_t slash = given.value.find('/');
  const auto part = ParseNumber(std::string_view(given.value).substr(0, slash));
  const auto parts = slash == std::string::npos
                         ? std::nullopt
                         : ParseNumber(std::string_view(given.value).substr(slash + 1));
  if (!part || !parts || *part == 0 || *part > *parts || *parts > Shard::kMostParts) {
    return RefuseValue(given, "not I/N, the I-th of N parts, with N up to " +
                                  std::to_string(Shard::kMostParts) +
                                  ": 2/4 is the second of four");
  }
  out.shard = Shard{static_cast<std::uint32_t>(*part), static_cast<std::uint32_t>(*parts)};
  return {};
}

Result<void> SetOutputLimit(const Given& given, Arguments& out) {
  const auto size = ParseSize(given.value);
  if (!size || *size == 0) return RefuseValue(given, "not a size such as 64M or 2G");
  out.options.output_limit = *size;
  return {};
}

Result<void> AddExclude(const Given& given, Arguments& out) {
  if (given.value.empty()) return Refuse(given, "the pattern is empty");
  std::string pattern = given.value;
  while (pattern.size() > 1 && pattern.back() == '/') pattern.pop_back();  // folders are meant
  out.excludes.push_back(std::move(pattern));
  return {};
}

Result<void> AddList(const Given& given, Arguments& out) {
  out.lists.push_back({given.value, '\n'});
  return {};
}

Result<void> AddListOfZeroEnds(const Given& given, Arguments& out) {
  out.lists.push_back({given.value, '\0'});
  return {};
}

Result<void> SetStats(const Given& given, Arguments& out) {
  out.stats = given.has_value ? StatsMode::kJson : StatsMode::kText;
  out.stats_descriptor = 2;
  if (!given.has_value) return {};
  return Put(JsonDescriptor(given, "json, json=FD"), out.stats_descriptor);
}

Result<void> SetTrace(const Given& given, Arguments& out) { return Put(Name(given), out.trace); }

Result<void> SetReport(const Given& given, Arguments& out) { return Put(Name(given), out.report); }

Result<void> SetFirstLevel(const Given& given, Arguments& out) {
  return Put(Level(given), out.first_level);
}

Result<void> SetLastLevel(const Given& given, Arguments& out) {
  return Put(Level(given), out.last_level);
}

Result<void> SetSeconds(const Given& given, Arguments& out) {
  const auto seconds = Decimal(given);
  if (!seconds || *seconds > 86400) {
    return RefuseValue(given, "not a time in seconds from 0 to 86400");
  }
  out.seconds = *seconds;
  return {};
}

}  // namespace sigma::cli
