// The output of --stats: the sums over all files of a run and what bounded it.
#ifndef SIGMA_CLI_STATS_H_
#define SIGMA_CLI_STATS_H_

#include <string>

#include "cli/arguments.h"
#include "sigma/sigma.hpp"

namespace sigma::cli {

class Statistics {
 public:
  void Add(const Summary& summary);
  // In the form and on the descriptor that the arguments name; nothing if they name none. False if
  // the descriptor could not be written.
  [[nodiscard]] bool Print(const Arguments& arguments) const;

 private:
  [[nodiscard]] std::string Text() const;
  [[nodiscard]] std::string Json() const;
  // "read", "work" or "write": where the run spent most of its time.
  [[nodiscard]] const char* Bound() const;
  [[nodiscard]] double SerialNanoseconds() const;

  std::uint64_t files_ = 0;
  Summary sum_;
};

}  // namespace sigma::cli

#endif  // SIGMA_CLI_STATS_H_
