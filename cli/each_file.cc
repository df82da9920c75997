#include "cli/each_file.h"

#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <system_error>
#include <utility>

#include "cli/inputs.h"
#include "cli/mirror.h"
#include "cli/names.h"
#include "cli/quantity.h"
#include "cli/targets.h"
#include "cli/terminal.h"

namespace sigma::cli {
namespace {

namespace fs = std::filesystem;

// Bytes of a regular file, nothing for what has no size that is known before it is read.
std::optional<std::uint64_t> SizeOf(const std::string& file) {
  std::error_code error;
  if (file == "-") return std::nullopt;
  const std::uint64_t size = fs::file_size(file, error);
  if (error) return std::nullopt;
  return size;
}

// Small files wait in a group until it is worth while to do them side by side; whatever else
// happens waits for them, so that messages and figures come in the order of the files.
class Converter {
 public:
  Converter(Session& session, FileSeries& series, const Convert& convert)
      : session_(session),
        series_(series),
        convert_(convert),
        mirror_(session.arguments.output_dir) {}

  void Run(const Input& input) {
    if (Conflicts(input)) DoGroup();
    const auto target = TargetOf(session_.arguments, input);
    const Result<void> prepared = target ? Prepare(input, *target) : Result<void>{};
    if (target && prepared && MayWait(input, *target)) {
      group_.push_back(JobOf(input.file, *target));
      if (group_.size() == kMostWaiting) DoGroup();
      return;
    }
    DoGroup();
    if (target && prepared) {
      DoAlone(JobOf(input.file, *target));
    } else {
      session_.progress.Begin(input.file);
      session_.report.Failure(input.file,
                              target ? prepared.error() : WhyUnnamed(input, target.error()));
      session_.progress.End();
    }
  }

  // Those that wait.
  void DoGroup() {
    std::span<const FileSeries::Job> jobs = group_;
    if (jobs.size() == 1) {
      DoAlone(jobs.front());
      jobs = {};
    }
    while (!jobs.empty()) {
      auto results = series_.Run(jobs);
      const std::size_t count = results ? results->size() : jobs.size();
      for (std::size_t i = 0; i < count; ++i) {
        session_.progress.Begin(jobs[i].source);
        if (results && (*results)[i]) {
          const Summary& done = *(*results)[i];
          const std::uint64_t whole = jobs[i].compress ? done.original : done.compressed;
          session_.progress.Observe({.read = whole, .total = whole, .worked = whole});
        }
        Tell(jobs[i], results ? std::move((*results)[i]) : Unexpected{results.error()});
        session_.progress.End();
      }
      jobs = jobs.subspan(count);
      if (series_.due()) Settle();
    }
    group_.clear();
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
  void DoAlone(const FileSeries::Job& job) {
    session_.progress.Begin(job.source);
    Tell(job, Once(job));
    session_.progress.End();
    if (series_.due()) Settle();
  }

  // Of files side by side; also how far the progress lags.
  static constexpr std::size_t kMostWaiting = 256;
  // Larger ones keep several workers busy, and show their own progress.
  static constexpr std::uint64_t kLargestSource = std::uint64_t{2} << 20;
  static constexpr std::uint64_t kLargestStream = std::uint64_t{256} << 10;

  // Whether a waiting job may make this file, or write where it is.
  [[nodiscard]] bool Conflicts(const Input& input) const {
    return !group_.empty() && targets_.contains(input.file);
  }

  [[nodiscard]] bool MayWait(const Input& input, const std::string& target) const {
    if (convert_ || target == "-" || !session_.arguments.output.empty()) return false;
    const bool compressing = session_.arguments.mode == Mode::kCompress;
    const auto size = SizeOf(input.file);
    return size && *size <= (compressing ? kLargestSource : kLargestStream);
  }

  [[nodiscard]] FileSeries::Job JobOf(const std::string& source, const std::string& target) const {
    const Arguments& arguments = session_.arguments;
    FileSeries::Job job{source, target, arguments.files, arguments.mode == Mode::kCompress};
    if (!arguments.output.empty()) job.files.target_name = TargetName::kGiven;
    // As gzip does: with -f, what is no stream goes to standard output as it is.
    job.files.pass_through =
        !job.compress && !convert_ && job.files.force && target == "-" && !job.files.remove_source;
    return job;
  }

  // Reports a job's result; where the target exists, a person at the terminal is asked first.
  void Tell(const FileSeries::Job& job, Result<Summary> summary) {
    if (!summary && summary.error().force_overwrites) summary = Ask(job, std::move(summary));
    if (!summary) {
      session_.report.Failure(job.source, job.target, summary.error());
      return;
    }
    session_.progress.Written(job.compress ? summary->compressed : summary->original);
    session_.statistics.Add(*summary);
    Warn(job.source, summary->warnings);
    session_.report.Note(ShownName(job.source) + ": " +
                         HumanSize(job.compress ? summary->original : summary->compressed) +
                         " -> " +
                         HumanSize(job.compress ? summary->compressed : summary->original) +
                         ", ratio " + Fixed(Ratio(summary->original, summary->compressed), 3) +
                         ", " + Fixed(Rate(summary->original, summary->seconds), 0) + " MB/s");
    NoteShape(job.source, *summary);
    // The result is there, and yet something is wrong with the source.
    if (summary->trailing) session_.report.Failure(job.source, *summary->trailing);
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

  // Checks before a file is opened; makes the folders its result goes to.
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
    if (!targets_.insert(target).second && !arguments.append) {
      return Fail(ErrorCode::kExists,
                  ShownName(target) + " already holds the result of another input");
    }
    if (arguments.recursive && !arguments.output_dir.empty()) return mirror_.MakeFolders(input);
    return {};
  }

  // "level 3 for 2 chunks, 4 for 17"
  static std::string LevelsTaken(const std::vector<std::uint64_t>& chunks) {
    std::string text;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      if (chunks[i] == 0) continue;
      text += (text.empty() ? "level " : ", ") + std::to_string(i + 1) + " for " +
              std::to_string(chunks[i]) +
              (!text.empty()    ? ""
               : chunks[i] == 1 ? " chunk"
                                : " chunks");
    }
    return text;
  }

  // Notes the effect of a memory bound, and workers that the system refused.
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
    if (!summary.index_note.empty()) {
      session_.report.Note(ShownName(file) + ": " + summary.index_note);
    } else if (summary.members != 0) {
      session_.report.Note(ShownName(file) + ": index of " + std::to_string(summary.members) +
                           " members");
    }
    if (summary.far_table != 0) {
      session_.report.Note(ShownName(file) + ": far copies of " + HumanSize(summary.far_copied) +
                           " of " + HumanSize(summary.original) + ", found by a table of " +
                           HumanSize(summary.far_table));
    }
    if (summary.far_table < summary.full_far_table) {
      session_.report.Note(ShownName(file) + ": the table of far copies would have " +
                           HumanSize(summary.full_far_table) + " without the memory limit");
    }
    if (!summary.level_chunks.empty()) {
      session_.report.Note(ShownName(file) + ": " + LevelsTaken(summary.level_chunks));
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

  Result<Summary> Ask(FileSeries::Job job, Result<Summary> refused) {
    std::error_code unknown;
    if (job.source == "-" || !CanAsk() || !fs::is_regular_file(job.target, unknown)) {
      return refused;
    }
    session_.progress.Clear();
    if (!cli::Ask("sigma-par: " + ShownName(job.target) + " already exists; overwrite?")) {
      return Unexpected{{.code = ErrorCode::kSkipped,
                         .text = "already exists, not overwritten",
                         .at_target = true}};
    }
    job.files.force = true;
    return Once(job);
  }

  Result<Summary> Once(const FileSeries::Job& job) {
    const Observer observer = [this](const Progress& progress) {
      session_.progress.Observe(progress);
      return true;
    };
    if (convert_) return convert_(job.source, job.target, job.files, observer);
    return job.compress ? series_.Compress(job.source, job.target, job.files, observer)
                        : series_.Decompress(job.source, job.target, job.files, observer);
  }

  Session& session_;
  FileSeries& series_;
  const Convert& convert_;
  std::vector<FileSeries::Job> group_;
  std::set<std::string> targets_;
  Mirror mirror_;
};

}  // namespace

void ConvertEachFile(Session& session, const Convert& convert) {
  const std::vector<Input> inputs = FittingInputs(session);
  const std::string& output = session.arguments.output;
  if (inputs.size() > 1 && !output.empty() && !session.arguments.append) {
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
  converter.DoGroup();
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
