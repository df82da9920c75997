// How it codes.
#include <array>

#include "cli/option_rows.h"
#include "cli/option_values.h"

namespace sigma::cli {
namespace {

constexpr std::array kRows = {
    OptionRow{.name = "decode-first",
              .section = Section::kCoding,
              .modes = kAll,
              .summary = "prefer what restores fast: larger files",
              .more = "Raises the price of decoding time. Up to level 4 nothing is entropy coded "
                      "where references shrink a chunk; from level 5 on no transform is chosen "
                      "that restores slowly unless it saves a tenth and more.",
              .act = Do<[](Arguments& out) { out.options.decode_first = true; }>},
    OptionRow{.name = "strategy",
              .takes = Takes::kValue,
              .argument = "NAME",
              .section = Section::kCoding,
              .modes = kAll,
              .offer = Offer::kStrategies,
              .summary = "force one strategy on every chunk (default auto)",
              .more = "The long help names them.",
              .act = SetStrategy},
    OptionRow{.name = "verify",
              .section = Section::kCoding,
              .modes = kAll,
              .summary = "decode every chunk and compare before it is written; --rm implies it",
              .more = "Without another mode, --verify FILE.sigma ORIGINAL is a mode of its own: it "
                      "writes nothing and checks that the one restores to the very bytes of the "
                      "other; the exit status is 1 where it does not.",
              .act = Do<[](Arguments& out) { out.options.verify = true; }>},

    OptionRow{.name = "rsyncable",
              .section = Section::kCoding,
              .modes = kAll,
              .summary = "cut chunks where the content says so: for rsync and stores of equal "
                         "pieces",
              .more = "A change of the file then changes the compressed chunks it is in, and "
                      "perhaps the next one; the others stay as they are, wherever they move to. "
                      "Chunks have a quarter of -B to all of it, half in the mean, which costs "
                      "ratio.",
              .act = Do<[](Arguments& out) { out.options.rsyncable = true; }>},
    OptionRow{.name = "far",
              .takes = Takes::kValue,
              .argument = "on|off|SIZE",
              .section = Section::kCoding,
              .modes = kCompress,
              .summary = "store once what repeats anywhere in a file: backups, images, versions "
                         "(default off)",
              .more = "What a chunk has in common with any earlier one, however far back, is taken "
                      "from there. Restoring keeps all cores busy; a range or a member then needs "
                      "up to 8 chunks more. SIZE is that of the table that finds copies (default "
                      "64M): the larger, the shorter the copies that are found in large files. "
                      "Needs a file, not a pipe; restored from a pipe, such a file is kept in a "
                      "temporary one (TMPDIR) meanwhile.",
              .act = SetFar},
    OptionRow{.name = "adapt",
              .section = Section::kCoding,
              .modes = kCompress,
              .summary = "each chunk by the level, from 1 to that of -1 ... -8, that keeps up with "
                         "input and output",
              .more = "Begins with the level given, goes down while coding is what takes longest "
                      "and up again while input or output is: for pipes and networks. The bytes "
                      "then depend on the speed of the moment; -v tells the levels taken.",
              .act = Do<[](Arguments& out) { out.options.adapt = true; }>},
    OptionRow{.name = "content-hash",
              .takes = Takes::kOptionalValue,
              .argument = "KIND",
              .section = Section::kCoding,
              .modes = kCompress,
              .offer = Offer::kChoices,
              .choices = "xxh3 sha256",
              .summary = "store the hash of the whole content: xxh3 (without a KIND) or sha256",
              .more =
                  "--list shows it in the digits of xxh128sum and sha256sum, so that copies are "
                  "compared without restoring them; --test and --decompress check it, --range, "
                  "--extract and sigma-mpi do not. Each chunk has a hash in any case. One thread "
                  "takes it in order: xxh3 costs next to nothing, sha256 holds the others back "
                  "beyond 1.5 GB/s, or 0.25 GB/s on processors without instructions for it.",
              .act = SetContentHash},
    OptionRow{.name = "no-index",
              .section = Section::kCoding,
              .modes = kAll,
              .summary = "leave the index of members out of a compressed tar",
              .more = "A tar of more than one chunk gets one, so that --list --members and "
                      "--extract find its members at once. It restores to nothing, and where "
                      "there is none the members are found by their headers.",
              .act = Do<[](Arguments& out) { out.options.index = false; }>},
};

}  // namespace

std::span<const OptionRow> CodingRows() { return kRows; }

}  // namespace sigma::cli
