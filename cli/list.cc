// -l: what the files hold, from their headers and seek tables alone; as a table or as JSON.
#include <cstdio>

#include "cli/inputs.h"
#include "cli/json.h"
#include "cli/modes.h"
#include "cli/names.h"
#include "cli/quantity.h"
#include "cli/targets.h"

namespace sigma::cli {
namespace {

Json ChunkTable(const FileInfo& info) {
  Json table = Json::array();
  for (const ChunkInfo& chunk : info.chunks) {
    table.push_back({{"stream", chunk.stream},
                     {"index", chunk.index},
                     {"offset", chunk.offset},
                     {"stored", chunk.stored},
                     {"original_offset", chunk.original_offset},
                     {"original", chunk.original},
                     {"hash", HashText(chunk.hash)},
                     {"strategy", chunk.strategy}});
  }
  return table;
}

Json FileObject(const std::string& name, const FileInfo& info, bool with_chunks) {
  Json strategies = Json::object();
  for (const StrategyTotals& row : info.strategies) {
    strategies[row.name] = {
        {"chunks", row.chunks}, {"original", row.original}, {"compressed", row.compressed}};
  }
  Json streams = Json::array();
  for (const StreamInfo& stream : info.stream_table) {
    Json object = {{"offset", stream.offset},         {"compressed", stream.compressed},
                   {"original", stream.original},     {"chunks", stream.chunks},
                   {"chunk_size", stream.chunk_size}, {"level", stream.level}};
    if (stream.content_hash) {
      object["content_hash"] = {{"algorithm", stream.content_hash->algorithm},
                                {"hash", stream.content_hash->hash}};
    }
    streams.push_back(std::move(object));
  }
  Json file = Json::object();
  PutName(file, "name", name);
  file["compressed"] = info.compressed;
  file["original"] = info.original;
  file["ratio"] = Ratio(info.original, info.compressed);
  file["chunks"] = info.chunks.size();
  file["chunk_size"] = info.chunk_size;
  file["level"] = info.level;
  file["checksum"] = info.checksum;
  file["strategies"] = std::move(strategies);
  file["streams"] = std::move(streams);
  if (info.shard) {
    file["shard"] = {{"part", info.shard->part},
                     {"parts", info.shard->parts},
                     {"offset", info.shard->offset},
                     {"source_size", info.shard->source_size}};
  }
  if (with_chunks) file["chunk_table"] = ChunkTable(info);
  return file;
}

// "3", or "1-7" of streams of several levels; "-" if unknown.
std::string LevelText(const FileInfo& info) {
  int least = info.level;
  int most = info.level;
  for (const StreamInfo& stream : info.stream_table) {
    least = std::min(least, stream.level);
    most = std::max(most, stream.level);
  }
  if (most == 0) return "-";
  return least == most ? std::to_string(least) : std::to_string(least) + "-" + std::to_string(most);
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

void PrintShard(const ShardInfo& shard) {
  std::printf("\nPart %u of %u: from byte %llu of %llu\n", shard.part, shard.parts,
              static_cast<unsigned long long>(shard.offset),
              static_cast<unsigned long long>(shard.source_size));
}

void PrintStreams(const FileInfo& info) {
  std::printf("\n%7s  %14s  %14s  %14s  %8s  %10s  %5s\n", "Stream", "Offset", "Compressed",
              "Original", "Chunks", "Chunk size", "Level");
  for (std::size_t i = 0; i < info.stream_table.size(); ++i) {
    const StreamInfo& stream = info.stream_table[i];
    std::printf("%7zu  %14llu  %14llu  %14llu  %8llu  %10s  %5d\n", i,
                static_cast<unsigned long long>(stream.offset),
                static_cast<unsigned long long>(stream.compressed),
                static_cast<unsigned long long>(stream.original),
                static_cast<unsigned long long>(stream.chunks),
                HumanSize(stream.chunk_size).c_str(), stream.level);
  }
}

// A line below the file's for each stream that has one.
void PrintContentHashes(const FileInfo& info) {
  for (std::size_t i = 0; i < info.stream_table.size(); ++i) {
    const auto& hash = info.stream_table[i].content_hash;
    if (!hash) continue;
    std::string of = "Content";
    if (info.stream_table.size() > 1) of += " of stream " + std::to_string(i);
    std::string text = hash->algorithm;
    if (!hash->hash.empty()) (text += ' ') += hash->hash;
    std::printf("        %s: %s\n", of.c_str(), text.c_str());
  }
}

void PrintChunks(const FileInfo& info) {
  std::printf("\n%7s %8s  %14s  %12s  %14s  %12s  %6s  %-16s  %s\n", "Stream", "Chunk", "Offset",
              "Stored", "From", "Original", "Ratio", "Hash", "Strategy");
  for (const ChunkInfo& chunk : info.chunks) {
    std::printf("%7llu %8llu  %14llu  %12llu  %14llu  %12llu  %6s  %s  %s\n",
                static_cast<unsigned long long>(chunk.stream),
                static_cast<unsigned long long>(chunk.index),
                static_cast<unsigned long long>(chunk.offset),
                static_cast<unsigned long long>(chunk.stored),
                static_cast<unsigned long long>(chunk.original_offset),
                static_cast<unsigned long long>(chunk.original),
                Fixed(Ratio(chunk.original, chunk.stored), 3).c_str(), HashText(chunk.hash).c_str(),
                chunk.strategy.c_str());
  }
  std::printf("\n");
}

Result<FileInfo> Look(const Input& input) {
  if (input.file != "-") return InspectFile(input.file);
  return Fail(ErrorCode::kInvalidArgument, "--list reads files, not standard input");
}

}  // namespace

void RunList(Session& session) {
  const Arguments& arguments = session.arguments;
  if (arguments.members) {
    RunMembers(session);
    return;
  }
  const bool verbose = arguments.verbose > 0;
  Json files = Json::array();
  FileInfo total;
  std::uint64_t listed = 0;
  std::uint64_t chunks = 0;
  for (const Input& input : CollectInputs(arguments, session.report)) {
    if (input.found && !HasSuffix(arguments, input.file)) continue;
    const auto info = Look(input);
    if (!info) session.report.Failure(input.file, info.error());
    if (arguments.json) {
      files.push_back(info ? FileObject(input.file, *info, verbose)
                           : FailedObject("name", input.file, info.error()));
      continue;
    }
    if (!info) continue;
    if (listed++ == 0 || verbose) {
      std::printf("Streams   Chunks   Compressed     Original   Ratio  Level  Check     Name\n");
    }
    PrintRow(ShownName(input.file), info->streams, info->chunks.size(), info->compressed,
             info->original, LevelText(*info), info->checksum);
    PrintContentHashes(*info);
    if (verbose) {
      if (info->shard) PrintShard(*info->shard);
      PrintStreams(*info);
      PrintChunks(*info);
    }
    total.streams += info->streams;
    chunks += info->chunks.size();
    total.compressed += info->compressed;
    total.original += info->original;
  }
  if (arguments.json) {
    const Json object = {{"files", std::move(files)}};
    std::printf("%s\n", Text(object).c_str());
  } else if (listed > 1) {
    PrintRow(std::to_string(listed) + " files", total.streams, chunks, total.compressed,
             total.original, "", "");
  }
}

}  // namespace sigma::cli
