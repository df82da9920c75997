// The one table of options: the parser, -h, -H, the manual page and the completions of bash, zsh
// and fish are all made from it.
#ifndef SIGMA_CLI_OPTIONS_H_
#define SIGMA_CLI_OPTIONS_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "cli/arguments.h"

namespace sigma::cli {

struct OptionRow;

// An option as it stood on the command line.
struct Given {
  const OptionRow* row = nullptr;
  std::string spelled;  // "-T" or "--threads", for messages
  std::string value;    // digits of -1 … -9, or what was given to the option
  bool has_value = false;
};

// Sets of modes, one bit each.
using Modes = std::uint32_t;
[[nodiscard]] constexpr Modes In(Mode mode) { return Modes{1} << static_cast<unsigned>(mode); }

enum class Section : std::uint8_t { kModes, kResources, kCoding, kFiles, kMessages, kMeasuring };
enum class Takes : std::uint8_t {
  kNothing,
  kValue,
  kOptionalValue,  // only as --name=VALUE
  kDigits          // the option is a digit: -1 … -9
};
// The values that the completions offer.
enum class Offer : std::uint8_t { kNothing, kFiles, kFolders, kChoices, kLevels, kStrategies };

struct OptionRow {
  char letter = 0;             // 0: none
  std::string_view name = {};  // the long name; empty for -1 … -9
  std::string_view aliases =
      {};  // further long names, with spaces between them; they stay out of help
  Takes takes = Takes::kNothing;
  std::string_view argument = {};  // how help names the value
  Section section = Section::kModes;
  Modes modes = 0;           // those it goes with; in others it is an error
  bool brief = false;        // listed by -h
  bool performance = false;  // SIGMA_PAR_OPTIONS takes it
  Offer offer = Offer::kNothing;
  std::string_view choices = {};  // of Offer::kChoices, with spaces between them
  std::string_view summary = {};  // for -h, -H and the completions; says the default
  std::string_view more = {};     // what the manual page adds; sentences
  // Puts it into the arguments; null for modes, which are known before anything else is done.
  Result<void> (*act)(const Given& given, Arguments& out) = nullptr;
  Mode mode = Mode::kCompress;  // of a row without `act`
};

// In the order of help.
[[nodiscard]] std::span<const OptionRow> OptionTable();
[[nodiscard]] std::string_view SectionTitle(Section section);

// "-T, --threads N" as help and manual page show it; "-1 ... -9" for the levels.
[[nodiscard]] std::string Heading(const OptionRow& row);
// "--list, --bench and --analyze".
[[nodiscard]] std::string NamesOf(Modes modes);
// Whether `name` is one of the row's aliases.
[[nodiscard]] bool HasAlias(const OptionRow& row, std::string_view name);

// Hint on an option that gzip, xz or zstd have and sigma-par has not: "the checksum is always
// XXH3-64"; empty for what is none of theirs. `word` as typed: "--rsyncable", "-a".
[[nodiscard]] std::string_view ForeignHint(std::string_view word);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_OPTIONS_H_
