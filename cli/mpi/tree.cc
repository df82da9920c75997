#include "cli/mpi/tree.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cli/inputs.h"
#include "cli/mirror.h"
#include "cli/mpi/together.h"
#include "cli/names.h"
#include "cli/quantity.h"
#include "cli/targets.h"

namespace sigma::cli::mpi {
namespace {

namespace fs = std::filesystem;

// A file with fewer bytes a rank is done by one of them: opening it together takes longer.
constexpr std::uint64_t kLeastForEach = std::uint64_t{16} << 20;

struct File {
  std::string source;
  std::string target;  // none for -t
  bool together = true;
};

// The end of a file that one rank did.
struct Done {
  std::size_t file = 0;
  std::vector<Error> errors;
};

std::string Joined(const std::vector<File>& files) {
  std::string text;
  for (const File& file : files) {
    text += (file.together ? '1' : '0') + file.source + '\0' + file.target + '\0';
  }
  return text;
}

std::vector<File> Split(const std::string& text) {
  std::vector<File> files;
  std::istringstream stream(text);
  File file;
  while (std::getline(stream, file.source, '\0') && std::getline(stream, file.target, '\0')) {
    file.together = file.source.front() == '1';
    file.source.erase(0, 1);
    files.push_back(file);
  }
  return files;
}

// Rank 0's: what there is to do, in the order given; makes the folders of results.
std::vector<File> ListFiles(const World& world, const Arguments& arguments, Mirror& mirror,
                            Report& report) {
  const bool tests = arguments.mode == Mode::kTest;
  std::vector<Input> inputs = CollectInputs(arguments, report);
  std::erase_if(inputs, [&](const Input& input) {
    return input.found && HasSuffix(arguments, input.file) == (arguments.mode == Mode::kCompress);
  });
  if (inputs.size() > 1 && !arguments.output.empty()) {
    report.Failure(arguments.output, {ErrorCode::kInvalidArgument, "-o takes one input file"});
    return {};
  }
  std::vector<File> files;
  std::set<std::string> targets;
  for (const Input& input : inputs) {
    if (input.file == "-") {
      report.Failure("-", {ErrorCode::kInvalidArgument,
                           "standard input is that of one rank alone: name a file"});
      continue;
    }
    File file{input.file, {}, true};
    std::error_code unknown;
    const std::uint64_t size = fs::file_size(input.file, unknown);
    file.together = inputs.size() == 1 || unknown ||
                    size >= kLeastForEach * static_cast<std::uint64_t>(world.size());
    if (!tests) {
      const Result<std::string> target = TargetOf(arguments, input);
      if (!target) {
        report.Failure(input.file, target.error());
        continue;
      }
      if (!targets.insert(*target).second) {
        report.Failure(input.file,
                       {ErrorCode::kExists,
                        ShownName(*target) + " already holds the result of another input"});
        continue;
      }
      if (arguments.recursive && !arguments.output_dir.empty()) {
        if (const auto made = mirror.MakeFolders(input); !made) {
          report.Failure(input.file, made.error());
          continue;
        }
      }
      file.target = *target;
    }
    files.push_back(std::move(file));
  }
  return files;
}

void DoTogether(const Task& task, const Arguments& arguments, const File& file, Report& report) {
  const Result<Outcome> done = arguments.mode == Mode::kTest ? TestTogether(task, file.source)
                               : arguments.mode == Mode::kCompress
                                   ? CompressTogether(task, file.source, file.target)
                                   : RestoreTogether(task, file.source, file.target);
  if (!task.world.first()) return;
  if (!done) {
    report.Failure(file.source, file.target, done.error());
    return;
  }
  for (const std::string& text : done->warnings) {
    report.Failure(file.source, {ErrorCode::kSkipped, text});
  }
  report.Note(ShownName(file.source) + ": " +
              (arguments.mode == Mode::kTest
                   ? std::string("intact")
                   : std::to_string(task.world.size()) + " ranks, " + HumanSize(done->original) +
                         " in " + HumanSize(done->compressed)));
}

Done DoAlone(const Task& task, const Arguments& arguments, const std::vector<File>& files,
             std::size_t number) {
  const File& file = files[number];
  FileOptions own = task.files;
  if (own.sync == Sync::kAuto) own.sync = Sync::kAlways;
  if (!arguments.output.empty()) own.target_name = TargetName::kGiven;
  const Result<Summary> done = arguments.mode == Mode::kTest
                                   ? TestFile(file.source, task.options, own)
                               : arguments.mode == Mode::kCompress
                                   ? CompressFile(file.source, file.target, task.options, own)
                                   : DecompressFile(file.source, file.target, task.options, own);
  Done told{number, {}};
  if (!done) {
    told.errors.push_back(done.error());
    return told;
  }
  for (const std::string& text : done->warnings) {
    told.errors.push_back({ErrorCode::kSkipped, text});
  }
  if (done->trailing) told.errors.push_back(*done->trailing);
  return told;
}

// Each of the small files by the rank that comes first; rank 0 tells of them in their order.
void SpreadFiles(const Task& task, const Arguments& arguments, const std::vector<File>& files,
                 Report& report) {
  std::vector<std::size_t> small;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!files[i].together) small.push_back(i);
  }
  if (small.empty()) return;
  std::string mine;
  {
    Counter counter;
    for (std::uint64_t next = counter.Add(1); next < small.size(); next = counter.Add(1)) {
      const Done done = DoAlone(task, arguments, files, small[static_cast<std::size_t>(next)]);
      for (const Error& error : done.errors) {
        mine += std::to_string(done.file) + ' ' + Packed(error) + '\0';
      }
    }
  }
  std::vector<std::pair<std::size_t, Error>> told;
  for (const std::string& text : task.world.Collect(mine)) {
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line, '\0');) {
      const std::size_t space = line.find(' ');
      told.emplace_back(std::stoull(line.substr(0, space)), Unpacked(line.substr(space + 1)));
    }
  }
  std::ranges::stable_sort(told, {}, &std::pair<std::size_t, Error>::first);
  for (const auto& [number, error] : told) {
    report.Failure(files[number].source, files[number].target, error);
  }
}

}  // namespace

void RunFiles(const World& world, const Arguments& arguments, const Options& options,
              Report& report) {
  Mirror mirror(arguments.output_dir);
  std::string list;
  if (world.first()) list = Joined(ListFiles(world, arguments, mirror, report));
  const std::vector<File> files = Split(world.Tell(list));
  const Task task{world, options, arguments.files};
  for (const File& file : files) {
    if (file.together) DoTogether(task, arguments, file, report);
  }
  SpreadFiles(task, arguments, files, report);
  world.Meet();
  if (!world.first()) return;
  if (const auto set = mirror.SetModes(); !set) {
    report.Failure(arguments.output_dir, set.error());
  }
}

}  // namespace sigma::cli::mpi
