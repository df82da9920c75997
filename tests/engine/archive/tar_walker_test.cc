// The walk over a tar: every format's members, in pieces of any size; and what is no tar.
#include "engine/archive/tar_walker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/archive/tar_maker.h"

namespace sigma {
namespace {

using testing::ElementsAre;
using tests::TarItem;
using tests::TarMaker;
using State = TarScanner::State;

struct Seen {
  State state = State::kNone;
  std::vector<Member> members;
  std::uint64_t broken_at = 0;
  [[nodiscard]] std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const Member& each : members) names.push_back(each.name);
    return names;
  }
};

Seen Scan(ByteView bytes, std::size_t piece = 1 << 20, std::uint32_t most_extension = 16 << 10) {
  Seen seen;
  TarScanner scanner(most_extension, [&](const Member& member) {
    seen.members.push_back(member);
    return true;
  });
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    scanner.Pass(bytes.subspan(at, std::min(piece, bytes.size() - at)));
  }
  scanner.End();
  seen.state = scanner.state();
  seen.broken_at = scanner.broken_at();
  return seen;
}

TEST(TarWalker, MembersOfEveryKind) {
  TarMaker tar;
  tar.Add({.name = "d/", .type = '5', .mode = 0755})
      .Add({.name = "d/file", .data = std::string(700, 'x')})
      .Add({.name = "d/old/", .type = '\0'})
      .Add({.name = "d/hard", .type = '1', .link = "d/file", .size = 700})
      .Add({.name = "d/soft", .type = '2', .link = "file"})
      .Add({.name = "d/pipe", .type = '6'})
      .End();
  const Seen seen = Scan(tar.view());
  EXPECT_EQ(seen.state, State::kEnded);
  EXPECT_THAT(seen.Names(), ElementsAre("d/", "d/file", "d/old/", "d/hard", "d/soft", "d/pipe"));
  const Member& file = seen.members[1];
  EXPECT_EQ(file.kind, '0');
  EXPECT_EQ(file.header, 512u);
  EXPECT_EQ(file.data, 1024u);
  EXPECT_EQ(file.size, 700u);
  EXPECT_EQ(file.mode, 0644u);
  EXPECT_EQ(file.mtime, 1'000'000'000);
  EXPECT_EQ(file.owner, "user");
  EXPECT_EQ(file.owner_id, 1000u);
  EXPECT_EQ(seen.members[2].kind, '5') << "a name that ends with a slash is a folder's";
  EXPECT_EQ(seen.members[3].stored, 0u) << "a hard link has no data, whatever its size";
  EXPECT_EQ(seen.members[4].link, "file");
}

TEST(TarWalker, ExtensionsGoOverTheHeader) {
  const std::string name(300, 'n');
  const std::string link(200, 'l');
  TarMaker tar;
  tar.Long('L', name).Long('K', link).Add({.name = "short", .type = '2', .link = "other"});
  tar.Pax({{"path", "p/" + name},
           {"size", "3"},
           {"mtime", "12.5"},
           {"uid", "4000000"},
           {"comment", "x"}})
      .AddHeader({.name = "other", .size = 0});
  tar.AddData("abc");
  tar.Add({.name = "plain"}).End();
  const Seen seen = Scan(tar.view());
  EXPECT_EQ(seen.state, State::kEnded);
  ASSERT_EQ(seen.members.size(), 3u);
  EXPECT_EQ(seen.members[0].name, name);
  EXPECT_EQ(seen.members[0].link, link);
  EXPECT_EQ(seen.members[0].header, 0u);
  EXPECT_EQ(seen.members[0].data, 5 * 512u);
  EXPECT_EQ(seen.members[1].name, "p/" + name);
  EXPECT_EQ(seen.members[1].size, 3u);
  EXPECT_EQ(seen.members[1].mtime, 12);
  EXPECT_EQ(seen.members[1].owner_id, 4'000'000u);
  EXPECT_EQ(seen.members[2].name, "plain") << "extensions are for one member";
}

TEST(TarWalker, NumbersInBase256) {
  TarMaker tar;
  tar.AddHeader({.name = "large"});
  std::string& bytes = tar.bytes();
  bytes.replace(124, 12, std::string("\x80\0\0\0\0\0\0\3\0\0\0\0", 12));  // 12 GiB
  bytes.replace(136, 12, std::string(11, '\xFF') + '\xFE');               // -2
  TarMaker::Seal(bytes);
  TarWalker walker({});
  ASSERT_EQ(walker.Give(tar.view()), TarWalker::Step::kMember);
  EXPECT_EQ(walker.entry().member.size, std::uint64_t{12} << 30);
  EXPECT_EQ(walker.entry().member.mtime, -2);
  EXPECT_EQ(walker.offset(), 512 + (std::uint64_t{12} << 30));
}

TEST(TarWalker, SparseFiles) {
  TarMaker tar;
  tar.Pax({{"GNU.sparse.major", "1"},
           {"GNU.sparse.minor", "0"},
           {"GNU.sparse.name", "s1"},
           {"GNU.sparse.realsize", "100000"}})
      .Add({.name = "GNUSparseFile/s1",
            .data = std::string("1\n4096\n3\n") + std::string(503, '\0') + "abc"});
  tar.Pax({{"GNU.sparse.name", "s0"}, {"GNU.sparse.size", "9"}, {"GNU.sparse.map", "2,3"}})
      .Add({.name = "GNUSparseFile/s0", .data = "abc"});
  tar.End();
  const Seen seen = Scan(tar.view());
  EXPECT_EQ(seen.state, State::kEnded);
  EXPECT_THAT(seen.Names(), ElementsAre("s1", "s0"));
  EXPECT_EQ(seen.members[0].kind, 'S');
  EXPECT_EQ(seen.members[0].size, 100'000u);
  EXPECT_EQ(seen.members[0].stored, 515u);
  EXPECT_EQ(seen.members[1].size, 9u);
}

TEST(TarWalker, PiecesOfAnySizeShowTheSame) {
  TarMaker tar;
  for (int i = 0; i < 20; ++i) {
    tar.Long('L', std::string(600, 'a') + std::to_string(i))
        .Add({.name = "x", .data = std::string(static_cast<std::size_t>(i) * 97, 'd')});
  }
  tar.End();
  const Seen whole = Scan(tar.view());
  ASSERT_EQ(whole.members.size(), 20u);
  for (const std::size_t piece : {1u, 7u, 511u, 512u, 513u, 4096u}) {
    const Seen seen = Scan(tar.view(), piece);
    EXPECT_EQ(seen.state, State::kEnded) << piece;
    EXPECT_EQ(seen.members, whole.members) << piece;
  }
}

TEST(TarWalker, ZerosThatAreNotRead) {
  TarMaker tar;
  tar.Add({.name = "zeros", .data = std::string(100'000, '\0')}).Add({.name = "after"});
  std::vector<std::string> names;
  TarScanner scanner(1024, [&](const Member& member) {
    names.push_back(member.name);
    return true;
  });
  const ByteView bytes = tar.view();
  scanner.Pass(bytes.first(4096));
  scanner.PassZeros(90'112);
  scanner.Pass(bytes.subspan(4096 + 90'112));
  scanner.PassZeros(std::uint64_t{1} << 40);
  EXPECT_EQ(scanner.state(), State::kEnded);
  EXPECT_THAT(names, ElementsAre("zeros", "after"));
}

TEST(TarWalker, WhatIsNoTarIsNone) {
  EXPECT_EQ(Scan({}).state, State::kNone);
  const std::string zeros(10'240, '\0');
  EXPECT_EQ(Scan({reinterpret_cast<const std::uint8_t*>(zeros.data()), zeros.size()}).state,
            State::kNone);
  TarMaker tar;
  tar.Add({.name = "a", .data = "data"}).End();
  EXPECT_EQ(Scan(tar.view().first(511)).state, State::kNone);
  for (std::size_t i = 0; i < 500; ++i) {
    if (i >= 148 && i < 156) continue;
    std::string changed = tar.bytes();
    changed[i] = static_cast<char>(changed[i] + 1);
    const Seen seen = Scan({reinterpret_cast<const std::uint8_t*>(changed.data()), changed.size()});
    EXPECT_EQ(seen.state, State::kNone) << i;
  }
}

TEST(TarWalker, WhereItBreaksIsTold) {
  TarMaker tar;
  tar.Add({.name = "a", .data = "data"}).Add({.name = "b", .data = std::string(2000, 'b')});
  EXPECT_EQ(Scan(tar.view()).state, State::kEnded) << "archives without their end are common";
  for (std::size_t cut : {1025u, 1535u, 1536u, 2000u, 3583u}) {
    const Seen seen = Scan(tar.view().first(cut));
    EXPECT_EQ(seen.state, State::kBroken) << cut;
  }
  tar.AddData("something else");
  const Seen seen = Scan(tar.view());
  EXPECT_EQ(seen.state, State::kBroken);
  EXPECT_THAT(seen.Names(), ElementsAre("a", "b"));
  EXPECT_EQ(seen.broken_at, 3584u);
}

TEST(TarWalker, ExtensionsThatCannotBe) {
  const auto broken = [](TarMaker tar) {
    tar.Add({.name = "b"}).End();
    const Seen seen = Scan(tar.view());
    EXPECT_EQ(seen.state, State::kBroken);
    EXPECT_THAT(seen.Names(), ElementsAre("a"));
  };
  TarMaker tar;
  tar.Add({.name = "a"});
  for (const char* data : {"", "5 a=b", "8 path=x\n", "11 path=x\n", "99999999999999999999 a=b\n",
                           "6 =b\n\n", "x path=x\n"}) {
    if (*data == '\0') continue;
    TarMaker other = tar;
    broken(other.Add({.name = "pax", .type = 'x', .data = data}));
  }
  for (const auto& [key, value] : std::initializer_list<std::pair<std::string, std::string>>{
           {"path", std::string("a\0b", 3)},
           {"path", ""},
           {"size", "-1"},
           {"size", "1x"},
           {"mtime", "."},
           {"size", "999999999999999999"},
           {"GNU.sparse.map", "1,2"},
           {"GNU.sparse.offset", "1"},
           {"linkpath", std::string(20'000, 'x')}}) {
    TarMaker other = tar;
    broken(other.Pax({{key, value}}));
  }
  TarMaker other = tar;
  broken(other.Add({.name = "l", .type = 'L', .data = std::string(17'000, 'n')}));
  // What changes all that follows is not seen by who reads a member alone.
  other = tar;
  broken(other.Pax({{"uid", "5"}}, 'g'));
  other = tar;
  other.Pax({{"comment", "of git archive"}}, 'g').Add({.name = "b"}).End();
  EXPECT_THAT(Scan(other.view()).Names(), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace sigma
