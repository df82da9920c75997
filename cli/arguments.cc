// The command line, cut into options and names by the C library's getopt_long, so that what GNU
// commands allow is allowed here: abbreviations, options after names, "--", -T2, -T 2, --threads=2
// and -dkc. The table of options (options.h) says what there is and what it means.
//
// First all options are read, then the mode is known, then each is checked against the mode and
// takes effect in the order given, so that the last one wins.
#include "cli/arguments.h"

#include <getopt.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <numeric>
#include <sstream>

#include "cli/check_arguments.h"
#include "cli/names.h"
#include "cli/options.h"
#include "cli/targets.h"

namespace sigma::cli {
namespace {

Unexpected Refuse(const std::string& text) { return Fail(ErrorCode::kInvalidArgument, text); }

// The input of getopt_long, made from the table. A long option's value is kLong + its row.
constexpr int kLong = 256;

struct Grammar {
  std::string letters = ":";  // a missing value is told from an unknown option
  std::deque<std::string> names;
  std::vector<option> longs;
};

int ArgumentOf(const OptionRow& row) {
  if (row.takes == Takes::kValue) return required_argument;
  return row.takes == Takes::kOptionalValue ? optional_argument : no_argument;
}

Grammar MakeGrammar() {
  Grammar grammar;
  const auto table = OptionTable();
  for (std::size_t i = 0; i < table.size(); ++i) {
    const OptionRow& row = table[i];
    if (row.takes == Takes::kDigits) {
      grammar.letters += "0123456789";
      continue;
    }
    if (row.letter != 0) grammar.letters += row.letter;
    if (row.letter != 0 && row.takes == Takes::kValue) grammar.letters += ':';
    std::istringstream all(std::string(row.name) + ' ' + std::string(row.aliases));
    for (std::string name; all >> name;) {
      grammar.names.push_back(name);
      grammar.longs.push_back(
          {grammar.names.back().c_str(), ArgumentOf(row), nullptr, kLong + static_cast<int>(i)});
    }
  }
  grammar.longs.push_back({nullptr, 0, nullptr, 0});
  return grammar;
}

const OptionRow& RowOf(int code) {
  const auto table = OptionTable();
  if (code >= kLong) return table[static_cast<std::size_t>(code - kLong)];
  const bool digit = code >= '0' && code <= '9';
  return *std::ranges::find_if(table, [&](const OptionRow& row) {
    return digit ? row.takes == Takes::kDigits : row.letter == code;
  });
}

// Insertions, deletions and replacements that turn one word into the other (Levenshtein 1965).
std::size_t Distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replaced = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string Nearest(std::string_view name) {
  std::string nearest;
  std::size_t least = std::max<std::size_t>(name.size() / 3, 1) + 1;
  for (const OptionRow& row : OptionTable()) {
    const std::size_t distance = Distance(name, row.name);
    if (row.name.empty() || distance >= least) continue;
    least = distance;
    nearest = row.name;
  }
  return nearest;
}

// A word "--name" or "--name=value" that getopt_long did not take: unknown or ambiguous.
Unexpected RefuseLong(const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  if (const std::string_view hint = ForeignHint(name); !hint.empty()) {
    return Refuse("unknown option " + name + ": " + std::string(hint));
  }
  std::string meant;
  for (const OptionRow& row : OptionTable()) {
    if (name.size() > 2 && row.name.starts_with(std::string_view(name).substr(2))) {
      (meant += meant.empty() ? "--" : ", --") += row.name;
    }
  }
  const std::string shown = Printable(name);
  if (!meant.empty()) return Refuse("option " + shown + " is ambiguous: " + meant);
  const std::string nearest = Nearest(std::string_view(name).substr(2));
  return Refuse("unknown option " + shown +
                (nearest.empty() ? "" : "; did you mean --" + nearest + "?"));
}

// The error for which getopt_long answered '?' or ':'. `word` is the one it stopped in.
Unexpected RefuseMisuse(int answer, int code, const std::string& word) {
  if (code == 0) return RefuseLong(word);
  if (code < kLong && answer == '?') {
    const std::string letter{'-', static_cast<char>(code)};
    const std::string_view hint = ForeignHint(letter);
    return Refuse("unknown option " + Printable(letter) +
                  (hint.empty() ? "" : ": " + std::string(hint)));
  }
  if (code >= kLong && !ForeignHint(word.substr(0, word.find('='))).empty()) {
    return RefuseLong(word);
  }
  const OptionRow& row = RowOf(code);
  const std::string name =
      code >= kLong ? "--" + std::string(row.name) : std::string{'-', static_cast<char>(code)};
  if (answer == ':') return Refuse(name + " takes a value: " + Heading(row));
  const std::string_view hint = ForeignHint(name + "=");
  return Refuse(name + " takes no value" + (hint.empty() ? "" : ": " + std::string(hint)));
}

struct Line {
  std::vector<Given> given;
  std::vector<std::string> names;
};

bool IsHelp(const OptionRow& row) { return row.act == nullptr && row.mode >= Mode::kHelp; }

// Reads words up to the first that asks for help: what follows does not matter then.
Result<Line> Read(std::vector<std::string> words) {
  static const Grammar grammar = MakeGrammar();
  Line line;
  std::string program = "sigma-par";
  std::vector<char*> pointers = {program.data()};
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const int count = static_cast<int>(words.size()) + 1;
  opterr = 0;
  optind = 0;           // begins anew
  int digits_word = 0;  // where the digits of the last option stood, if they may go on: -19
  for (;;) {
    const int word = std::max(optind, 1);
    int index = 0;
    const int code =
        getopt_long(count, pointers.data(), grammar.letters.c_str(), grammar.longs.data(), &index);
    if (code == -1) break;
    if (code == '?' || code == ':') {
      return RefuseMisuse(code, optopt, pointers[static_cast<std::size_t>(optind - 1)]);
    }
    // One of another command's, such as --long, is not taken for an abbreviation of ours.
    const std::string typed = pointers[static_cast<std::size_t>(optind - 1)];
    if (code >= kLong && !ForeignHint(typed).empty()) return RefuseLong(typed);
    const OptionRow& row = RowOf(code);
    const bool digit = row.takes == Takes::kDigits;
    if (digit && digits_word == word) {
      line.given.back().value += static_cast<char>(code);
      line.given.back().spelled += static_cast<char>(code);
      continue;
    }
    digits_word = digit ? word : 0;
    Given given{&row, {}, optarg == nullptr ? "" : optarg, optarg != nullptr};
    if (digit) given.value = static_cast<char>(code);
    given.spelled = code < kLong
                        ? std::string{'-', static_cast<char>(code)}
                        : std::string("--") + grammar.longs[static_cast<std::size_t>(index)].name;
    line.given.push_back(std::move(given));
    if (IsHelp(row)) return line;
  }
  for (int i = optind; i < count; ++i)
    line.names.emplace_back(pointers[static_cast<std::size_t>(i)]);
  return line;
}

// The options that change how fast and with how much memory, and no file.
Result<void> ReadEnvironment(Arguments& out) {
  const char* text = std::getenv("SIGMA_PAR_OPTIONS");
  if (text == nullptr) return {};
  std::istringstream stream{text};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  const auto refuse = [](const std::string& why) { return Refuse("SIGMA_PAR_OPTIONS: " + why); };
  const auto line = Read(std::move(words));
  if (!line) return refuse(line.error().text);
  std::string foreign = line->names.empty() ? "" : Printable(line->names.front());
  for (const Given& given : line->given) {
    if (!given.row->performance) foreign = given.spelled;
  }
  if (!foreign.empty()) {
    std::string known;
    for (const OptionRow& row : OptionTable()) {
      if (row.performance) (known += known.empty() ? "" : "; ") += Heading(row);
    }
    return refuse(foreign + " may not stand there; it takes " + known);
  }
  for (const Given& given : line->given) {
    if (const auto done = given.row->act(given, out); !done) return refuse(done.error().text);
  }
  return {};
}

// Whether the line is --verify FILE.sigma ORIGINAL and names no mode.
bool Compares(const Line& line) {
  bool verifies = false;
  Arguments suffix;
  for (const Given& given : line.given) {
    if (given.row->act == nullptr) return false;
    verifies = verifies || given.row->name == "verify";
    if (given.row->name == "suffix") suffix.suffix = given.value;
  }
  return verifies && line.names.size() == 2 && HasSuffix(suffix, line.names[0]) &&
         !HasSuffix(suffix, line.names[1]);
}

}  // namespace

Result<Arguments> ParseArguments(const std::string& program, std::vector<std::string> words) {
  Arguments out;
  if (program == "unsigma" || program == "sigmacat") out.mode = Mode::kDecompress;
  out.to_stdout = program == "sigmacat";
  auto line = Read(std::move(words));
  if (!line) return line.failure();
  for (const Given& given : line->given) {
    if (given.row->act == nullptr) out.mode = given.row->mode;
  }
  if (out.mode >= Mode::kHelp) return out;
  if (out.mode == Mode::kCompress && Compares(*line)) {
    out.mode = Mode::kTest;
    out.original = line->names.back();
    line->names.pop_back();
  }
  if (const auto read = ReadEnvironment(out); !read) return read.failure();
  for (const Given& given : line->given) {
    const OptionRow& row = *given.row;
    if (row.act == nullptr) continue;
    if ((row.modes & In(out.mode)) == 0) {
      return Refuse(given.spelled + " goes with " + NamesOf(row.modes) + ", not with " +
                    NamesOf(In(out.mode)));
    }
    if (const auto done = row.act(given, out); !done) return done.failure();
  }
  out.names = std::move(line->names);
  if (const auto checked = CheckTogether(out); !checked) return checked.failure();
  return out;
}

}  // namespace sigma::cli
