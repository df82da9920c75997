#include "engine/memory/buffer_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "engine/memory/poison.h"

namespace sigma {
namespace {

TEST(BufferPool, GivesAlignedBuffersOfAtLeastTheSizeAndLessThanTwice) {
  BufferPool pool;
  for (std::size_t size = 1; size < 100000; size = size * 5 / 4 + 1) {
    auto lease = pool.Acquire(size);
    EXPECT_GE(lease.capacity(), size);
    EXPECT_LT(lease.capacity(), std::max<std::size_t>(2 * size, 4097));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(lease.data()) % kCacheLine, 0u);
    for (std::size_t i = 0; i < size + kPad; ++i) lease.data()[i] = 1;
  }
}

TEST(BufferPool, UnderAddressSanitizerALeaseEndsWithItsPadAndWhatWaitsIsShut) {
  if (!kPoisons) GTEST_SKIP() << "built without AddressSanitizer";
  BufferPool pool;
  for (const std::size_t size : {1u, 100u, 4000u, 100000u, 300000u, 5000000u}) {
    const std::uint8_t* first = nullptr;
    {
      auto lease = pool.Acquire(size);
      first = lease.data();
      EXPECT_FALSE(IsPoisoned(first));
      EXPECT_FALSE(IsPoisoned(first + size + kPad - 1)) << size;
      EXPECT_EQ(IsPoisoned(first + size + kPad), BufferFootprint(size) > size + kPad) << size;
    }
    EXPECT_TRUE(IsPoisoned(first)) << size;
    auto smaller = pool.Acquire(size - size / 8);
    if (smaller.data() == first) {
      EXPECT_FALSE(IsPoisoned(first + size - size / 8 + kPad - 1)) << size;
      EXPECT_EQ(IsPoisoned(first + size + kPad - 1), size >= 8) << size;
    }
  }
}

TEST(BufferPool, ReusesAReleasedBuffer) {
  BufferPool pool;
  const std::uint8_t* first = nullptr;
  {
    auto lease = pool.Acquire(1000);
    first = lease.data();
  }
  auto again = pool.Acquire(990);
  EXPECT_EQ(again.data(), first);
  EXPECT_EQ(pool.counters().acquisitions, 2u);
  EXPECT_EQ(pool.counters().hits, 1u);
  EXPECT_EQ(pool.counters().overflows, 1u);
}

TEST(BufferPool, TwoLeasesNeverShareABuffer) {
  BufferPool pool;
  auto one = pool.Acquire(512);
  auto two = pool.Acquire(512);
  EXPECT_NE(one.data(), two.data());
  EXPECT_GE(pool.counters().peak_bytes, 1024u);
}

TEST(BufferPool, AMovedLeaseReleasesOnce) {
  BufferPool pool;
  {
    auto one = pool.Acquire(512);
    BufferPool::Lease two = std::move(one);
    one = std::move(two);
  }
  auto lease = pool.Acquire(512);
  auto other = pool.Acquire(512);
  EXPECT_NE(lease.data(), other.data());
}

TEST(BufferPool, NoMoreThanAnEighthIsAddedToASize) {
  for (std::size_t size = 4096; size < (std::size_t{1} << 30); size += size / 7 + 1) {
    BufferPool fresh;
    const auto lease = fresh.Acquire(size);
    EXPECT_GE(lease.capacity(), size);
    EXPECT_LE(lease.capacity(), size + size / 8);
  }
}

TEST(BufferPool, StartsSmallAndGrowsOnlyWhenAllIsLeased) {
  BufferPool pool(4);
  for (int i = 0; i < 100; ++i) {
    std::vector<BufferPool::Lease> leases;
    for (std::size_t k = 1; k <= 4; ++k) leases.push_back(pool.Acquire(k * 10000));
  }
  EXPECT_EQ(pool.buffers(), 4u);
  EXPECT_EQ(pool.counters().grows, 0u);
  std::vector<BufferPool::Lease> leases;
  for (std::size_t k = 1; k <= 6; ++k) leases.push_back(pool.Acquire(k * 10000));
  EXPECT_EQ(pool.counters().grows, 2u);
}

TEST(BufferPool, ASmallerFreeBufferIsGivenUpForALargerOne) {
  BufferPool pool;
  for (std::size_t size = 10000; size < 70000; size += 500) (void)pool.Acquire(size);
  EXPECT_EQ(pool.buffers(), 1u);
  EXPECT_LE(pool.counters().overflows, 25u);  // at least an eighth more each time
}

TEST(BufferPool, WhatAnEpochDoesNotUseIsFreedAndSoonKept) {
  BufferPool pool;
  const auto large_now_and_then = [&pool](int rounds) {
    for (int i = 0; i < rounds; ++i) {
      (void)pool.Acquire(1u << 24);
      for (int k = 0; k < 12000; ++k) (void)pool.Acquire(5000);
    }
  };
  large_now_and_then(1);
  EXPECT_EQ(pool.buffers(), 1u);
  EXPECT_EQ(pool.counters().shrinks, 1u);
  large_now_and_then(50);
  const std::uint64_t overflows = pool.counters().overflows;
  EXPECT_LE(overflows, 8u);
  large_now_and_then(50);
  EXPECT_EQ(pool.counters().overflows, overflows);
}

// Chunks of two kinds, one of which makes more requests than an epoch has.
TEST(BufferPool, AChunkOfManyRequestsDoesNotShrinkWhatTheNextOneNeeds) {
  BufferPool pool;
  const auto two_chunks = [&pool] {
    {
      const auto sections = pool.Acquire(300000);
      for (int i = 0; i < 10000; ++i) (void)pool.Acquire(5000);
    }
    (void)pool.Acquire(1u << 24);
  };
  two_chunks();
  const std::uint64_t overflows = pool.counters().overflows;
  for (int i = 0; i < 20; ++i) two_chunks();
  EXPECT_EQ(pool.counters().overflows, overflows);
}

// A request smaller than the buffer that was freed, but served by it before.
TEST(BufferPool, WhatWouldHaveServedASmallerRequestIsSoonKeptToo) {
  BufferPool pool;
  (void)pool.Acquire(1u << 24);
  const auto now_and_then = [&pool](int rounds) {
    for (int i = 0; i < rounds; ++i) {
      (void)pool.Acquire((1u << 24) - (i % 2 == 0 ? 0u : 5u << 20));
      for (int k = 0; k < 12000; ++k) (void)pool.Acquire(5000);
    }
  };
  now_and_then(20);
  const std::uint64_t overflows = pool.counters().overflows;
  EXPECT_LE(overflows, 10u);
  now_and_then(50);
  EXPECT_EQ(pool.counters().overflows, overflows);
}

TEST(BufferPool, ABoundHoldsWhateverTheOrderOfSizes) {
  std::mt19937_64 random(7);
  constexpr std::uint64_t kLeased = 40u << 20;
  BufferPool pool;
  pool.Bound(kLeased, true);
  std::vector<std::pair<BufferPool::Lease, std::size_t>> leases;
  std::uint64_t leased = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::size_t size = (std::size_t{1} << (random() % 24)) + random() % 3000000;
    const std::size_t footprint = BufferFootprint(size);
    if (leased + footprint > kLeased) {
      EXPECT_THROW((void)pool.Acquire(size), BoundExceeded);
      while (!leases.empty() && leased + footprint > kLeased) {
        const std::size_t which = random() % leases.size();
        leased -= BufferFootprint(leases[which].second);
        std::swap(leases[which], leases.back());
        leases.pop_back();
      }
    }
    leases.emplace_back(pool.Acquire(size), size);
    leased += footprint;
  }
  EXPECT_LE(pool.peak_leased(), kLeased);
  EXPECT_LE(pool.counters().peak_bytes, PoolBound(kLeased));
}

TEST(BufferPool, LeasesComeHomeFromOtherThreads) {
  BufferPool pool(8);
  std::vector<BufferPool::Lease> leases(64);
  for (int round = 0; round < 200; ++round) {
    for (std::size_t i = 0; i < leases.size(); ++i) {
      leases[i] = pool.Acquire(4096 * (1 + i % 5));
      leases[i].data()[0] = static_cast<std::uint8_t>(i);
    }
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 4; ++t) {
      threads.emplace_back([&leases, t] {
        for (std::size_t i = t; i < leases.size(); i += 4) leases[i].Release();
      });
    }
    // The owner goes on meanwhile.
    for (int i = 0; i < 50; ++i) (void)pool.Acquire(6000);
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_LE(pool.buffers(), 2 * leases.size());
  EXPECT_EQ(pool.counters().hits + pool.counters().overflows, pool.counters().acquisitions);
}

}  // namespace
}  // namespace sigma
