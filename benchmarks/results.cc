#include "benchmarks/results.h"

#include <algorithm>

#include "benchmarks/machine.h"

namespace sigma::benchmarks {
namespace {

constexpr double kGiga = 1e9;

// A JSON string; names and versions hold nothing but ASCII.
std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) quoted += c;
  }
  return quoted + '"';
}

// A number, or what stands for one that is missing.
std::string Number(double value, const char* missing) {
  if (value <= 0) return missing;
  char text[32] = {};
  std::snprintf(text, sizeof(text), "%.4g", value);
  return text;
}

}  // namespace

bool Results::ReportContext(const Context& /*context*/) {
  if (text_ == nullptr) return true;
  for (const auto& [name, value] : DescribeMachine()) {
    std::fprintf(text_, "# %s: %s\n", name.c_str(), value.c_str());
  }
  std::fprintf(text_, "%-40s %-9s %9s %9s %8s %8s %8s\n", "kernel", "target", "bytes", "GB/s",
               "B/cycle", "/scalar", "/memcpy");
  return true;
}

void Results::ReportRuns(const std::vector<Run>& runs) {
  Row row;
  for (const Run& run : runs) {
    if (run.run_type != Run::RT_Iteration) continue;
    const auto found = expected_.find(run.run_name.function_name);
    if (found == expected_.end()) continue;
    if (row.kernel.empty()) row = found->second;
    if (run.error_occurred) {
      row.error = run.error_message;
      continue;
    }
    const auto speed = run.counters.find("bytes_per_second");
    if (speed == run.counters.end() || speed->second.value <= row.bytes_per_second) continue;
    row.bytes_per_second = speed->second.value;
    const auto clock = run.counters.find(kClockCounter);
    const double hz = clock == run.counters.end() ? 0 : clock->second.value;
    row.bytes_per_cycle = hz > 0 ? row.bytes_per_second / hz : 0;
  }
  if (row.kernel.empty()) return;
  failed_ = failed_ || !row.error.empty();
  const double memcpy_speed = SpeedOf(kMemcpy, kNoTarget, row.size);
  const double scalar_speed = SpeedOf(row.kernel, kScalar, row.size);
  if (memcpy_speed > 0) row.to_memcpy = row.bytes_per_second / memcpy_speed;
  if (scalar_speed > 0) row.to_scalar = row.bytes_per_second / scalar_speed;
  rows_.push_back(row);
  PrintRow(row);
}

double Results::SpeedOf(const std::string& kernel, const std::string& target,
                        std::size_t size) const {
  const auto found = std::ranges::find_if(rows_, [&](const Row& row) {
    return row.size == size && row.target == target && row.kernel == kernel;
  });
  return found == rows_.end() ? 0 : found->bytes_per_second;
}

void Results::PrintRow(const Row& row) const {
  if (text_ == nullptr) return;
  std::fprintf(text_, "%-40s %-9s %9zu ", row.kernel.c_str(), row.target.c_str(), row.size);
  if (row.error.empty()) {
    std::fprintf(text_, "%9s %8s %8s %8s\n", Number(row.bytes_per_second / kGiga, "-").c_str(),
                 Number(row.bytes_per_cycle, "-").c_str(), Number(row.to_scalar, "-").c_str(),
                 Number(row.to_memcpy, "-").c_str());
  } else {
    std::fprintf(text_, "%s\n", row.error.c_str());
  }
  std::fflush(text_);
}

void Results::WriteJson(std::FILE* to) const {
  std::fprintf(to, "{\"machine\":{");
  const char* separator = "";
  for (const auto& [name, value] : DescribeMachine()) {
    std::fprintf(to, "%s%s:%s", separator, Quoted(name).c_str(), Quoted(value).c_str());
    separator = ",";
  }
  std::fprintf(to, "},\n\"runs\":[");
  separator = "\n";
  for (const Row& row : rows_) {
    std::fprintf(to, "%s{\"kernel\":%s,\"target\":%s,\"size\":%zu", separator,
                 Quoted(row.kernel).c_str(), Quoted(row.target).c_str(), row.size);
    if (row.error.empty()) {
      std::fprintf(to, ",\"gb_s\":%s,\"bytes_per_cycle\":%s,\"to_scalar\":%s,\"to_memcpy\":%s}",
                   Number(row.bytes_per_second / kGiga, "null").c_str(),
                   Number(row.bytes_per_cycle, "null").c_str(),
                   Number(row.to_scalar, "null").c_str(), Number(row.to_memcpy, "null").c_str());
    } else {
      std::fprintf(to, ",\"error\":%s}", Quoted(row.error).c_str());
    }
    separator = ",\n";
  }
  std::fprintf(to, "\n]}\n");
}

void Results::WriteCsv(std::FILE* to) const {
  std::fprintf(to, "kernel,target,size,gb_s,bytes_per_cycle,to_scalar,to_memcpy,error\n");
  for (const Row& row : rows_) {
    std::fprintf(to, "%s,%s,%zu,%s,%s,%s,%s,%s\n", row.kernel.c_str(), row.target.c_str(), row.size,
                 Number(row.bytes_per_second / kGiga, "").c_str(),
                 Number(row.bytes_per_cycle, "").c_str(), Number(row.to_scalar, "").c_str(),
                 Number(row.to_memcpy, "").c_str(),
                 row.error.empty() ? "" : Quoted(row.error).c_str());
  }
}

}  // namespace sigma::benchmarks
