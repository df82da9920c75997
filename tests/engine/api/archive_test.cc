// Archives: members listed from the index and from the headers, and read.
#include "sigma/archive.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/format/stream_format.h"
#include "sigma/stream.hpp"
#include "tests/engine/api/archives.h"
#include "tests/engine/io/temp_dir.h"

namespace sigma {
namespace {

using testing::HasSubstr;
using tests::Get;
using tests::Members;
using tests::Noise;
using tests::Outcome;
using tests::Packed;
using tests::Small;
using tests::TarMaker;
using tests::TempDir;
using tests::Tree;
using tests::Unpack;

TEST(Archive, TheIndexSaysWhatTheHeadersSay) {
  const TarMaker tar = Tree();
  const Bytes with = Packed(tar);
  const Bytes without = Packed(tar, false);
  const auto indexed = Archive::OpenMemory(with);
  const auto walked = Archive::OpenMemory(without);
  ASSERT_TRUE(indexed && walked);
  EXPECT_TRUE(indexed->indexed());
  EXPECT_FALSE(walked->indexed());
  const std::vector<Member> members = Members(*indexed);
  EXPECT_EQ(members.size(), 61u);
  EXPECT_EQ(members, Members(*walked));
  EXPECT_EQ(indexed->reader().counters().decoded, 0u) << "listing decodes no chunk";
  EXPECT_GT(with.size(), without.size());
  EXPECT_EQ(*Decompress(with), *Decompress(without));
}

TEST(Archive, TheBytesAreTheSameHoweverTheyCome) {
  const TarMaker tar = Tree();
  const Bytes once = Packed(tar);
  for (const std::uint32_t threads : {1u, 4u}) {
    Options options = Small();
    options.threads = threads;
    EXPECT_EQ(*Compress(tar.view(), options), once);
    auto encoder = Encoder::Create(options);
    ASSERT_TRUE(encoder);
    Bytes out;
    Bytes buffer(1 << 16);
    const auto deliver = [&] {
      for (auto got = encoder->Pull(buffer); got && *got != 0; got = encoder->Pull(buffer)) {
        out.insert(out.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*got));
      }
    };
    for (ByteView rest = tar.view(); !rest.empty();) {
      const auto taken = encoder->Push(rest.first(std::min<std::size_t>(rest.size(), 777)));
      ASSERT_TRUE(taken);
      rest = rest.subspan(*taken);
      deliver();
    }
    ASSERT_TRUE(encoder->Finish());
    deliver();
    EXPECT_EQ(out, once);
  }
  EXPECT_LE(once.size(), CompressBound(tar.view().size(), Small()));
}

// A great many empty files hold little else than their index, which is bounded.
TEST(Archive, TheIndexIsASmallPart) {
  TarMaker tar;
  for (int i = 0; i < 4000; ++i)
    tar.Add({.name = Noise(9, static_cast<std::uint64_t>(i) + 1).insert(0, 1, 'x').substr(0, 9) +
                     "/" + std::to_string(i)});
  for (char& byte : tar.bytes()) (void)byte;
  tar.End();
  for (const char* const strategy : {"auto", "raw"}) {
    Options options = Small();
    options.strategy = strategy;
    const Bytes stream = *Compress(tar.view(), options);
    EXPECT_LE(stream.size(), CompressBound(tar.view().size(), options));
    const auto archive = Archive::OpenMemory(stream);
    ASSERT_TRUE(archive) << archive.error().text;
    EXPECT_EQ(Members(*archive).size(), 4000u) << "where the index ends, the headers go on";
  }
}

TEST(Archive, OfASmallTarThereIsNoIndex) {
  TarMaker tar;
  tar.Add({.name = "a", .data = "data"}).End();
  const Bytes stream = *Compress(tar.view());
  Options options;
  options.index = false;
  EXPECT_EQ(stream, *Compress(tar.view(), options));
  const auto archive = Archive::OpenMemory(stream);
  ASSERT_TRUE(archive);
  EXPECT_EQ(Members(*archive).size(), 1u);
}

TEST(Archive, WhatIsNoTarIsRefused) {
  const auto archive =
      Archive::OpenMemory(*Compress(tests::Generate(tests::Kind::kText, 300'000), Small()));
  ASSERT_FALSE(archive);
  EXPECT_EQ(archive.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(archive.error().text, HasSubstr("no tar"));
}

TEST(Archive, OneMemberTakesItsChunksAlone) {
  const Bytes stream = Packed(Tree(200));
  ReaderOptions options;
  options.threads = 4;
  const auto archive = Archive::OpenMemory(stream, options);
  ASSERT_TRUE(archive);
  Member wanted;
  for (const Member& each : Members(*archive)) {
    if (each.name == "d/f20") wanted = each;
  }
  std::string got;
  const auto copied = archive->Copy(wanted, [&](ByteView bytes) -> Result<void> {
    got.append(bytes.begin(), bytes.end());
    return {};
  });
  ASSERT_TRUE(copied) << copied.error().text;
  EXPECT_EQ(got, Noise(20 * 997, 20));
  EXPECT_LE(archive->reader().counters().decoded, 2u);
}

TEST(Archive, ATarThatIsCutGivesWhatIsThere) {
  TarMaker tar = Tree();
  tar.bytes().resize(tar.bytes().size() - 10'000);
  for (const bool index : {true, false}) {
    const Bytes stream = Packed(tar, index);
    const auto archive = Archive::OpenMemory(stream);
    ASSERT_TRUE(archive);
    std::size_t seen = 0;
    const auto done = archive->ForEach([&](const Member&) { return ++seen > 0; });
    EXPECT_GE(seen, 59u);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kTruncated);
    const TempDir folder;
    const Outcome outcome = Unpack(stream, {.folder = folder.path()});
    EXPECT_THAT(outcome.error, HasSubstr("ends inside a member"));
    EXPECT_EQ(Get(folder / "d/f30"), Noise(30 * 997, 30));
  }
}

}  // namespace
}  // namespace sigma
