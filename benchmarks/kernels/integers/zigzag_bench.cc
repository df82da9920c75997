#include <cstdint>
#include <string>

#include "benchmarks/kernels/integers/numbers.h"
#include "kernels/integers/zigzag.h"

namespace sigma::benchmarks {
namespace {

using namespace kernels::integers;

bool AddWidth(std::size_t width) {
  const std::string bits = std::to_string(8 * width);
  AddOnNumbers("zigzag" + bits, [=](View from, Target to) { Zigzag(from, width, to); });
  return AddOnNumbers("unzigzag" + bits, [=](View from, Target to) { Unzigzag(from, width, to); });
}

const bool registered[] = {AddWidth(1), AddWidth(2), AddWidth(4), AddWidth(8)};

}  // namespace
}  // namespace sigma::benchmarks
