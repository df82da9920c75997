// The same files, whole and damaged, to one worker and to three, from memory, as a file and as a
// pipe: the same bytes and the same error, and nothing hangs.
#include <algorithm>

#include "engine/pipeline/decompress.h"
#include "tests/engine/pipeline/test_streams.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/many_streams.h"

namespace {

using namespace sigma;
using tests::Require;

Options With(std::uint32_t threads) {
  Options options;
  options.threads = threads;
  options.output_limit = 1u << 20;
  return options;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Decompressor one(With(1));
  static Decompressor three(With(3));
  tests::FuzzInput input(data, size);
  const std::uint32_t mode = input.Take(1);
  Bytes file;
  if (mode % 2 == 0) {
    file.assign(input.rest().begin(), input.rest().end());
  } else {
    tests::ManyStreams made(input);
    file = std::move(made.file);
    for (std::uint32_t flips = mode / 2 % 3; flips > 0; --flips) {
      file[input.Take(3) % file.size()] ^= static_cast<std::uint8_t>(1u << input.Take(1) % 8);
    }
  }
  for (const auto kind :
       {tests::SourceKind::kMemory, tests::SourceKind::kFile, tests::SourceKind::kPipe}) {
    tests::TestSource first(file, kind);
    tests::TestSource second(file, kind);
    tests::TestSink first_sink;
    tests::TestSink second_sink;
    const auto alone = one.Run(first, first_sink, {});
    const auto together = three.Run(second, second_sink, {});
    Require(alone.has_value() == together.has_value(), "one worker and three agree");
    Require(first_sink.written == second_sink.written, "on the bytes");
    if (!alone) {
      Require(alone.error().code == together.error().code &&
                  alone.error().offset == together.error().offset &&
                  alone.error().chunk == together.error().chunk,
              "and on the error");
    }
  }
  return 0;
}
