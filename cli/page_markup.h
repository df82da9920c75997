// Pieces of HTML and SVG that the page of --analyze is made of. All text is escaped here.
#ifndef SIGMA_CLI_PAGE_MARKUP_H_
#define SIGMA_CLI_PAGE_MARKUP_H_

#include <string>
#include <string_view>
#include <vector>

namespace sigma::cli {

// The content of <style>: light, dark and printed, for windows of any width.
[[nodiscard]] std::string_view PageStyle();

[[nodiscard]] std::string Escaped(std::string_view text);

// A table or chart under its caption, in a box of its own that scrolls where the window is narrow.
[[nodiscard]] std::string Figure(const std::string& caption, const std::string& content);
// Cells of the first column are to the left; all are HTML already.
[[nodiscard]] std::string Table(const std::vector<std::string>& heads,
                                const std::vector<std::vector<std::string>>& rows);

// Width of every chart in its own units; its height is the chart's.
inline constexpr double kChartWidth = 960;
// `title` and `text` tell readers who do not see the chart what it shows. `id` is the page's only.
[[nodiscard]] std::string OpenChart(const std::string& id, double height, const std::string& title,
                                    const std::string& text);
// `paint` is an attribute: class or fill.
[[nodiscard]] std::string Rectangle(double x, double y, double width, double height,
                                    const std::string& paint, const std::string& title);
[[nodiscard]] std::string Text(double x, double y, std::string_view anchor,
                               const std::string& text);
[[nodiscard]] std::string Line(double x1, double y1, double x2, double y2,
                               std::string_view kind = "grid");
[[nodiscard]] std::string Number(double value);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_PAGE_MARKUP_H_
