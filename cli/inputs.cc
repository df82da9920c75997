#include "cli/inputs.h"

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string_view>
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

// How long the part of a folder's name is that its files' places leave out: all before its own
// name, and that too where it is "." or "..", as cp -r does.
std::size_t BaseOf(const std::string& folder) {
  std::size_t end = folder.size();
  while (end > 0 && folder[end - 1] == '/') --end;
  const std::size_t slash = end == 0 ? std::string::npos : folder.rfind('/', end - 1);
  const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;
  const std::string own = folder.substr(begin, end - begin);
  return own.empty() || own == "." || own == ".." ? folder.size() : begin;
}

struct CloseFolder {
  void operator()(DIR* folder) const noexcept { closedir(folder); }
};

// S_IFREG, S_IFDIR, …, as the folder tells it; where it does not, as the file does. 0: it is gone.
mode_t TypeOf(const dirent& entry, int folder) {
  if (entry.d_type != DT_UNKNOWN) return static_cast<mode_t>(DTTOIF(entry.d_type));
  struct stat status;
  return fstatat(folder, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status.st_mode & S_IFMT
                                                                          : 0;
}

// Not std::filesystem::directory_iterator: with an error_code it ends the process where memory is
// missing.
class Walk {
 public:
  Walk(const Arguments& arguments, const std::string& folder, Report& report)
      : arguments_(arguments), report_(report), folder_(folder), base_(BaseOf(folder)) {}

  void Into(std::vector<Input>& inputs) {
    std::vector<std::string> folders = {folder_};
    while (!folders.empty()) {
      const std::string folder = std::move(folders.back());
      folders.pop_back();
      Look(folder, folders);
    }
    std::sort(files_.begin(), files_.end());
    for (std::string& file : files_) {
      std::size_t begin = base_;
      while (begin < file.size() && file[begin] == '/') ++begin;
      std::string place = file.substr(begin);
      inputs.push_back({std::move(file), true, std::move(place), begin});
    }
  }

 private:
  // One folder; those in it go to `folders`. One that cannot be read does not stop the others.
  void Look(const std::string& folder, std::vector<std::string>& folders) {
    const std::unique_ptr<DIR, CloseFolder> open(opendir(folder.c_str()));
    if (open == nullptr) return Unreadable(folder);
    for (;;) {
      errno = 0;
      const dirent* const entry = readdir(open.get());
      if (entry == nullptr) break;
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      std::string path = folder;
      if (path.back() != '/') path += '/';
      path += name;
      if (Excluded(path)) continue;
      // Links and special files are taken where they are named, not where they are found.
      const mode_t type = TypeOf(*entry, dirfd(open.get()));
      if (type == S_IFDIR)
        folders.push_back(std::move(path));
      else if (type == S_IFREG)
        files_.push_back(std::move(path));
    }
    if (errno != 0) Unreadable(folder);
  }

  // By errno.
  void Unreadable(const std::string& folder) {
    const std::string why = std::generic_category().message(errno);
    report_.Failure(folder, {ErrorCode::kIo, "cannot read this folder: " + why});
  }

  // By its own name, by its path, or by its path below the named folder.
  [[nodiscard]] bool Excluded(const std::string& path) const {
    std::size_t below = std::min(folder_.size(), path.size());
    while (below < path.size() && path[below] == '/') ++below;
    const char* const names[] = {path.c_str() + path.rfind('/') + 1, path.c_str(),
                                 path.c_str() + below};
    return std::ranges::any_of(arguments_.excludes, [&](const std::string& pattern) {
      return std::ranges::any_of(
          names, [&](const char* name) { return fnmatch(pattern.c_str(), name, 0) == 0; });
    });
  }

  const Arguments& arguments_;
  Report& report_;
  const std::string& folder_;
  const std::size_t base_;
  std::vector<std::string> files_;
};

}  // namespace

std::vector<Input> CollectInputs(const Arguments& arguments, Report& report) {
  std::vector<std::string> names = arguments.names;
  for (const NameList& list : arguments.lists) ReadList(list, names, report);
  if (names.empty() && arguments.lists.empty()) names.emplace_back("-");

  std::vector<Input> inputs;
  for (std::string& name : names) {
    std::error_code error;
    if (arguments.recursive && name != "-" && fs::is_directory(fs::symlink_status(name, error))) {
      Walk(arguments, name, report).Into(inputs);
    } else {
      inputs.push_back({std::move(name), false, {}, 0});
    }
  }
  return inputs;
}

}  // namespace sigma::cli
