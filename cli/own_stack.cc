#include "cli/own_stack.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <ucontext.h>

#include <cstddef>

namespace sigma::cli {
namespace {

// The deepest path measured needs 60 KiB on a worker; parsing arguments and writing JSON less.
constexpr std::size_t kStack = std::size_t{1} << 20;
constexpr std::size_t kGuard = std::size_t{64} << 10;  // a page of any system

struct Call {
  int (*body)(int, char**);
  int argc;
  char** argv;
  int result;
};

// makecontext passes integers only.
Call* call = nullptr;

void Enter() { call->result = call->body(call->argc, call->argv); }

bool StackIsSmall() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return false;  // they would have to be told of another stack
#else
  rlimit limit = {};
  return getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < kStack;
#endif
}

}  // namespace

int OnLargeStack(int (*body)(int, char**), int argc, char** argv) {
  if (!StackIsSmall()) return body(argc, argv);
  void* const memory = mmap(nullptr, kGuard + kStack, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  // Where there is no memory for it, the small one may do, and there is none for the work either.
  if (memory == MAP_FAILED) return body(argc, argv);
  (void)mprotect(memory, kGuard, PROT_NONE);
  static ucontext_t here;
  static ucontext_t there;
  if (getcontext(&there) != 0) return body(argc, argv);
  there.uc_stack.ss_sp = static_cast<std::byte*>(memory) + kGuard;
  there.uc_stack.ss_size = kStack;
  there.uc_link = &here;
  Call made{body, argc, argv, 1};
  call = &made;
  makecontext(&there, Enter, 0);
  if (swapcontext(&here, &there) != 0) return body(argc, argv);
  return made.result;
}

}  // namespace sigma::cli
