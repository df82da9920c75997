#include "cli/signals.h"

#include <pthread.h>
#include <signal.h>

#include <thread>
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

}  // namespace

void BlockSignals() {
  const sigset_t set = TakenSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void StartSignalThread(std::function<void()> on_status, std::function<void()> before_death) {
  std::thread([on_status = std::move(on_status), before_death = std::move(before_death)] {
    const sigset_t set = TakenSignals();
    for (int number = 0; sigwait(&set, &number) == 0;) {
      if (number == SIGUSR1) {
        on_status();
        continue;
      }
      before_death();
      DiscardUnpublished();
      DieBy(number);
    }
  }).detach();
}

}  // namespace sigma::cli
