// The pages made from the table of options: what is installed beside the command.
#ifndef SIGMA_CLI_PAGES_PAGES_H_
#define SIGMA_CLI_PAGES_PAGES_H_

#include <initializer_list>
#include <string>
#include <string_view>

namespace sigma::cli {

// One after the other.
[[nodiscard]] inline std::string Joined(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) all += part;
  return all;
}

[[nodiscard]] std::string ManPage();
[[nodiscard]] std::string BashCompletion();
[[nodiscard]] std::string ZshCompletion();
[[nodiscard]] std::string FishCompletion();

}  // namespace sigma::cli

#endif  // SIGMA_CLI_PAGES_PAGES_H_
