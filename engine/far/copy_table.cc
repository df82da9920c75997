#include "engine/far/copy_table.h"

#include <cassert>

namespace sigma {
namespace {

constexpr unsigned kTagBits = 16;
constexpr std::uint64_t kTag = (std::uint64_t{1} << kTagBits) - 1;

}  // namespace

CopyTable::CopyTable(unsigned log) : entries_(std::size_t{1} << log), shift_(64 - log) {
  assert(log >= 1 && log <= 40);
}

std::optional<CopyTable::Place> CopyTable::Find(std::uint64_t hash) const noexcept {
  const Entry& entry = entries_[At(hash)];
  if (entry.after == 0 || (entry.position_tag & kTag) != (hash & kTag)) return std::nullopt;
  return Place{entry.position_tag >> kTagBits, entry.before, entry.after};
}

void CopyTable::Add(std::uint64_t hash, const Place& place) noexcept {
  if (place.position >= kMostPosition || !Wants(hash)) return;
  if (entries_[At(hash)].after == 0) {
    // Half full, what is added mostly finds a free place.
    if (used_ >= entries_.size() / 2 && thinned_ < kTagBits) {
      Thin();
      if (!Wants(hash)) return;
    }
    if (entries_[At(hash)].after == 0) ++used_;
  }
  entries_[At(hash)] = {place.position << kTagBits | (hash & kTag), place.before, place.after};
}

// Every other hash goes.
void CopyTable::Thin() noexcept {
  unwanted_ |= std::uint64_t{1} << thinned_++;
  used_ = 0;
  for (Entry& entry : entries_) {
    if ((entry.position_tag & unwanted_) != 0) entry = {};
    used_ += entry.after == 0 ? 0u : 1u;
  }
}

}  // namespace sigma
