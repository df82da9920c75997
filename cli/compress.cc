// -z: compresses each file, with --append after what its result holds already, or with --shard a part
// of each.
#include "cli/each_file.h"
#include "cli/modes.h"
#include "sigma/append.hpp"

namespace sigma::cli {

void RunCompress(Session& session) {
  const Arguments& arguments = session.arguments;
  if (arguments.append) {
    ConvertEachFile(session, [&](const auto& source, const auto& target, const auto& files,
                                 const Observer& observer) {
      return AppendToFile(source, target, arguments.options, files, observer);
    });
    return;
  }
  if (!arguments.shard) {
    ConvertEachFile(session);
    return;
  }
  ConvertEachFile(session, [&](const auto& source, const auto& target, const auto& files,
                               const Observer& observer) {
    return CompressShard(source, target, *arguments.shard, arguments.options, files, observer);
  });
}

}  // namespace sigma::cli
