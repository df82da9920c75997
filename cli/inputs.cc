#include "cli/inputs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

namespace sigma::cli {
namespace {

namespace fs = std::filesystem;

void ReadList(const NameList& list, std::vector<std::string>& names, Report& report) {
  std::ifstream file;
  if (list.file != "-") file.open(list.file, std::ios::binary);
  std::istream& stream = list.file == "-" ? std::cin : file;
  if (!stream) {
    report.Failure(list.file, {ErrorCode::kNotFound, "cannot open this list of files"});
    return;
  }
  for (std::string name; std::getline(stream, name, list.end);) {
    if (!name.empty()) names.push_back(name);
  }
  if (stream.bad()) report.Failure(list.file, {ErrorCode::kIo, "cannot read this list of files"});
}

void WalkFolder(const std::string& folder, std::vector<Input>& inputs, Report& report) {
  std::error_code error;
  std::vector<std::string> files;
  auto entry = fs::recursive_directory_iterator(folder, error);
  while (!error && entry != fs::recursive_directory_iterator{}) {
    std::error_code unreadable;
    if (!fs::is_directory(entry->symlink_status(unreadable))) files.push_back(entry->path());
    entry.increment(error);
  }
  if (error)
    report.Failure(folder, {ErrorCode::kIo, "cannot walk this folder: " + error.message()});
  std::sort(files.begin(), files.end());
  for (std::string& file : files) inputs.push_back({std::move(file), true});
}

}  // namespace

std::vector<Input> CollectInputs(const Arguments& arguments, Report& report) {
  std::vector<std::string> names = arguments.names;
  for (const NameList& list : arguments.lists) ReadList(list, names, report);
  if (names.empty() && arguments.lists.empty()) names.emplace_back("-");

  std::vector<Input> inputs;
  for (std::string& name : names) {
    std::error_code error;
    if (arguments.recursive && name != "-" && fs::is_directory(fs::symlink_status(name, error))) {
      WalkFolder(name, inputs, report);
    } else {
      inputs.push_back({std::move(name), false});
    }
  }
  return inputs;
}

}  // namespace sigma::cli
