// Where results go, what becomes of the files, and which there are.
#include <array>

#include "cli/option_rows.h"
#include "cli/option_values.h"

namespace sigma::cli {
namespace {

constexpr std::array kRows = {
    OptionRow{.letter = 'c',
              .name = "stdout",
              .section = Section::kFiles,
              .modes = kAll,
              .brief = true,
              .summary = "write to standard output, keep the files",
              .more = "With -d and -f, data in no known format is passed through as it is.",
              .act = Do<[](Arguments& out) { out.to_stdout = true; }>},
    OptionRow{.letter = 'o',
              .name = "output",
              .takes = Takes::kValue,
              .argument = "FILE",
              .section = Section::kFiles,
              .modes = kWriting,
              .brief = true,
              .offer = Offer::kFiles,
              .summary = "write to FILE",
              .act = SetOutput},
    OptionRow{.name = "output-dir",
              .takes = Takes::kValue,
              .argument = "DIR",
              .section = Section::kFiles,
              .modes = kConverting,
              .offer = Offer::kFolders,
              .summary = "write into DIR under the usual names; with -r the folders are made there "
                         "too",
              .act = SetOutputDir},
    OptionRow{.letter = 'O',
              .name = "to-stdout",
              .section = Section::kFiles,
              .modes = kAll,
              .summary = "the same as -c: with -x the members' content, one after the other",
              .act = Do<[](Arguments& out) { out.to_stdout = true; }>},
    OptionRow{.letter = 'C',
              .name = "directory",
              .takes = Takes::kValue,
              .argument = "DIR",
              .section = Section::kFiles,
              .modes = kExtract,
              .offer = Offer::kFolders,
              .summary = "with -x: extract into DIR, which exists",
              .act = SetFolder},
    OptionRow{.name = "unsafe",
              .section = Section::kFiles,
              .modes = kExtract,
              .summary = "with -x: take absolute names, .., links that lead out, and devices",
              .more = "Only for archives that you made yourself: they can write anywhere.",
              .act = Do<[](Arguments& out) { out.unsafe = true; }>},
    OptionRow{
        .name = "members",
        .section = Section::kFiles,
        .modes = kList,
        .summary = "with -l: list the members of a compressed tar: -l --members FILE [GLOB]...",
        .more = "As tar -tv shows them, or with --json as one object, see JSON below. From "
                "the index of members where there is one, without decoding data.",
        .act = Do<[](Arguments& out) { out.members = true; }>},
    OptionRow{.letter = 'k',
              .name = "keep",
              .section = Section::kFiles,
              .modes = kAll,
              .brief = true,
              .summary = "keep the files (the default)",
              .act = Do<[](Arguments& out) { out.files.remove_source = false; }>},
    OptionRow{.name = "rm",
              .section = Section::kFiles,
              .modes = kConverting,
              .brief = true,
              .summary = "remove each file once its result is verified and on the disk",
              .more = "The result is opened again under its final name, decoded whole and compared "
                      "with the file, which is read again. Only a regular file of one name goes, "
                      "and only for a result that is a regular file: anything else is refused "
                      "before any work (links, files with several hard links, devices, FIFOs, "
                      "descriptors, -c). A file that changed meanwhile is kept, and so is one "
                      "whose result the file system does not sync: both are warnings.",
              .act = Do<[](Arguments& out) { out.files.remove_source = true; }>},
    OptionRow{.letter = 'f',
              .name = "force",
              .section = Section::kFiles,
              .modes = kAll,
              .brief = true,
              .summary = "overwrite what has the result's name",
              .more = "Only a regular file is replaced; with -o, where FILE is a link, the file it "
                      "leads to, and a block device is written to. It does not let --rm take links "
                      "or special files. With -d and -t compressed bytes may also come from a "
                      "terminal, and -d -c passes through data in no known format.",
              .act = Do<[](Arguments& out) { out.files.force = true; }>},
    OptionRow{.letter = 'r',
              .name = "recursive",
              .section = Section::kFiles,
              .modes = kAll,
              .brief = true,
              .summary = "take the files in folders",
              .more = "Those whose names do not fit the mode are passed over.",
              .act = Do<[](Arguments& out) { out.recursive = true; }>},
    OptionRow{.name = "files-from",
              .takes = Takes::kValue,
              .argument = "FILE",
              .section = Section::kFiles,
              .modes = kAll,
              .offer = Offer::kFiles,
              .summary = "read names of files from FILE, one a line",
              .act = AddList},
    OptionRow{.name = "files0-from",
              .takes = Takes::kValue,
              .argument = "FILE",
              .section = Section::kFiles,
              .modes = kAll,
              .offer = Offer::kFiles,
              .summary = "the same, each ended by a zero byte",
              .act = AddListOfZeroEnds},
    OptionRow{.letter = 'S',
              .name = "suffix",
              .takes = Takes::kValue,
              .argument = ".SUF",
              .section = Section::kFiles,
              .modes = kAll,
              .summary = "another suffix (default .sigma)",
              .act = SetSuffix},
    OptionRow{.letter = 'n',
              .name = "no-name",
              .section = Section::kFiles,
              .modes = kAll,
              .summary = "accepted: no name and no time is ever stored",
              .act = Do<[](Arguments&) {}>},
    OptionRow{.name = "sparse",
              .takes = Takes::kValue,
              .argument = "WHEN",
              .section = Section::kFiles,
              .modes = kConverting | kExtract,
              .offer = Offer::kChoices,
              .choices = "auto always never",
              .summary =
                  "whether long runs of zeros become holes in a restored file: auto, always, "
                  "never (default auto: in new files)",
              .act = SetSparse},
    OptionRow{.name = "sync",
              .takes = Takes::kValue,
              .argument = "WHEN",
              .section = Section::kFiles,
              .modes = kWriting,
              .offer = Offer::kChoices,
              .choices = "auto always never",
              .summary = "whether results are forced to the disk: auto, always, never (default "
                         "auto: with --rm)",
              .act = SetSync},
    OptionRow{.name = "exclude",
              .takes = Takes::kValue,
              .argument = "GLOB",
              .section = Section::kFiles,
              .modes = kAll,
              .summary = "with -r: pass over what matches; may be given several times",
              .more =
                  "It is matched against the own name of each file and folder, against its path, "
                  "and against its path below the folder that was named; * matches slashes too. "
                  "What lies in a folder that matches is passed over with it.",
              .act = AddExclude},
};

}  // namespace

std::span<const OptionRow> FilesRows() { return kRows; }

}  // namespace sigma::cli
