#include "engine/base/hash.h"

// The size of the state is part of xxHash's advanced interface.
#define XXH_STATIC_LINKING_ONLY
#if defined(__x86_64__)
#include <xxh_x86dispatch.h>
#else
#include <xxhash.h>
#endif

#include <algorithm>
#include <iterator>
#include <new>

namespace sigma {

std::uint64_t Hash64(ByteView bytes) noexcept { return XXH3_64bits(bytes.data(), bytes.size()); }

namespace {

XXH3_state_t* StateIn(void* memory) noexcept { return static_cast<XXH3_state_t*>(memory); }
const XXH3_state_t* StateIn(const void* memory) noexcept {
  return static_cast<const XXH3_state_t*>(memory);
}

}  // namespace

Hasher::Hasher() noexcept {
  static_assert(sizeof(XXH3_state_t) <= sizeof(state_));
  new (state_.data()) XXH3_state_t;
  XXH3_64bits_reset(StateIn(state_.data()));
}

Hasher::~Hasher() = default;

void Hasher::Add(ByteView bytes) noexcept {
  if (!bytes.empty()) XXH3_64bits_update(StateIn(state_.data()), bytes.data(), bytes.size());
}

std::uint64_t Hasher::Value() const noexcept { return XXH3_64bits_digest(StateIn(state_.data())); }

Hasher128::Hasher128() noexcept {
  static_assert(sizeof(XXH3_state_t) <= sizeof(state_));
  new (state_.data()) XXH3_state_t;
  XXH3_128bits_reset(StateIn(state_.data()));
}

Hasher128::~Hasher128() = default;

void Hasher128::Add(ByteView bytes) noexcept {
  if (!bytes.empty()) XXH3_128bits_update(StateIn(state_.data()), bytes.data(), bytes.size());
}

std::array<std::uint8_t, Hasher128::kSize> Hasher128::Value() const noexcept {
  XXH128_canonical_t canonical;
  static_assert(sizeof(canonical.digest) == kSize);
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(StateIn(state_.data())));
  std::array<std::uint8_t, kSize> value;
  std::copy(std::begin(canonical.digest), std::end(canonical.digest), value.begin());
  return value;
}

std::uint32_t Hash32(ByteView bytes) noexcept { return static_cast<std::uint32_t>(Hash64(bytes)); }

}  // namespace sigma
