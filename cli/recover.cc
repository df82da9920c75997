// -d --recover: what is left of damaged files, and what is lost of them.
#include "cli/recover.h"

#include <string>

#include "cli/json.h"
#include "cli/names.h"
#include "cli/terminal.h"

namespace sigma::cli {
namespace {

// More lost ranges than this are summed up: the JSON has them all.
constexpr std::size_t kMostNamed = 1000;

std::string Bytes(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

// "lost: bytes 131072 to 196607 of the original (65536 bytes, chunk 2)".
std::string TextOf(const LostRange& range, bool several_streams) {
  std::string chunks = range.chunks == 1 ? "chunk " : "chunks ";
  chunks += std::to_string(range.chunk);
  if (range.chunks > 1) chunks += " to " + std::to_string(range.chunk + range.chunks - 1);
  if (several_streams) chunks += " of stream " + std::to_string(range.stream);
  std::string text = "lost: ";
  if (range.length == 0) {
    text += chunks + ", of unknown length, at byte " + std::to_string(range.offset);
  } else {
    text += "bytes " + std::to_string(range.offset) + " to " +
            std::to_string(range.offset + range.length - 1) + " of the original (" +
            Bytes(range.length) + ", " + chunks + ")";
  }
  if (range.length_inferred) {
    text += "; its length is inferred from the chunk size";
  }
  if (range.offset_inferred) text += "; its place follows from an inferred length";
  return text;
}

Json ObjectOf(const std::string& source, const Recovery& recovery) {
  Json object = Json::object();
  PutName(object, "name", source);
  object["restored"] = recovery.summary.original;
  object["lost_bytes"] = recovery.lost_bytes;
  object["intact"] = recovery.intact();
  Json lost = Json::array();
  for (const LostRange& range : recovery.lost) {
    lost.push_back({{"stream", range.stream},
                    {"chunk", range.chunk},
                    {"chunks", range.chunks},
                    {"offset", range.offset},
                    {"length", range.length},
                    {"length_inferred", range.length_inferred},
                    {"offset_inferred", range.offset_inferred}});
  }
  object["lost"] = std::move(lost);
  object["damage"] = recovery.damage;
  return object;
}

void Tell(Session& session, const std::string& source, const Recovery& recovery) {
  const bool several = recovery.summary.streams > 1;
  const auto warn = [&](const std::string& text) {
    session.report.Failure(source, {ErrorCode::kSkipped, text});
  };
  for (std::size_t i = 0; i < recovery.lost.size(); ++i) {
    if (i == kMostNamed) {
      warn("lost: " + std::to_string(recovery.lost.size() - i) +
           " more ranges; --json tells them all");
      break;
    }
    warn(TextOf(recovery.lost[i], several));
  }
  for (const std::string& text : recovery.damage) warn(text);
  if (recovery.intact()) {
    session.report.Note(ShownName(source) + ": nothing is lost");
    return;
  }
  session.report.Remark(ShownName(source) + ": " +
                        Bytes(recovery.summary.original - recovery.lost_bytes) + " of " +
                        std::to_string(recovery.summary.original) + " are recovered");
}

}  // namespace

Result<Summary> RecoverOne(Session& session, const std::string& source, const std::string& target,
                           const FileOptions& files, const Observer& observer) {
  const Arguments& arguments = session.arguments;
  Result<Recovery> recovery =
      RecoverFile(source, target, arguments.options, files, arguments.recovery, observer);
  if (arguments.json) {
    session.progress.Clear();
    const std::string text = Text(recovery ? ObjectOf(source, *recovery)
                                           : FailedObject("name", source, recovery.error()));
    if (!WriteText(2, text + "\n")) {
      return Fail(ErrorCode::kIo, "the report cannot be written to standard error");
    }
    if (recovery && !recovery->intact()) session.report.Warned();
  } else if (recovery) {
    Tell(session, source, *recovery);
  }
  if (!recovery) return recovery.failure();
  return std::move(recovery->summary);
}

}  // namespace sigma::cli
