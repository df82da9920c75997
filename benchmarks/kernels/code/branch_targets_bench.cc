// Conversion of branches in bytes with as many of them as compiled code has.
#include <random>
#include <vector>

#include "benchmarks/per_target.h"
#include "kernels/code/branch_targets.h"

namespace sigma::benchmarks {
namespace {

std::vector<std::uint8_t> Code(std::size_t size) {
  std::mt19937 random(1);
  std::vector<std::uint8_t> code(size);
  for (std::size_t i = 0; i < size; ++i) {
    code[i] = static_cast<std::uint8_t>(random());
    if (i % 4 == 3 && random() % 8 == 0) code[i - 3] = random() % 2 == 0 ? 0xE8 : 0x0F;
  }
  return code;
}

bool AddAll() {
  using kernels::code::BranchWay;
  for (const bool to_absolute : {true, false}) {
    const BranchWay way = to_absolute ? BranchWay::kToAbsolute : BranchWay::kToRelative;
    const std::string end = to_absolute ? "/absolute" : "/relative";
    for (const bool wide : {false, true}) {
      AddPerTarget({std::string("branch_targets/") + (wide ? "x64" : "x86") + end,
                    {4096, 1 << 20},
                    [wide, way](benchmark::State& state, std::size_t size) {
                      std::vector<std::uint8_t> code = Code(size);
                      for (auto _ : state) {
                        kernels::code::ConvertX86(code, 0, wide, way);
                        benchmark::ClobberMemory();
                      }
                    }});
    }
    AddPerTarget({"branch_targets/arm64" + end,
                  {4096, 1 << 20},
                  [way](benchmark::State& state, std::size_t size) {
                    std::vector<std::uint8_t> code = Code(size);
                    for (auto _ : state) {
                      kernels::code::ConvertArm64(code, 0, way);
                      benchmark::ClobberMemory();
                    }
                  }});
  }
  return true;
}

const bool registered = AddAll();

}  // namespace
}  // namespace sigma::benchmarks
