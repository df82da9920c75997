#include "cli/mpi/world.h"

#include <mpi.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>

namespace sigma::cli::mpi {
namespace {

// The rank of an error among all: the place in the file, then the kind.
constexpr std::uint64_t kNoError = ~std::uint64_t{0};
constexpr std::uint64_t kOthersError = kNoError - 1;
constexpr std::uint64_t kErrorWithoutPlace = kNoError - 2;

std::uint64_t Weight(const Result<void>& result) {
  if (result) return kNoError;
  const Error& error = result.error();
  if (error.code == ErrorCode::kCancelled) return kOthersError;
  return error.offset == kNoPosition ? kErrorWithoutPlace : error.offset;
}

std::string HostName() {
  std::array<char, MPI_MAX_PROCESSOR_NAME> name{};
  int size = 0;
  MPI_Get_processor_name(name.data(), &size);
  return {name.data(), static_cast<std::size_t>(size)};
}

void Broadcast(std::string& text, int from) {
  auto size = static_cast<std::uint64_t>(text.size());
  MPI_Bcast(&size, 1, MPI_UINT64_T, from, MPI_COMM_WORLD);
  text.resize(static_cast<std::size_t>(size));
  MPI_Bcast(text.data(), static_cast<int>(size), MPI_CHAR, from, MPI_COMM_WORLD);
}

}  // namespace

std::string Packed(const Error& error) {
  return std::to_string(static_cast<int>(error.code)) + ' ' + std::to_string(error.offset) + ' ' +
         std::to_string(error.chunk) + (error.at_target ? " 1" : " 0") +
         (error.force_overwrites ? " 1 " : " 0 ") + error.text;
}

Error Unpacked(const std::string& text) {
  Error error;
  std::istringstream stream(text);
  int code = 0;
  stream >> code >> error.offset >> error.chunk >> error.at_target >> error.force_overwrites;
  stream.get();
  error.code = static_cast<ErrorCode>(code);
  std::getline(stream, error.text, '\0');
  return error;
}

World::World(int* argc, char*** argv) {
  MPI_Init_thread(argc, argv, MPI_THREAD_SERIALIZED, &threads_);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &size_);
  MPI_Comm node = MPI_COMM_NULL;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
  MPI_Comm_size(node, &neighbours_);
  MPI_Comm_free(&node);
}

World::~World() { MPI_Finalize(); }

Result<void> World::Sound() const {
  if (threads_ < MPI_THREAD_SERIALIZED) {
    return Fail(ErrorCode::kUnsupported,
                "this MPI does not let threads call it: use one that gives MPI_THREAD_SERIALIZED");
  }
  // Of Hydra and Slurm, and of Open MPI.
  for (const char* const name : {"PMI_SIZE", "OMPI_COMM_WORLD_SIZE"}) {
    const char* const text = std::getenv(name);
    const long meant = text == nullptr ? 1 : std::strtol(text, nullptr, 10);
    if (meant <= size_) continue;
    return Fail(ErrorCode::kInvalidArgument,
                "too few ranks: " + std::to_string(meant) + " processes were started (" + name +
                    "), but only " + std::to_string(size_) +
                    " of them are ranks of one world; start it by the mpiexec of the MPI that it "
                    "was built with");
  }
  return {};
}

Result<void> World::Agree(const Result<void>& mine) const {
  const std::vector<std::uint64_t> weights = Each(Weight(mine));
  const auto least = std::ranges::min_element(weights);
  if (*least == kNoError) return {};
  const int from = static_cast<int>(least - weights.begin());
  std::string text;
  if (rank_ == from) {
    Error error = mine.error();
    // Damage of the file is the same for whoever meets it.
    if (from != 0 && error.offset == kNoPosition) {
      error.text += " (on rank " + std::to_string(from) + ", " + HostName() + ")";
    }
    text = Packed(error);
  }
  Broadcast(text, from);
  return Unexpected{Unpacked(text)};
}

std::string World::Tell(std::string text) const {
  Broadcast(text, 0);
  return text;
}

std::vector<std::string> World::Collect(const std::string& text) const {
  const std::vector<std::uint64_t> sizes = Each(text.size());
  std::vector<int> counts(sizes.size());
  std::vector<int> begins(sizes.size());
  int all = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    begins[i] = all;
    counts[i] = static_cast<int>(sizes[i]);
    all += counts[i];
  }
  std::string joined(first() ? static_cast<std::size_t>(all) : 0, '\0');
  MPI_Gatherv(text.data(), static_cast<int>(text.size()), MPI_CHAR, joined.data(), counts.data(),
              begins.data(), MPI_CHAR, 0, MPI_COMM_WORLD);
  std::vector<std::string> texts;
  for (std::size_t i = 0; first() && i < sizes.size(); ++i) {
    texts.push_back(
        joined.substr(static_cast<std::size_t>(begins[i]), static_cast<std::size_t>(counts[i])));
  }
  return texts;
}

std::uint64_t World::Most(std::uint64_t mine) const {
  std::uint64_t most = 0;
  MPI_Allreduce(&mine, &most, 1, MPI_UINT64_T, MPI_MAX, MPI_COMM_WORLD);
  return most;
}

std::vector<std::uint64_t> World::Each(std::uint64_t mine) const {
  std::vector<std::uint64_t> all(static_cast<std::size_t>(size_));
  MPI_Allgather(&mine, 1, MPI_UINT64_T, all.data(), 1, MPI_UINT64_T, MPI_COMM_WORLD);
  return all;
}

void World::Most(std::vector<std::uint32_t>& numbers) const {
  constexpr std::size_t kAtOnce = std::size_t{1} << 24;
  for (std::size_t at = 0; at < numbers.size(); at += kAtOnce) {
    const auto count = static_cast<int>(std::min(kAtOnce, numbers.size() - at));
    MPI_Allreduce(MPI_IN_PLACE, &numbers[at], count, MPI_UINT32_T, MPI_MAX, MPI_COMM_WORLD);
  }
}

void World::Meet() const { MPI_Barrier(MPI_COMM_WORLD); }

struct Counter::Window {
  MPI_Win win = MPI_WIN_NULL;
  std::uint64_t* number = nullptr;
};

Counter::Counter() : window_(new Window) {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Win_allocate(rank == 0 ? sizeof(std::uint64_t) : 0, sizeof(std::uint64_t), MPI_INFO_NULL,
                   MPI_COMM_WORLD, static_cast<void*>(&window_->number), &window_->win);
  MPI_Win_lock_all(0, window_->win);
  if (rank == 0) {
    *window_->number = 0;
    MPI_Win_sync(window_->win);
  }
  MPI_Barrier(MPI_COMM_WORLD);
}

Counter::~Counter() {
  MPI_Win_unlock_all(window_->win);
  MPI_Win_free(&window_->win);
  delete window_;
}

std::uint64_t Counter::Add(std::uint64_t more) {
  std::uint64_t before = 0;
  MPI_Fetch_and_op(&more, &before, MPI_UINT64_T, 0, 0, MPI_SUM, window_->win);
  MPI_Win_flush(0, window_->win);
  return before;
}

}  // namespace sigma::cli::mpi
