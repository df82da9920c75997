// sigma-par: the table of modes, and the run around the one that was asked for.
#include <malloc.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/last_words.h"
#include "cli/modes.h"
#include "cli/own_stack.h"
#include "cli/session.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "cli/trace_file.h"

namespace {

using sigma::cli::Mode;
using sigma::cli::Session;

struct ModeRow {
  Mode mode;
  void (*run)(Session&);
};

constexpr std::array<ModeRow, 12> kModes = {{
    {Mode::kCompress, sigma::cli::RunCompress},
    {Mode::kDecompress, sigma::cli::RunDecompress},
    {Mode::kTest, sigma::cli::RunTest},
    {Mode::kList, sigma::cli::RunList},
    {Mode::kExtract, sigma::cli::RunExtract},
    {Mode::kBench, sigma::cli::RunBench},
    {Mode::kAnalyze, sigma::cli::RunAnalyze},
    {Mode::kMerge, sigma::cli::RunMerge},
    {Mode::kEstimate, sigma::cli::RunEstimate},
    {Mode::kHelp, sigma::cli::RunHelp},
    {Mode::kLongHelp, sigma::cli::RunLongHelp},
    {Mode::kVersion, sigma::cli::RunVersion},
}};

// Under a bound all threads share one heap: the 64 MiB of address space that glibc reserves for
// each further one would count against a limit on address space, and nothing allocates while it
// works.
void BoundHeap(const sigma::cli::Arguments& arguments) {
#ifdef M_ARENA_MAX
  if (arguments.options.memory_limit != 0) mallopt(M_ARENA_MAX, 1);
#else
  (void)arguments;
#endif
}

// The modes' output counts as written only now (a full disk, /dev/full).
void CloseOutput(Session& session) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
  session.report.Failure("(stdout)", {sigma::ErrorCode::kIo, "cannot write what was asked for"});
}

int Run(int argc, char** argv) {
  sigma::cli::HoldStandardDescriptors();
  sigma::cli::BlockSignals();
  const std::string program = argc > 0 ? std::filesystem::path(argv[0]).filename() : "sigma-par";
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  auto arguments = sigma::cli::ParseArguments(program, std::move(words));
  if (!arguments) {
    sigma::cli::Say(arguments.error().text + "; see sigma-par --help");
    return sigma::cli::kExitError;
  }

  BoundHeap(*arguments);
  std::optional<sigma::cli::TraceFile> trace;
  if (!arguments->trace.empty()) arguments->options.tracer = &trace.emplace();
  // Never destroyed: the signal thread may look at it until the process ends.
  Session& session = *new Session(*arguments);
  if (trace) {
    if (const auto open = trace->Open(arguments->trace, arguments->files.force); !open) {
      session.report.Failure(arguments->trace, open.error());
      return session.report.ExitStatus();
    }
  }
  sigma::cli::StartSignalThread(
      [&session] { sigma::cli::WriteText(2, session.progress.StatusLine()); },
      [&session] { session.progress.Clear(); });
  for (const ModeRow& row : kModes) {
    if (row.mode == arguments->mode) row.run(session);
  }
  if (!session.statistics.Print(*arguments)) {
    session.report.Failure("--stats", {sigma::ErrorCode::kIo, "cannot write the statistics"});
  }
  if (trace) {
    if (const auto closed = trace->Close(); !closed) {
      session.report.Failure(arguments->trace, closed.error());
    }
  }
  CloseOutput(session);
  return session.report.ExitStatus();
}

int RunGuarded(int argc, char** argv) {
  int status = sigma::cli::kExitError;
  try {
    status = Run(argc, argv);
  } catch (...) {
    (void)sigma::cli::SayLastWords();
  }
  sigma::cli::AwaitDeath();
  return status;
}

}  // namespace

int main(int argc, char** argv) { return sigma::cli::OnLargeStack(RunGuarded, argc, argv); }
