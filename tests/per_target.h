// Runs one test body under every compiled SIMD target this CPU can run.
#ifndef SIGMA_TESTS_PER_TARGET_H_
#define SIGMA_TESTS_PER_TARGET_H_

#include <gtest/gtest.h>

#include <string>

#include "kernels/targets.h"

namespace sigma::tests {

template <typename Body>
void ForEachTarget(Body body) {
  for (const std::string& target : kernels::RunnableTargets()) {
    ASSERT_TRUE(kernels::ForceTarget(target));
    SCOPED_TRACE("target " + target);
    body();
  }
  kernels::ForceTarget("");
}

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_PER_TARGET_H_
