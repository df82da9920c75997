// The chart of the levels: labels are put where they cover neither a point nor another label.
#include <algorithm>
#include <array>
#include <cmath>

#include "cli/page_charts.h"
#include "cli/page_markup.h"
#include "cli/quantity.h"

namespace sigma::cli {
namespace {

constexpr double kLeft = 60;
constexpr double kRight = 30;
constexpr double kHeight = 320;
constexpr double kBase = 270;
constexpr double kTop = 24;
constexpr double kRadius = 5;

struct Box {
  double left, top, right, bottom;
};

bool Overlap(const Box& a, const Box& b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

struct Point {
  double x, y;
};

// Where the middle of a label may stand around its point, nearest first.
std::vector<Point> Places() {
  std::vector<Point> places;
  for (const double distance : {15.0, 28.0, 42.0, 58.0, 76.0}) {
    constexpr std::array<Point, 8> kDirections = {
        {{0, -1}, {1, -0.7}, {1, 0}, {-1, -0.7}, {-1, 0}, {0, 1}, {1, 0.7}, {-1, 0.7}}};
    for (const Point& to : kDirections) {
      places.push_back({to.x * (distance + 4), to.y * distance});
    }
  }
  return places;
}

// Labels for the points: the first place that is free, joined by a line where it is not near.
std::string Labels(const std::vector<Point>& points, const std::vector<std::string>& texts) {
  constexpr double kCharacter = 8;  // at least what the style's font takes
  constexpr double kHalfHeight = 8;
  std::vector<Box> taken;
  for (const Point& point : points) {
    taken.push_back({point.x - kRadius, point.y - kRadius, point.x + kRadius, point.y + kRadius});
  }
  std::string svg;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double half = kCharacter * static_cast<double>(texts[i].size()) / 2 + 1;
    for (const Point& place : Places()) {
      const Point middle = {points[i].x + place.x, points[i].y + place.y};
      const Box box = {middle.x - half, middle.y - kHalfHeight, middle.x + half,
                       middle.y + kHalfHeight};
      const bool inside =
          box.left > kLeft && box.right < kChartWidth && box.top > 0 && box.bottom < kBase - 1;
      if (!inside || std::ranges::any_of(taken, [&](const Box& b) { return Overlap(b, box); })) {
        continue;
      }
      if (std::hypot(place.x, place.y) > 24) {
        svg += Line(points[i].x, points[i].y, middle.x, middle.y + (place.y < 0 ? 6 : -6), "lead");
      }
      svg += Text(middle.x, middle.y + 4, "middle", texts[i]);
      taken.push_back(box);
      break;
    }
  }
  return svg;
}

std::string Tick(double value) { return Fixed(value, value < 0.095 ? 2 : value < 0.95 ? 1 : 0); }

// 1, 2 or 5 times a power of ten, so that at most five steps make `range`.
double NiceStep(double range) {
  const double power = std::pow(10, std::floor(std::log10(range / 5)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (range / (step * power) <= 5) return step * power;
  }
  return 10 * power;
}

}  // namespace

std::string LadderChart(const Ladder& ladder, const std::string& id) {
  double slowest = 1e300;
  double fastest = 0;
  double least = 1;
  double best = 1;
  for (const BenchResult& row : ladder.rows) {
    const double rate = std::max(Rate(row.original, row.compress_seconds), 0.01);
    slowest = std::min(slowest, rate);
    fastest = std::max(fastest, rate);
    least = std::min(least, Ratio(row.original, row.compressed));
    best = std::max(best, Ratio(row.original, row.compressed));
  }
  const double first = std::floor(std::log10(slowest));
  const double last = std::max(std::ceil(std::log10(fastest)), first + 1);
  const double step = NiceStep(std::max(best - least, 0.05));
  const double low = std::floor(least / step + 1e-9) * step;
  const double high = std::max(std::ceil(best / step - 1e-9) * step, low + step);
  const auto x_of = [&](double rate) {
    return kLeft + (kChartWidth - kLeft - kRight) * (std::log10(std::max(rate, 0.01)) - first) /
                       (last - first);
  };
  const auto y_of = [&](double ratio) {
    return kBase - (kBase - kTop) * (ratio - low) / (high - low);
  };
  const BenchResult& strongest = *std::ranges::max_element(
      ladder.rows, {}, [](const auto& row) { return Ratio(row.original, row.compressed); });
  std::string svg = OpenChart(id, kHeight, "Ratio against compression speed of every level",
                              "Ratios " + Fixed(least, 3) + " to " + Fixed(best, 3) +
                                  ", the best at level " + std::to_string(strongest.level) + "; " +
                                  Fixed(slowest, 1) + " to " + Fixed(fastest, 1) + " MB/s");
  for (int i = 0; low + i * step <= high + step / 2; ++i) {
    const double ratio = low + i * step;
    svg += Line(kLeft, y_of(ratio), kChartWidth - kRight, y_of(ratio)) +
           Text(kLeft - 6, y_of(ratio) + 4, "end",
                Fixed(ratio, step < 0.095 ? 2
                             : step < 1   ? 1
                                          : 0));
  }
  for (double power = first; power <= last; ++power) {
    const double x = x_of(std::pow(10, power));
    svg += Line(x, kTop, x, kBase) + Text(x, kBase + 18, "middle", Tick(std::pow(10, power)));
  }
  svg += Line(kLeft, kBase, kChartWidth - kRight, kBase, "axis") +
         Line(kLeft, kTop, kLeft, kBase, "axis") + Text(kLeft, 12, "middle", "ratio") +
         Text((kLeft + kChartWidth - kRight) / 2, kHeight - 10, "middle", "compression, MB/s");
  std::vector<Point> points;
  std::vector<std::string> texts;
  for (const BenchResult& row : ladder.rows) {
    const double ratio = Ratio(row.original, row.compressed);
    points.push_back({x_of(Rate(row.original, row.compress_seconds)), y_of(ratio)});
    texts.push_back(std::string("-").append(std::to_string(row.level)));
    svg += "<circle class=\"level\" cx=\"" + Number(points.back().x) + "\" cy=\"" +
           Number(points.back().y) + "\" r=\"" + Number(kRadius) + "\"><title>level " +
           std::to_string(row.level) + ": ratio " + Fixed(ratio, 3) + ", restoring " +
           Fixed(Rate(row.original, row.decompress_seconds), 1) + " MB/s</title></circle>\n";
  }
  return svg + Labels(points, texts) + "</svg>";
}

}  // namespace sigma::cli
