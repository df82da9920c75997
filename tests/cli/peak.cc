// sigma-peak: runs a command and says what it took, as wait4 reports it.
//
//   sigma-peak RESULT COMMAND [ARGUMENT…]
//
// Writes {"peak_bytes","seconds","user_seconds","system_seconds","status"} to the file RESULT and
// ends with the command's status. A program of its own because the peak of a process begins with
// that of whoever started it: a script's interpreter would be counted, this is smaller than
// anything it measures.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const auto begun = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child < 0) return 2;
  if (child == 0) {
    execvp(argv[2], argv + 2);
    _exit(127);
  }
  int status = 0;
  rusage usage = {};
  if (wait4(child, &status, 0, &usage) != child) return 2;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  std::FILE* const file = std::fopen(argv[1], "w");
  if (file == nullptr) return 2;
  std::fprintf(file,
               "{\"peak_bytes\":%ld,\"seconds\":%.6f,\"user_seconds\":%.6f,"
               "\"system_seconds\":%.6f,\"status\":%d}\n",
               usage.ru_maxrss * 1024, took.count(), Seconds(usage.ru_utime),
               Seconds(usage.ru_stime), code);
  return std::fclose(file) == 0 ? code : 2;
}
