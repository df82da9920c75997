#include "kernels/integers/planes.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/integers/delta.h"
#include "tests/kernels/samples.h"
#include "tests/per_target.h"

namespace sigma::kernels::integers {
namespace {

using tests::ForEachTarget;
using tests::RandomBytes;
using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

constexpr std::uint8_t kGuard = 0xA5;

std::uint64_t Integer(const std::uint8_t* bytes, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t k = width; k-- > 0;) value = value << 8 | bytes[k];
  return value;
}

Bytes ReferenceDelta(std::span<const std::uint8_t> source, std::size_t width) {
  Bytes target(source.begin(), source.end());
  for (std::size_t i = width; i + width <= source.size(); i += width) {
    const std::uint64_t value =
        Integer(source.data() + i, width) - Integer(source.data() + i - width, width);
    for (std::size_t k = 0; k < width; ++k) {
      target[i + k] = static_cast<std::uint8_t>(value >> (8 * k));
    }
  }
  return target;
}

// A copy at `offset` bytes after an alignment boundary, in memory of exactly that size.
struct Shifted {
  Shifted(std::span<const std::uint8_t> bytes, std::size_t offset) : store(offset + bytes.size()) {
    std::copy(bytes.begin(), bytes.end(), store.begin() + static_cast<std::ptrdiff_t>(offset));
    view = std::span<const std::uint8_t>(store).subspan(offset);
  }
  Bytes store;
  std::span<const std::uint8_t> view;
};

TEST(Delta, EqualsTheReferenceAndInverts) {
  const Bytes random = RandomBytes(700, 1);
  ForEachTarget([&] {
    for (const std::size_t width : {1u, 2u, 4u, 8u}) {
      for (std::size_t size = 0; size <= 300; ++size) {
        const Shifted source(View(random).subspan(size, size), size % 17);
        Bytes target(size + 1, kGuard);
        Delta(source.view, width, std::span(target).first(size));
        ASSERT_EQ(target.back(), kGuard);
        target.pop_back();
        ASSERT_EQ(target, ReferenceDelta(source.view, width)) << width << " " << size;
        Bytes back(size + 1, kGuard);
        Undelta(target, width, std::span(back).first(size));
        ASSERT_EQ(back.back(), kGuard);
        back.pop_back();
        ASSERT_TRUE(std::equal(back.begin(), back.end(), source.view.begin()))
            << width << " " << size;
      }
    }
  });
}

void CheckPlanes(std::span<const std::uint8_t> source, std::size_t width, bool difference) {
  const std::size_t count = source.size() / width;
  const Bytes values =
      difference ? ReferenceDelta(source, width) : Bytes(source.begin(), source.end());
  std::vector<Bytes> stores(width, Bytes(count + 1, kGuard));
  std::vector<std::span<std::uint8_t>> planes;
  for (Bytes& store : stores) planes.push_back(std::span(store).first(count));
  SplitPlanes(source, width, difference, planes);
  std::vector<std::span<const std::uint8_t>> inputs;
  for (std::size_t k = 0; k < width; ++k) {
    ASSERT_EQ(stores[k].back(), kGuard);
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_EQ(stores[k][i], values[i * width + k]) << "plane " << k << " integer " << i;
    }
    stores[k].pop_back();
    stores[k].shrink_to_fit();
    inputs.push_back(stores[k]);
  }
  Bytes back(source.size() + 1, kGuard);
  JoinPlanes(inputs, width, difference, std::span(back).first(source.size()));
  for (std::size_t i = 0; i < count * width; ++i) ASSERT_EQ(back[i], source[i]) << i;
  for (std::size_t i = count * width; i <= source.size(); ++i) ASSERT_EQ(back[i], kGuard);
}

TEST(Planes, EqualTheReferenceAndInvert) {
  const Bytes random = RandomBytes(2000, 2);
  ForEachTarget([&] {
    for (const std::size_t width : {1u, 2u, 3u, 4u, 5u, 8u, 13u, 56u}) {
      for (const bool difference : {false, true}) {
        if (difference && width != 1 && width != 2 && width != 4 && width != 8) continue;
        for (std::size_t size = 0; size <= 300; ++size) {
          SCOPED_TRACE("width " + std::to_string(width) + " difference " +
                       std::to_string(difference) + " size " + std::to_string(size));
          const Shifted source(View(random).subspan(size, size), size % 17);
          CheckPlanes(source.view, width, difference);
          if (testing::Test::HasFatalFailure()) return;
        }
        CheckPlanes(random, width, difference);
      }
    }
  });
}

// Widths on both sides of every tile, with record counts around the vectors and the groups of 64.
TEST(Planes, EveryWidthOfRecords) {
  const Bytes random = RandomBytes(200 * 512 + 511, 3);
  ForEachTarget([&] {
    for (std::size_t width = 1; width <= 512; width += width < 72 ? 1 : 37) {
      for (const std::size_t records : {1u, 15u, 16u, 17u, 33u, 64u, 65u, 67u, 130u, 200u}) {
        SCOPED_TRACE("width " + std::to_string(width) + " records " + std::to_string(records));
        const std::size_t size = records * width + records % width;
        const Shifted source(View(random).subspan(records, size), records % 17);
        CheckPlanes(source.view, width, false);
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  });
}

}  // namespace
}  // namespace sigma::kernels::integers
