// -h, -H and -V, made from the table of options; the manual page says more.
#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

#include "cli/modes.h"
#include "cli/options.h"

namespace sigma::cli {
namespace {

constexpr std::size_t kWidth = 80;

constexpr std::string_view kHead =
    "Usage: sigma-par [OPTION]... [FILE]...\n"
    "Compress or restore FILEs (.sigma), in parallel.\n";

constexpr std::string_view kFoot =
    "\nWith no FILE, or when FILE is -, read standard input.\n"
    "Exit status: 0 fine, 1 error, 2 warning (something was left alone).\n";

constexpr std::string_view kEnvironment =
    "\nSIGMA_PAR_OPTIONS in the environment may hold the options under \"Level, threads\n"
    "and memory\", and --progress. Called as unsigma it restores, as sigmacat it\n"
    "restores to standard output.\n";

// "  -T, --threads N   text", wrapped, the text at `column`.
std::string Entry(const OptionRow& row, std::size_t column) {
  std::string line = (row.letter == 0 ? "      " : "  ") + Heading(row);
  if (line.size() + 2 > column) line += '\n' + std::string(column, ' ');
  const std::size_t begin = line.rfind('\n') == std::string::npos ? 0 : line.rfind('\n') + 1;
  line.resize(std::max(line.size(), begin + column), ' ');
  std::size_t used = column;
  for (std::string_view rest = row.summary; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (used > column && used + 1 + end > kWidth) {
      line += '\n' + std::string(column, ' ');
      used = column;
    } else if (used > column) {
      line += ' ';
      ++used;
    }
    line += rest.substr(0, end);
    used += end;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return line + '\n';
}

void Print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

}  // namespace

void RunHelp(Session&) {
  std::string text(kHead);
  text += '\n';
  for (const OptionRow& row : OptionTable()) {
    if (row.brief) text += Entry(row, 23);
  }
  Print(text += kFoot);
}

void RunLongHelp(Session&) {
  std::string text(kHead);
  const OptionRow* before = nullptr;
  for (const OptionRow& row : OptionTable()) {
    if (before == nullptr || before->section != row.section) {
      ((text += '\n') += SectionTitle(row.section)) += '\n';
    }
    before = &row;
    text += Entry(row, 27);
  }
  (text += kFoot) += kEnvironment;
  text += "\nLevels:";
  for (const int level : Levels()) (text += ' ') += std::to_string(level);
  text += "\nStrategies:";
  for (const std::string& name : StrategyNames()) (text += ' ') += name;
  Print(text += '\n');
}

void RunVersion(Session&) {
  std::string text = "sigma-par ";
  text += Version();
  text += "\nSIMD ";
  text += SimdTarget();
  text += ", ";
  text += std::to_string(AvailableThreads());
  text += " threads\n";
  Print(text);
}

}  // namespace sigma::cli
