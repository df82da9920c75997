// The index of a tar's members in a stream (engine/archive/SPEC.md): written after the last chunk by
// whoever compresses a tar, read from there without decoding a chunk.
#ifndef SIGMA_PIPELINE_MEMBER_INDEX_H_
#define SIGMA_PIPELINE_MEMBER_INDEX_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/archive/member_columns.h"
#include "engine/archive/tar_walker.h"
#include "engine/io/scratch_file.h"
#include "engine/memory/buffer_pool.h"
#include "engine/pipeline/budget.h"
#include "engine/pipeline/stream_index.h"
#include "sigma/result.hpp"

namespace sigma {

// Bytes that an index in the making holds at most under a memory limit: a block of members and an
// extension that is cut by the chunks.
inline constexpr std::uint64_t kMemberLogInLimit = 48u << 10;
// The share of the original that an index may take; beyond, it ends there. For archives of empty
// files, which hold little else than what the index holds.
inline constexpr std::uint64_t kMostIndexShare = 32;

// Sees the bytes of a source as they are read, and keeps what an index needs: in memory, some 30
// bytes a member, beyond a bound in a temporary file. It fails nothing: where the source is no tar,
// or no memory is to be had, there is no index, or it ends early.
class MemberIndexWriter {
 public:
  explicit MemberIndexWriter(const CompressionPlan& plan);

  // The next bytes of the source. From one thread at a time.
  void Pass(ByteView piece) noexcept;
  void PassZeros(std::uint64_t bytes) noexcept;

  // The same of [begin, end) of a source that is read at any place, which follows what was passed
  // before: its headers alone are read.
  void Walk(Source& source, std::uint64_t begin, std::uint64_t end) noexcept;

  // After the last byte: the frames of the index of a source of `original` bytes. `write` gets each
  // whole. Its error, or that a frame does not restore, is returned. Once.
  Result<void> Write(std::uint64_t original, BufferPool& scratch,
                     const std::function<Result<void>(ByteView)>& write);
  // Whether there is anything to write.
  [[nodiscard]] bool empty() const noexcept { return members_ == 0; }
  [[nodiscard]] std::uint64_t members() const noexcept { return written_; }
  // Why a source that begins as a tar has no index to its end; empty if it has.
  [[nodiscard]] const std::string& note() const noexcept { return note_; }

 private:
  bool Found(const Member& member);
  bool Log();  // the members at hand go to the log
  template <typename Act>
  void Guarded(Act act) noexcept;
  bool GiveUp(const char* why);
  Result<void> WriteBlocks(std::uint64_t original, BufferPool& scratch,
                           const std::function<Result<void>(ByteView)>& write);
  // A block with its columns coded.
  Result<Bytes> Frame(const MemberColumns& block, bool last, BufferPool& scratch) const;

  const CompressionPlan& plan_;
  TarScanner scanner_;
  MemberColumns block_{0};
  std::uint64_t members_ = 0;  // found
  std::uint64_t written_ = 0;  // indexed
  std::vector<Bytes> log_;     // full blocks, one after the other
  std::uint64_t log_bytes_ = 0;
  std::optional<ScratchFile> spill_;  // full blocks before those of log_
  bool dropped_ = false;
  std::string note_;
};

// The end of an index.
struct MemberIndexEnd {
  bool found = false;     // there is an index
  bool last = false;      // it goes to the archive's end
  bool stopped = false;   // by the visitor
  std::uint64_t end = 0;  // where its last member ends, in restored bytes of the stream
};

// One block of the index, whose first member begins at `begin`: a frame's user data, hostile as any.
// Error offsets count from its start. What `visit` gets is sound in itself, and may be a lie.
Result<MemberIndexEnd> VisitMemberBlock(ByteView block, std::uint64_t begin, BufferPool& scratch,
                                        const std::function<bool(const Member&)>& visit);

// Calls `visit` with the members of the stream's index until it returns false. `source` is the
// stream's. Error offsets are the source's.
Result<MemberIndexEnd> VisitMemberIndex(Source& source, const IndexedStream& stream,
                                        BufferPool& scratch,
                                        const std::function<bool(const Member&)>& visit);

}  // namespace sigma

#endif  // SIGMA_PIPELINE_MEMBER_INDEX_H_
