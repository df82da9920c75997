// FrameShare: one rank's share in compressing a file. Groups of chunks are handed out by the
// counter; rounds of groups agree on where their frames go.
//
// A round is the groups of consecutive numbers, `per_rank` for each rank, whoever took them. When a
// rank knows that it will take no more of a round, and has compressed what it took, it tells the
// others the sizes of its groups, and goes on with the next rounds; once all have told, each knows
// the offset of every group of the round (the exclusive sum of the sizes before it) and writes its
// own. So nobody waits for the slowest but who is two rounds ahead, or has taken twice its part of a
// round: that bounds the frames a rank holds (MostHeld).
#ifndef SIGMA_CLI_MPI_FRAME_SHARE_H_
#define SIGMA_CLI_MPI_FRAME_SHARE_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "cli/mpi/shared_file.h"
#include "cli/mpi/world.h"
#include "sigma/shared.hpp"

namespace sigma::cli::mpi {

// How a file's chunks are divided; the same on all ranks.
struct Division {
  // in_flight: the most of all ranks.
  Division(std::uint64_t all_chunks, std::uint32_t bytes_of_chunk, std::uint32_t in_flight,
           int ranks);

  [[nodiscard]] ChunkSpan Span(std::uint64_t group) const;
  [[nodiscard]] std::uint64_t round_size() const { return per_rank * ranks; }
  [[nodiscard]] std::uint64_t rounds() const { return (groups + round_size() - 1) / round_size(); }
  // Chunks whose frames a rank holds at most.
  [[nodiscard]] std::uint64_t MostHeld() const { return 6 * per_rank * in_group; }

  std::uint64_t chunks = 0;
  std::uint64_t in_group = 1;  // chunks
  std::uint64_t groups = 0;
  std::uint64_t per_rank = 1;  // groups, in a round
  std::uint64_t ranks = 1;
};

class FrameShare final : public FrameWork {
 public:
  // All ranks. Frames begin at `begin` of the file.
  FrameShare(const World& world, const Division& division, SharedFile& file, std::uint64_t begin);
  ~FrameShare() override;

  Result<std::optional<ChunkSpan>> Next() override;
  Result<void> Take(std::uint64_t chunk, ByteView frame, const FrameEntry& entry) override;
  void Stop() noexcept override;

  // All ranks, after the run, which ended so: what is held is written, and all rounds end. The error
  // of this rank; kCancelled where only others have one.
  Result<void> End(const Result<void>& run);

  // After End. Where each group begins, and the end of the last.
  [[nodiscard]] const std::vector<std::uint64_t>& offsets() const { return offsets_; }
  // Who compressed a group.
  [[nodiscard]] std::uint32_t owner(std::uint64_t group) const {
    return owners_[static_cast<std::size_t>(group)];
  }
  // All ranks: the entries of all chunks, on rank 0.
  [[nodiscard]] std::vector<FrameEntry> Entries() const;

 private:
  struct Group {
    std::uint64_t number = 0;
    Bytes frames;
    std::vector<FrameEntry> entries;
  };
  struct Round;  // that this rank has told of
  using Lock = std::unique_lock<std::mutex>;

  [[nodiscard]] std::uint64_t RoundOf(std::uint64_t group) const {
    return group / division_.round_size();
  }
  [[nodiscard]] bool MustWait() const;
  void Advance();
  void TellNext();
  void Complete(const Round& round);
  void Fault(Error error);

  const World& world_;
  const Division division_;
  SharedFile& file_;
  Counter counter_;

  std::mutex mutex_;            // guards what follows, and the calls to MPI
  std::deque<Group> taken_;     // being compressed, in the order of their numbers
  std::deque<Group> done_;      // waiting for their round, in the same order
  std::vector<Group> written_;  // without their frames
  std::deque<Round> told_;
  std::uint64_t next_group_ = 0;      // lowest number that this rank might still take
  std::uint64_t taken_in_round_ = 0;  // of the round of the last one taken
  std::uint64_t completed_ = 0;       // rounds
  bool capped_ = false;               // takes no more of this round
  bool no_more_ = false;
  bool stopped_ = false;
  bool others_failed_ = false;
  std::optional<Error> error_;
  std::uint64_t end_;  // of the completed rounds, in the file
  std::vector<std::uint64_t> offsets_;
  std::vector<std::uint32_t> owners_;
};

}  // namespace sigma::cli::mpi

#endif  // SIGMA_CLI_MPI_FRAME_SHARE_H_
