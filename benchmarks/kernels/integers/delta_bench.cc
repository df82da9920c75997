#include <cstdint>
#include <string>

#include "benchmarks/kernels/integers/numbers.h"
#include "kernels/integers/delta.h"

namespace sigma::benchmarks {
namespace {

using namespace kernels::integers;

bool AddWidth(std::size_t width) {
  const std::string bits = std::to_string(8 * width);
  AddOnNumbers("delta" + bits, [=](View from, Target to) { Delta(from, width, to); });
  return AddOnNumbers("undelta" + bits, [=](View from, Target to) { Undelta(from, width, to); });
}

const bool registered[] = {
    AddWidth(1),
    AddWidth(2),
    AddWidth(4),
    AddWidth(8),
    AddOnNumbers("delta16_lag2", [](View from, Target to) { Delta(from, 2, to, 2); }),
    AddOnNumbers("undelta16_lag2", [](View from, Target to) { Undelta(from, 2, to, 2); }),
    AddOnNumbers("undelta8_lag3", [](View from, Target to) { Undelta(from, 1, to, 3); }),
    AddOnNumbers("undelta8_lag6", [](View from, Target to) { Undelta(from, 1, to, 6); }),
    AddOnNumbers("undelta8_lag12", [](View from, Target to) { Undelta(from, 1, to, 12); }),
    AddOnNumbers("undelta8_lag16", [](View from, Target to) { Undelta(from, 1, to, 16); }),
    AddOnNumbers("undelta8_lag56", [](View from, Target to) { Undelta(from, 1, to, 56); }),
    AddOnNumbers("delta16_big",
                 [](View from, Target to) { Delta(from, 2, to, 1, ByteOrder::kBig); }),
    AddOnNumbers("undelta16_big",
                 [](View from, Target to) { Undelta(from, 2, to, 1, ByteOrder::kBig); }),
    AddOnNumbers("xor_delta4", [](View from, Target to) { XorDelta(from, 4, to); }),
    AddOnNumbers("unxor_delta4", [](View from, Target to) { UnxorDelta(from, 4, to); }),
};

}  // namespace
}  // namespace sigma::benchmarks
