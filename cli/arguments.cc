// The command line, read with CLI11. Every option acts in the order given (trigger_on_parse), so
// that the last one wins.
//
// CLI11 takes a word in brackets apart as a list, but "[a,b]" is a good file name: such a word goes
// through it behind a mark, and so does one that begins with the mark.
#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <limits>
#include <sstream>
#include <utility>

namespace sigma::cli {
namespace {

[[noreturn]] void Refuse(const std::string& option, const std::string& why) {
  throw CLI::ValidationError(option, why);
}

constexpr char kMark = '\1';

std::vector<std::string> Marked(std::vector<std::string> words) {
  for (std::string& word : words) {
    if (word.starts_with('[') || word.starts_with(kMark)) word.insert(0, 1, kMark);
  }
  return words;
}

std::string Unmarked(const std::string& word) {
  return word.starts_with(kMark) ? word.substr(1) : word;
}

void Flag(CLI::App& app, const std::string& names, std::function<void()> act) {
  app.add_flag_callback(names, std::move(act))->trigger_on_parse()->disable_flag_override();
}

void Value(CLI::App& app, const std::string& names,
           const std::function<void(const std::string&)>& act) {
  app.add_option_function<std::string>(names,
                                       [act](const std::string& text) { act(Unmarked(text)); })
      ->trigger_on_parse();
}

std::uint64_t Number(const std::string& option, const std::string& text, std::uint64_t most) {
  const auto value = ParseNumber(text);
  if (!value || *value > most) {
    Refuse(option, "'" + text + "' is not a whole number from 0 to " + std::to_string(most));
  }
  return *value;
}

int Level(const std::string& option, const std::string& text) {
  const auto value = ParseNumber(text);
  std::string known;
  for (const int level : Levels()) {
    if (value && *value == static_cast<std::uint64_t>(level)) return level;
    known += (known.empty() ? "" : ", ") + std::to_string(level);
  }
  Refuse(option, "there is no level " + text + "; the levels are " + known);
}

// "json" or "json=FD": the descriptor, or nothing if the text is neither.
std::optional<int> JsonDescriptor(const std::string& option, const std::string& text,
                                  int standard) {
  if (text == "json") return standard;
  if (!text.starts_with("json=")) return std::nullopt;
  return static_cast<int>(Number(option, text.substr(5), std::numeric_limits<int>::max()));
}

// The options that change how fast and with how much memory, and no file: the only ones
// SIGMA_PAR_OPTIONS takes.
void DefinePerformance(CLI::App& app, Arguments& out) {
  auto level = [&out](int value) { out.options.level = value; };
  for (char digit = '1'; digit <= '9'; ++digit) {
    const std::string name{'-', digit};
    Flag(app, name, [=] { level(Level(name, std::string(1, digit))); });
  }
  Value(app, "--level", [=](const std::string& text) { level(Level("--level", text)); });
  Value(app, "-T,--threads", [&out](const std::string& text) {
    constexpr std::uint64_t kMost = 1024;  // far above any machine; a typing error, not a wish
    out.options.threads = static_cast<std::uint32_t>(Number("--threads", text, kMost));
  });
  Value(app, "-M,--memory", [&out](const std::string& text) {
    const auto size = ParseSizeOrShare(text, AvailableMemory());
    if (!size || *size == 0) {
      Refuse("--memory",
             "'" + text + "' is not a size such as 64M, 2G, or 50% of what is available");
    }
    out.options.memory_limit = *size;
  });
  Value(app, "-B,--chunk-size", [&out](const std::string& text) {
    const auto size = ParseSize(text);
    if (!size || *size == 0 || *size > std::numeric_limits<std::uint32_t>::max()) {
      Refuse("--chunk-size", "'" + text + "' is not a size from 64K to 64M");
    }
    out.options.chunk_size = static_cast<std::uint32_t>(*size);
  });
  Value(app, "--progress", [&out](const std::string& text) {
    if (text == "auto") {
      out.progress = ProgressMode::kAuto;
    } else if (text == "always") {
      out.progress = ProgressMode::kAlways;
    } else if (text == "never") {
      out.progress = ProgressMode::kNever;
    } else if (const auto descriptor = JsonDescriptor("--progress", text, 2)) {
      out.progress = ProgressMode::kJson;
      out.progress_descriptor = *descriptor;
    } else {
      Refuse("--progress", "'" + text + "' is none of auto, always, never, json, json=FD");
    }
  });
}

void DefineModes(CLI::App& app, Arguments& out) {
  auto mode = [&](const std::string& names, Mode value) {
    Flag(app, names, [&out, value] {
      const bool asks_for_help = out.mode >= Mode::kHelp;
      if (!asks_for_help) out.mode = value;
    });
  };
  mode("-z,--compress", Mode::kCompress);
  mode("-d,--decompress", Mode::kDecompress);
  mode("-t,--test", Mode::kTest);
  mode("-l,--list", Mode::kList);
  mode("--bench", Mode::kBench);
  mode("--analyze", Mode::kAnalyze);
  mode("-h,--help", Mode::kHelp);
  mode("-H,--long-help", Mode::kLongHelp);
  mode("-V,--version", Mode::kVersion);
}

void DefineFiles(CLI::App& app, Arguments& out) {
  Flag(app, "-c,--stdout", [&out] { out.to_stdout = true; });
  Value(app, "-o,--output", [&out](const std::string& text) {
    if (text.empty()) Refuse("--output", "the name is empty");
    out.output = text;
  });
  Value(app, "--output-dir", [&out](const std::string& text) {
    if (text.empty()) Refuse("--output-dir", "the name is empty");
    out.output_dir = text;
  });
  Flag(app, "-k,--keep", [&out] { out.files.remove_source = false; });
  Flag(app, "--rm", [&out] { out.files.remove_source = true; });
  Flag(app, "-f,--force", [&out] { out.files.force = true; });
  Flag(app, "-r,--recursive", [&out] { out.recursive = true; });
  Value(app, "--files-from", [&out](const std::string& text) {
    out.lists.push_back({text, '\n'});
  });
  Value(app, "--files0-from", [&out](const std::string& text) {
    out.lists.push_back({text, '\0'});
  });
  Value(app, "-S,--suffix", [&out](const std::string& text) {
    if (text.empty() || text.find('/') != std::string::npos) {
      Refuse("--suffix", "'" + text + "' is not a suffix such as .sigma");
    }
    out.suffix = text;
  });
  Value(app, "--sparse", [&out](const std::string& text) {
    if (text == "auto") {
      out.files.sparse = Sparse::kAuto;
    } else if (text == "always") {
      out.files.sparse = Sparse::kAlways;
    } else if (text == "never") {
      out.files.sparse = Sparse::kNever;
    } else {
      Refuse("--sparse", "'" + text + "' is none of auto, always, never");
    }
  });
}

void DefineRest(CLI::App& app, Arguments& out) {
  Flag(app, "--decode-first", [&out] { out.options.decode_first = true; });
  Value(app, "--strategy", [&out](const std::string& text) { out.options.strategy = text; });
  Flag(app, "--verify", [&out] { out.options.verify = true; });
  Value(app, "--range", [&out](const std::string& text) {
    out.range = ParseRange(text);
    if (!out.range) Refuse("--range", "'" + text + "' is not OFFSET:LENGTH in bytes");
  });
  Flag(app, "-q,--quiet", [&out] { ++out.quiet; });
  Flag(app, "-v,--verbose", [&out] { ++out.verbose; });
  Flag(app, "--json", [&out] { out.json = true; });
  Value(app, "-b,--first-level",
        [&out](const std::string& text) { out.first_level = Level("-b", text); });
  Value(app, "-e,--last-level",
        [&out](const std::string& text) { out.last_level = Level("-e", text); });
  Value(app, "--report", [&out](const std::string& text) {
    if (text.empty()) Refuse("--report", "the name is empty");
    out.report = text;
  });
  Value(app, "--seconds", [&out](const std::string& text) {
    char* end = nullptr;
    out.seconds = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0' || !(out.seconds >= 0 && out.seconds <= 86400)) {
      Refuse("--seconds", "'" + text + "' is not a time in seconds");
    }
  });
}

void ReadStats(const std::string& text, Arguments& out) {
  if (text.empty()) return;
  if (text == "text") {
    out.stats = StatsMode::kText;
  } else if (const auto descriptor = JsonDescriptor("--stats", text, 2)) {
    out.stats = StatsMode::kJson;
    out.stats_descriptor = *descriptor;
  } else {
    Refuse("--stats", "'" + text + "' is neither json nor json=FD");
  }
}

void ReadEnvironment(Arguments& out) {
  const char* text = std::getenv("SIGMA_PAR_OPTIONS");
  if (text == nullptr) return;
  std::vector<std::string> words;
  std::istringstream stream{text};
  for (std::string word; stream >> word;) words.push_back(word);
  CLI::App app;
  app.set_help_flag("");
  DefinePerformance(app, out);
  std::reverse(words.begin(), words.end());  // CLI11 takes its words last first
  try {
    app.parse(std::move(words));
  } catch (const CLI::ExtrasError&) {
    Refuse("SIGMA_PAR_OPTIONS", "takes --level, --threads, --memory, --chunk-size and --progress");
  } catch (const CLI::Error& error) {
    Refuse("SIGMA_PAR_OPTIONS", error.what());
  }
}

// What only the whole command line can tell.
Result<void> CheckTogether(Arguments& out) {
  const auto refuse = [](const char* text) { return Fail(ErrorCode::kInvalidArgument, text); };
  if (out.mode >= Mode::kHelp) return {};
  if (out.range) {
    if (out.mode != Mode::kDecompress) return refuse("--range goes with -d");
    if (!out.output_dir.empty()) return refuse("--range writes to standard output or with -o");
    if (out.output.empty()) out.to_stdout = true;
  }
  const bool writes = out.mode == Mode::kCompress || out.mode == Mode::kDecompress;
  if (out.to_stdout + !out.output.empty() + !out.output_dir.empty() > 1) {
    return refuse("only one of -c, -o and --output-dir can be given");
  }
  if (writes && out.files.remove_source && (out.to_stdout || out.output == "-" || out.range)) {
    return refuse("--rm needs a published file: it does not go with standard output or --range");
  }
  if (out.first_level == 0) out.first_level = out.options.level;
  if (out.last_level == 0) out.last_level = out.first_level;
  if (out.first_level > out.last_level) return refuse("-b is above -e");
  if (!out.report.empty() && out.mode != Mode::kAnalyze)
    return refuse("--report goes with --analyze");
  if (out.mode == Mode::kCompress || out.mode == Mode::kBench || out.mode == Mode::kAnalyze) {
    if (out.files.remove_source) out.options.verify = true;
    return Validate(out.options);
  }
  return {};
}

}  // namespace

Result<Arguments> ParseArguments(const std::string& program, std::vector<std::string> words) {
  Arguments out;
  CLI::App app;
  app.set_help_flag("");
  DefinePerformance(app, out);
  DefineModes(app, out);
  DefineFiles(app, out);
  DefineRest(app, out);
  std::string stats;
  app.add_flag("--stats{text}", stats)->take_last();
  std::vector<std::string> unread;
  CLI::Option* names = app.add_option("FILE", unread);

  if (program == "unsigma" || program == "sigmacat") out.mode = Mode::kDecompress;
  out.to_stdout = program == "sigmacat";
  words = Marked(std::move(words));
  std::reverse(words.begin(), words.end());
  try {
    ReadEnvironment(out);
    app.parse(std::move(words));
    ReadStats(stats, out);
  } catch (const CLI::ExtrasError&) {
    std::string unknown;
    for (const std::string& word : app.remaining())
      unknown += (unknown.empty() ? "" : " ") + Unmarked(word);
    return Fail(ErrorCode::kInvalidArgument, "unknown option " + unknown);
  } catch (const CLI::Error& error) {
    return Fail(ErrorCode::kInvalidArgument, error.what());
  }
  for (const std::string& name : names->results()) out.names.push_back(Unmarked(name));
  if (const auto checked = CheckTogether(out); !checked) return checked.failure();
  return out;
}

}  // namespace sigma::cli
