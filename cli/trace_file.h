// --trace: the stages of the chunks of a run as a file that trace viewers show (chrome://tracing,
// Perfetto): the JSON object format of Chrome's trace events. One process, one track a worker; what
// a chunk waits is an asynchronous event, as it overlaps with what the workers do meanwhile.
//
// In constant memory: what is told goes through one buffer to the file. A run that is killed leaves
// a file that viewers still take.
#ifndef SIGMA_CLI_TRACE_FILE_H_
#define SIGMA_CLI_TRACE_FILE_H_

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "sigma/trace.hpp"

namespace sigma::cli {

class TraceFile final : public Tracer {
 public:
  TraceFile();
  ~TraceFile() override;
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  // Once, before anything is told. kExists: a regular file is there and may not be overwritten.
  Result<void> Open(const std::string& path, bool force);
  void Stage(const TraceEvent& event) noexcept override;
  // Ends the file, after all that is told; tells of writes that failed.
  Result<void> Close();

 private:
  void Append(std::string_view text) noexcept;
  void Flush() noexcept;
  [[nodiscard]] int Track() noexcept;

  const TraceEvent::Clock::time_point start_ = TraceEvent::Clock::now();
  std::mutex mutex_;  // guards what follows
  std::string buffer_;
  int descriptor_ = -1;
  int error_ = 0;  // the first one of a write
  int tracks_ = 0;
};

}  // namespace sigma::cli

#endif  // SIGMA_CLI_TRACE_FILE_H_
