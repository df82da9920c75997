// Bytes out of five classes.
#include <array>
#include <cstdint>
#include <vector>

#include "benchmarks/per_target.h"
#include "kernels/records/classes.h"

namespace sigma::benchmarks {
namespace {

const bool kGather = AddPerTarget(
    {"kernels/gather_classes", {16384, 262144}, [](benchmark::State& state, std::size_t size) {
       constexpr std::size_t kClasses = 5;
       std::array<std::uint8_t, 256> classes;
       for (std::size_t v = 0; v < 256; ++v) classes[v] = static_cast<std::uint8_t>(v % kClasses);
       std::vector<std::uint8_t> context(size + kernels::records::kClassStep),
           target(context.size());
       std::uint32_t seed = 1;
       for (std::uint8_t& value : context) {
         seed = seed * 1664525 + 1013904223;
         value = static_cast<std::uint8_t>(seed >> 24);
       }
       const std::vector<std::uint8_t> bytes(size + kernels::records::kClassStep, 7);
       const std::array<const std::uint8_t*, kClasses> sections = {
           bytes.data(), bytes.data(), bytes.data(), bytes.data(), bytes.data()};
       for (auto _ : state) {
         kernels::records::GatherClasses(context.data(), size, classes, sections, target.data());
         benchmark::ClobberMemory();
       }
     }});

}  // namespace
}  // namespace sigma::benchmarks
