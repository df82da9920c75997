// The figures an observer is told while chunks are in work: never less than before, never more than
// there is, and inside of chunks too.
#include "engine/pipeline/observation.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <vector>

namespace sigma {
namespace {

constexpr std::uint64_t kSize = 1000;

TEST(Observation, AChunkIsDoneOnlyWhenItIsWritten) {
  std::vector<Progress> told;
  const Observer observer = [&](const Progress& progress) {
    told.push_back(progress);
    return true;
  };
  Observation observation(observer, 2 * kSize);
  observation.Read(2 * kSize);
  Observation::Share first;
  Observation::Share second;
  // Coders that go through everything four times.
  for (int i = 0; i < 4; ++i) observation.Worked(first, kSize, kSize);
  EXPECT_EQ(first.told, 990u);
  EXPECT_TRUE(observation.Done(first, kSize, 300));
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back().read, 2 * kSize);
  EXPECT_EQ(told.back().written, 300u);
  EXPECT_EQ(told.back().total, 2 * kSize);
  EXPECT_EQ(told.back().worked, kSize);
  // Known by now: a byte takes four counts.
  observation.Worked(second, kSize, kSize);
  EXPECT_EQ(second.told, kSize / 4);
  observation.Worked(second, kSize, kSize);
  EXPECT_EQ(second.told, kSize / 2);
  EXPECT_TRUE(observation.Done(second, kSize, 600));
  EXPECT_EQ(told.back().worked, 2 * kSize);
}

TEST(Observation, TellsInsideOfAChunkAfterAWhile) {
  std::uint64_t worked = 0;
  const Observer observer = [&](const Progress& progress) {
    worked = progress.worked;
    return true;
  };
  Observation observation(observer, kSize);
  Observation::Share share;
  std::this_thread::sleep_for(std::chrono::milliseconds(110));
  observation.Worked(share, kSize, kSize / 2);
  EXPECT_EQ(worked, kSize / 2);
}

TEST(Observation, WhoeverSaidStopIsObeyedAtTheEndOfTheChunk) {
  int calls = 0;
  const Observer observer = [&](const Progress&) { return ++calls > 1; };
  Observation observation(observer, kSize);
  Observation::Share share;
  std::this_thread::sleep_for(std::chrono::milliseconds(110));
  observation.Worked(share, kSize, kSize / 2);
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE(observation.Done(share, kSize, 10));
}

TEST(Observation, WithoutAnObserverNothingIsCalled) {
  const Observer none;
  Observation observation(none, kSize);
  EXPECT_FALSE(observation.active());
  EXPECT_TRUE(observation.Done({}, kSize, 10));
}

}  // namespace
}  // namespace sigma
