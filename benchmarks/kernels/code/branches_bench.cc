#include "benchmarks/kernels/mixed_bytes.h"
#include "kernels/code/branches.h"

namespace sigma::benchmarks {
namespace {

using namespace kernels::code;

const bool registered[] = {
    AddOnMixedBytes("count_branches", {4 << 10, 1 << 20},
                    [](View view) { return CountBranches(view).x86; }),
};

}  // namespace
}  // namespace sigma::benchmarks
