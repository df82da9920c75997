// Context: the results of the functions without one, whatever came before.
#include "sigma/context.hpp"

#include <gtest/gtest.h>

#include "sigma/sigma.hpp"
#include "tests/data.h"
#include "tests/engine/api/small_options.h"

namespace sigma {
namespace {

using tests::Generate;
using tests::kChunk;
using tests::Kind;
using tests::Small;

TEST(Contexts, GiveWhatTheFunctionsGive) {
  for (const int level : Levels()) {
    Options options = Small();
    options.level = level;
    options.verify = level % 2 == 0;
    Result<Context> context = Context::Create(options);
    ASSERT_TRUE(context);
    for (const Kind kind : {Kind::kText, Kind::kRandom, Kind::kWalk32, Kind::kZeros}) {
      for (const std::size_t size :
           {std::size_t{5000}, std::size_t{0}, std::size_t{1}, std::size_t{kChunk},
            std::size_t{kChunk + 1}, std::size_t{16384}, std::size_t{3 * kChunk}}) {
        const Bytes source = Generate(kind, size);
        const Bytes wanted = *Compress(source, options);
        Bytes stream(static_cast<std::size_t>(CompressBound(size, options)));
        const Result<std::size_t> used = context->Compress(source, stream);
        ASSERT_TRUE(used) << used.error().text;
        stream.resize(*used);
        ASSERT_TRUE(stream == wanted) << level << ' ' << size;
        Bytes restored(size);
        const Result<std::size_t> got = context->Decompress(stream, restored);
        ASSERT_TRUE(got) << got.error().text;
        ASSERT_EQ(*got, size);
        ASSERT_TRUE(restored == source);

        EXPECT_EQ(context->Compress(source, MutableBytes{stream}.first(*used - 1)).error().code,
                  ErrorCode::kLimit);
        if (size == 0) continue;
        EXPECT_EQ(context->Decompress(stream, MutableBytes{restored}.first(size - 1)).error().code,
                  ErrorCode::kLimit);
      }
    }
  }
}

TEST(Contexts, SayWhatTheFunctionsSayOfDamage) {
  const Bytes source = Generate(Kind::kText, 10000);
  const Bytes stream = *Compress(source, Small());
  Context context = *Context::Create(Small());
  Bytes restored(source.size());
  const auto expect_same = [&](ByteView damaged) {
    const Result<Bytes> wanted = Decompress(damaged, Small());
    const Result<std::size_t> got = context.Decompress(damaged, restored);
    ASSERT_EQ(got.has_value(), wanted.has_value());
    if (got) return;
    EXPECT_EQ(got.error().code, wanted.error().code);
    EXPECT_EQ(got.error().text, wanted.error().text);
    EXPECT_EQ(got.error().offset, wanted.error().offset);
  };
  for (std::size_t at = 0; at < stream.size(); at += 1 + at / 16) {
    Bytes damaged = stream;
    damaged[at] ^= 0x10;
    expect_same(damaged);
    expect_same(ByteView{stream}.first(at));
  }
  Bytes longer = stream;
  longer.resize(stream.size() + 100);
  expect_same(longer);
  longer.back() = 1;
  expect_same(longer);
  Bytes twice = stream;
  twice.insert(twice.end(), stream.begin(), stream.end());
  restored.resize(2 * source.size());
  expect_same(twice);
}

TEST(Contexts, MisuseIsAnError) {
  Options options = Small();
  options.level = 77;
  EXPECT_EQ(Context::Create(options).error().code, ErrorCode::kInvalidArgument);
  Result<Context> made = Context::Create();
  ASSERT_TRUE(made);
  const Context context = std::move(*made);
  Bytes bytes(100);
  EXPECT_EQ(made->Compress(bytes, bytes).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(made->Decompress(bytes, bytes).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace sigma
