// -z: compresses each file.
#include "cli/each_file.h"
#include "cli/modes.h"

namespace sigma::cli {

void RunCompress(Session& session) {
  ConvertEachFile(session, [](FileSeries& series, const auto& source, const auto& target,
                              const auto& files, const auto& observer) {
    return series.Compress(source, target, files, observer);
  });
}

}  // namespace sigma::cli
