// The policy on sources, and their removal.
#include "engine/io/input_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/engine/io/temp_dir.h"

namespace sigma {
namespace {

using tests::Get;
using tests::Put;
using tests::TempDir;

ErrorCode Refusal(const std::string& path, SourcePolicy policy = SourcePolicy::kStrict) {
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
  auto file = InputFile::Open(dir / "f", SourcePolicy::kStrict);
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
  auto file = InputFile::Open(dir / "f", SourcePolicy::kStrict);
  ASSERT_TRUE(file);
  EXPECT_FALSE(file->source().Size());
  EXPECT_EQ(ReadWhole(*file), "");
}

TEST(InputFile, MissingAndUnreachable) {
  const TempDir dir;
  Put(dir / "f", "x");
  EXPECT_EQ(Refusal(dir / "none"), ErrorCode::kNotFound);
  EXPECT_EQ(Refusal(dir / "none", SourcePolicy::kAny), ErrorCode::kNotFound);
  EXPECT_EQ(Refusal(dir / "f/below"), ErrorCode::kIo);
  EXPECT_EQ(Refusal(""), ErrorCode::kNotFound);
}

TEST(InputFile, LinksAndSpecialFilesAreSkippedUnlessAnyGoes) {
  const TempDir dir;
  Put(dir / "f", "content");
  ASSERT_EQ(symlink("f", (dir / "link").c_str()), 0);
  ASSERT_EQ(symlink("none", (dir / "dangling").c_str()), 0);
  EXPECT_EQ(Refusal(dir / "link"), ErrorCode::kSkipped);
  EXPECT_EQ(Refusal(dir / "dangling"), ErrorCode::kSkipped);
  EXPECT_EQ(Refusal(dir / "dangling", SourcePolicy::kAny), ErrorCode::kNotFound);
  auto any = InputFile::Open(dir / "link", SourcePolicy::kAny);
  ASSERT_TRUE(any);
  EXPECT_EQ(ReadWhole(*any), "content");

  ASSERT_EQ(mkfifo((dir / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(Refusal(dir / "fifo"), ErrorCode::kSkipped);  // and without waiting for a writer
  EXPECT_EQ(Refusal("/dev/null"), ErrorCode::kSkipped);
  auto null = InputFile::Open("/dev/null", SourcePolicy::kAny);
  ASSERT_TRUE(null);
  EXPECT_EQ(null->metadata(), nullptr);
  EXPECT_EQ(ReadWhole(*null), "");
}

TEST(InputFile, DirectoriesAreAlwaysSkipped) {
  const TempDir dir;
  EXPECT_EQ(Refusal(dir.path()), ErrorCode::kSkipped);
  EXPECT_EQ(Refusal(dir.path(), SourcePolicy::kAny), ErrorCode::kSkipped);
}

TEST(InputFile, HardLinksAndSpecialBits) {
  const TempDir dir;
  Put(dir / "f", "content");
  ASSERT_EQ(link((dir / "f").c_str(), (dir / "g").c_str()), 0);
  EXPECT_EQ(Refusal(dir / "f"), ErrorCode::kSkipped);
  EXPECT_EQ(Refusal(dir / "f", SourcePolicy::kAny), ErrorCode{0});
  ASSERT_EQ(unlink((dir / "g").c_str()), 0);
  EXPECT_EQ(Refusal(dir / "f"), ErrorCode{0});
  for (const mode_t bit : std::initializer_list<mode_t>{S_ISUID, S_ISGID, S_ISVTX}) {
    ASSERT_EQ(chmod((dir / "f").c_str(), 0755 | bit), 0);
    EXPECT_EQ(Refusal(dir / "f"), ErrorCode::kSkipped);
    auto any = InputFile::Open(dir / "f", SourcePolicy::kAny);
    ASSERT_TRUE(any);
    EXPECT_EQ(any->metadata()->mode, 0755U);
  }
}

TEST(InputFile, RemovesOnlyWhatItOpened) {
  const TempDir dir;
  Put(dir / "f", "content");
  auto file = InputFile::Open(dir / "f", SourcePolicy::kStrict);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->Remove());
  EXPECT_TRUE(dir.Names().empty());

  Put(dir / "f", "content");
  auto swapped = InputFile::Open(dir / "f", SourcePolicy::kStrict);
  ASSERT_TRUE(swapped);
  Put(dir / "other", "another");
  ASSERT_EQ(rename((dir / "other").c_str(), (dir / "f").c_str()), 0);
  EXPECT_FALSE(swapped->Remove());
  EXPECT_EQ(Get(dir / "f"), "another");

  auto grown = InputFile::Open(dir / "f", SourcePolicy::kStrict);
  ASSERT_TRUE(grown);
  Put(dir / "f", "another one");
  EXPECT_FALSE(grown->Remove());
  EXPECT_EQ(Get(dir / "f"), "another one");

  auto gone = InputFile::Open(dir / "f", SourcePolicy::kStrict);
  ASSERT_TRUE(gone);
  ASSERT_EQ(unlink((dir / "f").c_str()), 0);
  EXPECT_FALSE(gone->Remove());
}

}  // namespace
}  // namespace sigma
