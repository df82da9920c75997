#include "cli/quantity.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

namespace sigma::cli {

std::optional<std::uint64_t> ParseNumber(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> ParseSize(std::string_view text) {
  const std::size_t digits = text.find_first_not_of("0123456789");
  const auto value = ParseNumber(text.substr(0, digits));
  if (!value) return std::nullopt;
  std::string_view unit = digits == std::string_view::npos ? "" : text.substr(digits);
  unsigned shift = 0;
  if (!unit.empty() && unit != "B") {
    constexpr std::string_view kUnits = "KMGT";
    const char letter =
        unit[0] >= 'a' && unit[0] <= 'z' ? static_cast<char>(unit[0] - 'a' + 'A') : unit[0];
    const std::size_t power = kUnits.find(letter);
    if (power == std::string_view::npos) return std::nullopt;
    shift = static_cast<unsigned>(10 * (power + 1));
    unit.remove_prefix(1);
    if (!unit.empty() && unit != "B" && unit != "iB") return std::nullopt;
  }
  if (*value > (std::numeric_limits<std::uint64_t>::max() >> shift)) return std::nullopt;
  return *value << shift;
}

std::optional<std::uint64_t> ParseSizeOrShare(std::string_view text, std::uint64_t whole) {
  if (text.empty() || text.back() != '%') return ParseSize(text);
  const auto share = ParseNumber(text.substr(0, text.size() - 1));
  if (!share || *share == 0 || *share > 100) return std::nullopt;
  return whole / 100 * *share;
}

std::optional<ByteRange> ParseRange(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  ByteRange range;
  std::string_view from = text.substr(0, colon);
  const std::string_view length = text.substr(colon + 1);
  if (from.empty() && length.empty()) return std::nullopt;
  range.from_end = from.starts_with('-');
  if (range.from_end) from.remove_prefix(1);
  if (!from.empty() || range.from_end) {
    const auto offset = ParseSize(from);
    if (!offset) return std::nullopt;
    range.offset = *offset;
  }
  if (!length.empty()) {
    const auto size = ParseSize(length);
    if (!size) return std::nullopt;
    range.length = *size;
  }
  return range;
}

std::string HumanSize(std::uint64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " B";
  constexpr std::array<const char*, 6> kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  // 1023.95 would print as 1024.0.
  while (value >= 1023.95 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return Fixed(value, 1) + " " + kUnits[unit];
}

std::string HumanTime(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::llround(std::min(seconds, 1e9)));
  std::array<char, 40> text;
  if (whole >= 3600) {
    std::snprintf(text.data(), text.size(), "%llu:%02u:%02u",
                  static_cast<unsigned long long>(whole / 3600),
                  static_cast<unsigned>(whole / 60 % 60), static_cast<unsigned>(whole % 60));
  } else {
    std::snprintf(text.data(), text.size(), "%u:%02u", static_cast<unsigned>(whole / 60),
                  static_cast<unsigned>(whole % 60));
  }
  return text.data();
}

std::string Fixed(double value, int digits) {
  std::array<char, 64> text;
  const int size = std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return {text.data(), std::min(static_cast<std::size_t>(size), text.size() - 1)};
}

double Ratio(std::uint64_t original, std::uint64_t compressed) {
  return compressed == 0 ? 0 : static_cast<double>(original) / static_cast<double>(compressed);
}

double Rate(std::uint64_t bytes, double seconds) {
  return seconds > 0 ? static_cast<double>(bytes) / 1e6 / seconds : 0;
}

}  // namespace sigma::cli
