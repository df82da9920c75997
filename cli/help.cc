// -h, -H and -V: the text people read; the manual page says more.
#include <cstdio>
#include <string>
#include <string_view>

#include "cli/modes.h"

namespace sigma::cli {
namespace {

constexpr std::string_view kShort =
    R"(Usage: sigma-par [OPTION]... [FILE]...
Compress or restore FILEs (.sigma), in parallel.

  -z, --compress      compress (what it does without a mode)
  -d, --decompress    restore
  -t, --test          check that files are intact
  -l, --list          show what files hold
      --bench         measure speed and ratio in memory
      --analyze       show what the data is and what is chosen for it
  -1 ... -9           level, from fast to small
  -c, --stdout        write to standard output, keep the files
  -o, --output FILE   write to FILE
  -k, --keep          keep the files (what it does without --rm)
      --rm            remove each file once its result is verified and on the disk
  -f, --force         overwrite; take links and special files
  -T, --threads N     worker threads; 0 = all this process may use
  -q, --quiet         no warnings; twice: no errors either
  -v, --verbose       say what was done
  -h, --help          this text
  -H, --long-help     all options
  -V, --version       the version

With no FILE, or when FILE is -, read standard input.
)";

constexpr std::string_view kMore = R"(
Where results go
      --output-dir DIR    into DIR, under the usual name
  -S, --suffix .SUF       another suffix than .sigma
  -r, --recursive         take the files in folders
      --files-from FILE   read names of files from FILE, one a line
      --files0-from FILE  the same, each ended by a zero byte
      --sparse WHEN       auto, always or never write holes
      --range OFF:LEN     with -d: just these bytes of the original, to standard
                          output or to -o FILE; reads and decodes only the chunks
                          that hold them

How it works
      --level N           as -1 ... -9
  -M, --memory SIZE       bound on the memory of the process; K, M, G, or % of
                          what is available
  -B, --chunk-size SIZE   64K ... 64M; each level has its own
      --decode-first      at any level: larger files that restore faster
      --strategy NAME     force one strategy on every chunk
      --verify            decode every chunk and compare before it is written;
                          --rm implies it

What it tells
      --stats[=json]      sums, strategies and what bounded the run; =json=FD
                          writes to a descriptor
      --progress WHEN     auto, always, never, json or json=FD; SIGUSR1 prints
                          one line at any time
      --json              with -l, --bench and --analyze: JSON; -lv adds the chunk
                          table
      --report FILE       with --analyze: a page with the map of each file (HTML)

Measuring
  -b, --first-level N     with --bench: from this level ...
  -e, --last-level N      ... to this one
      --seconds S         with --bench: time for each direction of each file

SIGMA_PAR_OPTIONS in the environment may hold --level, --threads, --memory,
--chunk-size and --progress. Called as unsigma it restores, as sigmacat it
restores to standard output.

Exit status: 0 fine, 1 error, 2 warning (something was left alone).
)";

void Print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

}  // namespace

void RunHelp(Session&) { Print(kShort); }

void RunLongHelp(Session&) {
  Print(kShort);
  Print(kMore);
  std::string known = "\nLevels:";
  for (const int level : Levels()) (known += ' ') += std::to_string(level);
  known += "\nStrategies:";
  for (const std::string& name : StrategyNames()) (known += ' ') += name;
  known += '\n';
  Print(known);
}

void RunVersion(Session&) {
  std::string text = "sigma-par ";
  text += Version();
  text += "\nSIMD ";
  text += SimdTarget();
  text += ", ";
  text += std::to_string(AvailableThreads());
  text += " threads\n";
  Print(text);
}

}  // namespace sigma::cli
