// -x: members of a compressed tar, into a folder or to standard output.
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "cli/members.h"
#include "cli/modes.h"
#include "cli/names.h"

namespace sigma::cli {
namespace {

// FILE: MEMBER, as messages name it.
std::string Named(const std::string& file, const Member& member) {
  return file + ": " + member.name;
}

void ToStdout(Session& session, const std::string& file, const Archive& archive,
              MemberPatterns& patterns) {
  std::optional<Error> output;
  const auto take = [&](ByteView bytes) -> Result<void> {
    if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size()) return {};
    output = Error{ErrorCode::kIo, "cannot write what was asked for", kNoPosition, kNoPosition};
    return Unexpected{*output};
  };
  const Result<void> walked = archive.ForEach([&](const Member& member) {
    if (!patterns.Match(member.name)) return true;
    const Result<void> copied = archive.Copy(member, take);
    if (output) return false;
    if (!copied) session.report.Failure(Named(file, member), copied.error());
    return true;
  });
  if (output) session.report.Failure("(stdout)", *output);
  if (!walked) session.report.Failure(file, walked.error());
}

}  // namespace

void RunExtract(Session& session) {
  const Arguments& arguments = session.arguments;
  const std::string file = ArchiveName(arguments);
  MemberPatterns patterns(arguments.names);
  const Result<Archive> archive = OpenArchive(session, file);
  if (!archive) return;
  if (arguments.to_stdout) {
    ToStdout(session, file, *archive, patterns);
  } else {
    ExtractOptions options;
    options.folder = arguments.folder;
    options.force = arguments.files.force;
    options.unsafe = arguments.unsafe;
    options.sparse = arguments.files.sparse;
    const Result<ExtractTotals> done = archive->Extract(
        [&](const Member& member) { return patterns.Match(member.name); }, options,
        [&](const Member& member, const Error& error) {
          session.report.Failure(Named(file, member), error);
        },
        [&](const Member& member) { session.report.Note(ShownName(member.name)); });
    if (!done) {
      session.report.Failure(done.error().at_target ? arguments.folder : file, done.error());
      return;
    }
    session.report.Note(ShownName(file) + ": " + std::to_string(done->members) + " members, " +
                        std::to_string(done->bytes) + " bytes");
  }
  patterns.ReportUnmatched(file, session.report);
}

}  // namespace sigma::cli
