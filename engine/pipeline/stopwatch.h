// Stopwatch: wall time for the figures of a Summary. Not used for any decision.
#ifndef SIGMA_PIPELINE_STOPWATCH_H_
#define SIGMA_PIPELINE_STOPWATCH_H_

#include <chrono>

namespace sigma {

class Stopwatch {
 public:
  // Since the construction.
  [[nodiscard]] double Seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace sigma

#endif  // SIGMA_PIPELINE_STOPWATCH_H_
