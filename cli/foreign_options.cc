// Options of gzip, xz, zstd and pigz that sigma-par has not, and what to use instead. Whoever types
// one learns that from the message.
#include <algorithm>
#include <array>

#include "cli/options.h"

namespace sigma::cli {
namespace {

struct ForeignRow {
  std::string_view names;  // with spaces between them
  std::string_view hint;
};

constexpr std::array kForeign = {
    ForeignRow{"--name -N", "no name is stored in a stream; mv gives a file another one"},
    ForeignRow{"--ascii -a", "bytes are restored as they were, line ends too"},
    ForeignRow{"--license -L", "the file LICENSE of the source says it"},
    ForeignRow{"--ultra --extreme --max", "all levels are open: --best is the smallest"},
    ForeignRow{"--long --window-log -w",
               "--far on finds copies at any distance; -B SIZE sets how far a chunk "
               "reaches, up to 64M"},
    ForeignRow{"--single-thread", "-T1 does it; the result is the same for any number of threads"},
    ForeignRow{"--processes -p --workers --auto-threads",
               "-T N sets the number of threads, -T0 takes all"},
    ForeignRow{"--no-progress", "--progress never does it"},
    ForeignRow{"--no-sparse", "--sparse never does it"},
    ForeignRow{"--independent -i", "chunks are independent already"},
    ForeignRow{
        "--check --no-check --ignore-check",
        "every chunk has an XXH3-64 hash, and it is always checked; --content-hash adds one of "
        "the whole"},
    ForeignRow{"--format -F", "there is one format"},
    ForeignRow{"--block-size --blocksize --block-list --jobsize", "-B SIZE sets the chunk size"},
    ForeignRow{"--memlimit --memlimit-compress --memlimit-decompress --memlimit-mt-decompress",
               "-M SIZE bounds the memory in both directions"},
    ForeignRow{"--no-adjust", "-B SIZE keeps chunks of that size under -M"},
    ForeignRow{"--robot", "--json with -l, --bench and --analyze is for programs"},
    ForeignRow{"--no-warn -Q", "-q keeps warnings off"},
    ForeignRow{"--files --files0 --filelist", "--files-from FILE and --files0-from FILE do it"},
    ForeignRow{"--output-dir-flat --output-dir-mirror",
               "--output-dir DIR does it, with -r the tree is mirrored"},
    ForeignRow{"--exclude-compressed",
               "incompressible chunks are stored; --exclude GLOB leaves "
               "files out"},
    ForeignRow{"--pass-through --no-pass-through", "-dcf passes unknown data through"},
    ForeignRow{"--synchronous --no-sync", "--sync always and --sync never do it"},
    ForeignRow{"--dictionary --train --maxdict --dictID --patch-from -D",
               "there are no dictionaries"},
    ForeignRow{"--content-size --no-content-size --stream-size --size-hint",
               "sizes are always stored, at the end"},
    ForeignRow{"--fast=", "there are no levels below that of --fast"},
    ForeignRow{"--single-stream --no-bcj --lzma1 --lzma2 --x86 --arm64 --delta",
               "what suits a chunk is found by itself; --strategy NAME forces it"},
    ForeignRow{"--priority --flush-timeout --rate", "nice and pv do that"},
    ForeignRow{"--zlib -K --zip --lzma --gzip --xz --lz4", "there is one format"},
};

}  // namespace

std::string_view ForeignHint(std::string_view word) {
  for (const ForeignRow& row : kForeign) {
    for (std::string_view rest = row.names; !rest.empty();) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      if (rest.substr(0, end) == word) return row.hint;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return {};
}

}  // namespace sigma::cli
