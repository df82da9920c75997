#include "engine/pipeline/tracing.h"

#include <atomic>

namespace sigma {
namespace {

std::atomic<std::uint64_t> runs{0};  // that were traced

}  // namespace

Tracing::Tracing(Tracer* tracer) : tracer_(tracer) {
  if (tracer != nullptr) run_ = 1 + runs.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace sigma
