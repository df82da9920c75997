// Questions to the terminal that the command may run in.
#ifndef SIGMA_CLI_TERMINAL_H_
#define SIGMA_CLI_TERMINAL_H_

#include <string>
#include <string_view>

namespace sigma::cli {

// Puts something that cannot be read or written in the place of standard descriptors that the
// caller closed: otherwise the next file opened would take their numbers, and messages would go
// into it. To be called first.
void HoldStandardDescriptors();
[[nodiscard]] bool InputIsTerminal();
[[nodiscard]] bool OutputIsTerminal();
[[nodiscard]] bool ErrorIsTerminal();
// Columns of the terminal on standard error; 80 where it cannot tell.
[[nodiscard]] int TerminalWidth();
// Whether a question can be put: standard input and standard error are terminals.
[[nodiscard]] bool CanAsk();
// Puts a yes-or-no question and waits for the answer; no is the default.
[[nodiscard]] bool Ask(const std::string& question);
// Writes all of `text` to a descriptor, past short writes and interruptions; false on an error.
bool WriteText(int descriptor, std::string_view text);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_TERMINAL_H_
