// Results appear whole or not at all, by both ways of making a temporary file.
#include "engine/io/output_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/io/system.h"
#include "tests/engine/io/temp_dir.h"

namespace sigma {
namespace {

using tests::Get;
using tests::Put;
using tests::TempDir;
using tests::View;

class OutputFileBothWays : public testing::TestWithParam<bool> {
 protected:
  [[nodiscard]] OutputFile::Choices Choices(bool force = false) const {
    OutputFile::Choices choices;
    choices.force = force;
    choices.named_temporary = GetParam();
    return choices;
  }
};

INSTANTIATE_TEST_SUITE_P(Temporary, OutputFileBothWays, testing::Bool(),
                         [](const auto& way) { return way.param ? "Named" : "Nameless"; });

TEST_P(OutputFileBothWays, AppearsWhenPublished) {
  const TempDir dir;
  auto file = OutputFile::Create(dir / "out", Choices());
  ASSERT_TRUE(file);
  EXPECT_FALSE(file->terminal());
  ASSERT_TRUE(file->sink().Write(View("content")));
  EXPECT_NE(dir.Names(), std::vector<std::string>{"out"});
  ASSERT_TRUE(file->sink().Finish());
  ASSERT_TRUE(file->Publish(nullptr));
  EXPECT_EQ(dir.Names(), std::vector<std::string>{"out"});
  EXPECT_EQ(Get(dir / "out"), "content");
  struct stat status {};
  ASSERT_EQ(stat((dir / "out").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0666 & ~ProcessUmask());
  EXPECT_EQ(status.st_nlink, 1U);
}

TEST_P(OutputFileBothWays, TemporaryIsPrivate) {
  const TempDir dir;
  auto file = OutputFile::Create(dir / "out", Choices());
  ASSERT_TRUE(file);
  for (const std::string& name : dir.Names()) {
    struct stat status {};
    ASSERT_EQ(stat((dir / name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
    EXPECT_EQ(name[0], '.');
  }
}

TEST_P(OutputFileBothWays, LeavesNothingUnpublished) {
  const TempDir dir;
  {
    auto file = OutputFile::Create(dir / "out", Choices());
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->sink().Write(View("content")));
  }
  EXPECT_TRUE(dir.Names().empty());
}

TEST_P(OutputFileBothWays, DoesNotOverwriteUnlessForced) {
  const TempDir dir;
  Put(dir / "out", "old");
  const auto refused = OutputFile::Create(dir / "out", Choices());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kExists);
  EXPECT_TRUE(refused.error().force_overwrites);

  auto forced = OutputFile::Create(dir / "out", Choices(true));
  ASSERT_TRUE(forced);
  ASSERT_TRUE(forced->sink().Write(View("new")));
  EXPECT_EQ(Get(dir / "out"), "old");
  ASSERT_TRUE(forced->sink().Finish());
  ASSERT_TRUE(forced->Publish(nullptr));
  EXPECT_EQ(Get(dir / "out"), "new");
  EXPECT_EQ(dir.Names(), std::vector<std::string>{"out"});
}

TEST_P(OutputFileBothWays, DoesNotOverwriteWhatCameMeanwhile) {
  const TempDir dir;
  {
    auto file = OutputFile::Create(dir / "out", Choices());
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->sink().Write(View("ours")));
    Put(dir / "out", "theirs");
    const auto result = file->Publish(nullptr);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kExists);
    EXPECT_TRUE(result.error().force_overwrites);
  }
  EXPECT_EQ(Get(dir / "out"), "theirs");
  EXPECT_EQ(dir.Names(), std::vector<std::string>{"out"});
}

TEST_P(OutputFileBothWays, ForceTakesAFreeNameToo) {
  const TempDir dir;
  auto file = OutputFile::Create(dir / "out", Choices(true));
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->Publish(nullptr));
  EXPECT_EQ(dir.Names(), std::vector<std::string>{"out"});
}

TEST_P(OutputFileBothWays, ADerivedNameIsNeverALink) {
  const TempDir dir;
  Put(dir / "precious", "old");
  ASSERT_EQ(symlink("precious", (dir / "out").c_str()), 0);
  for (const bool force : {false, true}) {
    const auto file = OutputFile::Create(dir / "out", Choices(force));
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, ErrorCode::kExists);
    EXPECT_FALSE(file.error().force_overwrites);
    EXPECT_NE(file.error().text.find("a symbolic link"), std::string::npos) << file.error().text;
  }
  EXPECT_EQ(Get(dir / "precious"), "old");
}

TEST_P(OutputFileBothWays, AGivenLinkIsWrittenThrough) {
  const TempDir dir;
  Put(dir / "sub/precious", "old");
  ASSERT_EQ(symlink("sub/second", (dir / "out").c_str()), 0);
  ASSERT_EQ(symlink("precious", (dir / "sub/second").c_str()), 0);
  OutputFile::Choices choices = Choices();
  choices.name = TargetName::kGiven;
  const auto refused = OutputFile::Create(dir / "out", choices);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kExists);
  choices.force = true;
  auto file = OutputFile::Create(dir / "out", choices);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->sink().Write(View("new")));
  ASSERT_TRUE(file->sink().Finish());
  EXPECT_EQ(Get(dir / "out"), "old");
  ASSERT_TRUE(file->Publish(nullptr));
  EXPECT_EQ(Get(dir / "sub/precious"), "new");
  EXPECT_TRUE(std::filesystem::is_symlink(dir / "out"));
  EXPECT_TRUE(std::filesystem::is_symlink(dir / "sub/second"));
}

TEST_P(OutputFileBothWays, AGivenLinkThatLeadsNowhereMakesTheFile) {
  const TempDir dir;
  ASSERT_EQ(symlink((dir / "made").c_str(), (dir / "out").c_str()), 0);
  ASSERT_EQ(symlink("circle", (dir / "circle").c_str()), 0);
  OutputFile::Choices choices = Choices();
  choices.name = TargetName::kGiven;
  auto file = OutputFile::Create(dir / "out", choices);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->sink().Write(View("new")));
  ASSERT_TRUE(file->sink().Finish());
  ASSERT_TRUE(file->Publish(nullptr));
  EXPECT_EQ(Get(dir / "made"), "new");
  EXPECT_TRUE(std::filesystem::is_symlink(dir / "out"));
  const auto circle = OutputFile::Create(dir / "circle", choices);
  ASSERT_FALSE(circle);
  EXPECT_EQ(circle.error().code, ErrorCode::kIo);
}

// Whatever takes the name between the look and the rename stays.
TEST_P(OutputFileBothWays, ForceReplacesNothingButRegularFiles) {
  const TempDir dir;
  const auto plant = [&](const std::string& path, int what) {
    if (what == 0) return mkfifo(path.c_str(), 0600);
    if (what == 1) return symlink("elsewhere", path.c_str());
    if (what == 2) return mkdir(path.c_str(), 0700);
    return mknod(path.c_str(), S_IFSOCK | 0600, 0);
  };
  for (int what = 0; what < 4; ++what) {
    const std::string path = dir / ("out" + std::to_string(what));
    auto file = OutputFile::Create(path, Choices(true));
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->sink().Write(View("secret")));
    ASSERT_TRUE(file->sink().Finish());
    ASSERT_EQ(plant(path, what), 0);
    struct stat before {};
    ASSERT_EQ(lstat(path.c_str(), &before), 0);
    const auto published = file->Publish(nullptr);
    ASSERT_FALSE(published);
    EXPECT_EQ(published.error().code, ErrorCode::kExists) << published.error().text;
    struct stat after {};
    ASSERT_EQ(lstat(path.c_str(), &after), 0);
    EXPECT_EQ(after.st_ino, before.st_ino);
    EXPECT_EQ(after.st_mode, before.st_mode);
  }
  EXPECT_EQ(dir.Names().size(), 4U);  // and nothing of ours
}

TEST_P(OutputFileBothWays, KeepsMetadata) {
  const TempDir dir;
  auto file = OutputFile::Create(dir / "out", Choices());
  ASSERT_TRUE(file);
  FileMetadata metadata;
  metadata.mode = 04751;  // the setuid bit stays behind
  metadata.owner = geteuid();
  metadata.group = getegid();
  metadata.accessed = {1000000000, 123456789};
  metadata.modified = {1100000000, 987654321};
  if (geteuid() == 0) {
    metadata.owner = 12345;
    metadata.group = 54321;
  }
  ASSERT_TRUE(file->sink().Write(View("x")));
  ASSERT_TRUE(file->Publish(&metadata));
  struct stat status {};
  ASSERT_EQ(stat((dir / "out").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0751U);
  EXPECT_EQ(status.st_uid, metadata.owner);
  EXPECT_EQ(status.st_gid, metadata.group);
  EXPECT_EQ(status.st_atim.tv_sec, 1000000000);
  EXPECT_EQ(status.st_atim.tv_nsec, 123456789);
  EXPECT_EQ(status.st_mtim.tv_sec, 1100000000);
  EXPECT_EQ(status.st_mtim.tv_nsec, 987654321);
}

// As somebody who may give nothing away, in a process of its own.
TEST_P(OutputFileBothWays, GroupThatCannotFollowGetsNoMoreThanOthers) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to become another user";
  const TempDir dir;
  ASSERT_EQ(chmod(dir.path().c_str(), 0777), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (setgid(4242) != 0 || setuid(4242) != 0) _exit(2);
    auto file = OutputFile::Create(dir / "out", Choices());
    FileMetadata metadata;
    metadata.mode = 0764;
    metadata.owner = 1;
    metadata.group = 1;
    _exit(file && file->Publish(&metadata) ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  struct stat result {};
  ASSERT_EQ(stat((dir / "out").c_str(), &result), 0);
  EXPECT_EQ(result.st_uid, 4242U);
  EXPECT_EQ(result.st_mode & 07777, 0744U);
}

TEST(OutputFile, KilledProcessLeavesNothing) {
  const TempDir dir;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto file = OutputFile::Create(dir / "out", {});
    if (!file || !file->sink().Write(View("content"))) _exit(1);
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  for (const std::string& name : dir.Names()) EXPECT_EQ(name[0], '.');
}

TEST(OutputFile, BadTargets) {
  const TempDir dir;
  const auto code = [](const std::string& path, bool force = false) {
    OutputFile::Choices choices;
    choices.force = force;
    const auto file = OutputFile::Create(path, choices);
    return file ? ErrorCode{0} : file.error().code;
  };
  EXPECT_EQ(code(dir.path()), ErrorCode::kExists);
  EXPECT_EQ(code(dir.path(), true), ErrorCode::kExists);
  EXPECT_EQ(code(dir / "none/out"), ErrorCode::kIo);
  EXPECT_EQ(code(dir / "none/"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(""), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code("/proc/none"), ErrorCode::kIo);
  EXPECT_EQ(code(dir / std::string(300, 'x')), ErrorCode::kIo);
  EXPECT_EQ(code(dir / "."), ErrorCode::kExists);
  if (geteuid() != 0) {
    ASSERT_EQ(chmod(dir.path().c_str(), 0500), 0);
    EXPECT_EQ(code(dir / "out"), ErrorCode::kIo);
    ASSERT_EQ(chmod(dir.path().c_str(), 0700), 0);
  }
}

TEST(OutputFile, DevicesAndPipesAreWrittenInPlaceIfNamed) {
  OutputFile::Choices choices;
  const auto derived = OutputFile::Create("/dev/null", choices);
  ASSERT_FALSE(derived);
  EXPECT_EQ(derived.error().code, ErrorCode::kExists);
  choices.name = TargetName::kGiven;
  auto null = OutputFile::Create("/dev/null", choices);
  ASSERT_TRUE(null);
  ASSERT_TRUE(null->sink().Write(View("x")));
  ASSERT_TRUE(null->sink().Finish());
  const auto published = null->Publish(nullptr);
  ASSERT_TRUE(published);
  EXPECT_FALSE(published->own_file());
  struct stat status {};
  ASSERT_EQ(stat("/dev/null", &status), 0);
  EXPECT_TRUE(S_ISCHR(status.st_mode));

  auto full = OutputFile::Create("/dev/full", choices);
  ASSERT_TRUE(full);
  const auto result = full->sink().Write(View("x"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kIo);

  choices.own_file = true;
  const auto removing = OutputFile::Create("/dev/null", choices);
  ASSERT_FALSE(removing);
  EXPECT_EQ(removing.error().code, ErrorCode::kInvalidArgument);
}

TEST(OutputFile, NamesOfDescriptorsMeanThem) {
  const TempDir dir;
  Put(dir / "file", "before");
  const Descriptor file(open((dir / "file").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  const std::string number = std::to_string(file.get());
  ASSERT_EQ(symlink(("/dev/fd/" + number).c_str(), (dir / "link").c_str()), 0);
  ASSERT_EQ(symlink("/proc/self/fd", (dir / "folder").c_str()), 0);
  OutputFile::Choices choices;
  choices.name = TargetName::kGiven;
  choices.force = true;
  for (const std::string& name :
       {"/dev/fd/" + number, "/proc/self/fd/" + number, "/proc/thread-self/fd/" + number,
        "/proc/" + std::to_string(getpid()) + "/fd/" + number, dir / "link",
        dir / ("folder/" + number)}) {
    auto output = OutputFile::Create(name, choices);
    ASSERT_TRUE(output) << name << ": " << output.error().text;
    ASSERT_TRUE(output->sink().Write(View("x")));
    ASSERT_TRUE(output->sink().Finish());
    ASSERT_TRUE(output->Publish(nullptr));
  }
  EXPECT_EQ(Get(dir / "file"), "beforexxxxxx");
  const Descriptor reading(open((dir / "file").c_str(), O_RDONLY | O_CLOEXEC));
  for (const std::string& name : {"/dev/fd/" + std::to_string(reading.get()),
                                  std::string("/dev/fd/987"), std::string("/proc/1/fd/1")}) {
    EXPECT_FALSE(OutputFile::Create(name, choices)) << name;
  }
  choices.own_file = true;
  const auto removing = OutputFile::Create("/dev/fd/" + number, choices);
  ASSERT_FALSE(removing);
  EXPECT_EQ(removing.error().code, ErrorCode::kInvalidArgument);
}

TEST(OutputFile, ReopensOnlyWhatItPublished) {
  const TempDir dir;
  auto file = OutputFile::Create(dir / "out", {});
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->sink().Write(View("content")));
  ASSERT_TRUE(file->sink().Finish());
  auto published = file->Publish(nullptr);
  ASSERT_TRUE(published);
  EXPECT_TRUE(published->own_file());
  auto again = published->Reopen();
  ASSERT_TRUE(again);
  Bytes bytes(10);
  EXPECT_EQ(*ReadAll(again->get(), bytes), 7U);
  EXPECT_TRUE(*published->Sync());
  EXPECT_TRUE(*published->SyncFolder());
  Put(dir / "other", "content");
  ASSERT_EQ(rename((dir / "other").c_str(), (dir / "out").c_str()), 0);
  EXPECT_FALSE(published->Reopen());
  ASSERT_EQ(unlink((dir / "out").c_str()), 0);
  EXPECT_FALSE(published->Reopen());
  ASSERT_EQ(symlink("/dev/null", (dir / "out").c_str()), 0);
  EXPECT_FALSE(published->Reopen());
  EXPECT_TRUE(published->Close());
}

TEST(OutputFile, InTheCurrentFolder) {
  const TempDir dir;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (chdir(dir.path().c_str()) != 0) _exit(2);
    auto file = OutputFile::Create("out", {});
    _exit(file && file->Publish(nullptr) ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(dir.Names(), std::vector<std::string>{"out"});
}

}  // namespace
}  // namespace sigma
