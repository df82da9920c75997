// Every option of the command, once. A new one is a row here and a function in option_values.cc;
// `sigma-pages cli` (a target of the build) then writes the manual page and the completions anew.
#include <array>

#include "cli/option_values.h"
#include "cli/options.h"

namespace sigma::cli {
namespace {

constexpr Modes kCompress = In(Mode::kCompress);
constexpr Modes kDecompress = In(Mode::kDecompress);
constexpr Modes kTest = In(Mode::kTest);
constexpr Modes kList = In(Mode::kList);
constexpr Modes kExtract = In(Mode::kExtract);
constexpr Modes kBench = In(Mode::kBench);
constexpr Modes kAnalyze = In(Mode::kAnalyze);
constexpr Modes kMerge = In(Mode::kMerge);
constexpr Modes kAll =
    kCompress | kDecompress | kTest | kList | kExtract | kBench | kAnalyze | kMerge;
constexpr Modes kConverting = kCompress | kDecompress;
constexpr Modes kWriting = kConverting | kMerge;

// Sets one boolean or counts one up.
template <auto act>
Result<void> Do(const Given&, Arguments& out) {
  act(out);
  return {};
}

constexpr std::array kTable = {
    OptionRow{.letter = 'z',
              .name = "compress",
              .brief = true,
              .summary = "compress (the default mode)",
              .more = "The suffix .sigma is added; the source is kept.",
              .mode = Mode::kCompress},
    OptionRow{.letter = 'd',
              .name = "decompress",
              .aliases = "uncompress",
              .brief = true,
              .summary = "restore",
              .more = "The suffix .sigma is taken off, .tsigma becomes .tar. Options that say how "
                      "to compress are accepted and change nothing, as tar needs it.",
              .mode = Mode::kDecompress},
    OptionRow{.letter = 't',
              .name = "test",
              .brief = true,
              .summary = "check that files are intact",
              .more = "Decodes everything, checks every hash, writes nothing.",
              .mode = Mode::kTest},
    OptionRow{.letter = 'l',
              .name = "list",
              .brief = true,
              .summary = "show what files hold",
              .more = "From headers and seek tables alone. With -v the table of chunks is added; "
                      "with --json the output is one JSON object, see JSON below.",
              .mode = Mode::kList},
    OptionRow{.letter = 'x',
              .name = "extract",
              .brief = true,
              .summary = "extract members from a compressed tar: -x FILE [GLOB]...",
              .more =
                  "Into the current folder, or that of -C; all members, or those that a GLOB "
                  "matches, whole or as a folder they lie in (* matches slashes too). Only the "
                  "chunks that hold them are decoded. Names that are absolute or hold .., links "
                  "that lead out of the folder or are on the way to a file, and devices are "
                  "refused; what is there already is an error without -f. Modes are less the "
                  "umask, and owners are not kept. From a pipe, sigma-par -dc | tar -x does it.",
              .mode = Mode::kExtract},
    OptionRow{.name = "bench",
              .brief = true,
              .summary = "measure speed and ratio in memory",
              .more = "Each file on its own and then the total; see MEASURING below.",
              .mode = Mode::kBench},
    OptionRow{
        .name = "analyze",
        .brief = true,
        .summary = "show what the data is and what is chosen for it",
        .more = "Class, entropies, plan and gain of every chunk; --report makes a page of it.",
        .mode = Mode::kAnalyze},
    OptionRow{.name = "merge",
              .brief = true,
              .summary = "join the parts that --shard made into one file: to -o FILE or -c",
              .more =
                  "In any order. The result has the very bytes that compressing the whole at "
                  "once would have given; nothing is compressed again, and every header and "
                  "hash is checked as it is copied. A part that is missing, given twice, or not "
                  "of the same source, level, chunk size, strategy and version is an error that "
                  "names it.",
              .mode = Mode::kMerge},
    OptionRow{
        .letter = 'h', .name = "help", .brief = true, .summary = "this text", .mode = Mode::kHelp},
    OptionRow{.letter = 'H',
              .name = "long-help",
              .brief = true,
              .summary = "all options",
              .mode = Mode::kLongHelp},
    OptionRow{.letter = 'V',
              .name = "version",
              .brief = true,
              .summary = "the version, and what this machine gives it",
              .mode = Mode::kVersion},

    OptionRow{.letter = '1',
              .takes = Takes::kDigits,
              .section = Section::kResources,
              .modes = kAll,
              .brief = true,
              .performance = true,
              .summary = "level, from fast to small (default 3)",
              .more = "-9 is the highest level there is until there is such a level. A "
                      "level that does not exist is an error that names those that do; so are -0 "
                      "and -19.",
              .act = SetLevel},
    OptionRow{.name = "level",
              .takes = Takes::kValue,
              .argument = "N",
              .section = Section::kResources,
              .modes = kAll,
              .performance = true,
              .offer = Offer::kLevels,
              .summary = "the same: level N",
              .act = SetLevel},
    OptionRow{.name = "best",
              .section = Section::kResources,
              .modes = kAll,
              .performance = true,
              .summary = "the highest level there is",
              .act = SetBest},
    OptionRow{.name = "fast",
              .section = Section::kResources,
              .modes = kAll,
              .performance = true,
              .summary = "the lowest level there is",
              .act = SetFastest},
    OptionRow{.letter = 'T',
              .name = "threads",
              .takes = Takes::kValue,
              .argument = "N",
              .section = Section::kResources,
              .modes = kAll,
              .brief = true,
              .performance = true,
              .summary = "worker threads (default 0: all this process may use)",
              .more = "What it may use is its affinity mask and its control group's quota. The "
                      "result is the same for any number.",
              .act = SetThreads},
    OptionRow{.letter = 'M',
              .name = "memory",
              .takes = Takes::kValue,
              .argument = "SIZE",
              .section = Section::kResources,
              .modes = kAll,
              .performance = true,
              .summary = "bound on the memory of the process; K, M, G (1024), or % of what is "
                         "available (default: none)",
              .more = "Hard bound on the peak resident memory, in both directions. What is "
                      "available is the control group's limit or the machine's memory. It takes "
                      "chunks in flight first, then workers, then (without -B) bytes from the "
                      "chunk, which is always said, because the result is larger; -v says what "
                      "the bound led to. Without it, in a container with a limit of its own, 80 % "
                      "of that limit is kept in the same way where it can be. It is an error that "
                      "names the least possible SIZE if it cannot be met. 6200000 bytes are enough "
                      "for -1 -T1. A "
                      "stream's seek table is part of the bound up to 10,000 chunks; each further "
                      "one takes 24 bytes, 36 from a pipe.",
              .act = SetMemory},
    OptionRow{.letter = 'B',
              .name = "chunk-size",
              .takes = Takes::kValue,
              .argument = "SIZE",
              .section = Section::kResources,
              .modes = kAll,
              .performance = true,
              .summary = "64K to 64M (default: the level's own)",
              .act = SetChunkSize},

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
    OptionRow{.name = "no-index",
              .section = Section::kCoding,
              .modes = kAll,
              .summary = "leave the index of members out of a compressed tar",
              .more = "A tar of more than one chunk gets one, so that --list --members and "
                      "--extract find its members at once. It restores to nothing, and where "
                      "there is none the members are found by their headers.",
              .act = Do<[](Arguments& out) { out.options.index = false; }>},

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

    OptionRow{.letter = 'q',
              .name = "quiet",
              .section = Section::kMessages,
              .modes = kAll,
              .brief = true,
              .summary = "no warnings; twice: no errors either",
              .more = "The exit status stays what it is.",
              .act = Do<[](Arguments& out) { ++out.quiet; }>},
    OptionRow{.letter = 'v',
              .name = "verbose",
              .section = Section::kMessages,
              .modes = kAll,
              .brief = true,
              .summary = "say what was done",
              .act = Do<[](Arguments& out) { ++out.verbose; }>},
    OptionRow{.name = "stats",
              .takes = Takes::kOptionalValue,
              .argument = "json[=FD]",
              .section = Section::kMessages,
              .modes = kWriting | kTest,
              .offer = Offer::kChoices,
              .choices = "json",
              .summary = "after the run: sums, strategies and what bounded it, on standard error "
                         "or the descriptor FD",
              .act = SetStats},
    OptionRow{.name = "progress",
              .takes = Takes::kValue,
              .argument = "WHEN",
              .section = Section::kMessages,
              .modes = kAll,
              .performance = true,
              .offer = Offer::kChoices,
              .choices = "auto always never json",
              .summary = "auto, always, never, json or json=FD (default auto: a bar on a terminal)",
              .more = "json writes one object a line to standard error or to the descriptor FD; "
                      "with --rm those of a result that is read again have verifying set. SIGUSR1 "
                      "prints one line of status at any time.",
              .act = SetProgress},
    OptionRow{
        .name = "json",
        .section = Section::kMessages,
        .modes = kList | kBench | kAnalyze | kDecompress,
        .summary = "with -l, --bench, --analyze and --recover: JSON; -lv adds the chunk table",
        .act = Do<[](Arguments& out) { out.json = true; }>},
    OptionRow{.name = "report",
              .takes = Takes::kValue,
              .argument = "FILE",
              .section = Section::kMessages,
              .modes = kAnalyze,
              .offer = Offer::kFiles,
              .summary = "with --analyze: a page with the map of each file (HTML); - is standard "
                         "output",
              .act = SetReport},

    OptionRow{.letter = 'b',
              .name = "first-level",
              .takes = Takes::kValue,
              .argument = "N",
              .section = Section::kMeasuring,
              .modes = kBench,
              .offer = Offer::kLevels,
              .summary = "with --bench: from this level (default: that of --level)",
              .act = SetFirstLevel},
    OptionRow{.letter = 'e',
              .name = "last-level",
              .takes = Takes::kValue,
              .argument = "N",
              .section = Section::kMeasuring,
              .modes = kBench,
              .offer = Offer::kLevels,
              .summary = "with --bench: to this level (default: that of -b)",
              .act = SetLastLevel},
    OptionRow{.name = "seconds",
              .takes = Takes::kValue,
              .argument = "S",
              .section = Section::kMeasuring,
              .modes = kBench,
              .summary = "with --bench: time for each direction of each file (default 1)",
              .act = SetSeconds},
};

}  // namespace

std::span<const OptionRow> OptionTable() { return kTable; }

std::string_view SectionTitle(Section section) {
  switch (section) {
    case Section::kModes:
      return "Modes (the last one given wins)";
    case Section::kResources:
      return "Level, threads and memory";
    case Section::kCoding:
      return "How it codes";
    case Section::kFiles:
      return "Files";
    case Section::kMessages:
      return "What it tells";
    case Section::kMeasuring:
      return "Measuring";
  }
  return "";
}

std::string Heading(const OptionRow& row) {
  if (row.takes == Takes::kDigits) return "-1 ... -9";
  std::string heading;
  if (row.letter != 0) heading += {'-', row.letter, ',', ' '};
  heading += "--";
  heading += row.name;
  if (row.takes == Takes::kValue) (heading += ' ') += row.argument;
  if (row.takes == Takes::kOptionalValue) ((heading += "[=") += row.argument) += ']';
  return heading;
}

std::string NamesOf(Modes modes) {
  std::string names;
  for (const OptionRow& row : kTable) {
    if (row.act != nullptr || (modes & In(row.mode)) == 0) continue;
    modes &= ~In(row.mode);
    if (!names.empty()) names += (modes & kAll) != 0 ? ", " : " and ";
    (names += "--") += row.name;
  }
  return names;
}

bool HasAlias(const OptionRow& row, std::string_view name) {
  for (std::string_view rest = row.aliases; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == name) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

}  // namespace sigma::cli
