// The policy on sources, and their removal.
#include "engine/io/input_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <thread>

#include "tests/engine/io/temp_dir.h"

namespace sigma {
namespace {

using tests::Get;
using tests::Put;
using tests::TempDir;

ErrorCode Refusal(const std::string& path, SourcePolicy policy = SourcePolicy::kRemove) {
  const auto file = InputFile::Open(path, policy);
  if (file) return ErrorCode{0};
  EXPECT_FALSE(file.error().text.empty());
  return file.error().code;
}

std::string ReadWhole(InputFile& file) {
  Bytes bytes(1000);
  const auto size = file.source().Read(bytes);
  EXPECT_TRUE(size);
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(*size)};
}

TEST(InputFile, RegularFile) {
  const TempDir dir;
  Put(dir / "f", "content");
  ASSERT_EQ(chmod((dir / "f").c_str(), 0640), 0);
  auto file = InputFile::Open(dir / "f", SourcePolicy::kRemove);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->source().Size(), 7U);
  EXPECT_TRUE(file->source().Seekable());
  EXPECT_FALSE(file->terminal());
  ASSERT_NE(file->metadata(), nullptr);
  EXPECT_EQ(file->metadata()->mode, 0640U);
  EXPECT_EQ(file->metadata()->owner, geteuid());
  const InputFile moved = std::move(*file);
  EXPECT_EQ(ReadWhole(const_cast<InputFile&>(moved)), "content");
}

TEST(InputFile, EmptyFileHasNoSizeToTrust) {
  const TempDir dir;
  Put(dir / "f", "");
  auto file = InputFile::Open(dir / "f", SourcePolicy::kRemove);
  ASSERT_TRUE(file);
  EXPECT_FALSE(file->source().Size());
  EXPECT_EQ(ReadWhole(*file), "");
}

TEST(InputFile, MissingAndUnreachable) {
  const TempDir dir;
  Put(dir / "f", "x");
  EXPECT_EQ(Refusal(dir / "none"), ErrorCode::kNotFound);
  EXPECT_EQ(Refusal(dir / "none", SourcePolicy::kRead), ErrorCode::kNotFound);
  EXPECT_EQ(Refusal(dir / "f/below"), ErrorCode::kIo);
  EXPECT_EQ(Refusal(""), ErrorCode::kNotFound);
}

TEST(InputFile, LinksAreReadButNotRemoved) {
  const TempDir dir;
  Put(dir / "f", "content");
  ASSERT_EQ(symlink("f", (dir / "link").c_str()), 0);
  ASSERT_EQ(symlink("none", (dir / "dangling").c_str()), 0);
  EXPECT_EQ(Refusal(dir / "link"), ErrorCode::kSkipped);
  EXPECT_EQ(Refusal(dir / "dangling"), ErrorCode::kSkipped);
  for (const auto policy : {SourcePolicy::kRead, SourcePolicy::kFile}) {
    EXPECT_EQ(Refusal(dir / "dangling", policy), ErrorCode::kNotFound);
    auto file = InputFile::Open(dir / "link", policy);
    ASSERT_TRUE(file);
    EXPECT_EQ(ReadWhole(*file), "content");
  }
}

TEST(InputFile, SpecialFilesAreReadWhereNothingIsNamedAfterThem) {
  const TempDir dir;
  ASSERT_EQ(mkfifo((dir / "fifo").c_str(), 0600), 0);
  ASSERT_EQ(mknod((dir / "socket").c_str(), S_IFSOCK | 0600, 0), 0);
  for (const auto policy : {SourcePolicy::kRemove, SourcePolicy::kFile}) {
    EXPECT_EQ(Refusal(dir / "fifo", policy), ErrorCode::kSkipped);  // without waiting for a writer
    EXPECT_EQ(Refusal(dir / "socket", policy), ErrorCode::kSkipped);
    EXPECT_EQ(Refusal("/dev/null", policy), ErrorCode::kSkipped);
    EXPECT_EQ(Refusal("/dev/stdin", policy), ErrorCode::kSkipped);
  }
  EXPECT_EQ(Refusal(dir / "socket", SourcePolicy::kRead), ErrorCode::kSkipped);
  auto null = InputFile::Open("/dev/null", SourcePolicy::kRead);
  ASSERT_TRUE(null);
  EXPECT_EQ(null->metadata(), nullptr);
  EXPECT_EQ(ReadWhole(*null), "");
}

// The reader is there first: it waits for the writer instead of seeing an end.
TEST(InputFile, AFifoIsWaitedFor) {
  const TempDir dir;
  ASSERT_EQ(mkfifo((dir / "fifo").c_str(), 0600), 0);
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    Put(dir / "fifo", "content");
  });
  auto file = InputFile::Open(dir / "fifo", SourcePolicy::kRead);
  ASSERT_TRUE(file);
  EXPECT_EQ(ReadWhole(*file), "content");
  EXPECT_EQ(fcntl(file->descriptor(), F_GETFL) & O_NONBLOCK, 0);
  writer.join();
}

TEST(InputFile, NamesOfDescriptorsReachWhatCannotBeOpened) {
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  const Descriptor here(ends[0]);
  Descriptor there(ends[1]);
  ASSERT_TRUE(WriteAll(there.get(), tests::View("content")));
  ASSERT_TRUE(there.Close());
  auto file = InputFile::Open("/dev/fd/" + std::to_string(here.get()), SourcePolicy::kRead);
  ASSERT_TRUE(file) << file.error().text;
  EXPECT_EQ(ReadWhole(*file), "content");
}

TEST(InputFile, StandardInputIsNotRemoved) { EXPECT_EQ(Refusal("-"), ErrorCode::kInvalidArgument); }

TEST(InputFile, DirectoriesAreAlwaysSkipped) {
  const TempDir dir;
  EXPECT_EQ(Refusal(dir.path()), ErrorCode::kSkipped);
  EXPECT_EQ(Refusal(dir.path(), SourcePolicy::kRead), ErrorCode::kSkipped);
}

TEST(InputFile, HardLinksAndSpecialBits) {
  const TempDir dir;
  Put(dir / "f", "content");
  ASSERT_EQ(link((dir / "f").c_str(), (dir / "g").c_str()), 0);
  EXPECT_EQ(Refusal(dir / "f"), ErrorCode::kSkipped);
  EXPECT_EQ(Refusal(dir / "f", SourcePolicy::kRead), ErrorCode{0});
  ASSERT_EQ(unlink((dir / "g").c_str()), 0);
  EXPECT_EQ(Refusal(dir / "f"), ErrorCode{0});
  ASSERT_EQ(link((dir / "f").c_str(), (dir / "g").c_str()), 0);
  EXPECT_EQ(Refusal(dir / "f", SourcePolicy::kFile), ErrorCode{0});
  ASSERT_EQ(unlink((dir / "g").c_str()), 0);
  for (const mode_t bit : std::initializer_list<mode_t>{S_ISUID, S_ISGID, S_ISVTX}) {
    ASSERT_EQ(chmod((dir / "f").c_str(), 0755 | bit), 0);
    EXPECT_EQ(Refusal(dir / "f"), ErrorCode::kSkipped);
    auto any = InputFile::Open(dir / "f", SourcePolicy::kRead);
    ASSERT_TRUE(any);
    EXPECT_EQ(any->metadata()->mode, 0755U);
    EXPECT_EQ(Refusal(dir / "f", SourcePolicy::kFile), ErrorCode{0});
  }
}

TEST(InputFile, RemovesOnlyWhatItOpened) {
  const TempDir dir;
  Put(dir / "f", "content");
  auto file = InputFile::Open(dir / "f", SourcePolicy::kRemove);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->Remove());
  EXPECT_TRUE(dir.Names().empty());

  Put(dir / "f", "content");
  auto swapped = InputFile::Open(dir / "f", SourcePolicy::kRemove);
  ASSERT_TRUE(swapped);
  Put(dir / "other", "another");
  ASSERT_EQ(rename((dir / "other").c_str(), (dir / "f").c_str()), 0);
  EXPECT_FALSE(swapped->Remove());
  EXPECT_EQ(Get(dir / "f"), "another");

  auto grown = InputFile::Open(dir / "f", SourcePolicy::kRemove);
  ASSERT_TRUE(grown);
  Put(dir / "f", "another one");
  EXPECT_FALSE(grown->Remove());
  EXPECT_EQ(Get(dir / "f"), "another one");

  auto gone = InputFile::Open(dir / "f", SourcePolicy::kRemove);
  ASSERT_TRUE(gone);
  ASSERT_EQ(unlink((dir / "f").c_str()), 0);
  EXPECT_FALSE(gone->Remove());
}

// Every way of touching the file, also those that leave its size and its time as they were.
TEST(InputFile, SeesEveryChange) {
  const TempDir dir;
  const std::string path = dir / "f";
  const auto changes = std::to_array<void (*)(const std::string&)>({
      [](const std::string& at) { ASSERT_EQ(truncate(at.c_str(), 3), 0); },
      [](const std::string& at) { std::ofstream(at, std::ios::app) << "more"; },
      [](const std::string& at) {
        struct stat before {};
        ASSERT_EQ(stat(at.c_str(), &before), 0);
        std::fstream(at, std::ios::in | std::ios::out) << "CONTENT";
        const std::array<timespec, 2> times = {before.st_atim, before.st_mtim};
        ASSERT_EQ(utimensat(AT_FDCWD, at.c_str(), times.data(), 0), 0);
      },
  });
  for (const auto change : changes) {
    Put(path, "content");
    auto file = InputFile::Open(path, SourcePolicy::kRemove);
    ASSERT_TRUE(file);
    EXPECT_EQ(ReadWhole(*file), "content");
    EXPECT_FALSE(file->Changed());
    // Longer than the clock tick that the kernel's times of files have.
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    change(path);
    EXPECT_TRUE(file->Changed());
    const auto removed = file->Remove();
    ASSERT_FALSE(removed);
    EXPECT_EQ(removed.error().code, ErrorCode::kSkipped);
    EXPECT_TRUE(std::filesystem::exists(path));
  }
}

TEST(InputFile, IsReadAgainFromItsStart) {
  const TempDir dir;
  Put(dir / "f", "content");
  auto file = InputFile::Open(dir / "f", SourcePolicy::kRead);
  ASSERT_TRUE(file);
  EXPECT_EQ(ReadWhole(*file), "content");
  const auto again = file->Again();
  ASSERT_TRUE(again);
  Bytes bytes(100);
  EXPECT_EQ(*(*again)->Read(bytes), 7U);
}

}  // namespace
}  // namespace sigma
