// Options: what is accepted, what is refused and in which words; and that help, manual page and
// completions have them all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Refused {
  const char* options;
  const char* message;  // a part of it
};

constexpr Refused kRefused[] = {
    {"--nosuch", "unknown option --nosuch"},
    {"--forse", "unknown option --forse; did you mean --force?"},
    {"--decomprss", "did you mean --decompress?"},
    {"-Y", "unknown option -Y"},
    {"--s", "option --s is ambiguous: --"},
    {"--ultra", "unknown option --ultra: all levels are open"},
    {"--long=27", "unknown option --long: --far on"},
    {"--long", "unknown option --long: --far on"},
    {"--single-thread", "-T1 does it"},
    {"--no-progress", "--progress never"},
    {"-N", "unknown option -N: no name is stored"},
    {"--name", "unknown option --name: no name is stored"},
    {"-a", "unknown option -a: bytes are restored"},
    {"--ascii", "unknown option --ascii"},
    {"-L", "LICENSE"},
    {"--files=x", "--files-from FILE"},
    {"--fast=3", "--fast takes no value: there are no levels"},
    {"--rm=0", "--rm takes no value"},
    {"-0", "-0: there is no level 0; the levels are 1 to "},
    {"-10", "-10: there is no level 10; the levels are 1 to "},
    {"-12", "-12: there is no level 12"},
    {"-k19", "-19: there is no level 19"},
    {"--level 77", "--level: there is no level 77; the levels are 1 to "},
    {"--level x", "--level: there is no level x"},
    {"-T x", "-T: 'x' is not a whole number from 0 to 1024"},
    {"--threads=-1", "--threads: '-1' is not a whole number from 0 to 1024"},
    {"-M 10Q", "-M: '10Q' is not a size such as 64M"},
    {"-B 63K", "a chunk size is a multiple of 4 KiB from 64 KiB to 64 MiB"},
    {"--strategy nosuch", "--strategy: 'nosuch' is none of the strategies: auto, "},
    {"--progress often", "--progress: 'often' is none of auto, always, never, json"},
    {"--progress=json=99", "--progress: descriptor 99 is not open for writing"},
    {"--stats=json=99", "--stats: descriptor 99 is not open for writing"},
    {"--stats=xml", "--stats: 'xml' is none of json, json=FD"},
    {"--sparse maybe", "--sparse: 'maybe' is none of auto, always, never"},
    {"--sync sometimes", "--sync: 'sometimes' is none of auto, always, never"},
    {"-S ''", "-S: '' is not a suffix"},
    {"-o ''", "-o: the name is empty"},
    {"-d --range 1", "--range: '1' is not OFFSET:LENGTH"},
    {"-d --range :", "--range: ':' is not OFFSET:LENGTH"},
    {"-d --output-limit none", "--output-limit: 'none' is not a size"},
    {"--exclude '*.o'", "--exclude goes with -r"},
    {"-b1 -e5", "-b goes with --bench and --estimate, not with --compress"},
    {"--json",
     "--json goes with --decompress, --list, --bench, --analyze and --estimate, not with "
     "--compress"},
    {"-d --json", "--json goes with -d only together with --recover"},
    {"--report x", "--report goes with --analyze, not with --compress"},
    {"--range 0:1", "--range goes with --decompress, not with --compress"},
    {"--output-limit 1M", "--output-limit goes with --decompress and --test"},
    {"-t -o b", "-o goes with --compress, --decompress and --merge, not with --test"},
    {"-l --rm", "--rm goes with --compress and --decompress, not with --list"},
    {"--seconds 1", "--seconds goes with --bench"},
    {"--bench -b 3 -e 2", "the level of -b is above that of -e"},
    {"-c -o b", "only one of -c, -o and --output-dir"},
    {"--rm -c", "--rm needs a result in a file"},
    {"--rm --sync never", "--rm does not go with --sync never"},
    {"--append --sync never", "--append does not go with --sync never"},
    {"-M 1M", "-M: the memory limit cannot be met with chunks of 65536 bytes: it takes at least "},
    {"--chunk-size 63K", "--chunk-size: a chunk size is a multiple of 4 KiB"},
};

TEST(Options, TheRefusedAreNamed) {
  const Folder folder;
  folder.Write("a", "some bytes");
  for (const Refused& row : kRefused) {
    const Outcome run = folder.Run(std::string("sigma-par ") + row.options + " a");
    EXPECT_EQ(run.status, 1) << row.options;
    EXPECT_EQ(run.err.rfind("sigma-par: ", 0), 0U) << run.err;
    EXPECT_THAT(run.err, HasSubstr(row.message));
  }
  const Outcome missing = folder.Run("sigma-par a --output");
  EXPECT_THAT(missing.err, HasSubstr("--output takes a value: -o, --output FILE"));
  EXPECT_THAT(folder.Names(), ElementsAre("a"));
}

TEST(Options, TheHarmlessAreKept) {
  const Folder folder;
  folder.Write("a", "some bytes");
  ASSERT_EQ(folder.Run("sigma-par a").status, 0);
  for (const char* options : {"-tk", "-tcf", "-t9", "-l -k", "-tr", "-tn", "-dc --verify -B 64K",
                              "-dc --strategy raw --decode-first", "-dcn", "-t --no-name"}) {
    EXPECT_EQ(folder.Run(std::string("sigma-par ") + options + " a.sigma").status, 0) << options;
  }
}

TEST(Options, LevelsThatAreNotThereYetAreTheHighest) {
  const Folder folder;
  folder.Write("a", MixedBytes(300'000));
  const Outcome run = folder.Run(
      "most=$(sigma-par -H | sed -n 's/^Levels: .* //p')\n"
      "for o in -8 -9 --best '--level 9'; do sigma-par -c $o a >b; sigma-par -c -$most a | cmp - b;"
      " done; sigma-par --fast -c a >b; sigma-par -1 -c a | cmp - b");
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out + run.err, "");
}

TEST(Options, TheEnvironmentTakesNoOthers) {
  const Folder folder;
  folder.Write("a", "some bytes");
  for (const char* options : {"-k", "--force", "a", "-9 -c", "--nosuch", "-T x", "-h"}) {
    const Outcome run = folder.Run(std::string("SIGMA_PAR_OPTIONS='") + options + "' sigma-par a");
    EXPECT_EQ(run.status, 1) << options;
    EXPECT_THAT(run.err, HasSubstr("SIGMA_PAR_OPTIONS: ")) << options;
  }
  EXPECT_EQ(folder.Run("SIGMA_PAR_OPTIONS='--thr=1 -M50% --progress never' sigma-par a").status, 0);
}

TEST(Options, HelpFitsATerminalAndSaysDefaults) {
  const Folder folder;
  for (const char* option : {"-h", "-H"}) {
    const Outcome run =
        folder.Run(std::string("sigma-par ") + option + " | grep -v ^Strategies | wc -L");
    EXPECT_LE(std::stoi(run.out), 80) << option;
  }
  const std::string help = folder.Run("sigma-par -H").out;
  for (const char* part : {"default 3", "default 0", "default .sigma", "default auto", "--exclude",
                           "--analyze", "--report"}) {
    EXPECT_THAT(help, HasSubstr(part));
  }
}

TEST(Options, BashCompletesThem) {
  const Folder folder;
  if (folder.Run("command -v bash").status != 0) GTEST_SKIP() << "no bash";
  const auto completed = [&](const std::string& words) {
    return folder
        .Run("bash -c '. " SIGMA_COMPLETIONS "/sigma-par.bash; COMP_WORDS=(sigma-par " + words +
             "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _sigma_par; echo ${COMPREPLY[*]}'")
        .out;
  };
  EXPECT_EQ(completed("--ana"), "--analyze\n");
  EXPECT_EQ(completed("--progress a"), "auto always\n");
  EXPECT_EQ(completed("--sparse = n"), "never\n");
  EXPECT_THAT(completed("--strategy re"), HasSubstr("records"));
  EXPECT_THAT(completed("-b \"\""), testing::StartsWith("1 2 3"));
}

}  // namespace
}  // namespace sigma::tests
