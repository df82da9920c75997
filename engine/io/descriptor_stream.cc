#include "engine/io/descriptor_stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "engine/io/file_state.h"

namespace sigma {
namespace {

// The block of every common file system: a shorter hole frees nothing.
constexpr std::size_t kHoleBlock = 4096;
// Large enough for the disk to merge, small enough that little is left for fsync: restoring 82 MB
// took 0.04 s instead of 0.065 s.
constexpr std::size_t kWriteback = 4u << 20;
// From this size on a write asks for its blocks first: ext4 then maps them in one step instead of
// reserving one after the other, and 82 MB take 8 ms instead of 14.
constexpr std::size_t kAllocate = 64u << 10;

// The unit of st_blocks.
constexpr off_t kBlockUnit = 512;
// The kernel reads ahead by itself; being told helps from here on.
constexpr std::uint64_t kReadAhead = 256u << 10;
// Pieces that together stay below this are written at once: header, chunk and footer of a small
// file.
constexpr std::size_t kHeld = 16u << 10;

bool AllZero(const std::uint8_t* block) {
  static constexpr std::array<std::uint8_t, kHoleBlock> kZeros{};
  return block[0] == 0 && std::memcmp(block, kZeros.data(), kHoleBlock) == 0;
}

struct Run {
  std::size_t data;  // bytes to write
  std::size_t hole;  // zeros after them that need not be written
};

// The first run of bytes that go to `position`: cut at the file's block boundaries, with all blocks
// up to the next hole in one write.
Run NextRun(std::uint64_t position, ByteView bytes) {
  const auto inside = static_cast<std::size_t>(position % kHoleBlock);
  std::size_t data = inside == 0 ? 0 : std::min(kHoleBlock - inside, bytes.size());
  while (data < bytes.size() && (bytes.size() - data < kHoleBlock || !AllZero(&bytes[data]))) {
    data += std::min(kHoleBlock, bytes.size() - data);
  }
  std::size_t end = data;
  while (bytes.size() - end >= kHoleBlock && AllZero(&bytes[end])) end += kHoleBlock;
  return {data, end - data};
}

}  // namespace

DescriptorSource::DescriptorSource(Descriptor descriptor) : descriptor_(std::move(descriptor)) {
  struct stat status {};
  const int fd = descriptor_.get();
  if (fstat(fd, &status) != 0 || (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode))) return;
  const off_t position = lseek(fd, 0, SEEK_CUR);
  off_t end = status.st_size;
  if (S_ISBLK(status.st_mode)) {
    end = lseek(fd, 0, SEEK_END);
    if (lseek(fd, position, SEEK_SET) != position) return;
  }
  Begin(status, position, end);
}

DescriptorSource::DescriptorSource(Descriptor descriptor, const struct stat& status)
    : descriptor_(std::move(descriptor)) {
  Begin(status, 0, status.st_size);
}

void DescriptorSource::Begin(const struct stat& status, std::int64_t position, std::int64_t end) {
  if (position < 0 || end <= position) return;
  base_ = static_cast<std::uint64_t>(position);
  size_ = static_cast<std::uint64_t>(end - position);
  position_ = base_;
  // Fewer blocks than bytes: there are holes (or the file system compresses; then it says that all
  // is data).
  sparse_ = S_ISREG(status.st_mode) && end / kBlockUnit > status.st_blocks;
  if (*size_ >= kReadAhead) {
    (void)posix_fadvise(descriptor_.get(), position, 0, POSIX_FADV_SEQUENTIAL);
  }
}

Result<std::size_t> DescriptorSource::Read(MutableBytes target) {
  return sparse_ ? ReadSparse(target) : ReadAll(descriptor_.get(), target);
}

// Finds out what is at position_, if that is not known: a hole up to zeros_end_, or data up to
// data_end_, or neither at the end of the file.
void DescriptorSource::FindExtent() {
  if (position_ < zeros_end_ || position_ < data_end_) return;
  const int fd = descriptor_.get();
  const auto here = static_cast<off_t>(position_);
  const off_t data = lseek(fd, here, SEEK_DATA);
  if (data > here) {
    zeros_end_ = static_cast<std::uint64_t>(data);
  } else if (data == here) {
    const off_t hole = lseek(fd, here, SEEK_HOLE);
    sparse_ = hole > here;
    data_end_ = static_cast<std::uint64_t>(std::max(hole, here));
  } else if (errno == ENXIO) {
    // No data from here on: a hole to the end that the file has now.
    struct stat status {};
    if (fstat(fd, &status) == 0 && status.st_size > here) {
      zeros_end_ = static_cast<std::uint64_t>(status.st_size);
    }
  } else {
    sparse_ = false;  // the file system does not tell
  }
  // Reads without an offset go on from here.
  if (!sparse_) (void)lseek(fd, here, SEEK_SET);
}

std::uint64_t DescriptorSource::ZerosAhead() {
  if (!sparse_) return 0;
  FindExtent();
  return zeros_end_ > position_ ? zeros_end_ - position_ : 0;
}

bool DescriptorSource::Skip(std::uint64_t bytes) {
  if (sparse_) {
    position_ += bytes;
    return true;
  }
  return size_ && lseek(descriptor_.get(), static_cast<off_t>(bytes), SEEK_CUR) >= 0;
}

Result<std::size_t> DescriptorSource::ReadSparse(MutableBytes target) {
  std::size_t done = 0;
  while (done < target.size()) {
    const std::size_t left = target.size() - done;
    if (const std::uint64_t zeros = ZerosAhead(); zeros > 0) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(zeros, left));
      std::memset(target.data() + done, 0, size);
      position_ += size;
      done += size;
      continue;
    }
    if (!sparse_) {
      const Result<std::size_t> rest = ReadAll(descriptor_.get(), target.subspan(done));
      if (!rest) return rest;
      return done + *rest;
    }
    // At the end of the file data_end_ is not above the position: one more read says so.
    const std::uint64_t data = data_end_ > position_ ? data_end_ - position_ : left;
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(data, left));
    const Result<std::size_t> got =
        ReadAllAt(descriptor_.get(), position_, target.subspan(done, size));
    if (!got) return got;
    position_ += *got;
    done += *got;
    if (*got < size) break;
  }
  // Whoever shares the descriptor finds it where reading ended.
  if (done < target.size()) {
    (void)lseek(descriptor_.get(), static_cast<off_t>(position_), SEEK_SET);
  }
  return done;
}

Result<std::size_t> DescriptorSource::ReadAt(std::uint64_t offset, MutableBytes target) {
  if (!size_) return Fail(ErrorCode::kIo, "the input cannot be read at an offset");
  if (offset >= *size_) return std::size_t{0};
  const auto rest =
      static_cast<std::size_t>(std::min<std::uint64_t>(*size_ - offset, target.size()));
  return ReadAllAt(descriptor_.get(), base_ + offset, target.first(rest));
}

DescriptorSink::DescriptorSink(Descriptor descriptor, Sparse sparse)
    : descriptor_(std::move(descriptor)) {
  if (sparse == Sparse::kNever) return;
  struct stat status {};
  if (fstat(descriptor_.get(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  const off_t position = lseek(descriptor_.get(), 0, SEEK_CUR);
  const int flags = fcntl(descriptor_.get(), F_GETFL);
  if (position < status.st_size || flags < 0 || (flags & O_APPEND) != 0) return;
  position_ = static_cast<std::uint64_t>(position);
  sparse_ = true;
}

Result<void> DescriptorSink::Write(ByteView bytes) {
  return AtTarget(sparse_ ? WriteSparse(bytes) : WritePlain(bytes));
}

Result<void> DescriptorSink::WritePlain(ByteView bytes) {
  if (own_file_ && !sparse_) {
    if (held_.size() + bytes.size() <= kHeld) {
      held_.insert(held_.end(), bytes.begin(), bytes.end());
      return {};
    }
    if (Result<void> written = WriteHeld(); !written) return written;
  }
  Allocate(position_, bytes.size());
  Result<void> written = WriteAll(descriptor_.get(), bytes);
  if (!written) return written;
  position_ += bytes.size();
  StartWriteback(position_);
  return written;
}

Result<void> DescriptorSink::WriteHeld() {
  Result<void> written = WriteAll(descriptor_.get(), held_);
  if (!written) return written;
  position_ += held_.size();
  held_.clear();
  return written;
}

// A hint: where it fails, the write says whether there is room.
void DescriptorSink::Allocate(std::uint64_t offset, std::size_t size) {
  if (!own_file_ || size < kAllocate) return;
  (void)fallocate(descriptor_.get(), FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                  static_cast<off_t>(size));
}

// A hint: what is written is on its way to the disk while the rest is being made. An error shows in
// fsync.
void DescriptorSink::StartWriteback(std::uint64_t end) {
  if (!writeback_ || end - started_ < kWriteback) return;
  (void)sync_file_range(descriptor_.get(), static_cast<off_t>(started_),
                        static_cast<off_t>(end - started_), SYNC_FILE_RANGE_WRITE);
  started_ = end;
}

Result<void> DescriptorSink::WriteAt(std::uint64_t offset, ByteView bytes) {
  while (!bytes.empty()) {
    const Run run = sparse_ ? NextRun(offset, bytes) : Run{bytes.size(), 0};
    if (run.data > 0) {
      Allocate(offset, run.data);
      if (Result<void> written = WriteAllAt(descriptor_.get(), offset, bytes.first(run.data));
          !written) {
        return AtTarget(std::move(written));
      }
    }
    offset += run.data + run.hole;
    bytes = bytes.subspan(run.data + run.hole);
  }
  return {};
}

void DescriptorSink::WrittenTo(std::uint64_t end) {
  pieces_end_ = end;
  StartWriteback(end);
}

Result<void> DescriptorSink::StepOverHole() {
  if (hole_ == 0) return {};
  if (lseek(descriptor_.get(), static_cast<off_t>(hole_), SEEK_CUR) < 0) {
    return SystemError("skip a hole", errno);
  }
  position_ += hole_;
  hole_ = 0;
  return {};
}

Result<void> DescriptorSink::WriteSparse(ByteView bytes) {
  while (!bytes.empty()) {
    const Run run = NextRun(position_ + hole_, bytes);
    if (run.data > 0) {
      if (Result<void> stepped = StepOverHole(); !stepped) return stepped;
      if (Result<void> written = WritePlain(bytes.first(run.data)); !written) return written;
    }
    hole_ += run.hole;
    bytes = bytes.subspan(run.data + run.hole);
  }
  return {};
}

Result<void> DescriptorSink::Finish() { return AtTarget(Complete()); }

Result<void> DescriptorSink::Complete() {
  if (Result<void> written = WriteHeld(); !written) return written;
  if (Result<void> stepped = StepOverHole(); !stepped) return stepped;
  struct stat status {};
  const std::uint64_t end = std::max(position_, pieces_end_);
  if (!sparse_ || fstat(descriptor_.get(), &status) != 0 ||
      static_cast<std::uint64_t>(status.st_size) >= end) {
    return {};
  }
  while (ftruncate(descriptor_.get(), static_cast<off_t>(end)) != 0) {
    if (errno == EINTR) continue;
    // The last zero of the hole makes it as long.
    const std::uint8_t zero = 0;
    if (Refused(errno)) return WriteAllAt(descriptor_.get(), end - 1, ByteView{&zero, 1});
    return SystemError("extend it over a hole", errno);
  }
  return {};
}

}  // namespace sigma
