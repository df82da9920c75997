// A stack of a known size for the command's own thread. The one that the system gives has the size
// of RLIMIT_STACK, which may be 16 KiB; the levels that search need several times as much.
#ifndef SIGMA_CLI_OWN_STACK_H_
#define SIGMA_CLI_OWN_STACK_H_

namespace sigma::cli {

// body(argc, argv), on a stack of its own if the system's is small. Needs no further thread. The
// body lets no exception out.
int OnLargeStack(int (*body)(int, char**), int argc, char** argv);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_OWN_STACK_H_
