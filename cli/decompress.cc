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
    return DecompressFile(source, target, arguments.options, files, observer);
  });
}

}  // namespace sigma::cli
