// Death by each signal at every system call of every way of compressing and restoring.
#include "tests/faults/kill_points.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <tuple>

namespace sigma::tests {
namespace {

class EveryKillPoint : public testing::TestWithParam<std::tuple<std::size_t, const char*>> {};

TEST_P(EveryKillPoint, LosesNothing) {
  const KillScenario scenario = KillScenarios()[std::get<0>(GetParam())];
  const int points = KillAtEach(scenario, std::get<1>(GetParam()), 1, 1);
  if (points == 0) GTEST_SKIP() << "tracing is not permitted here";
  std::printf("%s by %s: %d kill points\n", scenario.name.c_str(), std::get<1>(GetParam()), points);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, EveryKillPoint,
                         testing::Combine(testing::Range<std::size_t>(0, KillScenarios().size()),
                                          testing::Values("KILL", "TERM", "INT", "HUP")),
                         [](const auto& point) {
                           return KillScenarios()[std::get<0>(point.param)].name +
                                  std::get<1>(point.param);
                         });

}  // namespace
}  // namespace sigma::tests
