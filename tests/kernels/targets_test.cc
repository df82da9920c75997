#include "kernels/targets.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sigma::kernels {
namespace {

TEST(Targets, TheChosenOneIsRunnableAndFirst) {
  const auto runnable = RunnableTargets();
  ASSERT_FALSE(runnable.empty());
  EXPECT_EQ(runnable.front(), ChosenTarget());
}

TEST(Targets, EachRunnableTargetCanBeForced) {
  const std::string best(ChosenTarget());
  for (const std::string& name : RunnableTargets()) {
    EXPECT_TRUE(ForceTarget(name));
    EXPECT_EQ(ChosenTarget(), name);
  }
  EXPECT_TRUE(ForceTarget(""));
  EXPECT_EQ(ChosenTarget(), best);
}

TEST(Targets, AnUnknownNameIsRefusedAndTheChoiceRestored) {
  const std::string best(ChosenTarget());
  EXPECT_FALSE(ForceTarget("MMX"));
  EXPECT_EQ(ChosenTarget(), best);
}

}  // namespace
}  // namespace sigma::kernels
