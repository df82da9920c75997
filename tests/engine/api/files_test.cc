// The public functions on files: there and back, errors, and what is left when something fails.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "sigma/sigma.hpp"
#include "tests/engine/api/small_options.h"
#include "tests/engine/pipeline/test_streams.h"

namespace sigma {
namespace {

using tests::kChunk;
using tests::MixedBytes;
using tests::Small;

class ApiFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "sigma-api-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string Path(const std::string& name) const {
    return (folder_ / name).string();
  }
  void Write(const std::string& name, const Bytes& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  std::filesystem::path folder_;
};

TEST_F(ApiFiles, ThereAndBack) {
  const Bytes bytes = MixedBytes(7 * kChunk + 1);
  Write("a", bytes);
  const Result<Summary> there = CompressFile(Path("a"), Path("a.sigma"), Small(), {});
  ASSERT_TRUE(there) << there.error().text;
  EXPECT_EQ(there->original, bytes.size());
  EXPECT_EQ(there->chunks, 8u);
  EXPECT_GT(there->pool.acquisitions, 0u);
  EXPECT_EQ(*ReadFile(Path("a.sigma")), *Compress(bytes, Small(1)));
  const Result<Summary> tested = TestFile(Path("a.sigma"), Small(), {});
  ASSERT_TRUE(tested) << tested.error().text;
  EXPECT_EQ(tested->original, bytes.size());
  EXPECT_EQ(tested->compressed, there->compressed);
  const Result<Summary> back = DecompressFile(Path("a.sigma"), Path("b"), Small(), {});
  ASSERT_TRUE(back) << back.error().text;
  EXPECT_EQ(*ReadFile(Path("b")), bytes);
  const Result<Summary> range =
      DecompressRange(Path("a.sigma"), Path("r"), {kChunk - 3, 10}, Small(), {});
  ASSERT_TRUE(range) << range.error().text;
  EXPECT_EQ(*ReadFile(Path("r")), Bytes(bytes.begin() + kChunk - 3, bytes.begin() + kChunk + 7));
  EXPECT_EQ(range->chunks, 2u);
  const Result<FileInfo> info = InspectFile(Path("a.sigma"));
  ASSERT_TRUE(info);
  EXPECT_EQ(info->chunks.size(), 8u);
}

TEST_F(ApiFiles, ErrorsSayWhichFileTheySpeakOf) {
  Write("a", MixedBytes(100));
  Write("old", MixedBytes(100));
  const auto missing = CompressFile(Path("nosuch"), Path("b"), Small(), {});
  ASSERT_FALSE(missing);
  EXPECT_FALSE(missing.error().at_target);
  const auto taken = CompressFile(Path("a"), Path("old"), Small(), {});
  ASSERT_FALSE(taken);
  EXPECT_TRUE(taken.error().at_target);
  EXPECT_TRUE(taken.error().force_overwrites);
  const auto nowhere = CompressFile(Path("a"), Path("nosuch/b"), Small(), {});
  ASSERT_FALSE(nowhere);
  EXPECT_TRUE(nowhere.error().at_target);
  EXPECT_FALSE(nowhere.error().force_overwrites);
  ASSERT_TRUE(CompressFile(Path("a"), Path("a.sigma"), Small(), {}));
  FileOptions named;
  named.target_name = TargetName::kGiven;
  for (const auto& full :
       {CompressFile(Path("a"), "/dev/full", Small(), named),
        DecompressFile(Path("a.sigma"), "/dev/full", Small(), named),
        DecompressRange(Path("a.sigma"), "/dev/full", {0, 10}, Small(), named)}) {
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, ErrorCode::kIo);
    EXPECT_TRUE(full.error().at_target) << full.error().text;
  }
}

TEST_F(ApiFiles, VerifyingIsToldOfEachResult) {
  const Bytes bytes = MixedBytes(7 * kChunk + 1);
  Write("a", bytes);
  Write("b", bytes);
  FileOptions files;
  files.remove_source = true;
  Result<FileSeries> series = FileSeries::Create(Small());
  ASSERT_TRUE(series);
  for (const char* name : {"a", "b"}) {
    ASSERT_TRUE(series->Compress(Path(name), Path(name) + std::string(".sigma"), files));
  }
  std::vector<std::string> verified;
  Progress last;
  series->Settle([](const FileSeries::Settled& settled) { EXPECT_FALSE(settled.error); },
                 [&](const std::string& source, const Progress& progress) {
                   if (verified.empty() || verified.back() != source) verified.push_back(source);
                   last = progress;
                 });
  EXPECT_EQ(verified, (std::vector<std::string>{Path("a"), Path("b")}));
  EXPECT_EQ(last.written, bytes.size());
  EXPECT_EQ(last.total, std::filesystem::file_size(Path("b.sigma")));
}

// Small files, one of several chunks, one that is not there and one that is no stream.
TEST_F(ApiFiles, ManyAtOnceGiveTheBytesOfEachAlone) {
  constexpr std::size_t kFiles = 300;  // more than a batch holds
  const Bytes bytes = MixedBytes(6 * kChunk);
  std::vector<FileSeries::Job> jobs;
  FileOptions files;
  files.remove_source = true;
  const auto part = [&](std::size_t i) {
    return i == 7 ? bytes
                  : Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(37 * i));
  };
  for (std::size_t i = 0; i < kFiles; ++i) {
    const std::string name = Path("f" + std::to_string(i));
    if (i != 11) Write("f" + std::to_string(i), part(i));
    jobs.push_back({name, name + ".sigma", files, true});
  }
  for (const bool restores : {false, true}) {
    Result<FileSeries> series = FileSeries::Create(Small(4));
    ASSERT_TRUE(series);
    std::span<const FileSeries::Job> left = jobs;
    std::size_t settled = 0;
    while (!left.empty()) {
      const auto results = series->Run(left);
      ASSERT_TRUE(results);
      ASSERT_FALSE(results->empty());
      for (std::size_t i = 0; i < results->size(); ++i) {
        const std::size_t file = kFiles - left.size() + i;
        ASSERT_EQ((*results)[i].has_value(), file != 11) << file;
        if (file == 11) continue;
        EXPECT_EQ((*results)[i]->original, part(file).size()) << file;
        if (restores) continue;
        EXPECT_EQ(*ReadFile(left[i].target), *Compress(part(file), Small())) << file;
      }
      left = left.subspan(results->size());
      series->Settle([&](const FileSeries::Settled& one) {
        EXPECT_FALSE(one.error) << one.source;
        ++settled;
      });
    }
    EXPECT_EQ(settled, kFiles - 1);
    for (FileSeries::Job& job : jobs) {
      EXPECT_FALSE(std::filesystem::exists(job.source));
      std::swap(job.source, job.target);
      job.compress = false;
    }
  }
  for (std::size_t i = 0; i < kFiles; ++i) {
    if (i == 11) continue;
    EXPECT_EQ(*ReadFile(Path("f" + std::to_string(i))), part(i)) << i;
  }
}

TEST_F(ApiFiles, NothingIsLeftOfAFailure) {
  const Bytes bytes = MixedBytes(7 * kChunk + 1);
  Bytes stream = *Compress(bytes, Small());
  stream[stream.size() / 2] ^= 1;
  Write("bad.sigma", stream);
  FileOptions files;
  files.remove_source = true;
  const Result<Summary> bad = DecompressFile(Path("bad.sigma"), Path("b"), Small(), files);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(bad.error().offset, kNoPosition);
  EXPECT_NE(bad.error().chunk, kNoPosition);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "bad.sigma"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);

  Write("a", bytes);
  Write("taken", {});
  EXPECT_EQ(CompressFile(Path("a"), Path("taken"), Small(), {}).error().code, ErrorCode::kExists);
  EXPECT_EQ(CompressFile(Path("none"), Path("x"), Small(), {}).error().code, ErrorCode::kNotFound);
  const Result<Summary> cancelled =
      CompressFile(Path("a"), Path("x"), Small(), {}, [](const Progress&) { return false; });
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, ErrorCode::kCancelled);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "x"));
}

TEST_F(ApiFiles, TheSourceGoesWhenTheResultIsThere) {
  Write("a", MixedBytes(100000));
  FileOptions files;
  files.remove_source = true;
  ASSERT_TRUE(CompressFile(Path("a"), Path("a.sigma"), Small(), files));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a"));
  ASSERT_TRUE(DecompressFile(Path("a.sigma"), Path("a"), Small(), files));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a.sigma"));
  EXPECT_EQ(*ReadFile(Path("a")), MixedBytes(100000));
}

}  // namespace
}  // namespace sigma
