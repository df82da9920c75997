// Completions of bash, zsh and fish. Levels and strategies are asked of the command itself, so that
// they are those of the installed one.
#include <string>

#include "cli/options.h"
#include "cli/pages/pages.h"

namespace sigma::cli {
namespace {

// Inside single quotes of a shell.
std::string Quoted(std::string_view text, std::string_view quote) {
  std::string quoted;
  for (const char c : text) {
    if (c == '\'') {
      quoted += quote;
    } else {
      quoted += c;
    }
  }
  return quoted;
}

std::string Letter(const OptionRow& row) { return std::string{'-', row.letter}; }

// The words bash offers for the value of an option.
std::string BashOffer(const OptionRow& row) {
  constexpr std::string_view kFromHelp = "$(sigma-par -H 2>/dev/null | sed -n 's/^";
  switch (row.offer) {
    case Offer::kNothing:
      return "return";
    case Offer::kFiles:
      return "words -f; return";
    case Offer::kFolders:
      return "words -d; return";
    case Offer::kChoices:
      return Joined({"words -W '", row.choices, "'; return"});
    case Offer::kLevels:
      return Joined({"words -W \"", kFromHelp, "Levels: //p')\"; return"});
    case Offer::kStrategies:
      return Joined({"words -W \"", kFromHelp, "Strategies: //p')\"; return"});
  }
  return "";
}

std::string ZshOffer(const OptionRow& row) {
  const auto from_help = [](std::string_view title) {
    return Joined(
        {"(${=${${(M)${(f)\"$(sigma-par -H 2>/dev/null)\"}:#", title, "*}#", title, "}})"});
  };
  switch (row.offer) {
    case Offer::kNothing:
      return "";
    case Offer::kFiles:
      return "_files";
    case Offer::kFolders:
      return "_files -/";
    case Offer::kChoices:
      return Joined({"(", row.choices, ")"});
    case Offer::kLevels:
      return from_help("Levels:");
    case Offer::kStrategies:
      return from_help("Strategies:");
  }
  return "";
}

// A text between brackets or colons of _arguments.
std::string ZshText(std::string_view text) {
  std::string escaped;
  for (const char c : Quoted(text, "'\\''")) {
    if (c == '[' || c == ']' || c == ':') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string ZshLine(const OptionRow& row) {
  const std::string about = Joined({"[", ZshText(row.summary), "]"});
  if (row.takes == Takes::kDigits) return Joined({"'-'{1..9}'", about, "'"});
  std::string name = Joined({"--", row.name});
  if (row.takes == Takes::kValue) name += '=';
  if (row.takes == Takes::kOptionalValue) name += "=-";
  std::string value;
  if (row.takes != Takes::kNothing) {
    value = Joined({row.takes == Takes::kOptionalValue ? "::" : ":", ZshText(row.argument), ":",
                    ZshOffer(row)});
  }
  const bool repeats = row.name == "quiet" || row.name == "verbose" || row.name == "exclude";
  const bool alone = row.act == nullptr && row.mode >= Mode::kHelp;
  if (row.letter == 0) return Joined({"'", repeats ? "*" : "", name, about, value, "'"});
  const std::string others = repeats ? "*"
                             : alone ? "(- *)"
                                     : Joined({"(", Letter(row), " --", row.name, ")"});
  return Joined({"'", others, "'{", Letter(row), ",", name, "}'", about, value, "'"});
}

std::string FishLine(const OptionRow& row) {
  std::string line = "    complete -c $command";
  if (row.letter != 0) (line += " -s ") += row.letter;
  (line += " -l ") += row.name;
  const auto from_help = [](std::string_view title) {
    return Joined({" -x -a \"(sigma-par -H 2>/dev/null | string replace -fr '^", title,
                   ": ' '' | string split ' ')\""});
  };
  switch (row.offer) {
    case Offer::kNothing:
      if (row.takes == Takes::kValue) line += " -x";
      break;
    case Offer::kFiles:
      line += " -r";
      break;
    case Offer::kFolders:
      line += " -x -a '(__fish_complete_directories)'";
      break;
    case Offer::kChoices:
      // A value that may be left out is not asked for.
      if (row.takes == Takes::kValue) line += Joined({" -x -a '", row.choices, "'"});
      break;
    case Offer::kLevels:
      line += from_help("Levels");
      break;
    case Offer::kStrategies:
      line += from_help("Strategies");
      break;
  }
  return Joined({line, " -d '", Quoted(row.summary, "\\'"), "'\n"});
}

}  // namespace

std::string BashCompletion() {
  std::string text =
      "# bash completion for sigma-par, unsigma and sigmacat; made by sigma-pages\n"
      "_sigma_par() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
      "  # bash takes --name=value apart: three words\n"
      "  if [[ $current == = ]]; then\n"
      "    current=\n"
      "  elif [[ $previous == = ]]; then\n"
      "    previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
      "  fi\n"
      "  COMPREPLY=()\n"
      "  words() { mapfile -t COMPREPLY < <(compgen \"$@\" -- \"$current\"); }\n"
      "  case $previous in\n";
  std::string all;
  for (const OptionRow& row : OptionTable()) {
    if (!row.name.empty()) all += Joined({all.empty() ? "--" : " --", row.name});
    if (row.takes != Takes::kValue) continue;
    const std::string names =
        row.letter == 0 ? Joined({"--", row.name}) : Joined({Letter(row), " | --", row.name});
    text += Joined({"    ", names, ") ", BashOffer(row), " ;;\n"});
  }
  text +=
      "  esac\n"
      "  if [[ $current == -* ]]; then\n"
      "    words -W '" +
      all +
      "'\n"
      "  else\n"
      "    words -f\n"
      "  fi\n"
      "}\n"
      "complete -o filenames -F _sigma_par sigma-par unsigma sigmacat\n";
  return text;
}

std::string ZshCompletion() {
  std::string text =
      "#compdef sigma-par unsigma sigmacat\n"
      "# made by sigma-pages\n"
      "_arguments -s -S \\\n";
  for (const OptionRow& row : OptionTable()) text += Joined({"  ", ZshLine(row), " \\\n"});
  return text + "  '*:file:_files'\n";
}

std::string FishCompletion() {
  std::string text =
      "# fish completion for sigma-par, unsigma and sigmacat; made by sigma-pages\n"
      "for command in sigma-par unsigma sigmacat\n";
  for (const OptionRow& row : OptionTable()) {
    if (!row.name.empty()) text += FishLine(row);
  }
  return text + "end\n";
}

}  // namespace sigma::cli
