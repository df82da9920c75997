#include "engine/io/scratch_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

namespace sigma {

Result<ScratchFile> ScratchFile::Create() {
  const char* const named = std::getenv("TMPDIR");
  const std::string folder = named != nullptr && *named != '\0' ? named : "/tmp";
  int fd = open(folder.c_str(), O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
    // A file system without nameless files: the name goes before anything is written.
    std::string name = folder + "/sigma-XXXXXX";
    fd = mkostemp(name.data(), O_CLOEXEC);
    if (fd >= 0) unlink(name.c_str());
  }
  if (fd < 0) return SystemError("make a temporary file in " + folder, errno);
  return ScratchFile(Descriptor(fd));
}

Result<void> ScratchFile::Append(ByteView bytes) {
  Result<void> written = WriteAllAt(file_.get(), size_, bytes);
  if (written) size_ += bytes.size();
  return written;
}

Result<void> ScratchFile::ReadAt(std::uint64_t offset, MutableBytes target) const {
  const Result<std::size_t> got = ReadAllAt(file_.get(), offset, target);
  if (!got) return got.failure();
  if (*got < target.size()) {
    return Fail(ErrorCode::kIo, "a temporary file is shorter than what was written to it");
  }
  return {};
}

}  // namespace sigma
