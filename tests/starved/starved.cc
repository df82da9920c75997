// As a shared object that is loaded before a program (LD_PRELOAD) it takes its orders from
// SIGMA_STARVED: "GOOD N once" or "GOOD N ever", with GOOD memory, mapping or thread, from the
// program's first moment. At the end it writes the number of requests to the file that
// SIGMA_STARVED_COUNT names.
#include "tests/starved/starved.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace sigma::tests {
namespace {

constexpr int kNone = -1;

std::atomic<int> starved = kNone;  // a Good
std::atomic<std::uint64_t> requests = 0;
std::atomic<std::uint64_t> failing = 0;
std::atomic<bool> all_later = false;
std::atomic<std::int64_t> live = 0;

bool Refused(Good good) noexcept {
  if (starved.load(std::memory_order_relaxed) != static_cast<int>(good)) return false;
  const std::uint64_t now = ++requests;
  const std::uint64_t first = failing.load(std::memory_order_relaxed);
  return now == first || (now > first && all_later.load(std::memory_order_relaxed));
}

void* Counted(void* memory) noexcept {
  if (memory != nullptr) ++live;
  return memory;
}

template <typename Give>
void* Memory(Give give) noexcept {
  if (Refused(Good::kMemory)) {
    errno = ENOMEM;
    return nullptr;
  }
  return Counted(give());
}

}  // namespace

Starvation::Starvation(Good good, std::uint64_t nth, bool for_ever) noexcept {
  requests = 0;
  failing = nth;
  all_later = for_ever;
  starved = static_cast<int>(good);
}

bool Starvation::Stop() noexcept {
  starved = kNone;
  return requests >= failing;
}

std::int64_t LiveBlocks() noexcept { return live; }

namespace {

[[gnu::constructor]] void Order() {
  const char* const order = std::getenv("SIGMA_STARVED");
  if (order == nullptr) return;
  char good[16];
  char how[8];
  unsigned long long nth = 0;
  if (std::sscanf(order, "%15s %llu %7s", good, &nth, how) != 3) return;
  failing = nth;
  all_later = std::strcmp(how, "ever") == 0;
  starved = static_cast<int>(std::strcmp(good, "memory") == 0    ? Good::kMemory
                             : std::strcmp(good, "mapping") == 0 ? Good::kMapping
                                                                 : Good::kThread);
}

[[gnu::destructor]] void Count() {
  const char* const path = std::getenv("SIGMA_STARVED_COUNT");
  if (path == nullptr) return;
  const std::uint64_t count = requests;
  starved = kNone;
  if (std::FILE* const file = std::fopen(path, "w")) {
    std::fprintf(file, "%llu\n", static_cast<unsigned long long>(count));
    std::fclose(file);
  }
}

}  // namespace

}  // namespace sigma::tests

using sigma::tests::Counted;
using sigma::tests::Good;
using sigma::tests::Memory;
using sigma::tests::Refused;

extern "C" {

void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);

void* malloc(std::size_t size) {
  return Memory([&] { return __libc_malloc(size); });
}
void* calloc(std::size_t count, std::size_t size) {
  return Memory([&] { return __libc_calloc(count, size); });
}
void* realloc(void* memory, std::size_t size) {
  if (Refused(Good::kMemory)) {
    errno = ENOMEM;
    return nullptr;
  }
  void* const moved = __libc_realloc(memory, size);
  return memory == nullptr ? Counted(moved) : moved;
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return Memory([&] { return __libc_memalign(alignment, size); });
}
void* memalign(std::size_t alignment, std::size_t size) {
  return Memory([&] { return __libc_memalign(alignment, size); });
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  void* const given = Memory([&] { return __libc_memalign(alignment, size); });
  if (given == nullptr) return ENOMEM;
  *memory = given;
  return 0;
}
void free(void* memory) {
  if (memory != nullptr) --sigma::tests::live;
  __libc_free(memory);
}

void* mmap(void* address, std::size_t size, int protection, int flags, int fd, off_t offset) {
  if (Refused(Good::kMapping)) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  return reinterpret_cast<void*>(syscall(SYS_mmap, address, size, protection, flags, fd, offset));
}
void* mremap(void* old, std::size_t old_size, std::size_t new_size, int flags, ...) {
  if (Refused(Good::kMapping)) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  return reinterpret_cast<void*>(syscall(SYS_mremap, old, old_size, new_size, flags));
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*body)(void*),
                   void* argument) {
  using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static const auto create = reinterpret_cast<Create>(dlsym(RTLD_NEXT, "pthread_create"));
  if (Refused(Good::kThread)) return EAGAIN;
  return create(thread, attributes, body, argument);
}

}  // extern "C"
