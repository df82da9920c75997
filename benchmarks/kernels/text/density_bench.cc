#include "benchmarks/kernels/mixed_bytes.h"
#include "kernels/text/density.h"

namespace sigma::benchmarks {
namespace {

using namespace kernels::text;

const bool registered[] = {
    AddOnMixedBytes("count_text", kSizes, [](View view) { return CountText(view); }),
};

}  // namespace
}  // namespace sigma::benchmarks
