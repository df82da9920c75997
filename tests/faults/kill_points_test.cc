// A selection of the points at which a run may die; tests/faults/long takes them all.
#include "tests/faults/kill_points.h"

#include <gtest/gtest.h>

namespace sigma::tests {
namespace {

// Of the calls of a run about the first sixty belong to the loader.
constexpr int kFirst = 60;
constexpr int kStep = 13;

TEST(KillPoints, Selection) {
  int offset = 0;
  int points = 0;
  for (const KillScenario& scenario : KillScenarios()) {
    for (const char* signal : {"KILL", "TERM", "INT", "HUP"}) {
      points += KillAtEach(scenario, signal, kFirst + offset++ % kStep, kStep);
    }
  }
  if (points == 0) GTEST_SKIP() << "tracing is not permitted here";
  RecordProperty("points", points);
}

}  // namespace
}  // namespace sigma::tests
