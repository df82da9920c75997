// The page of --analyze --report: what is in it and where it goes. analyze_page.py looks at it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <map>
#include <regex>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::size_t kSize = 300'000;

std::size_t Count(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

// The element with this id, up to `end`.
std::string Element(const std::string& page, const std::string& id, const std::string& end) {
  const std::size_t begin = page.find("id=\"" + id + "\"");
  EXPECT_NE(begin, std::string::npos) << id;
  if (begin == std::string::npos) return "";
  return page.substr(begin, page.find(end, begin) - begin);
}

TEST(AnalyzePage, StandsAloneAndIsNotOverwrittenUnasked) {
  const Folder folder;
  folder.Write("a<b>", MixedBytes(kSize));
  const Outcome run = folder.Run("sigma-par --analyze --report page.html 'a<b>'");
  ASSERT_EQ(run.status, 0) << run.err;
  const std::string page = folder.Read("page.html");
  for (const char* part : {"<!DOCTYPE html>", "id=\"map0\"", "id=\"course0\"", "id=\"ladder0\"",
                           "a&lt;b&gt;", "</html>"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  for (const char* part : {"http:", "https:", "<script", "<link", "@import", "src=", "a<b>"}) {
    EXPECT_THAT(page, Not(HasSubstr(part)));
  }
  const Outcome again = folder.Run("sigma-par --analyze --report page.html 'a<b>'");
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.err, HasSubstr("page.html"));
  EXPECT_EQ(folder.Read("page.html"), page);
  EXPECT_EQ(folder.Run("sigma-par --analyze -f --report page.html 'a<b>'").status, 0);
}

TEST(AnalyzePage, AStrategyKeepsItsColourOverAllFiles) {
  const Folder folder;
  folder.Write("a", std::string(65536, 'a') + MixedBytes(65536, 3));
  folder.Write("b", MixedBytes(65536, 3));
  folder.Write("c", MixedBytes(65536, 3) + std::string(65536, 'a'));
  ASSERT_EQ(folder.Run("sigma-par --analyze -1 -B 64K --report p a b c").status, 0);
  const std::string page = folder.Read("p");
  // The colour that a key gives a name, and those that the maps are painted with.
  const std::regex key("<rect width=\"14\" height=\"14\" ([^>]*)/></svg>([a-z]+)</span>");
  std::map<std::string, std::string> paints;
  std::size_t keys = 0;
  for (std::sregex_iterator at(page.begin(), page.end(), key), end; at != end; ++at, ++keys) {
    const auto [known, added] = paints.emplace((*at)[2], (*at)[1]);
    EXPECT_EQ(known->second, (*at)[1]) << (*at)[2] << " has two colours";
  }
  EXPECT_EQ(paints.size(), 2U);
  EXPECT_EQ(keys, 7U) << "one key for the page, and one in each file for what it has";
  std::map<std::string, std::size_t> uses;
  for (const auto& [name, paint] : paints) ++uses[paint];
  EXPECT_EQ(uses.size(), paints.size()) << "two strategies share a colour";
  const std::regex bar("<rect [^>]*(class=\"s[0-9]\")><title>[^<]*: (mostly )?([a-z]+)");
  std::size_t bars = 0;
  for (std::sregex_iterator at(page.begin(), page.end(), bar), end; at != end; ++at, ++bars) {
    const auto paint = paints.find((*at)[3]);
    if (paint != paints.end()) {
      EXPECT_EQ(paint->second, (*at)[1]);
    }
  }
  EXPECT_EQ(bars, 5U);
}

TEST(AnalyzePage, ItsFootSaysWhenByWhatAndWhere) {
  const Folder folder;
  folder.Write("a", MixedBytes(5000));
  ASSERT_EQ(folder.Run("sigma-par --analyze -T 1 --report p a").status, 0);
  const std::string page = folder.Read("p");
  const std::string foot = page.substr(std::min(page.find("<footer>"), page.size()));
  EXPECT_THAT(foot, ContainsRegex("Date</dt><dd>20[0-9-]+ [0-9:]+ UTC</dd>"));
  EXPECT_THAT(foot, ContainsRegex("CPU</dt><dd>[^<]+</dd>"));
  EXPECT_THAT(foot, HasSubstr("Threads</dt><dd>1</dd>"));
  const std::string version = folder.Run("sigma-par --version").out;
  std::smatch said;
  ASSERT_TRUE(std::regex_search(foot, said, std::regex("Version</dt><dd>sigma-par ([^<]+)</dd>")));
  EXPECT_THAT(version, HasSubstr(said[1].str()));
  ASSERT_TRUE(std::regex_search(foot, said, std::regex("SIMD target</dt><dd>([^<]+)</dd>")));
  EXPECT_THAT(version, HasSubstr(said[1].str()));
}

TEST(AnalyzePage, TablesSayWhatTheyAreOfAndChartsAreReadAloud) {
  const Folder folder;
  folder.Write("small", MixedBytes(kSize));
  folder.Write("large", MixedBytes(5 << 20));
  ASSERT_EQ(folder.Run("sigma-par --analyze -1 --report p small large").status, 0);
  const std::string page = folder.Read("p");
  EXPECT_THAT(page, HasSubstr("Every level on the whole file (in memory, "));
  EXPECT_THAT(page, HasSubstr("Every level on the 2.0 MiB that begin at 1.5 MiB; the rest"));
  EXPECT_THAT(Element(page, "estimates", "</section>"),
              ContainsRegex("of the [0-9]+ plans considered for 6 chunks of 2 files"));
  // Every table and chart in a box that scrolls, every chart with a title and a description.
  const std::string scroll = "<div class=\"scroll\"";
  EXPECT_EQ(Count(page, scroll), Count(page, "<table>") + Count(page, "<svg class=\"chart\""));
  EXPECT_THAT(page, HasSubstr(".scroll{overflow-x:auto}"));
  for (const char* chart : {"map0", "course0", "ladder0", "map1", "course1", "ladder1"}) {
    const std::string id = chart;
    EXPECT_THAT(Element(page, id, "</svg>"),
                ContainsRegex("aria-labelledby=\"" + id + "t " + id + "d\"><title id=\"" + id +
                              "t\">[^<]+</title><desc id=\"" + id + "d\">[^<]+</desc>"));
  }
  for (const char* part : {"name=\"viewport\"", "@media print", "prefers-color-scheme:dark"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
}

TEST(AnalyzePage, NamesOfAnyKindAreShownAndDoNothing) {
  const Folder folder;
  folder.Write("new\nline\x1b[31m\xff<i>", MixedBytes(5000));
  folder.Write("empty", "");
  ASSERT_EQ(folder.Run("sigma-par --analyze --report page.html new* empty").status, 0);
  const std::string page = folder.Read("page.html");
  EXPECT_THAT(page, HasSubstr("new\\nline\\033[31m\\377&lt;i&gt;"));
  EXPECT_THAT(page, HasSubstr("The file is empty."));
  for (const char c : page) {
    const auto byte = static_cast<unsigned char>(c);
    EXPECT_TRUE(c == '\n' || (byte >= ' ' && byte < 0x7F)) << static_cast<unsigned>(byte);
  }
}

TEST(AnalyzePage, ThousandsOfChunksMakeASmallPage) {
  const Folder folder;
  folder.Write("a", std::string(20 << 20, 'a') + MixedBytes(20 << 20));
  ASSERT_EQ(folder.Run("sigma-par --analyze -1 -B 64K --report p a").status, 0);
  const std::string page = folder.Read("p");
  EXPECT_THAT(page, HasSubstr("in 640 chunks of"));
  EXPECT_LT(page.size(), 150'000U);
  const std::string map = Element(page, "map0", "</svg>");
  EXPECT_LE(Count(map, "<rect"), 480U);
  EXPECT_GT(Count(map, "<rect"), 1U);
  // Equal neighbours are one part: half of the file is one.
  EXPECT_THAT(map, ContainsRegex("<title>3[0-9][0-9] chunks from 0 B to 20[.]0 MiB"));
}

TEST(AnalyzePage, GoesToStandardOutputAlone) {
  const Folder folder;
  folder.Write("a", MixedBytes(5000));
  for (const char* report : {"-", "/dev/stdout"}) {
    const Outcome run = folder.Run(std::string("sigma-par --analyze a --report ") + report);
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(run.out.find("<!DOCTYPE html>"), report[0] == '-' ? 0U : run.out.find("<!DOC"));
    EXPECT_TRUE(run.out.ends_with("</html>\n")) << report;
  }
  const Outcome both = folder.Run("sigma-par --analyze --json --report - a");
  EXPECT_EQ(both.status, 1);
  EXPECT_THAT(both.out, IsEmpty());
}

TEST(AnalyzePage, TakesThePlaceOfAnOlderOneOnlyWhole) {
  const Folder folder;
  folder.Write("a", MixedBytes(5000));
  folder.Write("old", "old page");
  folder.Run("chmod 640 old; ln -s old link; ln -s nowhere dangling");
  EXPECT_EQ(folder.Run("sigma-par --analyze -f --report old missing").status, 1);
  EXPECT_EQ(folder.Read("old"), "old page") << "there was nothing to show instead of it";
  EXPECT_EQ(folder.Run("sigma-par --analyze --report dangling a").status, 1);
  EXPECT_EQ(folder.Run("(ulimit -f 1; trap '' XFSZ; sigma-par --analyze -f --report old a)").status,
            1);
  EXPECT_EQ(folder.Read("old"), "old page") << "a full disk left half a page";
  EXPECT_EQ(folder.Run("sigma-par --analyze -f --report link a").status, 0);
  EXPECT_TRUE(folder.Read("old").ends_with("</html>\n"));
  struct stat status = {};
  ASSERT_EQ(stat((folder.path() + "/old").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640U);
  ASSERT_EQ(lstat((folder.path() + "/link").c_str(), &status), 0);
  EXPECT_TRUE(S_ISLNK(status.st_mode));
  EXPECT_THAT(folder.Names(), testing::UnorderedElementsAre("a", "old", "link", "dangling"));
}

}  // namespace
}  // namespace sigma::tests
