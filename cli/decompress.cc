// -d: restores each file, or the bytes of --range of each.
#include "cli/each_file.h"
#include "cli/modes.h"

namespace sigma::cli {

void RunDecompress(Session& session) {
  const Arguments& arguments = session.arguments;
  ConvertEachFile(session, [&](const auto& source, const auto& target, const auto& files,
                               const auto& observer) {
    if (arguments.range) {
      return DecompressRange(source, target, arguments.range->offset, arguments.range->length,
                             arguments.options, files);
    }
    FileOptions own = files;
    // As gzip does: with -f, what is no stream goes to standard output as it is.
    own.pass_through = files.force && target == "-" && !files.remove_source;
    return DecompressFile(source, target, arguments.options, own, observer);
  });
}

}  // namespace sigma::cli
