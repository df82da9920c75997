// How far the run is: a bar on a terminal, JSON lines on a descriptor, one line on SIGUSR1.
#ifndef SIGMA_CLI_PROGRESS_H_
#define SIGMA_CLI_PROGRESS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>

#include "cli/arguments.h"
#include "sigma/sigma.hpp"

namespace sigma::cli {

// Safe from any thread. Begin and End belong to the thread that works through the files.
class ProgressMeter {
 public:
  // restores: rates are those of the restored bytes, which are written rather than read.
  ProgressMeter(const Arguments& arguments, bool restores);

  // How many files are to come and their bytes, 0 if unknown: with several files the bar is that
  // of all. Of a single one the bytes do not matter.
  void Expect(std::size_t files, std::uint64_t bytes);
  void Begin(const std::string& file);
  void Observe(const Progress& progress);
  // All that the file's result holds, after the last Observe.
  void Written(std::uint64_t bytes);
  // Takes the bar off the terminal and writes the last JSON line.
  void End();
  // The result of `file`, which is done, is read again; `progress` is that of its stream.
  void Verifying(const std::string& file, const Progress& progress);
  // No more results are read again; may be said too often.
  void EndVerifying();
  // Takes the bar off the terminal; the next Observe draws it again.
  void Clear();
  // The state of the run in one line with its newline, for SIGUSR1.
  [[nodiscard]] std::string StatusLine();

 private:
  using Clock = std::chrono::steady_clock;

  // The state in at most `columns`: a long name gives way at its beginning, figures never do.
  [[nodiscard]] std::string Line(std::size_t columns) const;
  [[nodiscard]] Progress All() const;  // this file's and those before it
  void Show(const Progress& progress);
  void LeaveVerified();
  void Erase();
  void Draw();
  void WriteJson(bool done);

  const bool restores_;
  const bool bar_;
  const bool json_;
  const int descriptor_;

  std::mutex mutex_;
  bool running_ = false;
  bool verifying_ = false;
  bool drawn_ = false;
  std::string file_;
  Progress progress_;
  std::size_t index_ = 0;  // of the file, from 1
  std::size_t files_ = 1;
  Progress before_;  // sums of the files that are done; total: of all files
  Clock::time_point first_start_;
  Clock::time_point start_;
  Clock::time_point last_;
};

}  // namespace sigma::cli

#endif  // SIGMA_CLI_PROGRESS_H_
