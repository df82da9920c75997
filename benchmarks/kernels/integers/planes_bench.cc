#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/kernels/integers/numbers.h"
#include "kernels/integers/planes.h"

namespace sigma::benchmarks {
namespace {

using namespace kernels::integers;

// `parts` planes of equal size side by side.
template <typename Span>
std::vector<Span> Cut(Span whole, std::size_t parts) {
  const std::size_t size = whole.size() / parts;
  std::vector<Span> planes;
  for (std::size_t k = 0; k < parts; ++k) planes.push_back(whole.subspan(k * size, size));
  return planes;
}

template <typename Body>
bool AddPlanes(const std::string& name, std::size_t parts, Body body) {
  return AddPerTarget(
      {"kernels/" + name, kSizes, [parts, body](benchmark::State& state, std::size_t size) {
         const std::vector<std::uint8_t> source = Numbers(size);
         std::vector<std::uint8_t> target(size);
         const auto to = Cut(Target(target), parts);
         const auto from = Cut(View(source), parts);
         const std::size_t used = size / parts * parts;
         for (auto _ : state) {
           body(View(source).first(used), Target(target).first(used), from, to);
           benchmark::ClobberMemory();
         }
       }});
}

bool AddTransposes(std::size_t width, bool difference) {
  const std::string name = (difference ? "delta_planes" : "planes") + std::to_string(8 * width);
  AddPlanes(name + "_split", width, [=](View source, Target, const auto&, const auto& to) {
    SplitPlanes(source, width, difference, to);
  });
  return AddPlanes(name + "_join", width, [=](View, Target target, const auto& from, const auto&) {
    JoinPlanes(from, width, difference, target);
  });
}

bool AddIntegers(std::size_t width) {
  AddTransposes(width, true);
  return AddTransposes(width, false);
}

const bool registered[] = {
    AddIntegers(2),           AddIntegers(4),
    AddIntegers(8),           AddTransposes(3, false),
    AddTransposes(6, false),  AddTransposes(12, false),
    AddTransposes(16, false), AddTransposes(24, false),
    AddTransposes(56, false), AddTransposes(512, false),
};

}  // namespace
}  // namespace sigma::benchmarks
