// Any options: what Validate accepts works, both ways and within its bounds; what it refuses is
// refused everywhere, with a text.
#include <algorithm>

#include "sigma/sigma.hpp"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sigma;
  using tests::Require;
  tests::FuzzInput input(data, size);
  static const auto names = StrategyNames();
  Options options;
  const std::uint32_t bits = input.Take(1);
  options.level = static_cast<int>(input.Take(1) % 10) - 1;
  options.threads = 1 + input.Take(1) % 3;
  if ((bits & 1) != 0) options.memory_limit = std::uint64_t{input.Take(2)} << 12;
  if ((bits & 2) != 0) options.chunk_size = (bits & 4) != 0 ? input.Take(4) : 65536;
  options.strategy = names[input.Take(1) % names.size()];
  if ((bits & 8) != 0) options.strategy += '?';
  options.decode_first = (bits & 16) != 0;
  options.verify = (bits & 32) != 0;
  if ((bits & 128) != 0) {
    options.content_hash = options.threads == 1 ? ContentHash::kXxh3 : ContentHash::kSha256;
  }
  // The rest need not be much to need several chunks of the least size.
  Bytes source;
  for (std::uint32_t copies = (bits & 64) != 0 ? 40 : 1; copies > 0; --copies) {
    source.insert(source.end(), input.rest().begin(), input.rest().end());
  }
  const auto valid = Validate(options);
  Require(valid || !valid.error().text.empty(), "a refusal has a text");
  const auto stream = Compress(source, options);
  Require(stream.has_value() == valid.has_value(), "what is valid works, and nothing else");
  if (!stream) return 0;
  Require(stream->size() <= CompressBound(source.size(), options), "the bound holds");
  Options one = options;
  one.threads = 1;
  if (options.memory_limit == 0) {
    const auto again = Compress(source, one);
    Require(again && *again == *stream, "the bytes do not depend on the workers");
  }
  Options back;
  back.threads = options.threads;
  const auto restored = Decompress(*stream, back);
  Require(restored && *restored == source, "what went in comes out");
  back.output_limit = std::max<std::size_t>(source.size(), 1);
  Require(Decompress(*stream, back).has_value(), "an output limit that is kept");
  if (source.size() > 1) {
    back.output_limit = source.size() - 1;
    const auto less = Decompress(*stream, back);
    Require(!less && less.error().code == ErrorCode::kLimit, "and one that is not");
  }
  return 0;
}
