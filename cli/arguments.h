// The command line as the modes see it: checked, complete, no prose left to parse.
#ifndef SIGMA_CLI_ARGUMENTS_H_
#define SIGMA_CLI_ARGUMENTS_H_

#include <optional>
#include <string>
#include <vector>

#include "cli/quantity.h"
#include "sigma/sigma.hpp"

namespace sigma::cli {

enum class Mode {
  kCompress,
  kDecompress,
  kTest,
  kList,
  kExtract,
  kBench,
  kAnalyze,
  kMerge,
  kEstimate,
  kHelp,
  kLongHelp,
  kVersion
};
enum class ProgressMode { kAuto, kAlways, kNever, kJson };
enum class StatsMode { kNone, kText, kJson };

// A file that holds names of input files, each ended by `end`.
struct NameList {
  std::string file;
  char end = '\n';
};

struct Arguments {
  Mode mode = Mode::kCompress;
  Options options;
  FileOptions files;

  std::vector<std::string> names;  // as given; "-" is standard input
  std::vector<NameList> lists;
  bool recursive = false;
  std::vector<std::string> excludes;  // patterns of names that -r passes over

  bool to_stdout = false;
  std::string output;      // -o; empty if not given
  std::string output_dir;  // empty if not given
  std::string suffix = ".sigma";
  std::optional<ByteRange> range;
  std::optional<Shard> shard;
  std::string original;               // what the one file is compared with; empty if not asked for
  std::optional<LevelTarget> target;  // chooses the level for each file
  bool append = false;
  bool recover = false;
  bool fills = false;  // --fill was given
  RecoverOptions recovery;
  bool members = false;      // -l: those of a tar
  std::string folder = ".";  // of -x: where to
  bool folder_given = false;
  bool unsafe = false;  // of -x

  int quiet = 0;  // 1: no warnings, 2: no errors either
  int verbose = 0;
  bool json = false;
  StatsMode stats = StatsMode::kNone;
  int stats_descriptor = 2;
  ProgressMode progress = ProgressMode::kAuto;
  int progress_descriptor = 2;

  int first_level = 0;  // of --bench and --estimate
  int last_level = 0;
  double seconds = 1;

  std::string report;  // of --analyze; empty if not given
  std::string trace;   // empty if not given
};

// Reads the command line, after the performance options in SIGMA_PAR_OPTIONS. `program` is the name
// the command was called by: unsigma decompresses, sigmacat decompresses to standard output. To be
// called before any file is opened: descriptors that options name are looked at.
Result<Arguments> ParseArguments(const std::string& program, std::vector<std::string> words);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_ARGUMENTS_H_
