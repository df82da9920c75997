// Archives extracted, and what hostile archives and indexes get.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/format/stream_format.h"
#include "sigma/archive.hpp"
#include "tests/engine/api/archives.h"
#include "tests/engine/io/temp_dir.h"

namespace sigma {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using tests::Get;
using tests::Noise;
using tests::Outcome;
using tests::Packed;
using tests::Put;
using tests::TarMaker;
using tests::TempDir;
using tests::Tree;
using tests::Unpack;

TEST(Extract, EverythingAsItWas) {
  TarMaker tar;
  tar.Add({.name = "./d/", .type = '5', .mode = 0555, .mtime = 5})
      .Add({.name = "./d/run", .data = Noise(200'000, 3), .mode = 04755, .mtime = 1'234'567})
      .Add({.name = "./d/link", .type = '2', .link = "run"})
      .Add({.name = "d/deep/up", .type = '2', .link = "../../other"})
      .Add({.name = "./same", .type = '1', .link = "./d/run"})
      .Add({.name = "pipe", .type = '6'})
      .Add({.name = "way/to/empty"});
  tar.Pax({{"GNU.sparse.major", "1"},
           {"GNU.sparse.minor", "0"},
           {"GNU.sparse.name", "s1"},
           {"GNU.sparse.realsize", "100000"}})
      .Add({.name = "x", .data = std::string("1\n4096\n3\n") + std::string(503, '\0') + "abc"});
  tar.Pax({{"GNU.sparse.name", "s0"}, {"GNU.sparse.size", "9"}, {"GNU.sparse.map", "2,3"}})
      .Add({.name = "y", .data = "abc"});
  tar.End();
  for (const bool index : {true, false}) {
    const TempDir folder;
    const Outcome outcome = Unpack(Packed(tar, index), {.folder = folder.path()});
    EXPECT_THAT(outcome.failed, IsEmpty());
    EXPECT_EQ(outcome.error, "");
    EXPECT_EQ(outcome.totals.members, 9u);
    EXPECT_THAT(folder.Names(), UnorderedElementsAre("d", "same", "pipe", "way", "s1", "s0"));
    EXPECT_EQ(Get(folder / "d/run"), Noise(200'000, 3));
    struct stat status {};
    ASSERT_EQ(stat((folder / "d/run").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777u, 0755u) << "no setuid bit";
    EXPECT_EQ(status.st_mtim.tv_sec, 1'234'567);
    EXPECT_EQ(status.st_nlink, 2u);
    ASSERT_EQ(stat((folder / "d").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777u, 0555u);
    EXPECT_EQ(status.st_mtim.tv_sec, 5);
    EXPECT_EQ(fs::read_symlink(folder / "d/link"), "run");
    EXPECT_TRUE(fs::is_fifo(folder / "pipe"));
    EXPECT_EQ(Get(folder / "s0"), std::string("\0\0abc\0\0\0\0", 9));
    const std::string sparse = Get(folder / "s1");
    EXPECT_EQ(sparse.size(), 100'000u);
    EXPECT_EQ(sparse.substr(4096, 3), "abc");
    fs::permissions(folder / "d", fs::perms::owner_all);
  }
}

TEST(Extract, SomeOfIt) {
  const TempDir folder;
  const Outcome outcome = Unpack(Packed(Tree()), {.folder = folder.path()},
                                 [](const Member& member) { return member.name == "d/f7"; });
  EXPECT_EQ(outcome.totals.members, 1u);
  EXPECT_EQ(outcome.totals.bytes, 7u * 997u);
  EXPECT_EQ(Get(folder / "d/f7"), Noise(7 * 997, 7));
}

TEST(Extract, NothingIsOverwrittenButByForce) {
  const TempDir folder;
  Put(folder / "a", "mine");
  Put(folder / "target", "not touched");
  fs::create_symlink("target", folder / "l");
  fs::create_directory(folder / "d");
  TarMaker tar;
  tar.Add({.name = "a", .data = "new"})
      .Add({.name = "l", .data = "new"})
      .Add({.name = "d", .data = "new"})
      .End();
  tar.bytes() += Noise(200'000, 1);
  const Bytes stream = Packed(tar);
  EXPECT_EQ(Unpack(stream, {.folder = folder.path()}).failed.size(), 3u);
  EXPECT_EQ(Get(folder / "a"), "mine");
  EXPECT_TRUE(fs::is_symlink(folder / "l"));
  const Outcome forced = Unpack(stream, {.folder = folder.path(), .force = true});
  EXPECT_THAT(forced.failed, ElementsAre(testing::Pair("d", HasSubstr("a folder has its name"))));
  EXPECT_EQ(Get(folder / "a"), "new");
  EXPECT_EQ(Get(folder / "l"), "new");
  EXPECT_FALSE(fs::is_symlink(folder / "l"));
  EXPECT_EQ(Get(folder / "target"), "not touched");
}

TEST(Extract, TheLaterOfTwoNamesCounts) {
  const TempDir folder;
  TarMaker tar;
  tar.Add({.name = "a", .data = "first"}).Add({.name = "a", .data = "second"});
  tar.Add({.name = "b", .type = '2', .link = "a"}).Add({.name = "b", .data = "file"}).End();
  const Outcome outcome = Unpack(Packed(tar), {.folder = folder.path()});
  EXPECT_THAT(outcome.failed, IsEmpty());
  EXPECT_EQ(Get(folder / "a"), "second") << "nothing was written through the link";
  EXPECT_EQ(Get(folder / "b"), "file");
}

// Archives that tried to write outside, as they were found in the wild and in reports on tar, unzip
// and their like.
TEST(Extract, NothingLeavesTheFolder) {
  const TempDir outer;
  const std::string inside = outer / "in";
  fs::create_directory(inside);
  Put(outer / "victim", "safe");
  fs::create_directory(outer / "out");
  const std::string out = outer / "out";
  const auto attack = [&](const TarMaker& tar) {
    fs::remove_all(inside);
    fs::create_directory(inside);
    for (const bool index : {true, false}) {
      TarMaker long_tar = tar;
      long_tar.Add({.name = "ballast", .data = Noise(200'000, 5)}).End();
      const Outcome outcome = Unpack(Packed(long_tar, index), {.folder = inside, .force = true});
      EXPECT_FALSE(outcome.failed.empty());
      EXPECT_EQ(outcome.error, "");
      EXPECT_EQ(Get(outer / "victim"), "safe");
      EXPECT_TRUE(fs::is_empty(out));
      EXPECT_THAT(outer.Names(), UnorderedElementsAre("in", "victim", "out"));
    }
  };
  using Item = tests::TarItem;
  const auto tar = [](std::initializer_list<Item> items) {
    TarMaker made;
    for (const Item& each : items) made.Add(each);
    return made;
  };
  attack(tar({{.name = "../victim", .data = "x"}}));
  attack(tar({{.name = "a/../../victim", .data = "x"}}));
  attack(tar({{.name = "./../victim", .data = "x"}}));
  attack(tar({{.name = "..", .type = '5', .mode = 0}}));
  attack(tar({{.name = "../new/", .type = '5'}}));
  attack(tar({{.name = outer / "victim", .data = "x"}}));
  attack(tar({{.name = "//" + (outer / "victim").substr(1), .data = "x"}}));
  // A link, then a file through it.
  attack(tar({{.name = "l", .type = '2', .link = out}, {.name = "l/x", .data = "x"}}));
  attack(tar({{.name = "l", .type = '2', .link = "../out"}, {.name = "l/x", .data = "x"}}));
  attack(tar({{.name = "l", .type = '2', .link = "../victim"}, {.name = "l", .data = "x"}}));
  // Through links that each look harmless.
  attack(tar({{.name = "here", .type = '2', .link = "."},
              {.name = "up", .type = '2', .link = "here/.."},
              {.name = "up/out/x", .data = "x"}}));
  attack(tar({{.name = "d/", .type = '5'},
              {.name = "d/l", .type = '2', .link = ".."},
              {.name = "d/l/x", .data = "x"}}));
  attack(tar({{.name = "a/b/s", .type = '2', .link = "../.."},
              {.name = "t", .type = '1', .link = "a/b/s"}}));
  // Hard links to what is outside, and content through them.
  attack(tar(
      {{.name = "h", .type = '1', .link = "../victim"}, {.name = "h", .data = "x", .link = ""}}));
  attack(tar({{.name = "h", .type = '1', .link = outer / "victim"}}));
  attack(tar(
      {{.name = "l", .type = '2', .link = ".."}, {.name = "h", .type = '1', .link = "l/victim"}}));
  // A folder that becomes a link.
  attack(tar({{.name = "d/", .type = '5'},
              {.name = "d", .type = '2', .link = "."},
              {.name = "d/../x", .data = "x"}}));
  attack(tar({{.name = "dev", .type = '3'}, {.name = "blk", .type = '4'}}));
  // A name that pax and header tell differently: the pax one counts, and is looked at.
  TarMaker pax;
  pax.Pax({{"path", "../victim"}}).Add({.name = "harmless", .data = "x"});
  attack(pax);
  TarMaker gnu;
  gnu.Long('L', "../victim").Add({.name = "harmless", .data = "x"});
  attack(gnu);
}

TEST(Extract, LinksThatAreThereAreNotFollowed) {
  const TempDir outer;
  fs::create_directory(outer / "in");
  fs::create_directory(outer / "out");
  fs::create_symlink("../out", outer / "in/d");
  TarMaker tar;
  tar.Add({.name = "d/x", .data = "x"}).Add({.name = "d/e/", .type = '5'}).End();
  const Bytes stream = Packed(tar);
  EXPECT_EQ(Unpack(stream, {.folder = outer / "in", .force = true}).failed.size(), 2u);
  EXPECT_TRUE(fs::is_empty(outer / "out"));
  EXPECT_THAT(Unpack(stream, {.folder = outer / "in", .unsafe = true}).failed, IsEmpty());
  EXPECT_EQ(Get(outer / "out/x"), "x") << "unsafe means it";
}

// A stream with the chunks of one and the index of the other.
Bytes WithIndexOf(const Bytes& data, const Bytes& index) {
  const auto cut = [](const Bytes& stream) {
    const auto trailer = ParseTrailer(ByteView{stream}.last<kTrailerSize>());
    const std::size_t footer = stream.size() - static_cast<std::size_t>(trailer->footer_size);
    const auto parsed = ParseFooter(ByteView{stream}.first(std::min(stream.size(), kStreamFront)),
                                    ByteView{stream}.subspan(footer), *trailer);
    const SeekEntry last = parsed->entries.back();
    return std::tuple{static_cast<std::size_t>(last.offset + last.stored), footer, parsed->entries};
  };
  const auto [data_end, data_footer, entries] = cut(data);
  const auto [index_begin, index_end, unused] = cut(index);
  (void)data_footer;
  (void)unused;
  Bytes out(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(data_end));
  out.insert(out.end(), index.begin() + static_cast<std::ptrdiff_t>(index_begin),
             index.begin() + static_cast<std::ptrdiff_t>(index_end));
  const Bytes footer = WriteFooter(entries, out.size());
  out.insert(out.end(), footer.begin(), footer.end());
  return out;
}

TEST(Extract, AnIndexThatLiesIsFoundOut) {
  TarMaker truth = Tree();
  const Bytes data = Packed(truth, false);
  const auto lie = [&](const std::function<void(std::string&)>& change) {
    TarMaker other = Tree();
    change(other.bytes());
    const Bytes stream = WithIndexOf(data, Packed(other));
    EXPECT_EQ(*Decompress(stream), Bytes(truth.view().begin(), truth.view().end()));
    const TempDir folder;
    return Unpack(stream, {.folder = folder.path()});
  };
  const auto with = [](std::size_t header, std::size_t at, std::string_view text) {
    return [=](std::string& bytes) {
      std::string block = bytes.substr(header, 512);
      block.replace(at, text.size(), text);
      TarMaker::Seal(block);
      bytes.replace(header, 512, block);
    };
  };
  EXPECT_THAT(lie([](std::string&) {}).failed, IsEmpty());
  // The name, the mode, the kind of d/f0, which has no data; the sizes that lead elsewhere.
  for (const auto& change : {with(512, 0, "d/g0"), with(512, 100, "0000777"), with(512, 156, "6"),
                             with(512, 157, "x")}) {
    const Outcome outcome = lie(change);
    for (const auto& [name, text] : outcome.failed)
      EXPECT_THAT(text, HasSubstr("says something else"));
    EXPECT_LE(outcome.failed.size(), 1u);
  }
  const Outcome name = lie(with(512, 0, "d/g0"));
  EXPECT_THAT(name.failed,
              ElementsAre(testing::Pair("d/g0", HasSubstr("byte 512 of the restored"))));
  // One member less in the truth than in the index.
  TarMaker more;
  more.Add({.name = "first", .data = Noise(5000, 9)});
  more.bytes() += Tree().bytes();
  const TempDir folder;
  const Outcome shifted = Unpack(WithIndexOf(data, Packed(more)), {.folder = folder.path()});
  EXPECT_GT(shifted.failed.size(), 50u);
  EXPECT_EQ(shifted.totals.members, 0u);
  // Beyond the end of what there is.
  TarMaker longer = Tree(90);
  const TempDir other;
  EXPECT_EQ(Unpack(WithIndexOf(data, Packed(longer)), {.folder = other.path()}).failed.size(), 30u);
}

TEST(Extract, ADamagedIndexIsAnError) {
  const Bytes good = Packed(Tree());
  const Bytes bare = Packed(Tree(), false);
  std::size_t errors = 0;
  for (std::size_t at = bare.size() - 500; at < good.size(); at += 37) {
    Bytes bad = good;
    bad[at] ^= 0x40;
    if (!Archive::OpenMemory(bad)) ++errors;
  }
  EXPECT_GT(errors, 3u);
}

}  // namespace
}  // namespace sigma
