// Memory between two pages that nobody may touch: a load or store beyond it ends the process. What
// sanitizers see of compiled code, this sees of every kernel at full speed.
#ifndef SIGMA_TESTS_GUARDED_H_
#define SIGMA_TESTS_GUARDED_H_

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>

#include "sigma/sigma.hpp"

namespace sigma::tests {

// The side on which a forbidden page touches the memory; pages being what they are, not both.
enum class Edge { kFront, kBack };

class Guarded {
 public:
  // `size` bytes and `pad` readable ones after them.
  Guarded(std::size_t size, std::size_t pad, Edge edge) : size_(size) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t inside = (size + pad + page - 1) / page * page;
    mapped_ = inside + 2 * page;
    void* const at = mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) std::abort();
    base_ = static_cast<std::uint8_t*>(at);
    if (inside != 0 && mprotect(base_ + page, inside, PROT_READ | PROT_WRITE) != 0) std::abort();
    begin_ = base_ + page + (edge == Edge::kFront ? 0 : inside - size - pad);
  }
  Guarded(ByteView bytes, std::size_t pad, Edge edge) : Guarded(bytes.size(), pad, edge) {
    std::ranges::copy(bytes, begin_);
  }
  Guarded(Guarded&& other) noexcept
      : size_(other.size_), mapped_(other.mapped_), base_(other.base_), begin_(other.begin_) {
    other.base_ = nullptr;
  }
  Guarded& operator=(Guarded&&) = delete;
  ~Guarded() {
    if (base_ != nullptr) munmap(base_, mapped_);
  }

  [[nodiscard]] MutableBytes bytes() { return {begin_, size_}; }
  [[nodiscard]] ByteView view() const { return {begin_, size_}; }

 private:
  std::size_t size_;
  std::size_t mapped_ = 0;
  std::uint8_t* base_ = nullptr;
  std::uint8_t* begin_ = nullptr;
};

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_GUARDED_H_
