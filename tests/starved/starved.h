// Takes memory, mappings or threads away from this process: the N-th request fails, once or for
// ever. The functions of the C library that ask the system for them are replaced in this program;
// operator new ends there too.
#ifndef SIGMA_TESTS_STARVED_STARVED_H_
#define SIGMA_TESTS_STARVED_STARVED_H_

#include <cstdint>

namespace sigma::tests {

enum class Good : std::uint8_t { kMemory, kMapping, kThread };

// From its making to Stop, the `nth` request (1 = the first) of all threads together fails.
class Starvation {
 public:
  Starvation(Good good, std::uint64_t nth, bool for_ever) noexcept;
  ~Starvation() { (void)Stop(); }
  Starvation(const Starvation&) = delete;
  Starvation& operator=(const Starvation&) = delete;
  // Whether there were as many requests as that.
  bool Stop() noexcept;
};

// Blocks that malloc and its kin gave and free has not got back.
[[nodiscard]] std::int64_t LiveBlocks() noexcept;

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_STARVED_STARVED_H_
