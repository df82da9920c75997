// Poison: tells AddressSanitizer which bytes of a buffer nothing may touch: what rounding adds
// after the size asked for and its pad, and all of a buffer that waits in a pool. Without the
// sanitizer both do nothing and cost nothing.
#ifndef SIGMA_MEMORY_POISON_H_
#define SIGMA_MEMORY_POISON_H_

#include <cstddef>
#include <cstdint>

#if defined(__SANITIZE_ADDRESS__)
#define SIGMA_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIGMA_POISONS 1
#endif
#endif
#ifndef SIGMA_POISONS
#define SIGMA_POISONS 0
#endif

#if SIGMA_POISONS
// The sanitizer's own interface (sanitizer/asan_interface.h): a header of it would leak through
// ours.
extern "C" {
void __asan_poison_memory_region(void const volatile* bytes, std::size_t size);    // NOLINT
void __asan_unpoison_memory_region(void const volatile* bytes, std::size_t size);  // NOLINT
int __asan_address_is_poisoned(void const volatile* byte);                         // NOLINT
}
#endif

namespace sigma {

inline constexpr bool kPoisons = SIGMA_POISONS != 0;

// Of `whole` bytes from `bytes` on, only the first `open` may be touched from now on.
inline void OpenFirst([[maybe_unused]] const std::uint8_t* bytes, [[maybe_unused]] std::size_t open,
                      [[maybe_unused]] std::size_t whole) noexcept {
#if SIGMA_POISONS
  __asan_unpoison_memory_region(bytes, open);
  __asan_poison_memory_region(bytes + open, whole - open);
#endif
}

// Whether a touch of this byte would be reported.
[[nodiscard]] inline bool IsPoisoned([[maybe_unused]] const std::uint8_t* byte) noexcept {
#if SIGMA_POISONS
  return __asan_address_is_poisoned(byte) != 0;
#else
  return false;
#endif
}

}  // namespace sigma

#endif  // SIGMA_MEMORY_POISON_H_
