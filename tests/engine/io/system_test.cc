// cgroup files of every shape, in a root made for the test.
#include "engine/io/system.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/stat.h>

#include <thread>

#include "sigma/sigma.hpp"
#include "tests/engine/io/temp_dir.h"

namespace sigma {
namespace {

using tests::Put;
using tests::TempDir;

TEST(System, NoGroupNoLimit) {
  const TempDir root;
  EXPECT_FALSE(CpuQuota(root.path()));
  EXPECT_FALSE(MemoryLimit(root.path()));
  Put(root / "proc/self/cgroup", "garbage\n\n::\n:\n0::\n");
  EXPECT_FALSE(CpuQuota(root.path()));
}

TEST(System, VersionTwo) {
  const TempDir root;
  Put(root / "proc/self/cgroup", "0::/a/b\n");
  Put(root / "sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
  Put(root / "sys/fs/cgroup/a/b/memory.max", "max\n");
  EXPECT_FALSE(CpuQuota(root.path()));
  EXPECT_FALSE(MemoryLimit(root.path()));
  Put(root / "sys/fs/cgroup/a/b/cpu.max", "250000 100000\n");
  EXPECT_EQ(CpuQuota(root.path()), 3U);  // 2.5 CPUs
  Put(root / "sys/fs/cgroup/a/cpu.max", "150000 100000\n");
  EXPECT_EQ(CpuQuota(root.path()), 2U);  // the group above is tighter
  Put(root / "sys/fs/cgroup/a/b/cpu.max", "1000 100000\n");
  EXPECT_EQ(CpuQuota(root.path()), 1U);
  Put(root / "sys/fs/cgroup/a/b/memory.max", "1073741824\n");
  Put(root / "sys/fs/cgroup/memory.max", "536870912\n");
  EXPECT_EQ(MemoryLimit(root.path()), 512u << 20);
}

TEST(System, VersionOne) {
  const TempDir root;
  Put(root / "proc/self/cgroup", "5:memory:/m\n3:cpuacct,cpu:/c\n0::/\n");
  Put(root / "sys/fs/cgroup/cpu/c/cpu.cfs_quota_us", "-1\n");
  Put(root / "sys/fs/cgroup/cpu/c/cpu.cfs_period_us", "100000\n");
  Put(root / "sys/fs/cgroup/memory/m/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_FALSE(CpuQuota(root.path()));
  EXPECT_FALSE(MemoryLimit(root.path()));
  Put(root / "sys/fs/cgroup/cpu/c/cpu.cfs_quota_us", "400000\n");
  EXPECT_EQ(CpuQuota(root.path()), 4U);
  Put(root / "sys/fs/cgroup/memory/memory.limit_in_bytes", "1000000\n");
  EXPECT_EQ(MemoryLimit(root.path()), 1000000U);
}

TEST(System, PathsThatLeadNowhere) {
  const TempDir root;
  Put(root / "proc/self/cgroup", "4:cpu:/docker/abc\n0::/docker/abc\n");
  Put(root / "sys/fs/cgroup/cpu/cpu.cfs_quota_us", "150000\n");
  Put(root / "sys/fs/cgroup/cpu/cpu.cfs_period_us", "50000\n");
  EXPECT_EQ(CpuQuota(root.path()), 3U);
}

TEST(System, HostileNumbers) {
  const TempDir root;
  Put(root / "proc/self/cgroup", "0::/\n");
  for (const char* text : {"", "0 0", "1 0", "99999999999999999999999 1", "x y", "5", "-5 100"}) {
    Put(root / "sys/fs/cgroup/cpu.max", text);
    EXPECT_FALSE(CpuQuota(root.path())) << text;
  }
  Put(root / "sys/fs/cgroup/cpu.max", "18446744073709551615 1");
  EXPECT_EQ(CpuQuota(root.path()), 0xFFFFFFFFU);
}

TEST(System, WhatThisProcessMayUse) {
  EXPECT_GE(AvailableThreads(), 1U);
  EXPECT_GE(AvailableMemory(), 16u << 20);
  EXPECT_LE(ProcessUmask(), 0777U);
  std::thread pinned([] {
    cpu_set_t one;
    ASSERT_EQ(sched_getaffinity(0, sizeof(one), &one), 0);
    for (std::size_t cpu = 0, kept = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &one) && kept++ > 0) CPU_CLR(cpu, &one);
    }
    ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
    EXPECT_EQ(AvailableThreads(), 1U);
  });
  pinned.join();
}

}  // namespace
}  // namespace sigma
