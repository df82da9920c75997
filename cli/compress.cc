// -z: compresses each file.
#include "cli/each_file.h"
#include "cli/modes.h"

namespace sigma::cli {

void RunCompress(Session& session) { ConvertEachFile(session); }

}  // namespace sigma::cli
