// DiscardUnpublished: what is in the making is taken away, and nothing begins after it.
#include "engine/io/unpublished.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "engine/io/append_target.h"
#include "engine/io/output_file.h"
#include "tests/engine/io/temp_dir.h"

namespace sigma {
namespace {

using tests::Put;
using tests::TempDir;

class DiscardBothWays : public testing::TestWithParam<bool> {
 protected:
  [[nodiscard]] static OutputFile::Choices Choices() {
    OutputFile::Choices choices;
    choices.named_temporary = GetParam();
    return choices;
  }
};

INSTANTIATE_TEST_SUITE_P(Temporary, DiscardBothWays, testing::Bool(),
                         [](const auto& way) { return way.param ? "Named" : "Nameless"; });

// Runs `body` in a process of its own: after DiscardUnpublished this one would publish nothing more.
void InChild(const std::function<void()>& body) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    body();
    (void)fflush(nullptr);
    _exit(testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST_P(DiscardBothWays, TakesTemporariesAndForbidsPublishing) {
  const TempDir dir;
  InChild([&] {
    auto first = OutputFile::Create(dir / "a", Choices());
    auto second = OutputFile::Create(dir / "b", Choices());
    ASSERT_TRUE(first && second);
    DiscardUnpublished();
    EXPECT_TRUE(dir.Names().empty());
    for (auto* file : {&first, &second}) {
      const auto result = (*file)->Publish(nullptr);
      ASSERT_FALSE(result);
      EXPECT_EQ(result.error().code, ErrorCode::kCancelled);
    }
  });
}

// The process may reach its next file before the signal that ends it.
TEST_P(DiscardBothWays, NothingBeginsAfterIt) {
  const TempDir dir;
  InChild([&] {
    DiscardUnpublished();
    const auto later = OutputFile::Create(dir / "c", Choices());
    ASSERT_FALSE(later);
    EXPECT_EQ(later.error().code, ErrorCode::kCancelled);
    EXPECT_TRUE(dir.Names().empty());
  });
}

TEST(Discard, NoAppendBeginsAfterIt) {
  const TempDir dir;
  Put(dir / "a", "content");
  InChild([&] {
    DiscardUnpublished();
    auto target = AppendTarget::Open(dir / "a", TargetName::kGiven);
    ASSERT_TRUE(target);
    const auto begun = target->Begin(7);
    ASSERT_FALSE(begun);
    EXPECT_EQ(begun.error().code, ErrorCode::kCancelled);
    EXPECT_EQ(dir.Names(), std::vector<std::string>{"a"});
  });
}

TEST_P(DiscardBothWays, WhileOthersPublish) {
  const TempDir dir;
  for (int round = 0; round < 10; ++round) {
    InChild([&] {
      std::vector<std::thread> threads;
      for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
          for (int i = 0; i < 25; ++i) {
            const std::string name =
                std::to_string(round) + "-" + std::to_string(t) + "-" + std::to_string(i);
            auto file = OutputFile::Create(dir / name, Choices());
            if (file) (void)file->Publish(nullptr);
          }
        });
      }
      DiscardUnpublished();
      // The process may end here: what is left now stays.
      for (const std::string& name : dir.Names()) EXPECT_NE(name[0], '.');
      for (std::thread& thread : threads) thread.join();
    });
  }
}

}  // namespace
}  // namespace sigma
