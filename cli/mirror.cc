#include "cli/mirror.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <system_error>

#include "cli/names.h"

namespace sigma::cli {
namespace {

Unexpected CannotMake(const std::string& folder, const std::string& why) {
  return Fail(ErrorCode::kIo, "cannot make the folder " + ShownName(folder) + ": " + why);
}

}  // namespace

Result<void> Mirror::MakeFolders(const Input& input) {
  if (auto made = MakeOne(output_dir_, {}, true); !made) return made;
  const std::string& place = input.place;
  for (std::size_t slash = place.find('/'); slash != std::string::npos;
       slash = place.find('/', slash + 1)) {
    const std::string like = input.file.substr(0, input.base + slash);
    if (auto made = MakeOne(output_dir_ + "/" + place.substr(0, slash), like, false); !made) {
      return made;
    }
  }
  return {};
}

Result<void> Mirror::MakeOne(const std::string& folder, const std::string& like, bool may_be_link) {
  if (known_.contains(folder)) return {};
  struct stat source {};
  const bool has_source = !like.empty() && stat(like.c_str(), &source) == 0;
  if (mkdir(folder.c_str(), has_source ? S_IRWXU : S_IRWXU | S_IRWXG | S_IRWXO) == 0) {
    if (has_source) made_.emplace_back(folder, source.st_mode & 0777);
  } else {
    if (errno != EEXIST) return CannotMake(folder, std::generic_category().message(errno));
    struct stat now {};
    if ((may_be_link ? stat(folder.c_str(), &now) : lstat(folder.c_str(), &now)) != 0 ||
        !S_ISDIR(now.st_mode)) {
      return CannotMake(folder, "something else has its name");
    }
  }
  known_.insert(folder);
  return {};
}

Result<void> Mirror::SetModes() {
  Result<void> all;
  // The innermost first: without rights on a folder nothing in it can be reached.
  for (auto made = made_.rbegin(); made != made_.rend(); ++made) {
    const int fd = open(made->first.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    const bool set = fd >= 0 && fchmod(fd, made->second) == 0;
    const int why = errno;
    if (fd >= 0) close(fd);
    if (set || !all) continue;
    all = Fail(ErrorCode::kSkipped, "cannot set the mode of the folder " + ShownName(made->first) +
                                        ": " + std::generic_category().message(why));
  }
  return all;
}

}  // namespace sigma::cli
