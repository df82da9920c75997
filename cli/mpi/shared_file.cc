#include "cli/mpi/shared_file.h"

#include <mpi.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace sigma::cli::mpi {
namespace {

// MPI counts in ints.
constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;

Result<void> Checked(int code, const char* what) {
  if (code == MPI_SUCCESS) return {};
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int size = 0;
  MPI_Error_string(code, text.data(), &size);
  std::string why(text.data(), static_cast<std::size_t>(size));
  // The system's own words are at the end of what ROMIO says.
  if (const std::size_t colon = why.rfind(": "); colon != std::string::npos) {
    why.erase(0, colon + 2);
  }
  if (constexpr std::string_view kAnything = "Other I/O error "; why.starts_with(kAnything)) {
    why.erase(0, kAnything.size());
  }
  std::ranges::replace(why, '\n', ' ');
  Error error{ErrorCode::kIo, std::string("cannot ") + what + ": " + why};
  error.at_target = true;
  return Unexpected{std::move(error)};
}

Result<void> Short(const char* what) {
  Error error{ErrorCode::kIo, std::string("cannot ") + what + ": fewer bytes than there should be"};
  error.at_target = true;
  return Unexpected{std::move(error)};
}

}  // namespace

struct SharedFile::Handle {
  MPI_File file = MPI_FILE_NULL;
};

SharedFile::SharedFile(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
SharedFile::SharedFile(SharedFile&&) noexcept = default;
SharedFile& SharedFile::operator=(SharedFile&&) noexcept = default;
SharedFile::~SharedFile() = default;

Result<SharedFile> SharedFile::Open(const std::string& path) {
  auto handle = std::make_unique<Handle>();
  MPI_Info hints = MPI_INFO_NULL;
  MPI_Info_create(&hints);
  // Writing whole extents needs no reading before, for which ROMIO would lock.
  MPI_Info_set(hints, "romio_ds_write", "disable");
  // Of those who write together, where an implementation makes it so of its own.
  MPI_Info_set(hints, "cb_buffer_size", "16777216");
  const int opened =
      MPI_File_open(MPI_COMM_WORLD, path.c_str(), MPI_MODE_RDWR, hints, &handle->file);
  MPI_Info_free(&hints);
  if (Result<void> sound = Checked(opened, "open the file that is to become it"); !sound) {
    return sound.failure();
  }
  if (Result<void> sound =
          Checked(MPI_File_set_atomicity(handle->file, 0), "write without atomic mode");
      !sound) {
    return sound.failure();
  }
  return SharedFile(std::move(handle));
}

Result<void> SharedFile::WriteAt(std::uint64_t offset, ByteView bytes) {
  while (!bytes.empty()) {
    const ByteView piece = bytes.first(std::min(bytes.size(), kMostAtOnce));
    MPI_Status status;
    const int code = MPI_File_write_at(handle_->file, static_cast<MPI_Offset>(offset), piece.data(),
                                       static_cast<int>(piece.size()), MPI_BYTE, &status);
    if (Result<void> sound = Checked(code, "write"); !sound) return sound;
    int written = 0;
    MPI_Get_count(&status, MPI_BYTE, &written);
    if (static_cast<std::size_t>(written) != piece.size()) return Short("write");
    offset += piece.size();
    bytes = bytes.subspan(piece.size());
  }
  return {};
}

Result<void> SharedFile::ReadAt(std::uint64_t offset, MutableBytes bytes) {
  while (!bytes.empty()) {
    const MutableBytes piece = bytes.first(std::min(bytes.size(), kMostAtOnce));
    MPI_Status status;
    const int code = MPI_File_read_at(handle_->file, static_cast<MPI_Offset>(offset), piece.data(),
                                      static_cast<int>(piece.size()), MPI_BYTE, &status);
    if (Result<void> sound = Checked(code, "read back"); !sound) return sound;
    int got = 0;
    MPI_Get_count(&status, MPI_BYTE, &got);
    if (static_cast<std::size_t>(got) != piece.size()) return Short("read back");
    offset += piece.size();
    bytes = bytes.subspan(piece.size());
  }
  return {};
}

Result<void> SharedFile::Resize(std::uint64_t size) {
  return Checked(MPI_File_set_size(handle_->file, static_cast<MPI_Offset>(size)), "set its size");
}

// The standard's way to make one rank's writing seen by the others.
Result<void> SharedFile::Sync() {
  const Result<void> mine = Checked(MPI_File_sync(handle_->file), "sync");
  MPI_Barrier(MPI_COMM_WORLD);
  const Result<void> seen = Checked(MPI_File_sync(handle_->file), "sync");
  return mine ? seen : mine;
}

Result<void> SharedFile::Close() { return Checked(MPI_File_close(&handle_->file), "close"); }

}  // namespace sigma::cli::mpi
