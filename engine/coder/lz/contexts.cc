// Contexts by clustering: the rows of the counts (one for each expected byte) are points, a context
// is a code, and the distance is what the row's literals cost by that code: Lloyd's algorithm with
// relative entropy, from rows in the order of their mean literal. Contexts whose codes cost more
// than they save are joined afterwards, the cheapest pair first.
//
// Four contexts give nine tenths of what 256 would (s7, level 7: literals 4.50 % of the input with
// one, 4.15 with four, 4.11 with eight; a fixed map by the high four bits needs 16 for 4.16).
#include "engine/coder/lz/contexts.h"

#include <algorithm>
#include <limits>

#include "engine/coder/lz/prices.h"

namespace sigma::lz {
namespace {

using Row = Histogram;

constexpr unsigned kRounds = 4;
// The map: about so many bits a value that occurs, for each doubling of the contexts.
constexpr std::uint64_t kMapBits = 256;

// Fewer literals do not save the map and the tables.
constexpr std::uint64_t kFewestLiterals = 512;

struct Cluster {
  Row counts{};
  std::uint32_t total = 0;
  std::uint64_t cost = 0;  // 1/256 bit

  void Add(const Row& row, std::uint32_t row_total) noexcept {
    for (std::size_t i = 0; i < 256; ++i) counts[i] += row[i];
    total += row_total;
  }
};

constexpr Row kNone{};

class Clustering {
 public:
  Clustering(const LiteralCounts& counts, unsigned most) : counts_(counts), used_(most) {
    for (std::size_t m = 0; m < 256; ++m) {
      std::uint64_t sum = 0;
      for (std::size_t b = 0; b < 256; ++b) {
        totals_[m] += counts[m][b];
        sum += b * counts[m][b];
      }
      all_ += totals_[m];
      if (totals_[m] == 0) continue;
      order_[rows_++] = static_cast<std::uint8_t>(m);
      means_[m] = static_cast<std::uint32_t>(sum * 256 / totals_[m]);
    }
  }

  [[nodiscard]] std::uint64_t total() const noexcept { return all_; }

  void Run() noexcept {
    Start();
    for (unsigned round = 0; round < kRounds; ++round) {
      Gather();
      if (!Assign()) break;
    }
    Gather();
    for (unsigned k = 0; k < used_; ++k) {
      clusters_[k].cost = StreamCost(clusters_[k].counts, kNone);
    }
    Join();
  }

  [[nodiscard]] std::uint64_t Cost() const noexcept {
    std::uint64_t cost = 0;
    for (unsigned k = 0; k < used_; ++k) cost += clusters_[k].cost;
    for (unsigned k = 1; k < used_; k *= 2) cost += kOneBit * kMapBits;
    return cost;
  }
  [[nodiscard]] LiteralContexts Result() const noexcept {
    LiteralContexts contexts;
    contexts.count = used_;
    contexts.map = map_;
    // Values that never occur cost least as a run.
    for (std::size_t m = 1; m < 256; ++m) {
      if (totals_[m] == 0) contexts.map[m] = contexts.map[m - 1];
    }
    return contexts;
  }

 private:
  void Start() noexcept {
    const auto end = order_.begin() + static_cast<std::ptrdiff_t>(rows_);
    std::stable_sort(order_.begin(), end,
                     [this](std::uint8_t a, std::uint8_t b) { return means_[a] < means_[b]; });
    std::uint64_t before = 0;
    for (std::size_t i = 0; i < rows_; ++i) {
      map_[order_[i]] = static_cast<std::uint8_t>(before * used_ / all_);
      before += totals_[order_[i]];
    }
  }

  void Gather() noexcept {
    for (unsigned k = 0; k < used_; ++k) clusters_[k] = {};
    for (std::size_t i = 0; i < rows_; ++i) {
      const std::uint8_t m = order_[i];
      clusters_[map_[m]].Add(counts_[m], totals_[m]);
    }
  }

  bool Assign() noexcept {
    std::array<Row, kMaxLiteralContexts> prices;
    for (unsigned k = 0; k < used_; ++k) SymbolPrices(clusters_[k].counts, &prices[k]);
    bool moved = false;
    for (std::size_t i = 0; i < rows_; ++i) {
      const std::uint8_t m = order_[i];
      std::array<std::uint64_t, kMaxLiteralContexts> costs{};
      for (std::size_t b = 0; b < 256; ++b) {
        const std::uint64_t count = counts_[m][b];
        if (count == 0) continue;
        for (unsigned k = 0; k < used_; ++k) costs[k] += count * prices[k][b];
      }
      const auto best = static_cast<std::uint8_t>(
          std::min_element(costs.begin(), costs.begin() + used_) - costs.begin());
      moved = moved || best != map_[m];
      map_[m] = best;
    }
    return moved;
  }

  void Join() noexcept {
    while (used_ > 1) {
      std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
      unsigned first = 0;
      unsigned second = 0;
      std::uint64_t joint = 0;
      for (unsigned a = 0; a < used_; ++a) {
        for (unsigned b = a + 1; b < used_; ++b) {
          const Cluster& x = clusters_[a];
          const Cluster& y = clusters_[b];
          const std::uint64_t cost = StreamCost(x.counts, y.counts);
          const std::uint64_t apart = x.cost + y.cost;
          const std::uint64_t loss = cost > apart ? cost - apart : 0;
          if (loss < least) {
            least = loss;
            first = a;
            second = b;
            joint = cost;
          }
        }
      }
      if (least != 0) return;
      clusters_[first].Add(clusters_[second].counts, clusters_[second].total);
      clusters_[first].cost = joint;
      --used_;
      clusters_[second] = clusters_[used_];
      for (std::uint8_t& context : map_) {
        if (context == second) {
          context = static_cast<std::uint8_t>(first);
        } else if (context == used_) {
          context = static_cast<std::uint8_t>(second);
        }
      }
    }
  }

  const LiteralCounts& counts_;
  unsigned used_;
  std::size_t rows_ = 0;
  std::uint64_t all_ = 0;
  std::array<std::uint32_t, 256> totals_{};
  std::array<std::uint32_t, 256> means_{};
  std::array<std::uint8_t, 256> order_{};
  std::array<std::uint8_t, 256> map_{};
  std::array<Cluster, kMaxLiteralContexts> clusters_;
};

}  // namespace

LiteralContexts ClusterLiterals(const LiteralCounts& counts, unsigned most,
                                std::uint64_t time_price) noexcept {
  if (most < 2) return {};
  Clustering clustering(counts, most);
  if (clustering.total() < kFewestLiterals) return {};
  clustering.Run();
  Row all{};
  for (const Row& row : counts) {
    for (std::size_t i = 0; i < 256; ++i) all[i] += row[i];
  }
  const std::uint64_t plain = StreamCost(all, kNone);
  if (clustering.Cost() + time_price >= plain) return {};
  return clustering.Result();
}

}  // namespace sigma::lz
