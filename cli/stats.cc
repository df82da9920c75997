#include "cli/stats.h"

#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include "cli/json.h"
#include "cli/quantity.h"
#include "cli/terminal.h"

namespace sigma::cli {
namespace {

std::uint64_t PeakResident() {
  rusage usage = {};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace

void Statistics::Add(const Summary& summary) {
  ++files_;
  sum_.original += summary.original;
  sum_.compressed += summary.compressed;
  sum_.chunks += summary.chunks;
  sum_.streams += summary.streams;
  sum_.members += summary.members;
  sum_.chunk_size = summary.chunk_size;
  sum_.level = summary.level;
  sum_.threads = summary.threads;
  sum_.in_flight = summary.in_flight;
  sum_.memory_need = std::max(sum_.memory_need, summary.memory_need);
  for (const StrategyTotals& add : summary.strategies) {
    const auto known = std::find_if(sum_.strategies.begin(), sum_.strategies.end(),
                                    [&](const auto& row) { return row.name == add.name; });
    if (known == sum_.strategies.end()) {
      sum_.strategies.push_back(add);
      continue;
    }
    known->chunks += add.chunks;
    known->original += add.original;
    known->compressed += add.compressed;
  }
  sum_.level_chunks.resize(std::max(sum_.level_chunks.size(), summary.level_chunks.size()));
  for (std::size_t i = 0; i < summary.level_chunks.size(); ++i) {
    sum_.level_chunks[i] += summary.level_chunks[i];
  }
  sum_.seconds += summary.seconds;
  sum_.read_seconds += summary.read_seconds;
  sum_.work_seconds += summary.work_seconds;
  sum_.write_seconds += summary.write_seconds;
  sum_.classify_seconds += summary.classify_seconds;
  sum_.serial_seconds += summary.serial_seconds;
  sum_.pool.acquisitions += summary.pool.acquisitions;
  sum_.pool.hits += summary.pool.hits;
  sum_.pool.overflows += summary.pool.overflows;
  sum_.pool.grows += summary.pool.grows;
  sum_.pool.shrinks += summary.pool.shrinks;
  sum_.pool.peak_bytes = std::max(sum_.pool.peak_bytes, summary.pool.peak_bytes);
}

bool Statistics::Print(const Arguments& arguments) const {
  switch (arguments.stats) {
    case StatsMode::kNone:
      return true;
    case StatsMode::kText:
      return WriteText(arguments.stats_descriptor, Text());
    case StatsMode::kJson:
      return WriteText(arguments.stats_descriptor, Json() + "\n");
  }
  return true;
}

const char* Statistics::Bound() const {
  const double work = sum_.work_seconds / std::max(sum_.threads, 1U);
  if (work >= sum_.read_seconds && work >= sum_.write_seconds) return "work";
  return sum_.read_seconds >= sum_.write_seconds ? "read" : "write";
}

// Of the stages that no second core can share, for each MiB of the original.
double Statistics::SerialNanoseconds() const {
  constexpr double kMiB = 1 << 20;
  const double size = static_cast<double>(std::max<std::uint64_t>(sum_.original, 1));
  return sum_.serial_seconds * 1e9 * kMiB / size;
}

std::string Statistics::Text() const {
  std::string text =
      "files       " + std::to_string(files_) + "\noriginal    " + std::to_string(sum_.original) +
      "\ncompressed  " + std::to_string(sum_.compressed) + "\nratio       " +
      Fixed(Ratio(sum_.original, sum_.compressed), 3) + "\nthroughput  " +
      Fixed(Rate(sum_.original, sum_.seconds), 1) + " MB/s in " + Fixed(sum_.seconds, 3) +
      " s with " + std::to_string(sum_.threads) + " threads\nwaited      read " +
      Fixed(sum_.read_seconds, 3) + " s, work " + Fixed(sum_.work_seconds, 3) +
      " s in all workers (choosing " + Fixed(sum_.classify_seconds, 3) + " s), write " +
      Fixed(sum_.write_seconds, 3) + " s; bound by " + Bound() + "\nserial      " +
      Fixed(SerialNanoseconds() / 1000, 1) + " us per MiB of the original\npeak        " +
      HumanSize(PeakResident()) + " resident\npool        " + HumanSize(sum_.pool.peak_bytes) +
      " at most; " + std::to_string(sum_.pool.acquisitions) + " buffers lent, " +
      std::to_string(sum_.pool.hits) + " hits, " + std::to_string(sum_.pool.overflows) +
      " overflows, grown " + std::to_string(sum_.pool.grows) + " times, shrunk " +
      std::to_string(sum_.pool.shrinks) + "\nchunks      " + std::to_string(sum_.chunks) + " of " +
      HumanSize(sum_.chunk_size) + "\n";
  for (const StrategyTotals& row : sum_.strategies) {
    std::string name = "  " + row.name;
    name.resize(std::max<std::size_t>(name.size() + 1, 24), ' ');
    text += name + std::to_string(row.chunks) + " chunks, " + std::to_string(row.original) +
            " -> " + std::to_string(row.compressed) + " bytes\n";
  }
  return text;
}

std::string Statistics::Json() const {
  using Object = sigma::cli::Json;
  Object strategies = Object::object();
  for (const StrategyTotals& row : sum_.strategies) {
    strategies[row.name] = {
        {"chunks", row.chunks}, {"original", row.original}, {"compressed", row.compressed}};
  }
  Object object = {{"files", files_},
                   {"original", sum_.original},
                   {"compressed", sum_.compressed},
                   {"ratio", Ratio(sum_.original, sum_.compressed)},
                   {"seconds", sum_.seconds},
                   {"mb_s", Rate(sum_.original, sum_.seconds)},
                   {"threads", sum_.threads},
                   {"level", sum_.level},
                   {"chunk_size", sum_.chunk_size},
                   {"in_flight", sum_.in_flight},
                   {"chunks", sum_.chunks},
                   {"streams", sum_.streams},
                   {"members", sum_.members},
                   {"read_seconds", sum_.read_seconds},
                   {"work_seconds", sum_.work_seconds},
                   {"write_seconds", sum_.write_seconds},
                   {"classify_seconds", sum_.classify_seconds},
                   {"serial_seconds", sum_.serial_seconds},
                   {"serial_ns_per_mib", SerialNanoseconds()},
                   {"bound", Bound()},
                   {"peak_resident", PeakResident()},
                   {"memory_need", sum_.memory_need},
                   {"pool",
                    {{"acquisitions", sum_.pool.acquisitions},
                     {"hits", sum_.pool.hits},
                     {"overflows", sum_.pool.overflows},
                     {"grows", sum_.pool.grows},
                     {"shrinks", sum_.pool.shrinks},
                     {"peak_bytes", sum_.pool.peak_bytes}}},
                   {"strategies", std::move(strategies)}};
  // Chunks of each level from 1 on, with --adapt alone.
  if (!sum_.level_chunks.empty()) object["level_chunks"] = sum_.level_chunks;
  return sigma::cli::Text(object);
}

}  // namespace sigma::cli
