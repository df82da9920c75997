// Source and Sink on file descriptors: files, pipes, terminals, devices.
#ifndef SIGMA_IO_DESCRIPTOR_STREAM_H_
#define SIGMA_IO_DESCRIPTOR_STREAM_H_

#include "engine/io/descriptor.h"
#include "engine/io/stream.h"
#include "sigma/files.hpp"

struct stat;

namespace sigma {

// Reads from the descriptor's current position; offsets count from there. The descriptor must
// outlive the source unless it is handed over as an owned one. The holes of a sparse file are not
// read but filled in.
class DescriptorSource final : public Source {
 public:
  explicit DescriptorSource(Descriptor descriptor);
  // As above with what is known of a regular file that was just opened.
  DescriptorSource(Descriptor descriptor, const struct stat& status);

  Result<std::size_t> Read(MutableBytes target) override;
  [[nodiscard]] std::optional<std::uint64_t> Size() const override { return size_; }
  [[nodiscard]] bool Seekable() const override { return size_.has_value(); }
  Result<std::size_t> ReadAt(std::uint64_t offset, MutableBytes target) override;
  [[nodiscard]] std::uint64_t ZerosAhead() override;
  [[nodiscard]] bool Skip(std::uint64_t bytes) override;

  [[nodiscard]] const Descriptor& descriptor() const { return descriptor_; }

 private:
  void Begin(const struct stat& status, std::int64_t position, std::int64_t end);
  Result<std::size_t> ReadSparse(MutableBytes target);
  void FindExtent();

  Descriptor descriptor_;
  std::uint64_t base_ = 0;             // file position that offset 0 stands for
  std::optional<std::uint64_t> size_;  // of a block device or a regular file that is not empty
  // Of a file with holes; the positions are the file's own.
  bool sparse_ = false;
  std::uint64_t position_ = 0;
  std::uint64_t zeros_end_ = 0;  // a hole reaches from position_ to here, if it is above position_
  std::uint64_t data_end_ = 0;   // and data to here
};

// Writes from the descriptor's current position on. With holes, blocks of zeros are stepped over
// instead of written; that is safe, and therefore done, only beyond the end of a regular file that
// is not open for appending.
class DescriptorSink final : public Sink, public Pieces {
 public:
  DescriptorSink(Descriptor descriptor, Sparse sparse);

  Result<void> Write(ByteView bytes) override;
  // Makes a trailing hole real.
  Result<void> Finish() override;

  Result<void> WriteAt(std::uint64_t offset, ByteView bytes) override;
  void WrittenTo(std::uint64_t end) override;
  // In pieces once OwnFile was called.
  [[nodiscard]] Delivery delivery() override {
    if (own_file_) return static_cast<Pieces*>(this);
    return InOrder{};
  }

  [[nodiscard]] Descriptor& descriptor() { return descriptor_; }
  // For a new, empty file that nobody else sees before it is finished (made with Sparse::kNever):
  // its bytes may come in any order, small pieces wait for the next ones, and with `holes` zeros
  // are stepped over. With `durable` the bytes are on their way to the disk while later ones are
  // still being made.
  void OwnFile(bool holes, bool durable) {
    own_file_ = true;
    sparse_ = holes;
    writeback_ = durable;
  }
  [[nodiscard]] bool sparse() const { return sparse_; }

 private:
  Result<void> WritePlain(ByteView bytes);
  Result<void> WriteHeld();
  Result<void> Complete();
  Result<void> WriteSparse(ByteView bytes);
  Result<void> StepOverHole();
  void Allocate(std::uint64_t offset, std::size_t size);
  void StartWriteback(std::uint64_t end);

  Descriptor descriptor_;
  bool sparse_ = false;
  std::uint64_t position_ = 0;  // in the file; the hole not yet stepped over is not counted
  std::uint64_t hole_ = 0;      // zeros before the next byte to write
  bool own_file_ = false;
  bool writeback_ = false;
  Bytes held_;                    // small pieces not yet written, those before position_
  std::uint64_t pieces_end_ = 0;  // all bytes before it came by WriteAt
  std::uint64_t started_ = 0;     // writeback has been asked for up to here
};

}  // namespace sigma

#endif  // SIGMA_IO_DESCRIPTOR_STREAM_H_
