// Numbers as people type and read them: sizes with K, M, G, byte ranges, rates and times.
#ifndef SIGMA_CLI_QUANTITY_H_
#define SIGMA_CLI_QUANTITY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sigma/sigma.hpp"

namespace sigma::cli {

// A whole number without sign, nothing else.
[[nodiscard]] std::optional<std::uint64_t> ParseNumber(std::string_view text);
// "64K", "1M", "2GiB", "123": bytes, K = 1024. Nothing on anything else or above 2^64 - 1.
[[nodiscard]] std::optional<std::uint64_t> ParseSize(std::string_view text);
// ParseSize, or "50%" of `whole`.
[[nodiscard]] std::optional<std::uint64_t> ParseSizeOrShare(std::string_view text,
                                                            std::uint64_t whole);

// The value of --range: "OFF:LEN", both as ParseSize; without OFF from the beginning, without LEN
// to the end, with "-OFF" counted back from the end.
[[nodiscard]] std::optional<ByteRange> ParseRange(std::string_view text);

// "812 B", "1.5 KiB", "64.0 MiB".
[[nodiscard]] std::string HumanSize(std::uint64_t bytes);
// "0:07", "1:02:03".
[[nodiscard]] std::string HumanTime(double seconds);
// `value` with that many digits after the point.
[[nodiscard]] std::string Fixed(double value, int digits);
// original/compressed; 0 where nothing was written.
[[nodiscard]] double Ratio(std::uint64_t original, std::uint64_t compressed);
// MB/s with MB = 10^6; 0 where no time passed.
[[nodiscard]] double Rate(std::uint64_t bytes, double seconds);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_QUANTITY_H_
