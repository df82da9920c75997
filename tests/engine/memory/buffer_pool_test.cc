#include "engine/memory/buffer_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace sigma {
namespace {

TEST(BufferPool, GivesAlignedBuffersOfAtLeastTheSizeAndLessThanTwice) {
  BufferPool pool;
  for (std::size_t size = 1; size < 100000; size = size * 5 / 4 + 1) {
    auto lease = pool.Acquire(size);
    EXPECT_GE(lease.capacity(), size);
    EXPECT_LT(lease.capacity(), std::max<std::size_t>(2 * size, 4097));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(lease.data()) % kCacheLine, 0u);
    for (std::size_t i = 0; i < lease.capacity() + kPad; ++i) lease.data()[i] = 1;
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

}  // namespace
}  // namespace sigma
