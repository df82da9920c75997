// Encoder and Decoder as one thread uses them, as two do, and as nobody should.
#include <gtest/gtest.h>

#include <thread>

#include "sigma/sigma.hpp"
#include "sigma/stream.hpp"
#include "tests/data.h"
#include "tests/engine/api/small_options.h"
#include "tests/engine/pipeline/watchdog.h"

namespace sigma {
namespace {

using tests::Generate;
using tests::kChunk;
using tests::Kind;
using tests::Random;
using tests::Small;

// What one thread does with a stream, in pieces of random sizes: a push, a pull, by turns.
class OneThread {
 public:
  OneThread(Stream& stream, std::uint64_t seed) : stream_(stream), random_(seed) {}

  Result<void> Push(ByteView bytes) {
    while (!bytes.empty()) {
      const Result<std::size_t> taken =
          stream_.Push(bytes.first(std::min<std::size_t>(bytes.size(), Size())));
      if (!taken) return taken.failure();
      bytes = bytes.subspan(*taken);
      const std::size_t before = pulled.size();
      if (Result<void> done = Pull(); !done) return done;
      // Neither turns in vain.
      EXPECT_TRUE(*taken != 0 || pulled.size() > before);
    }
    return {};
  }
  // Until there is nothing more.
  Result<void> Pull() {
    for (;;) {
      const std::size_t size = pulled.size();
      const std::size_t room = Size();
      pulled.resize(size + room);
      const Result<std::size_t> got = stream_.Pull(MutableBytes{pulled}.subspan(size));
      pulled.resize(size + (got ? *got : 0));
      if (!got) return got.failure();
      if (*got == 0) return {};
    }
  }
  Result<void> Finish() {
    if (Result<void> ended = stream_.Finish(); !ended) return ended;
    return Pull();
  }

  Bytes pulled;

 private:
  // Mostly of some KiB, now and then a few bytes or more than a chunk.
  std::size_t Size() {
    const std::uint64_t kind = random_.Below(10);
    return 1 + static_cast<std::size_t>(random_.Below(kind == 0   ? 20
                                                      : kind == 1 ? 3 * kChunk
                                                                  : kChunk / 4));
  }
  Stream& stream_;
  Random random_;
};

Result<Bytes> Restored(ByteView stream, std::uint64_t seed = 1, const Options& options = Small()) {
  Result<Decoder> decoder = Decoder::Create(options);
  if (!decoder) return decoder.failure();
  OneThread thread(*decoder, seed);
  if (Result<void> pushed = thread.Push(stream); !pushed) return pushed.failure();
  if (Result<void> done = thread.Finish(); !done) return done.failure();
  return thread.pulled;
}

class Streams : public testing::Test {
  tests::Watchdog watchdog_{300};
};

TEST_F(Streams, GiveTheBytesOfOneCallForAnyPiecesThreadsAndLevel) {
  for (const int level : {1, 3, 5}) {
    for (std::uint32_t threads = 1; threads <= 4; ++threads) {
      for (const std::size_t size :
           {std::size_t{0}, std::size_t{1}, std::size_t{kChunk}, std::size_t{9 * kChunk + 77}}) {
        const std::uint64_t seed = threads + 10 * static_cast<std::uint64_t>(level) + size;
        const Bytes source = Generate(Kind::kMixed, size, seed);
        Options options = Small(threads);
        options.level = level;
        Result<Encoder> encoder = Encoder::Create(options);
        ASSERT_TRUE(encoder);
        OneThread thread(*encoder, seed);
        ASSERT_TRUE(thread.Push(source));
        ASSERT_TRUE(thread.Finish());
        EXPECT_TRUE(thread.pulled == *Compress(source, options)) << level << ' ' << size;
        const Result<Summary> summary = encoder->Summarize();
        ASSERT_TRUE(summary);
        EXPECT_EQ(summary->original, size);
        EXPECT_EQ(summary->compressed, thread.pulled.size());
        const Result<Bytes> restored = Restored(thread.pulled, seed, options);
        ASSERT_TRUE(restored) << restored.error().text;
        EXPECT_TRUE(*restored == source) << level << ' ' << size;
      }
    }
  }
}

TEST_F(Streams, TwoThreadsWaitForEachOther) {
  const Bytes source = Generate(Kind::kMixed, 40 * kChunk + 5);
  for (std::uint32_t threads = 1; threads <= 3; ++threads) {
    Result<Encoder> encoder = Encoder::Create(Small(threads));
    Result<Decoder> decoder = Decoder::Create(Small(threads));
    ASSERT_TRUE(encoder && decoder);
    std::thread pusher([&] {
      ASSERT_TRUE(encoder->Write(source));
      ASSERT_TRUE(encoder->Finish());
    });
    // What comes out of the one goes into the other.
    std::thread between([&] {
      Bytes piece(5000);
      for (;;) {
        const Result<std::size_t> got = encoder->Read(piece);
        ASSERT_TRUE(got);
        if (*got == 0) break;
        ASSERT_TRUE(decoder->Write(ByteView{piece}.first(*got)));
      }
      ASSERT_TRUE(decoder->Finish());
    });
    Bytes restored(source.size() + 1);
    std::size_t size = 0;
    for (;;) {
      const Result<std::size_t> got = decoder->Read(MutableBytes{restored}.subspan(size));
      ASSERT_TRUE(got) << got.error().text;
      if (*got == 0) break;
      size += *got;
    }
    pusher.join();
    between.join();
    restored.resize(size);
    EXPECT_TRUE(restored == source);
  }
}

// A conversation: each message is understood before the next one is said.
TEST_F(Streams, WhatIsFlushedIsRestoredBeforeMoreComes) {
  for (std::uint32_t threads = 1; threads <= 3; ++threads) {
    Result<Encoder> encoder = Encoder::Create(Small(threads));
    Result<Decoder> decoder = Decoder::Create(Small(threads));
    ASSERT_TRUE(encoder && decoder);
    OneThread says(*encoder, 7);
    OneThread hears(*decoder, 8);
    Random random(threads);
    Bytes all;
    std::size_t sent = 0;
    for (int i = 0; i < 60; ++i) {
      const std::size_t size =
          static_cast<std::size_t>(random.Below(i % 7 == 0 ? 3 * kChunk : 900));
      const Bytes message = Generate(Kind::kText, size, random());
      all.insert(all.end(), message.begin(), message.end());
      ASSERT_TRUE(says.Push(message));
      ASSERT_TRUE(encoder->Flush());
      ASSERT_TRUE(says.Pull());
      ASSERT_TRUE(hears.Push(ByteView{says.pulled}.subspan(sent)));
      sent = says.pulled.size();
      ASSERT_TRUE(decoder->Flush());
      ASSERT_TRUE(hears.Pull());
      ASSERT_TRUE(hears.pulled == all) << i;
    }
    ASSERT_TRUE(says.Finish());
    ASSERT_TRUE(hears.Push(ByteView{says.pulled}.subspan(sent)));
    ASSERT_TRUE(hears.Finish());
    EXPECT_TRUE(hears.pulled == all);
    // By its seek table too, though its chunks have many sizes.
    EXPECT_TRUE(*Decompress(says.pulled, Small()) == all);
    EXPECT_GT(Inspect(says.pulled)->chunks.size(), 50u);
  }
}

TEST_F(Streams, AFlushWhereAChunkEndsOrHasNotBegunChangesNothing) {
  const Bytes source = Generate(Kind::kWalk16, 3 * kChunk);
  Result<Encoder> encoder = Encoder::Create(Small());
  ASSERT_TRUE(encoder);
  OneThread thread(*encoder, 3);
  for (std::size_t at = 0; at < source.size(); at += kChunk) {
    ASSERT_TRUE(encoder->Flush());
    ASSERT_TRUE(encoder->Flush());
    ASSERT_TRUE(thread.Pull());
    ASSERT_TRUE(thread.Push(ByteView{source}.subspan(at, kChunk)));
  }
  ASSERT_TRUE(encoder->Flush());
  ASSERT_TRUE(thread.Finish());
  EXPECT_TRUE(thread.pulled == *Compress(source, Small()));
}

TEST_F(Streams, TheSlowerSideHoldsTheOtherBack) {
  const Bytes source = Generate(Kind::kRandom, 100 * kChunk);
  Result<Encoder> encoder = Encoder::Create(Small(2));
  ASSERT_TRUE(encoder);
  const Result<std::size_t> taken = encoder->Push(source);
  ASSERT_TRUE(taken);
  EXPECT_LE(*taken, 6 * kChunk);  // four in flight
  EXPECT_EQ(*encoder->Push(source), 0u);
  Bytes byte(1);
  EXPECT_EQ(*encoder->Pull(byte), 1u);
}

TEST_F(Streams, DamageIsToldAfterTheLastGoodByte) {
  const Bytes source = Generate(Kind::kText, 8 * kChunk);
  const Bytes stream = *Compress(source, Small());
  const FileInfo info = *Inspect(stream);
  Bytes damaged = stream;
  damaged[static_cast<std::size_t>(info.chunks[5].offset + info.chunks[5].stored - 1)] ^= 1;
  for (std::uint32_t threads = 1; threads <= 3; ++threads) {
    Result<Decoder> decoder = Decoder::Create(Small(threads));
    ASSERT_TRUE(decoder);
    OneThread thread(*decoder, threads);
    Result<void> done = thread.Push(damaged);
    if (done) done = thread.Finish();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kCorrupt);
    EXPECT_EQ(done.error().chunk, 5u);
    EXPECT_EQ(thread.pulled, Bytes(source.begin(), source.begin() + 5 * kChunk));
    // And again, of every call.
    EXPECT_EQ(decoder->Push(stream).error().code, ErrorCode::kCorrupt);
    EXPECT_EQ(decoder->Finish().error().code, ErrorCode::kCorrupt);
    EXPECT_EQ(decoder->Summarize().error().code, ErrorCode::kInvalidArgument);
    // Though more might come, and the next chunk has begun.
    decoder = Decoder::Create(Small(threads));
    OneThread flushed(*decoder, threads);
    done =
        flushed.Push(ByteView{damaged}.first(static_cast<std::size_t>(info.chunks[6].offset + 9)));
    if (done) done = decoder->Flush();
    if (done) done = flushed.Pull();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().chunk, 5u);
    EXPECT_EQ(flushed.pulled.size(), 5 * kChunk);
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{3}, stream.size() - 1}) {
    EXPECT_EQ(Restored(ByteView{stream}.first(size)).error().code, ErrorCode::kTruncated) << size;
  }
  Bytes longer = stream;
  longer.insert(longer.end(), stream.begin(), stream.end());
  longer.insert(longer.end(), 100000, 0);
  Bytes twice = source;
  twice.insert(twice.end(), source.begin(), source.end());
  EXPECT_TRUE(*Restored(longer) == twice);
  longer.push_back(1);
  Result<Decoder> decoder = Decoder::Create(Small());
  OneThread thread(*decoder, 1);
  Result<void> done = thread.Push(longer);
  if (done) done = thread.Finish();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(done.error().offset, longer.size() - 1);
  EXPECT_TRUE(thread.pulled == twice);
  EXPECT_EQ(Restored(source).error().code, ErrorCode::kNotSigma);
  Options limited = Small();
  limited.output_limit = source.size() - 1;
  EXPECT_EQ(Restored(stream, 1, limited).error().code, ErrorCode::kLimit);
}

TEST_F(Streams, MisuseIsAnError) {
  Options options = Small();
  options.level = 77;
  EXPECT_EQ(Encoder::Create(options).error().code, ErrorCode::kInvalidArgument);
  options = Small();
  options.threads = 100000;
  EXPECT_EQ(Decoder::Create(options).error().code, ErrorCode::kInvalidArgument);
  options = Small();
  options.memory_limit = 1000;
  EXPECT_EQ(Decoder::Create(options).error().code, ErrorCode::kLimit);

  const Bytes source = Generate(Kind::kText, 1000);
  Bytes target(100000);
  Result<Encoder> made = Encoder::Create(Small());
  ASSERT_TRUE(made);
  Encoder encoder = std::move(*made);
  EXPECT_EQ(made->Push(source).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(made->Pull(target).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(made->Flush().error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(made->Finish().error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(made->Summarize().error().code, ErrorCode::kInvalidArgument);
  made->Cancel();

  EXPECT_EQ(encoder.Pull({}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(*encoder.Push({}), 0u);
  EXPECT_EQ(*encoder.Push(source), source.size());
  EXPECT_EQ(encoder.Summarize().error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(encoder.Finish());
  EXPECT_TRUE(encoder.Finish());
  EXPECT_EQ(encoder.Push(source).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(encoder.Write(source).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(encoder.Flush().error().code, ErrorCode::kInvalidArgument);
  std::size_t size = 0;
  while (const std::size_t got = *encoder.Pull(MutableBytes{target}.subspan(size))) size += got;
  EXPECT_EQ(*encoder.Pull(target), 0u);
  EXPECT_EQ(*Decompress(ByteView{target}.first(size)), source);
  EXPECT_EQ(encoder.Push(source).error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(encoder.Summarize());
  encoder.Cancel();
  EXPECT_EQ(encoder.Pull(target).error().code, ErrorCode::kCancelled);

  // Another takes its place while it is at work.
  Encoder second = *Encoder::Create(Small());
  EXPECT_TRUE(second.Push(source));
  second = std::move(encoder);
  EXPECT_EQ(second.Push(source).error().code, ErrorCode::kCancelled);
}

TEST_F(Streams, MayBeDroppedAtAnyMoment) {
  const Bytes source = Generate(Kind::kMixed, 12 * kChunk);
  const Bytes stream = *Compress(source, Small());
  Bytes target(kChunk);
  Random random(5);
  for (int i = 0; i < 80; ++i) {
    const bool encode = i % 2 == 0;
    const auto threads = static_cast<std::uint32_t>(1 + i / 2 % 4);
    std::optional<Encoder> encoder;
    std::optional<Decoder> decoder;
    if (encode) {
      encoder.emplace(*Encoder::Create(Small(threads)));
    } else {
      decoder.emplace(*Decoder::Create(Small(threads)));
    }
    Stream& one = encode ? static_cast<Stream&>(*encoder) : *decoder;
    const Bytes& bytes = encode ? source : stream;
    for (std::uint64_t step = random.Below(12); step-- != 0;) {
      switch (random.Below(8)) {
        case 0:
          (void)one.Flush();
          break;
        case 1:
          if (step < 2) (void)one.Finish();
          break;
        case 2:
        case 3:
          (void)one.Pull(MutableBytes{target}.first(1 + random.Below(kChunk)));
          break;
        default:
          (void)one.Push(ByteView{bytes}.first(1 + random.Below(bytes.size())));
      }
    }
  }
}

TEST_F(Streams, CancelEndsWhatWaits) {
  const Bytes source = Generate(Kind::kMixed, 50 * kChunk);
  for (std::uint32_t threads = 1; threads <= 3; ++threads) {
    Result<Encoder> encoder = Encoder::Create(Small(threads));
    ASSERT_TRUE(encoder);
    // Nobody pulls: it waits.
    std::thread pusher(
        [&] { EXPECT_EQ(encoder->Write(source).error().code, ErrorCode::kCancelled); });
    Result<Decoder> decoder = Decoder::Create(Small(threads));
    ASSERT_TRUE(decoder);
    std::thread puller([&] {
      Bytes target(10);
      EXPECT_EQ(decoder->Read(target).error().code, ErrorCode::kCancelled);
    });
    // A second one is told so, as soon as the first one is there.
    for (bool told = false; !told;) {
      const Result<std::size_t> taken = encoder->Push({});
      told = !taken && taken.error().code == ErrorCode::kInvalidArgument;
    }
    encoder->Cancel();
    decoder->Cancel();
    pusher.join();
    puller.join();
  }
}

}  // namespace
}  // namespace sigma
