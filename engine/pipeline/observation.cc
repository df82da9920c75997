#include "engine/pipeline/observation.h"

#include <algorithm>

namespace sigma {
namespace {

constexpr std::chrono::milliseconds kInterval{100};

}  // namespace

void Observation::Worked(Share& share, std::uint64_t size, std::uint64_t counts) {
  share.counts += counts;
  const double done = static_cast<double>(counts_.load(std::memory_order_relaxed));
  const double bytes = static_cast<double>(bytes_.load(std::memory_order_relaxed));
  const double counts_per_byte = bytes > 0 ? std::max(done / bytes, 0.01) : 1;
  // Never all of it: the end is told by Done.
  const double most = 0.99 * static_cast<double>(size);
  const auto told = static_cast<std::uint64_t>(
      std::min(static_cast<double>(share.counts) / counts_per_byte, most));
  if (told > share.told) {
    worked_.fetch_add(told - share.told, std::memory_order_relaxed);
    share.told = told;
  }
  // Whoever finds another thread calling need not wait: it says the same.
  const std::unique_lock lock(calling_, std::try_to_lock);
  if (lock.owns_lock() && Clock::now() - last_ >= kInterval) Call();
}

bool Observation::Done(const Share& share, std::uint64_t size, std::uint64_t written) {
  counts_.fetch_add(share.counts, std::memory_order_relaxed);
  bytes_.fetch_add(size, std::memory_order_relaxed);
  worked_.fetch_add(size - share.told, std::memory_order_relaxed);
  written_.store(written, std::memory_order_relaxed);
  if (!active()) return true;
  const std::lock_guard lock(calling_);
  Call();
  return !stopped_;
}

void Observation::Call() {
  last_ = Clock::now();
  stopped_ |= !observer_(Progress{.read = read_.load(std::memory_order_relaxed),
                                  .written = written_.load(std::memory_order_relaxed),
                                  .total = total_,
                                  .worked = worked_.load(std::memory_order_relaxed)});
}

}  // namespace sigma
