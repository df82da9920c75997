#include "cli/signals.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

#include "sigma/sigma.hpp"

namespace sigma::cli {
namespace {

sigset_t TakenSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
    struct sigaction now = {};
    // A blocked signal is queued even where it is ignored (nohup): leave that one alone.
    if (sigaction(number, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) sigaddset(&set, number);
  }
  return set;
}

void DieBy(int number) {
  signal(number, SIG_DFL);
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, number);
  pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
  raise(number);
}

// It prints a line and removes a file; the 8 MiB a thread gets otherwise would count against a
// limit on address space.
constexpr std::size_t kSignalStack = std::size_t{128} << 10;

// Set before anything is discarded: who then finds its result gone must not exit with a status.
std::atomic<bool> dying = false;

struct SignalWork {
  std::function<void()> on_status;
  std::function<void()> before_death;
};

// The thread's body; it lasts as long as the process.
void* WaitForSignals(void* argument) {
  const std::unique_ptr<SignalWork> work(static_cast<SignalWork*>(argument));
  const sigset_t set = TakenSignals();
  for (int number = 0; sigwait(&set, &number) == 0;) {
    if (number != SIGUSR1) dying = true;
    try {
      number == SIGUSR1 ? work->on_status() : work->before_death();
    } catch (...) {
      // No memory for the line: the work is not worse for it.
    }
    if (number == SIGUSR1) continue;
    DiscardUnpublished();
    DieBy(number);
  }
  return nullptr;
}

}  // namespace

void AwaitDeath() noexcept {
  while (dying) pause();
}

void BlockSignals() {
  const sigset_t set = TakenSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void StartSignalThread(std::function<void()> on_status, std::function<void()> before_death) {
  auto work =
      std::make_unique<SignalWork>(SignalWork{std::move(on_status), std::move(before_death)});
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes,
                            std::max(kSignalStack, static_cast<std::size_t>(PTHREAD_STACK_MIN)));
  pthread_t thread;
  // Without the thread signals wait until the process ends: no reason not to work.
  if (pthread_create(&thread, &attributes, WaitForSignals, work.get()) == 0) (void)work.release();
  pthread_attr_destroy(&attributes);
}

}  // namespace sigma::cli
