// The ranks of a run: who there is, what they agree on, and the counter that hands out their work.
//
// A call to the World is one at a time (MPI_THREAD_SERIALIZED). Those marked "all" are made by all
// ranks, in the same order. Where MPI itself fails it ends all ranks (MPI_ERRORS_ARE_FATAL).
#ifndef SIGMA_CLI_MPI_WORLD_H_
#define SIGMA_CLI_MPI_WORLD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sigma/sigma.hpp"

namespace sigma::cli::mpi {

// An error as text for another rank of the same program, and back.
[[nodiscard]] std::string Packed(const Error& error);
[[nodiscard]] Error Unpacked(const std::string& text);

class World {
 public:
  World(int* argc, char*** argv);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] int rank() const noexcept { return rank_; }
  [[nodiscard]] int size() const noexcept { return size_; }
  [[nodiscard]] bool first() const noexcept { return rank_ == 0; }
  // Ranks on this one's machine.
  [[nodiscard]] int neighbours() const noexcept { return neighbours_; }
  // Whether this is what the starter meant: that MPI may be called from the workers, and that all
  // processes that were started are ranks of one world.
  [[nodiscard]] Result<void> Sound() const;

  // All: success if all ranks succeeded, otherwise the same error on all: that which comes first in
  // the file, or of the lowest rank. A kCancelled error only says that another rank has failed.
  Result<void> Agree(const Result<void>& mine) const;
  // All: rank 0's text.
  [[nodiscard]] std::string Tell(std::string text) const;
  // All: the texts of all ranks, on rank 0.
  [[nodiscard]] std::vector<std::string> Collect(const std::string& text) const;
  // All: the largest of all ranks' numbers; their numbers; element by element the largest of each.
  [[nodiscard]] std::uint64_t Most(std::uint64_t mine) const;
  [[nodiscard]] std::vector<std::uint64_t> Each(std::uint64_t mine) const;
  void Most(std::vector<std::uint32_t>& numbers) const;
  // All: waits for all.
  void Meet() const;

 private:
  int rank_ = 0;
  int size_ = 1;
  int neighbours_ = 1;
  int threads_ = 0;  // the support that MPI gives
};

// A number on rank 0 that every rank counts up by itself, without rank 0's doing (one-sided).
class Counter {
 public:
  // All.
  Counter();
  ~Counter();
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  // The number before `more` is added.
  std::uint64_t Add(std::uint64_t more);

 private:
  struct Window;
  Window* window_;
};

}  // namespace sigma::cli::mpi

#endif  // SIGMA_CLI_MPI_WORLD_H_
