// GatherClasses against one byte after the other, for every length, number of classes and target.
#include "kernels/records/classes.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "tests/per_target.h"

namespace sigma::kernels::records {
namespace {

TEST(ClassBytes, ComeBackInTheirOrder) {
  tests::ForEachTarget([] {
    std::mt19937 random(5);
    for (std::size_t count = 0; count <= 300; ++count) {
      const std::size_t used = 1 + count % kMaxClasses;
      const std::size_t shift = random() % 64;
      const std::size_t steps = (count + kClassStep - 1) / kClassStep * kClassStep;
      std::array<std::uint8_t, 256> classes;
      for (std::uint8_t& one : classes) one = static_cast<std::uint8_t>(random() % used);
      std::vector<std::uint8_t> context(shift + steps), expected(count);
      std::vector<std::vector<std::uint8_t>> bytes(used);
      for (std::uint8_t& value : context) value = static_cast<std::uint8_t>(random() >> 7);
      for (std::size_t i = 0; i < count; ++i) {
        expected[i] = static_cast<std::uint8_t>(random());
        bytes[classes[context[shift + i]]].push_back(expected[i]);
      }
      std::vector<const std::uint8_t*> sections;
      for (auto& section : bytes) {
        section.resize(section.size() + kClassStep, 0xA5);
        sections.push_back(section.data());
      }
      std::vector<std::uint8_t> target(shift + steps + 1, 0x5A);
      GatherClasses(context.data() + shift, count, classes, sections, target.data() + shift);
      for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(target[shift + i], expected[i]) << count;
      ASSERT_EQ(target.back(), 0x5A);
    }
  });
}

}  // namespace
}  // namespace sigma::kernels::records
