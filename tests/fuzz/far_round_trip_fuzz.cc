// Sources that repeat themselves in any order, with far copies: the same stream by one worker and by
// three, and what went in comes out.
#include "engine/pipeline/compress.h"
#include "engine/pipeline/decompress.h"
#include "tests/engine/pipeline/test_streams.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace sigma;

Options With(std::uint32_t threads) {
  Options options;
  options.level = 1;
  options.threads = threads;
  options.chunk_size = 64u << 10;
  options.far = true;
  options.far_memory = 16u << 10;
  return options;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Compressor one(*PlanCompression(With(1)));
  static Compressor three(*PlanCompression(With(3)));
  static Decompressor back(With(2));
  static const Bytes kTile = tests::MixedBytes(64u << 10);
  tests::FuzzInput input(data, size);
  Bytes bytes;
  while (!input.rest().empty() && bytes.size() < (400u << 10)) {
    // A piece of the tile, of what there is, or a run.
    const std::uint32_t kind = input.Take(1) % 4;
    const std::size_t length = 1 + input.Take(2);
    const Bytes& from = kind == 0 || bytes.empty() ? kTile : bytes;
    const std::size_t begin = input.Take(2) * (from.size() / kTile.size() + 1) % from.size();
    const std::size_t take = std::min(length, from.size() - begin);
    const Bytes piece(from.begin() + static_cast<std::ptrdiff_t>(begin),
                      from.begin() + static_cast<std::ptrdiff_t>(begin + take));
    if (kind == 3) {
      bytes.insert(bytes.end(), length % 600, static_cast<std::uint8_t>(begin));
    } else {
      bytes.insert(bytes.end(), piece.begin(), piece.end());
    }
  }
  tests::TestSource first(bytes, tests::SourceKind::kFile);
  tests::TestSource second(bytes, tests::SourceKind::kMemory);
  tests::TestSink stream;
  tests::TestSink again;
  tests::Require(one.Run(first, stream, {}).has_value(), "it is compressed");
  tests::Require(three.Run(second, again, {}).has_value(), "by three, too");
  tests::Require(stream.written == again.written, "to the same");
  tests::TestSource stored(stream.written, tests::SourceKind::kFile);
  tests::TestSink restored;
  tests::Require(back.Run(stored, restored, {}).has_value(), "it restores");
  tests::Require(restored.written == bytes, "to what it was");
  return 0;
}
