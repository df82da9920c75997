// sigma-mpi: compresses, restores and tests files by the ranks of an MPI world. The options are
// those of sigma-par, as far as they fit; the results too.
#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "cli/arguments.h"
#include "cli/last_words.h"
#include "cli/mpi/tree.h"
#include "cli/mpi/world.h"
#include "cli/options.h"
#include "cli/own_stack.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "cli/signals.h"

namespace sigma::cli::mpi {
namespace {

constexpr std::array<std::string_view, 31> kOptions = {
    "compress",  "decompress", "test",        "help",    "long-help",  "version",    "",
    "level",     "best",       "fast",        "threads", "memory",     "chunk-size", "decode-first",
    "strategy",  "verify",     "no-index",    "output",  "output-dir", "keep",       "force",
    "recursive", "files-from", "files0-from", "suffix",  "no-name",    "sparse",     "sync",
    "exclude",   "quiet",      "verbose"};

// What sigma-par can and this cannot, by its first sign in the arguments; empty if there is none.
std::string_view Foreign(const Arguments& arguments) {
  if (arguments.mode >= Mode::kHelp) return "";
  if (arguments.mode != Mode::kCompress && arguments.mode != Mode::kDecompress &&
      arguments.mode != Mode::kTest) {
    return "it compresses, restores (-d) and tests (-t)";
  }
  if (arguments.to_stdout || arguments.output == "-") {
    return "the ranks write into a file, not to standard output (-c)";
  }
  if (arguments.options.far) return "ranks see their own chunks alone: --far needs one process";
  if (arguments.options.adapt) return "ranks give the bytes of one level, which --adapt has not";
  if (arguments.options.rsyncable)
    return "ranks share chunks that begin at fixed places, which "
           "--rsyncable does not have";
  if (arguments.options.content_hash != ContentHash::kNone)
    return "no rank sees the whole content in order, which --content-hash needs";
  if (arguments.shard) return "--shard makes parts without MPI";
  if (arguments.append) return "--append is sigma-par's";
  if (arguments.recover) return "--recover is sigma-par's";
  if (arguments.range) return "--range is sigma-par's";
  if (!arguments.original.empty()) return "--verify FILE ORIGINAL is sigma-par's";
  if (arguments.target) return "--target-ratio and --target-speed are sigma-par's";
  if (arguments.files.remove_source) return "sources are kept: --rm is sigma-par's";
  if (!arguments.trace.empty()) return "--trace is sigma-par's";
  if (arguments.stats != StatsMode::kNone) return "--stats is sigma-par's";
  return "";
}

std::string Help() {
  std::string text =
      "Usage: mpiexec -n RANKS sigma-mpi [OPTION]... FILE...\n"
      "Compress or restore FILEs (.sigma) by all ranks together. The results are those\n"
      "of sigma-par, byte for byte.\n\n";
  for (const OptionRow& row : OptionTable()) {
    if (std::ranges::find(kOptions, row.name) == kOptions.end()) continue;
    std::string line = (row.letter == 0 ? "      " : "  ") + Heading(row);
    line.resize(std::max<std::size_t>(line.size() + 2, 27), ' ');
    (text += line += row.summary) += '\n';
  }
  return text +
         "\n-T and -M are a rank's; without -T the ranks of a machine share its cores. Each\n"
         "rank has to see the same files, under the same names. A result is synced unless\n"
         "--sync never says otherwise. Exit status: 0 fine, 1 error, 2 warning.\n";
}

// This rank's share of its machine's cores: all of those that it was bound to, if it was.
std::uint32_t OwnThreads(const World& world) {
  const std::uint32_t available = AvailableThreads();
  const auto there = std::max(std::thread::hardware_concurrency(), 1U);
  const auto ranks = static_cast<std::uint32_t>(world.neighbours());
  if (available < there && available <= std::max(there / ranks, 1U)) return available;
  return std::max(available / ranks, 1U);
}

// Bytes resident beyond those of a sigma-par that has just started.
std::uint64_t TakenByMpi() {
  constexpr std::uint64_t kPlain = std::uint64_t{5} << 20;
  std::ifstream file("/proc/self/statm");
  std::uint64_t pages = 0;
  std::uint64_t resident = 0;
  file >> pages >> resident;
  return std::max(resident * 4096, kPlain) - kPlain;
}

Result<Options> OwnOptions(const World& world, const Arguments& arguments) {
  Options options = arguments.options;
  if (options.threads == 0) options.threads = OwnThreads(world);
  if (options.memory_limit == 0) return options;
  const std::uint64_t taken = TakenByMpi();
  const std::uint64_t least = LeastMemory(options, arguments.mode == Mode::kCompress);
  if (taken + least > options.memory_limit) {
    return Fail(ErrorCode::kLimit, "-M: MPI itself takes " + std::to_string(taken) +
                                       " bytes of this rank: at least " +
                                       std::to_string(taken + least) + " are needed");
  }
  options.memory_limit -= taken;
  return options;
}

int RunModes(const World& world, const Result<Arguments>& arguments) {
  Result<void> sound = world.Sound();
  if (sound && !arguments) sound = arguments.failure();
  if (sound) {
    if (const std::string_view why = Foreign(*arguments); !why.empty()) {
      sound = Fail(ErrorCode::kInvalidArgument, std::string(why));
    }
  }
  if (sound && arguments->mode < Mode::kHelp && arguments->names.empty() &&
      arguments->lists.empty()) {
    sound = Fail(ErrorCode::kInvalidArgument, "name a file");
  }
  if (const Result<void> agreed = world.Agree(sound); !agreed) {
    if (world.first()) Say(agreed.error().text + "; see sigma-mpi --help");
    return kExitError;
  }
  if (arguments->mode >= Mode::kHelp) {
    if (!world.first()) return kExitFine;
    const std::string text =
        arguments->mode == Mode::kVersion ? "sigma-mpi " + std::string(Version()) + "\n" : Help();
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
                   std::fflush(stdout) == 0
               ? kExitFine
               : kExitError;
  }
  const Result<Options> options = OwnOptions(world, *arguments);
  if (const Result<void> agreed = world.Agree(options ? Result<void>() : options.failure());
      !agreed) {
    if (world.first()) Say(agreed.error().text);
    return kExitError;
  }
  ProgressMeter none(*arguments, false);
  Report report(*arguments, none);
  RunFiles(world, *arguments, *options, report);
  return report.ExitStatus();
}

int Run(int argc, char** argv) {
  NameProgram("sigma-mpi");
  BlockSignals();
  StartSignalThread([] {}, [] {});
  const World world(&argc, &argv);
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  // Rank 0 alone knows of warnings.
  return static_cast<int>(
      world.Most(static_cast<std::uint64_t>(RunModes(world, ParseArguments("sigma-mpi", words)))));
}

int RunGuarded(int argc, char** argv) {
  int status = kExitError;
  try {
    status = Run(argc, argv);
  } catch (...) {
    (void)SayLastWords();
  }
  AwaitDeath();
  return status;
}

}  // namespace
}  // namespace sigma::cli::mpi

int main(int argc, char** argv) {
  return sigma::cli::OnLargeStack(sigma::cli::mpi::RunGuarded, argc, argv);
}
