// -d --recover.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// a, and a.sigma whose chunks 2 and 5 are damaged: of one the payload, of the other the header.
void Prepare(const Folder& folder) {
  folder.Write("a", MixedBytes(600'000));
  ASSERT_EQ(folder.Run("sigma-par -B64K -1 a").status, 0);
  const auto file =
      nlohmann::json::parse(folder.Run("sigma-par -lv --json a.sigma").out)["files"][0];
  std::string bytes = folder.Read("a.sigma");
  const auto& table = file["chunk_table"];
  bytes[table[2]["offset"].get<std::size_t>() + 40] ^= 1;
  bytes[table[5]["offset"].get<std::size_t>() + 2] ^= 1;
  folder.Write("d.sigma", bytes);
}

constexpr const char* kLost =
    "sigma-par: d.sigma: lost: bytes 131072 to 196607 of the original (65536 bytes, chunk 2)\n"
    "sigma-par: d.sigma: lost: bytes 327680 to 393215 of the original (65536 bytes, chunk 5)\n";

TEST(Recover, RestoresWhatIsIntactAndTellsTheRest) {
  const Folder folder;
  Prepare(folder);
  EXPECT_EQ(folder.Run("sigma-par -dk d.sigma").status, 1);
  EXPECT_FALSE(folder.Has("d"));
  const Outcome run = folder.Run("sigma-par -d --recover d.sigma");
  EXPECT_EQ(run.status, 2);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, HasSubstr(kLost));
  EXPECT_THAT(run.err, HasSubstr("468928 bytes of 600000 are recovered"));
  const std::string a = folder.Read("a");
  std::string wanted = a;
  std::fill_n(wanted.begin() + 131072, 65536, '\0');
  std::fill_n(wanted.begin() + 327680, 65536, '\0');
  EXPECT_EQ(folder.Read("d"), wanted);
}

TEST(Recover, Pipes) {
  const Folder folder;
  Prepare(folder);
  const Outcome run = folder.Run(
      "sigma-par -d --recover -o file d.sigma; cat d.sigma | sigma-par -dc --recover 2>err | cat "
      ">pipe;"
      "cmp file pipe && sed s/.stdin./d.sigma/ err");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr(kLost));
  EXPECT_EQ(folder.Run("cat d.sigma | sigma-par -dc --recover >/dev/null").status, 2);
  EXPECT_EQ(folder.Run("sigma-par -d --recover -o /dev/full d.sigma").status, 1);
}

TEST(Recover, FillAndRepair) {
  const Folder folder;
  Prepare(folder);
  EXPECT_EQ(folder.Run("sigma-par -d --recover --fill 0x58 d.sigma").status, 2);
  EXPECT_EQ(folder.Read("d").substr(131072, 65536), std::string(65536, 'X'));
  EXPECT_EQ(folder.Run("sigma-par -d --recover --repair --fill 88 d.sigma").status, 2);
  EXPECT_THAT(folder.Names(), ElementsAre("a", "a.sigma", "d", "d.repaired.sigma", "d.sigma"));
  const Outcome sound =
      folder.Run("sigma-par -t d.repaired.sigma && sigma-par -dc d.repaired.sigma | cmp - d");
  EXPECT_EQ(sound.status, 0) << sound.out << sound.err;
  // An intact file comes out as it is.
  EXPECT_EQ(folder.Run("sigma-par -d --recover --repair -o b a.sigma && cmp a.sigma b").status, 0);
}

TEST(Recover, Json) {
  const Folder folder;
  Prepare(folder);
  const Outcome run = folder.Run("sigma-par -dc --recover --json d.sigma >restored");
  EXPECT_EQ(run.status, 2);
  const auto report = nlohmann::json::parse(run.err);
  EXPECT_EQ(report["name"], "d.sigma");
  EXPECT_EQ(report["restored"], 600000);
  EXPECT_EQ(report["lost_bytes"], 131072);
  EXPECT_EQ(report["intact"], false);
  ASSERT_EQ(report["lost"].size(), 2u);
  EXPECT_EQ(report["lost"][1]["chunk"], 5);
  EXPECT_EQ(report["lost"][1]["offset"], 327680);
  EXPECT_EQ(report["lost"][1]["length_inferred"], false);
  const Outcome intact = folder.Run("sigma-par -dc --recover --json a.sigma >restored; echo $?");
  EXPECT_EQ(intact.out, "0\n");
  EXPECT_EQ(nlohmann::json::parse(intact.err)["intact"], true);
}

TEST(Recover, WithoutFooterAndWithoutAnything) {
  const Folder folder;
  Prepare(folder);
  const Outcome cut = folder.Run("head -c 100000 a.sigma >c.sigma; sigma-par -d --recover c.sigma");
  EXPECT_EQ(cut.status, 2);
  EXPECT_THAT(cut.err,
              HasSubstr("the end of the stream is missing: how much followed is not known"));
  EXPECT_EQ(folder.Run("head -c 131072 a >x; head -c 131072 c | cmp - x").status, 0);
  folder.Write("n.sigma", MixedBytes(100'000));
  const Outcome none = folder.Run("sigma-par -d --recover n.sigma");
  EXPECT_EQ(none.status, 1);
  EXPECT_THAT(none.err, HasSubstr("n.sigma: nothing is left of a Sigma stream"));
  EXPECT_FALSE(folder.Has("n"));
}

TEST(Recover, Misuse) {
  const Folder folder;
  folder.Write("a", "some bytes");
  for (const char* options : {"--recover", "-d --repair", "-d --fill 1", "-d --recover --rm",
                              "-d --recover --range 1:2", "-d --recover --fill 256",
                              "-d --recover --fill 0x", "-d --recover --fill ''", "-d --json"}) {
    EXPECT_EQ(folder.Run(std::string("sigma-par ") + options + " a").status, 1) << options;
  }
  EXPECT_THAT(folder.Names(), ElementsAre("a"));
}

}  // namespace
}  // namespace sigma::tests
