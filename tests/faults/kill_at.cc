// sigma-kill-at N SIGNAL COMMAND…: runs COMMAND and sends it SIGNAL when it is about to make its
// N-th system call, counted over all its threads from its first instruction on. With N = 0 it sends
// nothing and prints how many calls there were. The exit status is COMMAND's, or 128 + the signal
// that ended it; 98 where tracing is not permitted.
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

namespace {

const std::map<std::string, int> kSignals = {
    {"KILL", SIGKILL}, {"TERM", SIGTERM}, {"INT", SIGINT}, {"HUP", SIGHUP}};

constexpr long kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;

bool Entering(pid_t thread) {
  __ptrace_syscall_info info{};
  return ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof(info), &info) > 0 &&
         info.op == PTRACE_SYSCALL_INFO_ENTRY;
}

}  // namespace

int main(int count, char** words) {
  if (count < 4) return 99;
  const std::uint64_t wanted = std::strtoull(words[1], nullptr, 10);
  const auto number = kSignals.find(words[2]);
  if (number == kSignals.end()) return 99;
  const pid_t command = fork();
  if (command == 0) {
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(98);
    // A shell starts what stands in the background with INT ignored.
    signal(SIGINT, SIG_DFL);
    raise(SIGSTOP);
    execvp(words[3], words + 3);
    _exit(97);
  }
  int status = 0;
  if (waitpid(command, &status, 0) != command || !WIFSTOPPED(status)) return 98;
  if (ptrace(PTRACE_SETOPTIONS, command, nullptr, kOptions) != 0) return 98;
  ptrace(PTRACE_SYSCALL, command, nullptr, nullptr);
  std::uint64_t calls = 0;
  for (;;) {
    const pid_t thread = waitpid(-1, &status, __WALL);
    if (thread < 0) {
      if (errno == EINTR) continue;
      return 99;
    }
    if (thread == command && (WIFEXITED(status) || WIFSIGNALED(status))) break;
    if (!WIFSTOPPED(status)) continue;
    long passed_on = 0;
    const int stop = WSTOPSIG(status);
    if (stop == (SIGTRAP | 0x80)) {
      if (Entering(thread) && ++calls == wanted) kill(command, number->second);
    } else if (stop != SIGTRAP && stop != SIGSTOP) {
      passed_on = stop;
    }
    ptrace(PTRACE_SYSCALL, thread, nullptr, passed_on);
  }
  if (wanted == 0) std::printf("%llu\n", static_cast<unsigned long long>(calls));
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
