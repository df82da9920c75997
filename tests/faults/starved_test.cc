// The command under want: the N-th allocation, mapping or thread is refused, once or for ever; the
// N-th system call fails; the limits of the shell are tiny. It ends by itself with exit status 0, 1
// or 2, and after an error it has said why. With SIGMA_EVERY_FAILURE every N is tried.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

constexpr std::size_t kSize = 300'000;

bool EveryFailure() { return std::getenv("SIGMA_EVERY_FAILURE") != nullptr; }

struct ModeOfUse {
  const char* name;
  const char* arguments;
};

// Each leaves its result in `t` or on standard output.
constexpr ModeOfUse kModes[] = {
    {"compress", "-T2 -B 64K -f -k -o t a"},
    {"restore", "-d -T2 -f -k -o t a.sigma"},
    {"restore a pipe", "-dc -T2 <a.sigma"},
    {"test", "-t -T2 a.sigma"},
    {"list", "-l a.sigma"},
    {"range", "-d --range 70000:90000 -T2 -f -o t a.sigma"},
    {"folder", "-r -T2 -B 64K -f -k f"},
    {"statistics", "-T2 -B 64K --stats=json=1 --progress=json=1 -v -f -k -o t a"},
    {"bench", "--bench -b3 -e3 -B 64K -T2 --seconds 0 a"},
    {"analyze", "--analyze -B 64K -T2 a"},
    {"far copies", "--far on -T2 -B 64K -f -k -o t x"},
    {"restore far copies", "-d -T2 -f -k -o t x.sigma"},
    {"restore far copies of a pipe", "-dc -T2 <x.sigma"},
    {"help", "--help"},
};

class StarvedCommand : public testing::TestWithParam<ModeOfUse> {
 protected:
  void SetUp() override {
    folder_.Write("a", MixedBytes(kSize));
    ASSERT_EQ(
        folder_
            .Run("sigma-par -q -k -B 64K a && mkdir f && cp a f/b && cp a f/c && cat a a >x && "
                 "sigma-par -q -k -B 64K --far on x")
            .status,
        0);
  }

  // Runs the command once for each line of `$numbers` with `before` in front of it, $n being the
  // number; a line "n status lines" for each, where status or what was said is not as it must be.
  // The loader's own refusals (127) are not the command's. Where `injected` exists, a trace of it,
  // the words themselves may have been refused.
  std::string Each(const std::string& numbers, const std::string& before,
                   const std::string& arguments) {
    const Outcome run = folder_.Run(
        "for n in " + numbers + "; do timeout 60 " + before + " sigma-par " + arguments +
        " >out 2>err; s=$?\n"
        "l=$(grep -c '^sigma-par: ' err)\n"
        "case $s in 0|2|127) ;; 1) [ $l -ge 1 ] && [ $l -le 3 ] || "
        "grep -qs 'write(2,.*INJECTED' injected || "
        "echo $n: $s said $(cat err);; *) echo $n: $s $(cat err);; esac\n"
        "rm -rf t f/*.sigma; done");
    EXPECT_EQ(run.status, 0);
    return run.out;
  }

  Folder folder_;
};

class StarvedOfMemory : public StarvedCommand {};

TEST_P(StarvedOfMemory, EndsByItself) {
  const std::string arguments = GetParam().arguments;
  for (const std::string good : {"memory", "mapping", "thread"}) {
    const std::string preload = "env LD_PRELOAD=" SIGMA_STARVED_OBJECT " ";
    const Outcome whole =
        folder_.Run("SIGMA_STARVED='" + good + " 0 once' SIGMA_STARVED_COUNT=count " + preload +
                    "sigma-par " + arguments + " >out 2>err; s=$?; rm -rf t f/*.sigma; exit $s");
    ASSERT_EQ(whole.status, 0) << folder_.Read("err");
    const int count = std::atoi(folder_.Read("count").c_str());
    if (count == 0) continue;
    const int stride = EveryFailure() ? 1 : std::max(1, count / 5);
    for (const std::string how : {"once", "ever"}) {
      const std::string numbers =
          "$(seq 1 " + std::to_string(stride) + " " + std::to_string(count + 1) + ")";
      EXPECT_EQ(Each(numbers, preload + "SIGMA_STARVED=\"" + good + " $n " + how + "\"", arguments),
                "")
          << good << " " << how;
      std::cout << GetParam().name << ", " << good << " " << how << ": " << count / stride
                << " runs of " << count << "\n";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, StarvedOfMemory, testing::ValuesIn(kModes), [](const auto& test) {
  std::string name = test.param.name;
  std::erase(name, ' ');
  return name;
});

class StarvedOfCalls : public StarvedCommand {};

// The error that the kernel may answer with for want of something.
std::string ErrorFor(const std::string& call) {
  if (call == "mmap" || call == "munmap" || call == "mprotect" || call == "mremap" ||
      call == "madvise") {
    return "ENOMEM";
  }
  if (call == "clone3" || call == "clone") return "EAGAIN";
  if (call == "read" || call == "pread64" || call == "write" || call == "pwrite64") return "EIO";
  return "EPERM";
}

TEST_P(StarvedOfCalls, EndsByItself) {
  if (folder_.Run("strace -f -o /dev/null true").status != 0) {
    GTEST_SKIP() << "strace is missing or may not trace here";
  }
  const std::string name = GetParam().name;
  if (!EveryFailure() && name != "compress" && name != "restore") {
    GTEST_SKIP() << "in the long label";
  }
  const std::string arguments = GetParam().arguments;
  // "NAME FIRST LAST" for each call: the first is the command's own, after those of the loader,
  // which cannot do without a mapping. Left out is what ends any program by the C library's hand
  // (futex, rseq) or cannot be injected: brk, which never returns an error.
  folder_.Run(
      "strace -f -o trace sigma-par " + arguments +
      " >out 2>err; rm -rf t f/*.sigma\n"
      "awk '{ sub(/^[0-9]+ */, \"\") } /^rt_sigaction\\(SIGINT, NULL/ { own = 1 } "
      "match($0, /^[a-z_0-9]+\\(/) { n = substr($0, 1, RLENGTH - 1); "
      "if (!own) ++before[n]; else ++after[n] } "
      "END { for (n in after) print n, before[n] + 1, before[n] + after[n] }' trace | sort | "
      "grep -v 'exit\\|execve\\|rt_sigreturn\\|restart_syscall\\|futex\\|rseq\\|brk' >calls");
  std::istringstream calls(folder_.Read("calls"));
  int first = 0;
  int last = 0;
  int runs = 0;
  for (std::string call; calls >> call >> first >> last;) {
    const int stride = EveryFailure() ? 1 : last - first + 1;
    const std::string numbers = "$(seq " + std::to_string(first) + " " + std::to_string(stride) +
                                " " + std::to_string(last) + ")";
    EXPECT_EQ(Each(numbers,
                   "strace -f -o injected -e trace=" + call + " -e inject=" + call +
                       ":error=" + ErrorFor(call) + ":when=$n",
                   arguments),
              "")
        << call;
    runs += (last - first + stride) / stride;
  }
  EXPECT_GT(runs, 10);
  std::cout << GetParam().name << ": " << runs << " runs\n";
}

INSTANTIATE_TEST_SUITE_P(Modes, StarvedOfCalls,
                         testing::Values(kModes[0], kModes[1], kModes[2], kModes[6]),
                         [](const auto& test) {
                           std::string name = test.param.name;
                           std::erase(name, ' ');
                           return name;
                         });

class StarvedByLimits : public StarvedCommand {};

TEST_P(StarvedByLimits, EndsByItself) {
  const std::string a = GetParam().arguments;
  const bool every = EveryFailure();
  const auto limited = [&](const std::string& limit) {
    return "sh -c 'ulimit " + limit + " $0; exec \"$@\"' $n";
  };
  EXPECT_EQ(
      Each(every ? "$(seq 8192 1024 65536)" : "8192 14336 20480 28672 45056", limited("-v"), a),
      "");
  // The environment lies in the stack as well: with 3.5 KB of it and a stack of 16 KiB the loader
  // dies before the command begins, one time in five (of xz three in four).
  EXPECT_EQ(Each(every ? "16 24 32 48 64 96 128 256 1024 8192" : "16 64 128",
                 "env -i PATH=\"$PATH\" " + limited("-s"), a),
            "");
}

INSTANTIATE_TEST_SUITE_P(Modes, StarvedByLimits, testing::ValuesIn(kModes), [](const auto& test) {
  std::string name = test.param.name;
  std::erase(name, ' ');
  return name;
});

// No more threads: success, with fewer workers, and -v says so. As another user: root has no limit.
TEST(StarvedOfThreads, WorksWithFewer) {
  if (geteuid() != 0) GTEST_SKIP() << "needs to become another user";
  const Folder folder;
  folder.Write("a", MixedBytes(kSize));
  // A copy of the command: the folders above it may be closed to others.
  ASSERT_EQ(folder
                .Run("sigma-par -q -k -B 64K a && chmod 755 . && chmod 644 a* && "
                     "cp \"$(command -v sigma-par)\" sigma-par && chmod 755 sigma-par")
                .status,
            0);
  const Outcome run = folder.Run(
      "for u in 1 2 3 4 5 6 7 8; do for T in 1 2 3 4 5 6 7 8; do for m in '-3 -B 64K -c a' "
      "'-dc a.sigma'; do\n"
      "timeout 60 setpriv --reuid=64321 --regid=64321 --clear-groups prlimit --nproc=$u "
      "./sigma-par -v -T$T $m >out 2>err; s=$?\n"
      "case $m in -d*) cmp -s out a;; *) cmp -s out a.sigma;; esac || echo $u $T $m: $s $(cat "
      "err)\n"
      // Five chunks keep five workers busy; one thread more waits for signals.
      "w=$((T < 5 ? T : 5)); [ $w -eq 1 ] || [ $u -gt $w ] || grep -q refused err || "
      "echo $u $T $m: nothing said\n"
      "done; done; done");
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, "");
}

}  // namespace
}  // namespace sigma::tests
