// The N-th system call fails, is interrupted, or is the process's last (strace -e inject): either
// the source is whole or the result is, the exit status says which, and no target is partial.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

constexpr std::size_t kSize = 400'000;
constexpr int kOccurrences = 8;  // beyond the start-up's calls of each kind, into the work itself

class Faults : public testing::Test {
 protected:
  void SetUp() override {
    folder_.Write("a", MixedBytes(kSize));
    ASSERT_EQ(folder_.Run("cp a original && sigma-par -B 64K -o good.sigma a").status, 0);
    if (folder_.Run("strace -f -o /dev/null true").status != 0) {
      GTEST_SKIP() << "strace is missing or may not trace here";
    }
  }

  // Runs `command` with the fault and returns its exit status.
  int Inject(const std::string& fault, const std::string& command) {
    return folder_
        .Run(
            "rm -f t t.sigma; cp original a; cp good.sigma s.sigma\n"
            "timeout 20 strace -f -o /dev/null -e inject=" +
            fault + " " + command)
        .status;
  }

  // Checks all that must hold after compressing `a` into t.sigma with --rm.
  void CheckCompressed(int status, const std::string& what) {
    const bool source = folder_.Has("a");
    const bool target = folder_.Has("t.sigma");
    EXPECT_NE(status, 124) << what << ": hangs";
    EXPECT_TRUE(source || target) << what;
    if (source) {
      EXPECT_EQ(folder_.Run("cmp a original").status, 0) << what;
    }
    if (target) {
      EXPECT_EQ(folder_.Run("sigma-par -dc t.sigma | cmp - original").status, 0) << what;
    }
    if (status == 0) {
      EXPECT_TRUE(target) << what;
    }
  }

  // The same after restoring s.sigma into t with --rm.
  void CheckRestored(int status, const std::string& what) {
    const bool source = folder_.Has("s.sigma");
    const bool target = folder_.Has("t");
    EXPECT_NE(status, 124) << what << ": hangs";
    EXPECT_TRUE(source || target) << what;
    if (source) {
      EXPECT_EQ(folder_.Run("cmp s.sigma good.sigma").status, 0) << what;
    }
    if (target) {
      EXPECT_EQ(folder_.Run("cmp t original").status, 0) << what;
    }
    if (status == 0) {
      EXPECT_TRUE(target) << what;
    }
  }

  void Both(const std::string& fault) {
    CheckCompressed(Inject(fault, "sigma-par -T2 -B 64K --rm -o t.sigma a"), "compress " + fault);
    CheckRestored(Inject(fault, "sigma-par -T2 -d --rm -o t s.sigma"), "restore " + fault);
  }

  void NoLeftovers() {
    for (const std::string& name : folder_.Names()) EXPECT_NE(name[0], '.') << name;
  }

  Folder folder_;
};

TEST_F(Faults, FailingCalls) {
  for (const char* call :
       {"write:error=ENOSPC", "pwrite64:error=ENOSPC", "read:error=EIO", "pread64:error=EIO",
        "fsync:error=EIO", "rename,renameat,renameat2,linkat:error=EIO", "fchmod:error=EPERM",
        "ftruncate:error=EIO", "unlink,unlinkat:error=EACCES"}) {
    for (int n = 1; n <= kOccurrences; ++n) {
      Both(std::string(call) + ":when=" + std::to_string(n));
    }
  }
  NoLeftovers();
}

TEST_F(Faults, EveryCallFailing) {
  for (const char* call : {"write,pwrite64,writev:error=ENOSPC", "fsync:error=EIO",
                           "rename,renameat,renameat2,linkat:error=EIO"}) {
    Both(std::string(call) + ":when=1+");
    EXPECT_FALSE(folder_.Has("t"));
  }
  NoLeftovers();
}

// Counted on the files at hand alone (-P): the loader's reads come before ours.
TEST_F(Faults, InterruptedCallsAreRetried) {
  for (const char* call : {"read,pread64 -P a", "write,pwrite64"}) {
    const std::string names = std::string(call).substr(0, std::string(call).find(' '));
    const std::string only = std::string(call).substr(names.size());
    for (int n = 1; n <= kOccurrences; ++n) {
      const std::string fault = names + ":error=EINTR:when=" + std::to_string(n) + only;
      EXPECT_EQ(Inject(fault, "sigma-par -T2 -B 64K -o t.sigma a"), 0) << fault;
      CheckCompressed(0, fault);
    }
  }
}

TEST_F(Faults, DeathAtACall) {
  for (const char* signal : {"KILL", "TERM"}) {
    for (const char* call : {"write", "pwrite64", "fsync", "rename,renameat,renameat2,linkat",
                             "unlink,unlinkat", "fchmod"}) {
      for (int n = 1; n <= 3; ++n) {
        Both(std::string(call) + ":signal=" + signal + ":when=" + std::to_string(n));
      }
    }
  }
}

}  // namespace
}  // namespace sigma::tests
