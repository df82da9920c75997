// The one table of options, joined from its pieces, and what is said of its rows.
#include <algorithm>
#include <vector>

#include "cli/option_rows.h"
#include "cli/options.h"

namespace sigma::cli {

std::span<const OptionRow> OptionTable() {
  static const std::vector<OptionRow> all = [] {
    std::vector<OptionRow> rows;
    for (const auto piece : {ModesRows(), ResourcesRows(), CodingRows(), FilesRows(), PartsRows(),
                             MessagesRows(), MeasuringRows()}) {
      rows.insert(rows.end(), piece.begin(), piece.end());
    }
    return rows;
  }();
  return all;
}

std::string_view SectionTitle(Section section) {
  switch (section) {
    case Section::kModes:
      return "Modes (the last one given wins)";
    case Section::kResources:
      return "Level, threads and memory";
    case Section::kCoding:
      return "How it codes";
    case Section::kFiles:
      return "Files";
    case Section::kMessages:
      return "What it tells";
    case Section::kMeasuring:
      return "Measuring";
  }
  return "";
}

std::string Heading(const OptionRow& row) {
  if (row.takes == Takes::kDigits) return "-1 ... -9";
  std::string heading;
  if (row.letter != 0) heading += {'-', row.letter, ',', ' '};
  heading += "--";
  heading += row.name;
  if (row.takes == Takes::kValue) (heading += ' ') += row.argument;
  if (row.takes == Takes::kOptionalValue) ((heading += "[=") += row.argument) += ']';
  return heading;
}

std::string NamesOf(Modes modes) {
  std::string names;
  for (const OptionRow& row : OptionTable()) {
    if (row.act != nullptr || (modes & In(row.mode)) == 0) continue;
    modes &= ~In(row.mode);
    if (!names.empty()) names += (modes & kAll) != 0 ? ", " : " and ";
    (names += "--") += row.name;
  }
  return names;
}

bool HasAlias(const OptionRow& row, std::string_view name) {
  for (std::string_view rest = row.aliases; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == name) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

}  // namespace sigma::cli
