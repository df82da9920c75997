// Watchdog: ends the test program loudly if its scope lasts longer than it may. A test that hangs
// must fail.
#ifndef SIGMA_TESTS_PIPELINE_WATCHDOG_H_
#define SIGMA_TESTS_PIPELINE_WATCHDOG_H_

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

namespace sigma::tests {

class Watchdog {
 public:
  explicit Watchdog(int seconds)
      : thread_([this, seconds] {
          std::unique_lock lock(mutex_);
          if (!bell_.wait_for(lock, std::chrono::seconds(seconds), [this] { return over_; })) {
            std::fputs("watchdog: the test hangs\n", stderr);
            std::abort();
          }
        }) {}
  ~Watchdog() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    bell_.notify_all();
    thread_.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable bell_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_PIPELINE_WATCHDOG_H_
