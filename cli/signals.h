// Signals of the process, taken by one thread of their own so that no handler interrupts the work.
#ifndef SIGMA_CLI_SIGNALS_H_
#define SIGMA_CLI_SIGNALS_H_

#include <functional>

namespace sigma::cli {

// Keeps INT, TERM, HUP and USR1 from every thread started after this call; one that the caller of
// the command ignores stays ignored. To be called first, while there is one thread.
void BlockSignals();

// Starts the thread that waits for them. USR1 calls on_status. The others call before_death and
// drop the temporary files; then the process dies by the signal, as its caller expects.
void StartSignalThread(std::function<void()> on_status, std::function<void()> before_death);

// Does not return once a signal that ends the process has been taken. To be called before main
// returns: the process has to die by the signal, not to exit because its result was dropped.
void AwaitDeath() noexcept;

}  // namespace sigma::cli

#endif  // SIGMA_CLI_SIGNALS_H_
