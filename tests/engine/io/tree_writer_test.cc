// TreeWriter: what is made, and what is left as it was where making fails.
#include "engine/io/tree_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/engine/io/temp_dir.h"

namespace sigma {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using tests::Get;
using tests::Put;
using tests::TempDir;
using tests::View;

Result<void> Fill(TreeWriter::File& file) { return file.Write(View("content")); }

TEST(TreeWriter, AFileThatFailsLeavesNothing) {
  const TempDir folder;
  Put(folder / "old", "old");
  auto tree = TreeWriter::Open(folder.path(), {.replace = true});
  ASSERT_TRUE(tree);
  for (const char* const name : {"new", "old"}) {
    const auto made = tree->MakeFile(name, {0644, {}}, true, [](TreeWriter::File& file) {
      EXPECT_TRUE(file.Write(View("half of it")));
      return Result<void>(Fail(ErrorCode::kCorrupt, "no more"));
    });
    EXPECT_EQ(made.error().text, "no more");
  }
  EXPECT_THAT(folder.Names(), testing::ElementsAre("old"));
  EXPECT_EQ(Get(folder / "old"), "old");
}

TEST(TreeWriter, FoldersGetTheirModesAtTheEnd) {
  const TempDir folder;
  auto tree = TreeWriter::Open(folder.path(), {});
  ASSERT_TRUE(tree);
  ASSERT_TRUE(tree->MakeFolder("a/b/", {0555, {100, 0}}));
  ASSERT_TRUE(tree->MakeFile("a/b/c", {0600, {200, 0}}, true, Fill));
  ASSERT_TRUE(tree->MakeFolder("a/b", {0500, {300, 0}})) << "named again";
  tree->End(
      [](const std::string& name, const Error& error) { ADD_FAILURE() << name << error.text; });
  struct stat status {};
  ASSERT_EQ(stat((folder / "a/b").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0500u);
  EXPECT_EQ(status.st_mtim.tv_sec, 300);
  EXPECT_EQ(Get(folder / "a/b/c"), "content");
  std::filesystem::permissions(folder / "a/b", std::filesystem::perms::owner_all);
}

TEST(TreeWriter, NamesThatLeadOutAreRefused) {
  const TempDir folder;
  auto tree = TreeWriter::Open(folder.path(), {.replace = true});
  ASSERT_TRUE(tree);
  for (const char* const name :
       {"", "/", "/etc/x", "..", "../x", "a/../x", "a/..", "./..", ".", "./"}) {
    const auto made = tree->MakeFile(name, {0644, {}}, true, Fill);
    ASSERT_FALSE(made) << name;
    EXPECT_EQ(made.error().code, ErrorCode::kInvalidArgument) << name;
    EXPECT_FALSE(tree->MakeLink(name, "x", {})) << name;
    EXPECT_FALSE(tree->MakeHardLink(name, "x")) << name;
    EXPECT_FALSE(tree->MakeHardLink("x", name)) << name;
    EXPECT_FALSE(tree->MakeSpecial(name, TreeWriter::Special::kFifo, 0, 0, {})) << name;
  }
  for (const char* const target : {"", "/", "/etc", "..", "../x", "a/..", "./../x"}) {
    EXPECT_FALSE(tree->MakeLink("link", target, {})) << target;
  }
  EXPECT_FALSE(tree->MakeLink("d/link", "../..", {}));
  EXPECT_FALSE(tree->MakeSpecial("null", TreeWriter::Special::kCharacterDevice, 1, 3, {}));
  EXPECT_THAT(folder.Names(), IsEmpty());
  EXPECT_TRUE(tree->MakeLink("d/link", "../x/y", {}));
}

TEST(TreeWriter, ATakenNameSaysSo) {
  const TempDir folder;
  Put(folder / "a", "mine");
  auto tree = TreeWriter::Open(folder.path(), {});
  ASSERT_TRUE(tree);
  const auto made = tree->MakeFile("a", {0644, {}}, true, Fill);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kExists);
  EXPECT_TRUE(made.error().force_overwrites);
  EXPECT_FALSE(tree->MakeFolder("a", {0755, {}}));
  const auto below = tree->MakeFile("a/b", {0644, {}}, true, Fill);
  ASSERT_FALSE(below);
  EXPECT_THAT(below.error().text, HasSubstr("what is no folder"));
  EXPECT_EQ(Get(folder / "a"), "mine");
}

}  // namespace
}  // namespace sigma
