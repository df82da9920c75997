#include "cli/each_file.h"

#include <filesystem>
#include <set>
#include <system_error>

#include "cli/inputs.h"
#include "cli/quantity.h"
#include "cli/targets.h"
#include "cli/terminal.h"

namespace sigma::cli {
namespace {

namespace fs = std::filesystem;

class Converter {
 public:
  Converter(Session& session, const Convert& convert) : session_(session), convert_(convert) {}

  void Run(const Input& input) {
    const Arguments& arguments = session_.arguments;
    const bool compressing = arguments.mode == Mode::kCompress;
    if (input.found && HasSuffix(arguments, input.file) == compressing) return;
    const auto target = TargetOf(arguments, input.file);
    if (!target) {
      session_.report.Failure(input.file, target.error());
      return;
    }
    if (const auto allowed = Check(input.file, *target); !allowed) {
      session_.report.Failure(input.file, allowed.error());
      return;
    }
    const auto summary = Attempt(input.file, *target);
    if (!summary) {
      session_.report.Failure(input.file, summary.error());
      return;
    }
    session_.statistics.Add(*summary);
    session_.report.Note((input.file == "-" ? "(stdin)" : input.file) + ": " +
                         HumanSize(compressing ? summary->original : summary->compressed) + " -> " +
                         HumanSize(compressing ? summary->compressed : summary->original) +
                         ", ratio " + Fixed(Ratio(summary->original, summary->compressed), 3) +
                         ", " + Fixed(Rate(summary->original, summary->seconds), 0) + " MB/s");
    if (arguments.options.memory_limit != 0) NoteMemory(*summary);
    // The result is there, and yet something is wrong with the source.
    if (summary->trailing) session_.report.Failure(input.file, *summary->trailing);
  }

 private:
  Result<void> Check(const std::string& source, const std::string& target) {
    const Arguments& arguments = session_.arguments;
    if (arguments.mode == Mode::kCompress) {
      if (target == "-" && OutputIsTerminal()) {
        return Fail(ErrorCode::kInvalidArgument,
                    "compressed bytes are not written to a terminal; see sigma-par --help");
      }
    } else if (auto readable = CheckCompressedInput(arguments, source); !readable) {
      return readable;
    }
    if (target == "-") return {};
    std::error_code error;
    if (source != "-" && fs::equivalent(source, target, error)) {
      return Fail(ErrorCode::kInvalidArgument, "input and output are the same file");
    }
    if (!targets_.insert(target).second) {
      return Fail(ErrorCode::kExists, target + " already holds the result of another input");
    }
    return {};
  }

  // What the memory bound led to.
  void NoteMemory(const Summary& summary) {
    const auto count = [](std::uint32_t n, const char* what) {
      return std::to_string(n) + what + (n == 1 ? "" : "s");
    };
    session_.report.Note("memory: at most " + HumanSize(summary.memory_need) + " of " +
                         HumanSize(session_.arguments.options.memory_limit) + " with " +
                         count(summary.threads, " worker") + ", chunks of " +
                         HumanSize(summary.chunk_size) + ", " + std::to_string(summary.in_flight) +
                         " in flight");
  }

  // Where the target exists and a person is at the terminal, the person decides.
  Result<Summary> Attempt(const std::string& source, const std::string& target) {
    FileOptions files = session_.arguments.files;
    auto summary = Once(source, target, files);
    if (summary || summary.error().code != ErrorCode::kExists || source == "-" || !CanAsk()) {
      return summary;
    }
    if (!Ask("sigma-par: " + target + " already exists; overwrite?")) {
      return Fail(ErrorCode::kSkipped, target + " already exists, not overwritten");
    }
    files.force = true;
    return Once(source, target, files);
  }

  Result<Summary> Once(const std::string& source, const std::string& target,
                       const FileOptions& files) {
    session_.progress.Begin(source);
    auto summary = convert_(source, target, files, [this](const Progress& progress) {
      session_.progress.Observe(progress);
      return true;
    });
    session_.progress.End();
    return summary;
  }

  Session& session_;
  const Convert& convert_;
  std::set<std::string> targets_;
};

}  // namespace

void ConvertEachFile(Session& session, const Convert& convert) {
  const std::vector<Input> inputs = CollectInputs(session.arguments, session.report);
  const std::string& output = session.arguments.output;
  if (inputs.size() > 1 && !output.empty()) {
    session.report.Failure(output, {ErrorCode::kInvalidArgument, "-o takes one input file"});
    return;
  }
  Converter converter(session, convert);
  for (const Input& input : inputs) converter.Run(input);
}

Result<void> CheckCompressedInput(const Arguments& arguments, const std::string& source) {
  if (source != "-" || arguments.files.force || !InputIsTerminal()) return {};
  return Fail(ErrorCode::kInvalidArgument,
              "compressed bytes are not read from a terminal; see sigma-par --help");
}

}  // namespace sigma::cli
