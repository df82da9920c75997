#include "cli/mpi/frame_share.h"

#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace sigma::cli::mpi {
namespace {

// Extents of about this many bytes of the source: few calls, and no rank is long behind the others.
constexpr std::uint64_t kGroupBytes = std::uint64_t{4} << 20;

// Between looks at what the others do; a chunk takes many times as long.
constexpr std::chrono::microseconds kPause{100};

// Rounds whose sizes are not known to all yet, before a rank waits.
constexpr std::uint64_t kMostAhead = 2;

Error OthersFailed() { return {ErrorCode::kCancelled, "another rank has failed"}; }

}  // namespace

Division::Division(std::uint64_t all_chunks, std::uint32_t bytes_of_chunk, std::uint32_t in_flight,
                   int rank_count)
    : chunks(all_chunks), ranks(static_cast<std::uint64_t>(rank_count)) {
  in_group = std::max<std::uint64_t>(1, kGroupBytes / bytes_of_chunk);
  // The last groups must not be so large that some ranks get none.
  in_group = std::clamp<std::uint64_t>(chunks / (4 * ranks), 1, in_group);
  groups = (chunks + in_group - 1) / in_group;
  per_rank = std::max<std::uint64_t>(2, (in_flight + in_group - 1) / in_group);
}

ChunkSpan Division::Span(std::uint64_t group) const {
  const std::uint64_t first = group * in_group;
  return {first, std::min(in_group, chunks - first)};
}

// The sizes of the round's groups; whose they are, from 1; how many ranks have failed. Each rank
// gives its own, and zeros elsewhere; the sum is all of them.
struct FrameShare::Round {
  std::uint64_t number = 0;
  std::vector<std::uint64_t> figures;
  MPI_Request request = MPI_REQUEST_NULL;
};

FrameShare::FrameShare(const World& world, const Division& division, SharedFile& file,
                       std::uint64_t begin)
    : world_(world),
      division_(division),
      file_(file),
      end_(begin),
      owners_(static_cast<std::size_t>(division.groups)) {
  offsets_.reserve(static_cast<std::size_t>(division.groups) + 1);
}

FrameShare::~FrameShare() = default;

Result<std::optional<ChunkSpan>> FrameShare::Next() {
  Lock lock(mutex_);
  for (;;) {
    Advance();
    if (stopped_ || error_ || others_failed_) return std::optional<ChunkSpan>();
    if (!MustWait()) break;
    lock.unlock();
    std::this_thread::sleep_for(kPause);
    lock.lock();
  }
  const std::uint64_t group = counter_.Add(1);
  if (group >= division_.groups) {
    no_more_ = true;
    return std::optional<ChunkSpan>();
  }
  if (taken_in_round_ == 0 || RoundOf(group) != RoundOf(next_group_ - 1)) taken_in_round_ = 0;
  ++taken_in_round_;
  capped_ = taken_in_round_ == 2 * division_.per_rank;
  next_group_ = group + 1;
  const ChunkSpan span = division_.Span(group);
  Group one{group, {}, {}};
  one.entries.reserve(static_cast<std::size_t>(span.count));
  taken_.push_back(std::move(one));
  return std::optional<ChunkSpan>(span);
}

Result<void> FrameShare::Take(std::uint64_t, ByteView frame, const FrameEntry& entry) {
  const Lock lock(mutex_);
  if (error_) return Unexpected{*error_};
  if (others_failed_) return Unexpected{OthersFailed()};
  Group& group = taken_.front();
  group.frames.insert(group.frames.end(), frame.begin(), frame.end());
  group.entries.push_back(entry);
  if (group.entries.size() == division_.Span(group.number).count) {
    done_.push_back(std::move(group));
    taken_.pop_front();
  }
  Advance();
  if (error_) return Unexpected{*error_};
  return {};
}

void FrameShare::Stop() noexcept {
  const Lock lock(mutex_);
  stopped_ = true;
}

Result<void> FrameShare::End(const Result<void>& run) {
  Lock lock(mutex_);
  if (!run && run.error().code != ErrorCode::kCancelled) Fault(run.error());
  if (!run && !error_ && !others_failed_) Fault(run.error());
  no_more_ = true;
  if (error_ || others_failed_) taken_.clear();
  for (;;) {
    Advance();
    if (completed_ == division_.rounds()) break;
    lock.unlock();
    std::this_thread::sleep_for(kPause);
    lock.lock();
  }
  offsets_.push_back(end_);
  if (error_) return Unexpected{*error_};
  if (others_failed_) return Unexpected{OthersFailed()};
  return {};
}

std::vector<FrameEntry> FrameShare::Entries() const {
  static_assert(sizeof(FrameEntry) == 16);
  std::vector<FrameEntry> mine;
  std::vector<std::uint64_t> numbers;
  for (const Group& group : written_) {
    numbers.push_back(group.number);
    mine.insert(mine.end(), group.entries.begin(), group.entries.end());
  }
  MPI_Datatype type = MPI_DATATYPE_NULL;
  MPI_Type_contiguous(sizeof(FrameEntry), MPI_BYTE, &type);
  MPI_Type_commit(&type);
  const auto gather = [&](const auto& from, auto& to, MPI_Datatype of) {
    const std::vector<std::uint64_t> sizes = world_.Each(from.size());
    std::vector<int> counts;
    std::vector<int> begins;
    int all = 0;
    for (const std::uint64_t size : sizes) {
      begins.push_back(all);
      counts.push_back(static_cast<int>(size));
      all += counts.back();
    }
    if (world_.first()) to.resize(static_cast<std::size_t>(all));
    MPI_Gatherv(from.data(), static_cast<int>(from.size()), of, to.data(), counts.data(),
                begins.data(), of, 0, MPI_COMM_WORLD);
  };
  std::vector<FrameEntry> unsorted;
  std::vector<std::uint64_t> groups;
  gather(mine, unsorted, type);
  gather(numbers, groups, MPI_UINT64_T);
  MPI_Type_free(&type);
  if (!world_.first()) return {};
  std::vector<FrameEntry> entries(unsorted.size());
  std::size_t at = 0;
  for (const std::uint64_t number : groups) {
    const ChunkSpan span = division_.Span(number);
    std::copy_n(unsorted.begin() + static_cast<std::ptrdiff_t>(at), span.count,
                entries.begin() + static_cast<std::ptrdiff_t>(span.first));
    at += static_cast<std::size_t>(span.count);
  }
  return entries;
}

// Before another group is taken.
bool FrameShare::MustWait() const {
  if (next_group_ == 0) return false;
  const std::uint64_t round = RoundOf(next_group_ - 1);
  return round >= completed_ + kMostAhead || (capped_ && round >= completed_);
}

// Tells of the rounds that this rank has done its part of, and writes the groups of those that all
// have told of.
void FrameShare::Advance() {
  std::uint64_t mine = division_.rounds();  // the first that this rank is not through with
  if (!taken_.empty()) {
    mine = RoundOf(taken_.front().number);
  } else if (!no_more_) {
    mine = capped_ ? RoundOf(next_group_ - 1) + 1 : RoundOf(next_group_);
  }
  while (completed_ + told_.size() < mine) TellNext();
  while (!told_.empty()) {
    int done = 0;
    MPI_Test(&told_.front().request, &done, MPI_STATUS_IGNORE);
    if (done == 0) break;
    Complete(told_.front());
    told_.pop_front();
  }
}

void FrameShare::TellNext() {
  const std::uint64_t size = division_.round_size();
  told_.emplace_back();
  Round& round = told_.back();
  round.number = completed_ + told_.size() - 1;
  round.figures.resize(static_cast<std::size_t>(2 * size + 1));
  for (const Group& group : done_) {
    if (RoundOf(group.number) != round.number) continue;
    const auto place = static_cast<std::size_t>(group.number % size);
    round.figures[place] = group.frames.size();
    round.figures[place + static_cast<std::size_t>(size)] =
        static_cast<std::uint64_t>(world_.rank()) + 1;
  }
  if (error_) round.figures.back() = 1;
  MPI_Iallreduce(MPI_IN_PLACE, round.figures.data(), static_cast<int>(round.figures.size()),
                 MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD, &round.request);
}

void FrameShare::Complete(const Round& round) {
  const std::uint64_t size = division_.round_size();
  completed_ = round.number + 1;
  if (round.figures.back() != 0) others_failed_ = true;
  const std::uint64_t first = round.number * size;
  for (std::uint64_t i = 0; i < size && first + i < division_.groups; ++i) {
    offsets_.push_back(end_);
    end_ += round.figures[static_cast<std::size_t>(i)];
    const std::uint64_t owner = round.figures[static_cast<std::size_t>(size + i)];
    if (owner != 0) {
      owners_[static_cast<std::size_t>(first + i)] = static_cast<std::uint32_t>(owner - 1);
    }
  }
  while (!done_.empty() && RoundOf(done_.front().number) == round.number) {
    Group group = std::move(done_.front());
    done_.pop_front();
    if (error_ || others_failed_) continue;
    const std::uint64_t offset = offsets_[static_cast<std::size_t>(group.number)];
    if (Result<void> written = file_.WriteAt(offset, group.frames); !written) {
      Fault(written.error());
    }
    group.frames = {};
    written_.push_back(std::move(group));
  }
}

// Nobody takes anything any more.
void FrameShare::Fault(Error error) {
  if (error_) return;
  error_ = std::move(error);
  counter_.Add(division_.groups);
}

}  // namespace sigma::cli::mpi
