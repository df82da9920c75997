// -l: what the files hold, from their headers and seek tables alone; as a table or as JSON.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/inputs.h"
#include "cli/modes.h"
#include "cli/quantity.h"
#include "cli/targets.h"

namespace sigma::cli {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const std::string& name, const FileInfo& info, bool with_chunks) {
  Json strategies = Json::object();
  for (const StrategyTotals& row : info.strategies) {
    strategies[row.name] = {
        {"chunks", row.chunks}, {"original", row.original}, {"compressed", row.compressed}};
  }
  Json file = {{"name", name},
               {"compressed", info.compressed},
               {"original", info.original},
               {"ratio", Ratio(info.original, info.compressed)},
               {"chunks", info.chunks.size()},
               {"chunk_size", info.chunk_size},
               {"level", info.level},
               {"checksum", info.checksum},
               {"strategies", std::move(strategies)}};
  if (!with_chunks) return file;
  Json table = Json::array();
  for (const ChunkInfo& chunk : info.chunks) {
    table.push_back({{"stream", chunk.stream},
                     {"index", chunk.index},
                     {"offset", chunk.offset},
                     {"stored", chunk.stored},
                     {"original_offset", chunk.original_offset},
                     {"original", chunk.original},
                     {"hash", chunk.hash},
                     {"strategy", chunk.strategy}});
  }
  file["chunk_table"] = std::move(table);
  return file;
}

void PrintRow(const std::string& name, std::uint64_t streams, std::uint64_t chunks,
              std::uint64_t compressed, std::uint64_t original, const std::string& level,
              const std::string& check) {
  std::printf("%7llu %8llu  %11s  %11s  %6s  %5s  %-8s  %s\n",
              static_cast<unsigned long long>(streams), static_cast<unsigned long long>(chunks),
              HumanSize(compressed).c_str(), HumanSize(original).c_str(),
              Fixed(Ratio(original, compressed), 3).c_str(), level.c_str(), check.c_str(),
              name.c_str());
}

void PrintChunks(const FileInfo& info) {
  std::printf("\n%7s %8s  %14s  %12s  %14s  %12s  %6s  %-16s  %s\n", "Stream", "Chunk", "Offset",
              "Stored", "From", "Original", "Ratio", "Hash", "Strategy");
  for (const ChunkInfo& chunk : info.chunks) {
    std::printf("%7llu %8llu  %14llu  %12llu  %14llu  %12llu  %6s  %016llx  %s\n",
                static_cast<unsigned long long>(chunk.stream),
                static_cast<unsigned long long>(chunk.index),
                static_cast<unsigned long long>(chunk.offset),
                static_cast<unsigned long long>(chunk.stored),
                static_cast<unsigned long long>(chunk.original_offset),
                static_cast<unsigned long long>(chunk.original),
                Fixed(Ratio(chunk.original, chunk.stored), 3).c_str(),
                static_cast<unsigned long long>(chunk.hash), chunk.strategy.c_str());
  }
  std::printf("\n");
}

}  // namespace

void RunList(Session& session) {
  const Arguments& arguments = session.arguments;
  Json files = Json::array();
  FileInfo total;
  std::uint64_t listed = 0;
  std::uint64_t chunks = 0;
  for (const Input& input : CollectInputs(arguments, session.report)) {
    if (input.found && !HasSuffix(arguments, input.file)) continue;
    if (input.file == "-") {
      session.report.Failure("-", {ErrorCode::kInvalidArgument, "-l reads files, not a pipe"});
      continue;
    }
    const auto info = InspectFile(input.file);
    if (!info) {
      session.report.Failure(input.file, info.error());
      continue;
    }
    if (arguments.json) {
      files.push_back(ToJson(input.file, *info, arguments.verbose > 0));
      continue;
    }
    if (listed++ == 0 || arguments.verbose > 0) {
      std::printf("Streams   Chunks   Compressed     Original   Ratio  Level  Check     Name\n");
    }
    PrintRow(input.file, info->streams, info->chunks.size(), info->compressed, info->original,
             info->level == 0 ? "-" : std::to_string(info->level), info->checksum);
    if (arguments.verbose > 0) PrintChunks(*info);
    total.streams += info->streams;
    chunks += info->chunks.size();
    total.compressed += info->compressed;
    total.original += info->original;
  }
  if (arguments.json) {
    const Json object = {{"files", std::move(files)}};
    std::printf("%s\n", object.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
  } else if (listed > 1) {
    PrintRow(std::to_string(listed) + " files", total.streams, chunks, total.compressed,
             total.original, "", "");
  }
}

}  // namespace sigma::cli
