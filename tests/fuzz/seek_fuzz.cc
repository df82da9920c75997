// Ranges: of files of several streams and of hostile ones. What a range gives is that part of what
// the whole gives, within the output limit; what can be sought can be inspected.
#include <algorithm>

#include "engine/io/memory_stream.h"
#include "engine/pipeline/decompress.h"
#include "sigma/sigma.hpp"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/many_streams.h"

namespace {

using namespace sigma;
using tests::Require;

constexpr std::uint64_t kOutputLimit = 1u << 20;

void Ranges(tests::FuzzInput input, ByteView file, const Bytes* original) {
  Options options;
  options.threads = 1;
  options.output_limit = kOutputLimit;
  const auto whole = Decompress(file, options);
  if (original != nullptr) {
    Require(whole.has_value() && *whole == *original, "the file restores");
    Require(Inspect(file).has_value(), "and can be inspected");
  }
  Decompressor decompressor(options);
  for (int i = 0; i < 4; ++i) {
    const std::uint64_t offset = input.Take(3) % (1u << 19);
    const std::uint64_t length = i == 3 ? ~std::uint64_t{0} : input.Take(2);
    MemorySource source(file);
    BytesSink sink;
    const auto done = decompressor.RunRange(source, sink, {offset, length});
    if (!whole) continue;  // a range may miss the damage
    Require(done.has_value(), "a range of what restores does, too");
    const std::size_t from = std::min<std::size_t>(offset, whole->size());
    const std::size_t size = std::min<std::uint64_t>(length, whole->size() - from);
    const Bytes part = sink.Take();
    Require(std::ranges::equal(part, ByteView{*whole}.subspan(from, size)), "to the same bytes");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tests::FuzzInput input(data, size);
  const std::uint32_t mode = input.Take(1);
  if (mode % 4 == 0) {
    Ranges(input, input.rest(), nullptr);
    return 0;
  }
  tests::ManyStreams made(input);
  if (mode % 4 == 1) {
    made.file[input.Take(3) % made.file.size()] ^=
        static_cast<std::uint8_t>(1u << input.Take(1) % 8);
    Ranges(input, made.file, nullptr);
  } else {
    Ranges(input, made.file, &made.original);
  }
  return 0;
}
