// The public functions that say what this build can do.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "sigma/sigma.hpp"
#include "tests/engine/api/small_options.h"

namespace sigma {
namespace {

using tests::Small;

TEST(Capabilities, SaysWhatItCanDo) {
  EXPECT_FALSE(Version().empty());
  EXPECT_FALSE(SimdTarget().empty());
  EXPECT_GE(AvailableThreads(), 1u);
  EXPECT_EQ(StrategyNames().front(), "auto");
  const std::vector<int> levels = Levels();
  ASSERT_FALSE(levels.empty());
  EXPECT_TRUE(std::is_sorted(levels.begin(), levels.end()));
}

TEST(Capabilities, ValidateNamesWhatExists) {
  EXPECT_TRUE(Validate({}));
  Options options;
  options.level = 77;
  Result<void> bad = Validate(options);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(bad.error().text.find(std::to_string(Levels().back())), std::string::npos);
  options = {};
  options.strategy = "magic";
  bad = Validate(options);
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().text.find("lz"), std::string::npos);
  for (const std::uint32_t size : {1u, 60u << 10, (64u << 10) + 1, (64u << 20) + 4096}) {
    options = {};
    options.chunk_size = size;
    EXPECT_FALSE(Validate(options)) << size;
  }
  options = {};
  options.threads = 100000;
  EXPECT_FALSE(Validate(options));
}

TEST(Capabilities, LeastMemoryIsTheLeast) {
  for (const int level : Levels()) {
    Options options = Small(8);
    options.level = level;
    options.memory_limit = LeastMemory(options, true);
    EXPECT_TRUE(Validate(options));
    const std::string least = std::to_string(options.memory_limit);
    options.memory_limit -= 1;
    const Result<void> bad = Validate(options);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, ErrorCode::kLimit);
    EXPECT_NE(bad.error().text.find(least), std::string::npos);
  }
}

}  // namespace
}  // namespace sigma
