#include "cli/each_file.h"

#include <filesystem>
#include <optional>
#include <set>
#include <system_error>

#include "cli/inputs.h"
#include "cli/mirror.h"
#include "cli/names.h"
#include "cli/quantity.h"
#include "cli/targets.h"
#include "cli/terminal.h"

namespace sigma::cli {
namespace {

namespace fs = std::filesystem;

class Converter {
 public:
  Converter(Session& session, FileSeries& series, const Convert& convert)
      : session_(session),
        series_(series),
        convert_(convert),
        mirror_(session.arguments.output_dir) {}

  void Run(const Input& input) {
    session_.progress.Begin(input.file);
    RunOne(input);
    session_.progress.End();
  }

  // Results that are to be durable become so here, and their sources go.
  void Settle() {
    series_.Settle(
        [this](const FileSeries::Settled& settled) {
          session_.progress.EndVerifying();
          Warn(settled.source, settled.warnings);
          if (settled.error) {
            session_.report.Failure(settled.source, settled.target, *settled.error);
          }
        },
        [this](const std::string& source, const Progress& progress) {
          session_.progress.Verifying(source, progress);
        });
  }

  void End() {
    if (const auto set = mirror_.SetModes(); !set) {
      session_.report.Failure(session_.arguments.output_dir, set.error());
    }
  }

 private:
  void RunOne(const Input& input) {
    const Arguments& arguments = session_.arguments;
    const bool compressing = arguments.mode == Mode::kCompress;
    const auto target = TargetOf(arguments, input);
    if (!target) {
      session_.report.Failure(input.file, WhyUnnamed(input, target.error()));
      return;
    }
    if (const auto allowed = Prepare(input, *target); !allowed) {
      session_.report.Failure(input.file, allowed.error());
      return;
    }
    const auto summary = Attempt(input.file, *target);
    if (!summary) {
      session_.report.Failure(input.file, *target, summary.error());
      return;
    }
    session_.progress.Written(compressing ? summary->compressed : summary->original);
    session_.statistics.Add(*summary);
    Warn(input.file, summary->warnings);
    session_.report.Note(ShownName(input.file) + ": " +
                         HumanSize(compressing ? summary->original : summary->compressed) + " -> " +
                         HumanSize(compressing ? summary->compressed : summary->original) +
                         ", ratio " + Fixed(Ratio(summary->original, summary->compressed), 3) +
                         ", " + Fixed(Rate(summary->original, summary->seconds), 0) + " MB/s");
    NoteShape(input.file, *summary);
    // The result is there, and yet something is wrong with the source.
    if (summary->trailing) session_.report.Failure(input.file, *summary->trailing);
    if (series_.due()) Settle();
  }

  // A suffix is the lesser trouble of what is not there or no file.
  static Error WhyUnnamed(const Input& input, const Error& error) {
    std::error_code unknown;
    const fs::file_type type =
        input.file == "-" ? fs::file_type::none : fs::status(input.file, unknown).type();
    if (type == fs::file_type::not_found) return {ErrorCode::kNotFound, "no such file"};
    if (type == fs::file_type::directory) return {ErrorCode::kSkipped, "is a folder: skipped"};
    return error;
  }

  void Warn(const std::string& file, const std::vector<std::string>& warnings) {
    for (const std::string& text : warnings) {
      session_.report.Failure(file, {ErrorCode::kSkipped, text});
    }
  }

  // What must hold before a file is opened; makes the folders its result goes to.
  Result<void> Prepare(const Input& input, const std::string& target) {
    const Arguments& arguments = session_.arguments;
    if (arguments.mode == Mode::kCompress) {
      if (target == "-" && OutputIsTerminal()) {
        return Fail(ErrorCode::kInvalidArgument,
                    "compressed bytes are not written to a terminal; -o FILE says where they go");
      }
    } else if (auto readable = CheckCompressedInput(arguments, input.file); !readable) {
      return readable;
    }
    if (target == "-") return {};
    if (!targets_.insert(target).second) {
      return Fail(ErrorCode::kExists,
                  ShownName(target) + " already holds the result of another input");
    }
    if (arguments.recursive && !arguments.output_dir.empty()) return mirror_.MakeFolders(input);
    return {};
  }

  // What a memory bound led to, and workers that the system refused.
  void NoteShape(const std::string& file, const Summary& summary) {
    const auto count = [](std::uint32_t n, const char* what) {
      return std::to_string(n) + what + (n == 1 ? "" : "s");
    };
    if (summary.memory_limit != 0) {
      const bool own = session_.arguments.options.memory_limit != 0;
      session_.report.Note(
          "memory: at most " + HumanSize(summary.memory_need) + " of " +
          HumanSize(summary.memory_limit) + (own ? "" : " (80 % of the container's limit)") +
          " with " + count(summary.threads, " worker") + ", chunks of " +
          HumanSize(summary.chunk_size) + ", " + std::to_string(summary.in_flight) + " in flight");
    }
    if (summary.refused_threads != 0) {
      session_.report.Note("the system refused " + count(summary.refused_threads, " worker") +
                           " (threads or memory): worked with " + std::to_string(summary.threads));
    }
    // A file of one chunk is cut no smaller.
    if (summary.chunk_size < summary.full_chunk_size && summary.original > summary.chunk_size) {
      session_.report.Remark(
          (file == "-" ? "(stdin)" : file) + ": chunks of " + HumanSize(summary.chunk_size) +
          " instead of " + HumanSize(summary.full_chunk_size) + " to stay within " +
          HumanSize(summary.memory_limit) + ": the result is larger; a larger -M keeps them");
    }
  }

  // Where the target exists and a person is at the terminal, the person decides.
  Result<Summary> Attempt(const std::string& source, const std::string& target) {
    FileOptions files = session_.arguments.files;
    if (!session_.arguments.output.empty()) files.target_name = TargetName::kGiven;
    auto summary = Once(source, target, files);
    std::error_code unknown;
    if (summary || !summary.error().force_overwrites || source == "-" || !CanAsk() ||
        !fs::is_regular_file(target, unknown)) {
      return summary;
    }
    session_.progress.Clear();
    if (!Ask("sigma-par: " + ShownName(target) + " already exists; overwrite?")) {
      return Unexpected{{.code = ErrorCode::kSkipped,
                         .text = "already exists, not overwritten",
                         .at_target = true}};
    }
    files.force = true;
    return Once(source, target, files);
  }

  Result<Summary> Once(const std::string& source, const std::string& target,
                       const FileOptions& files) {
    return convert_(series_, source, target, files, [this](const Progress& progress) {
      session_.progress.Observe(progress);
      return true;
    });
  }

  Session& session_;
  FileSeries& series_;
  const Convert& convert_;
  std::set<std::string> targets_;
  Mirror mirror_;
};

// Bytes of a regular file, nothing for what has no size that is known before it is read.
std::optional<std::uint64_t> SizeOf(const std::string& file) {
  std::error_code error;
  if (file == "-") return std::nullopt;
  const std::uint64_t size = fs::file_size(file, error);
  if (error) return std::nullopt;
  return size;
}

}  // namespace

void ConvertEachFile(Session& session, const Convert& convert) {
  const std::vector<Input> inputs = FittingInputs(session);
  const std::string& output = session.arguments.output;
  if (inputs.size() > 1 && !output.empty()) {
    session.report.Failure(output, {ErrorCode::kInvalidArgument, "-o takes one input file"});
    return;
  }
  Result<FileSeries> series = FileSeries::Create(session.arguments.options);
  if (!series) {
    for (const Input& input : inputs) session.report.Failure(input.file, series.error());
    return;
  }
  Converter converter(session, *series, convert);
  for (const Input& input : inputs) converter.Run(input);
  converter.Settle();
  converter.End();
}

std::vector<Input> FittingInputs(Session& session) {
  const Arguments& arguments = session.arguments;
  std::vector<Input> inputs = CollectInputs(arguments, session.report);
  std::erase_if(inputs, [&](const Input& input) {
    return input.found && HasSuffix(arguments, input.file) == (arguments.mode == Mode::kCompress);
  });
  // A single file's size is known when it is open.
  std::optional<std::uint64_t> bytes = 0;
  for (std::size_t i = 0; bytes && inputs.size() > 1 && i < inputs.size(); ++i) {
    const auto size = SizeOf(inputs[i].file);
    bytes = size ? std::optional(*bytes + *size) : std::nullopt;
  }
  session.progress.Expect(inputs.size(), bytes.value_or(0));
  return inputs;
}

Result<void> CheckCompressedInput(const Arguments& arguments, const std::string& source) {
  if (source != "-" || arguments.files.force || !InputIsTerminal()) return {};
  return Fail(ErrorCode::kInvalidArgument,
              "compressed bytes are not read from a terminal; see sigma-par --help");
}

}  // namespace sigma::cli
