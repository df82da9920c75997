// Folders: -r mirrored below --output-dir, what --exclude leaves out, and the progress of a whole
// tree.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kTree =
    "mkdir -p s/d/e s/f; echo 1 >s/a; echo 2 >s/d/a; echo 3 >s/d/e/a; echo 4 >s/f/b.o\n";
// All that is no folder below "out", with the suffix.
constexpr const char* kShow = "\n(cd out && find . ! -type d | sort | tr '\\n' ' ')";

std::string Mirrored(const Folder& folder, const std::string& script) {
  const Outcome run = folder.Run("rm -rf s out\n" + std::string(kTree) + script + kShow);
  EXPECT_EQ(run.err, "") << script;
  return run.out;
}

TEST(Trees, AreMirroredWithTheFoldersOwnName) {
  const Folder folder;
  const std::string own = "./s/a.sigma ./s/d/a.sigma ./s/d/e/a.sigma ./s/f/b.o.sigma ";
  const std::string contents = "./a.sigma ./d/a.sigma ./d/e/a.sigma ./f/b.o.sigma ";
  EXPECT_EQ(Mirrored(folder, "sigma-par -r --output-dir out s"), own);
  EXPECT_EQ(Mirrored(folder, "sigma-par -r --output-dir out/ s//"), own);
  EXPECT_EQ(Mirrored(folder, "sigma-par -r --output-dir out ./s"), own);
  EXPECT_EQ(Mirrored(folder, "sigma-par -r --output-dir out \"$PWD/s\""), own);
  EXPECT_EQ(Mirrored(folder, "sigma-par -r --output-dir out s/d/../../s"), own);
  EXPECT_EQ(Mirrored(folder, "sigma-par -r --output-dir out s/."), contents);
  EXPECT_EQ(Mirrored(folder, "sigma-par -r --output-dir out s/d/.."), contents);
  EXPECT_EQ(Mirrored(folder, "cd s; sigma-par -r --output-dir ../out .; cd .."), contents);
  EXPECT_EQ(Mirrored(folder, "cd s/d; sigma-par -r --output-dir ../../out ..; cd ../.."), contents);
  EXPECT_EQ(Mirrored(folder, "sigma-par -r --output-dir out s/d s/f s/a"),
            "./a.sigma ./d/a.sigma ./d/e/a.sigma ./f/b.o.sigma ");
}

TEST(Trees, ComeBackWhole) {
  const Folder folder;
  const Outcome run = folder.Run(std::string(kTree) +
                                 "sigma-par -r --output-dir out s && sigma-par -dr --output-dir "
                                 "back out/s && diff -r s back/s");
  EXPECT_EQ(run.status, 0) << run.out << run.err;
}

TEST(Trees, FoldersKeepTheirModes) {
  const Folder folder;
  const Outcome run =
      folder.Run(std::string(kTree) +
                 "chmod 750 s/d; chmod 555 s/d/e; sigma-par -r --output-dir out s; echo $?\n"
                 "stat -c %a out/s/d out/s/d/e; ls out/s/d/e; chmod 755 s/d/e out/s/d/e");
  EXPECT_EQ(run.out, "0\n750\n555\na.sigma\n") << run.err;
}

TEST(Trees, NothingIsWrittenThroughLinksOutOfTheOutputFolder) {
  const Folder folder;
  const Outcome run = folder.Run(std::string(kTree) +
                                 "mkdir out elsewhere; mkdir out/s; ln -s ../../elsewhere out/s/d\n"
                                 "sigma-par -r --output-dir out s; echo $?; ls elsewhere");
  EXPECT_EQ(run.out, "1\n");
  EXPECT_THAT(run.err, HasSubstr("cannot make the folder out/s/d: something else has its name"));
}

TEST(Trees, TwoOfOneNameCollideWithAMessage) {
  const Folder folder;
  const Outcome run = folder.Run(
      "mkdir -p a/s b/s; echo 1 >a/s/x; echo 2 >b/s/x; echo 3 >b/s/y\n"
      "sigma-par -r --output-dir out a/s b/s; echo $?; sigmacat out/s/x.sigma; ls out/s");
  EXPECT_EQ(run.out, "1\n1\nx.sigma\ny.sigma\n");
  EXPECT_THAT(run.err, HasSubstr("out/s/x.sigma already holds the result of another input"));
}

TEST(Trees, AFolderThatCannotBeReadDoesNotStopTheOthers) {
  const Folder folder;
  const Outcome run = folder.Run(
      "[ \"$(id -u)\" -ne 0 ] || { command -v setpriv >/dev/null || exit 77; chmod 777 .; \n"
      "as='setpriv --reuid=65534 --clear-groups'; }\n" +
      std::string(kTree) +
      "chmod -R a+rwX s; chmod 0 s/d; $as sigma-par -r s; echo $?; ls s/f\n"
      "chmod 755 s/d");
  if (run.status == 77) GTEST_SKIP() << "no setpriv";
  EXPECT_EQ(run.out, "1\nb.o\nb.o.sigma\n") << run.err;
  EXPECT_THAT(run.err, HasSubstr("s/d: cannot read this folder"));
}

TEST(Trees, ExcludedNamesArePassedOver) {
  const Folder folder;
  EXPECT_EQ(Mirrored(folder, "sigma-par -r --exclude '*.o' --output-dir out s"),
            "./s/a.sigma ./s/d/a.sigma ./s/d/e/a.sigma ");
  EXPECT_EQ(Mirrored(folder, "sigma-par -r --exclude d --output-dir out s"),
            "./s/a.sigma ./s/f/b.o.sigma ");
  EXPECT_EQ(Mirrored(folder, "sigma-par -r --exclude e/ --exclude f --output-dir out s"),
            "./s/a.sigma ./s/d/a.sigma ");
  EXPECT_EQ(Mirrored(folder, "sigma-par -r --exclude d/a --output-dir out s"),
            "./s/a.sigma ./s/d/e/a.sigma ./s/f/b.o.sigma ");
  EXPECT_EQ(Mirrored(folder, "sigma-par -r --exclude 's/*/a' --output-dir out s"),
            "./s/a.sigma ./s/f/b.o.sigma ");
  EXPECT_EQ(folder.Run("sigma-par -rt --exclude 'b*' out && rm out/s/f/b.o.sigma").status, 0);
}

TEST(Trees, ProgressIsThatOfTheWholeTree) {
  const Folder folder;
  folder.Write("x", MixedBytes(300'000));
  const Outcome run = folder.Run(
      "mkdir s; cp x s/1; cp x s/2; cp x s/3; sigma-par -r --progress=json=3 s 3>progress");
  ASSERT_EQ(run.status, 0) << run.err;
  std::istringstream lines(folder.Read("progress"));
  std::vector<std::string> done;
  nlohmann::json last;
  for (std::string line; std::getline(lines, line);) {
    last = nlohmann::json::parse(line);
    if (last["done"] == true) done.push_back(last["file"]);
    EXPECT_LE(last["all_worked"].get<int>(), 900'000);
  }
  EXPECT_THAT(done, ElementsAre("s/1", "s/2", "s/3"));
  EXPECT_EQ(last["index"], 3);
  EXPECT_EQ(last["files"], 3);
  EXPECT_EQ(last["all_total"], 900'000);
  EXPECT_EQ(last["all_worked"], 900'000);
}

TEST(Trees, TheBarCutsNamesAndNoFigures) {
  const Folder folder;
  if (folder.Run("command -v script").status != 0) GTEST_SKIP() << "no script(1)";
  const std::string name =
      "ein-sehr-langer-Name-mit-Umlauten-\u00e4\u00f6\u00fc-" + std::string(90, 'n');
  folder.Write(name, MixedBytes(3'000'000));
  folder.Write("b", MixedBytes(3'000'000));
  for (const char* columns : {"24", "40", "80", "200"}) {
    const Outcome run = folder.Run(
        std::string("script -qec 'stty cols ") + columns + "; sigma-par -7 -f -T1 -B 64K " + name +
        " b' /dev/null </dev/null | tr '\\r' '\\n' | grep -a ' %' | sed 's/^.\\[K//' >lines; "
        "LC_ALL=C.UTF-8 wc -L <lines");
    std::istringstream lines(folder.Read("lines"));
    EXPECT_LT(std::stoi(run.out), std::stoi(columns)) << folder.Read("lines");
    for (std::string line; std::getline(lines, line);) {
      if (line.find(" %") == std::string::npos) continue;
      EXPECT_THAT(line, testing::ContainsRegex("[0-9]+[.][0-9] %"));
      if (std::stoi(columns) >= 80) {
        EXPECT_THAT(line, testing::ContainsRegex("^[12] of 2: .*: [0-9]+[.][0-9] %, .* MB/s"));
      }
    }
  }
}

}  // namespace
}  // namespace sigma::tests
