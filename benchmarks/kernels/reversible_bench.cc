// The reversible kernels both ways.
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "benchmarks/per_target.h"
#include "kernels/common_prefix.h"
#include "kernels/delta.h"
#include "kernels/planes.h"
#include "kernels/zigzag.h"

namespace sigma::benchmarks {
namespace {

using namespace kernels;
using View = std::span<const std::uint8_t>;
using Target = std::span<std::uint8_t>;

// Slowly rising 32-bit integers with noise.
std::vector<std::uint8_t> Numbers(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  std::uint32_t seed = 1;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (i % 4 == 0) {
      seed = seed * 1664525 + 1013904223;
      value += seed >> 22;
    }
    bytes[i] = static_cast<std::uint8_t>(value >> (8 * (i % 4)));
  }
  return bytes;
}

const std::vector<std::size_t> kSizes = {4 << 10, 64 << 10, 1 << 20, 16 << 20};

template <typename Body>
bool Add(const std::string& name, Body body) {
  return AddPerTarget(
      {"kernels/" + name, kSizes, [body](benchmark::State& state, std::size_t size) {
         const std::vector<std::uint8_t> source = Numbers(size);
         std::vector<std::uint8_t> target(size);
         for (auto _ : state) {
           body(View(source), Target(target));
           benchmark::ClobberMemory();
         }
       }});
}

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

bool AddWidth(std::size_t width) {
  const std::string bits = std::to_string(8 * width);
  Add("delta" + bits, [=](View from, Target to) { Delta(from, width, to); });
  Add("undelta" + bits, [=](View from, Target to) { Undelta(from, width, to); });
  Add("zigzag" + bits, [=](View from, Target to) { Zigzag(from, width, to); });
  Add("unzigzag" + bits, [=](View from, Target to) { Unzigzag(from, width, to); });
  if (width == 1) return true;
  AddTransposes(width, true);
  return AddTransposes(width, false);
}

const bool registered[] = {
    AddWidth(1),
    AddWidth(2),
    AddWidth(4),
    AddWidth(8),
    Add("delta16_lag2", [](View from, Target to) { Delta(from, 2, to, 2); }),
    Add("undelta16_lag2", [](View from, Target to) { Undelta(from, 2, to, 2); }),
    Add("undelta8_lag3", [](View from, Target to) { Undelta(from, 1, to, 3); }),
    Add("undelta8_lag6", [](View from, Target to) { Undelta(from, 1, to, 6); }),
    Add("undelta8_lag12", [](View from, Target to) { Undelta(from, 1, to, 12); }),
    Add("undelta8_lag16", [](View from, Target to) { Undelta(from, 1, to, 16); }),
    Add("undelta8_lag56", [](View from, Target to) { Undelta(from, 1, to, 56); }),
    Add("delta16_big", [](View from, Target to) { Delta(from, 2, to, 1, ByteOrder::kBig); }),
    Add("undelta16_big", [](View from, Target to) { Undelta(from, 2, to, 1, ByteOrder::kBig); }),
    Add("xor_delta4", [](View from, Target to) { XorDelta(from, 4, to); }),
    Add("unxor_delta4", [](View from, Target to) { UnxorDelta(from, 4, to); }),
    AddTransposes(3, false),
    AddTransposes(6, false),
    AddTransposes(12, false),
    AddTransposes(16, false),
    AddTransposes(24, false),
    AddTransposes(56, false),
    AddTransposes(512, false),
    Add("common_prefix",
        [](View from, Target to) {
          if (to.back() != from.back()) std::memcpy(to.data(), from.data(), from.size());
          benchmark::DoNotOptimize(CommonPrefix(from, to));
        }),
};

}  // namespace
}  // namespace sigma::benchmarks
