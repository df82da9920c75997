// Parts of files, additions to them, and what is left of them.
#include <array>

#include "cli/option_rows.h"
#include "cli/option_values.h"

namespace sigma::cli {
namespace {

constexpr std::array kRows = {
    OptionRow{.name = "range",
              .takes = Takes::kValue,
              .argument = "OFF:LEN",
              .section = Section::kFiles,
              .modes = kDecompress,
              .summary = "with -d: just these bytes of the original, to standard output or to -o "
                         "FILE; 5: is all from byte 5, :100 the first 100, -100: the last 100",
              .more = "Reads and decodes only the chunks that hold them. Both numbers take K, M "
                      "and G. A range that is not all there is a warning.",
              .act = SetRange},
    OptionRow{.name = "append",
              .section = Section::kFiles,
              .modes = kCompress,
              .summary = "add each file as a stream of its own to what its result would be, or to "
                         "-o FILE",
              .more =
                  "In place, after the last stream, and made if it is not there. A crash at any "
                  "point leaves the file as it was: until the next append a hidden journal "
                  "beside it says how much of it counts. The file restores to the old content "
                  "and the new. It must end with an intact stream.",
              .act = Do<[](Arguments& out) { out.append = true; }>},
    OptionRow{.name = "recover",
              .section = Section::kFiles,
              .modes = kDecompress,
              .summary = "with -d: restore every intact chunk of a damaged file to its place, and "
                         "tell what is lost",
              .more =
                  "Whatever is damaged: headers, footers, the order of chunks. Lost ranges hold "
                  "zeros, or the byte of --fill, and each is told on standard error, with --json "
                  "as one object a file; then the exit status is 2. Where neither a seek table "
                  "nor a header says how long a lost chunk was, that is inferred from the chunk "
                  "size, and said. A pipe is copied to a temporary file (TMPDIR) first.",
              .act = Do<[](Arguments& out) { out.recover = true; }>},
    OptionRow{.name = "repair",
              .section = Section::kFiles,
              .modes = kDecompress,
              .summary = "with -d --recover: write a sound .sigma file instead, to -o FILE or to "
                         "FILE.repaired.sigma",
              .more = "It restores to the bytes that --recover would write: the intact chunks are "
                      "copied as they are, lost ones are constant. User data is left out.",
              .act = Do<[](Arguments& out) { out.recovery.repair = true; }>},
    OptionRow{.name = "fill",
              .takes = Takes::kValue,
              .argument = "BYTE",
              .section = Section::kFiles,
              .modes = kDecompress,
              .summary = "with -d --recover: what lost ranges hold, 0 to 255 or 0x00 to 0xff "
                         "(default 0)",
              .act = SetFill},
    OptionRow{.name = "shard",
              .takes = Takes::kValue,
              .argument = "I/N",
              .section = Section::kFiles,
              .modes = kCompress,
              .summary = "compress only the I-th of N parts of a file, for --merge; to -o FILE, or "
                         "to FILE.partIofN.sigma",
              .more =
                  "So several machines share the work on one file, of which each has a copy "
                  "with the same time of modification (cp -p, rsync -t). Give each the same level "
                  "and -B; under -M give -B too. A part is a stream by itself: it restores to "
                  "its own bytes of the file. A pipe has no parts.",
              .act = SetShard},
    OptionRow{.name = "output-limit",
              .takes = Takes::kValue,
              .argument = "SIZE",
              .section = Section::kFiles,
              .modes = kDecompress | kTest,
              .summary = "with -d and -t: refuse to restore more than SIZE from a file (default: "
                         "no limit)",
              .act = SetOutputLimit},
};

}  // namespace

std::span<const OptionRow> PartsRows() { return kRows; }

}  // namespace sigma::cli
