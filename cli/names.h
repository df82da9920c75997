// Names of files as people see them, on a terminal and in tables.
#ifndef SIGMA_CLI_NAMES_H_
#define SIGMA_CLI_NAMES_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace sigma::cli {

// "(stdin)" for "-"; otherwise the name, or where it has control characters or is no UTF-8, the
// name as a shell's $'…' with escapes: nothing in it moves the cursor or ends a line.
[[nodiscard]] std::string ShownName(std::string_view name);
// A word for the midst of a message, where quotes stand around it already: as ShownName, without
// the $'…'.
[[nodiscard]] std::string Printable(std::string_view text);
[[nodiscard]] bool IsUtf8(std::string_view text);
// Columns that text takes on a terminal, where wide characters take two.
[[nodiscard]] std::size_t Columns(std::string_view text);
// `text`, or its end after "..." where it is wider than `columns`; cut between characters.
[[nodiscard]] std::string EndOf(std::string_view text, std::size_t columns);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_NAMES_H_
