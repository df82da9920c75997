// The PivCo kernels on one node of `size` symbols with an even split: merges, leaves and flat
// subtrees of the decoder; partitions and packing of the encoder.
#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/per_target.h"
#include "kernels/entropy/pivco_decode.h"
#include "kernels/entropy/pivco_encode.h"

namespace sigma::benchmarks {
namespace {

constexpr unsigned kFlatWidth = 4;

// A node and room for its outputs, all padded as the kernels want it.
struct Node {
  explicit Node(std::size_t size)
      : ranks(size + kernels::entropy::kPivcoPad),
        bits(size + kernels::entropy::kPivcoPad),
        left(size + kernels::entropy::kPivcoPad),
        right(size + kernels::entropy::kPivcoPad),
        out(size + kernels::entropy::kPivcoPad) {
    std::uint32_t seed = 1;
    for (std::size_t i = 0; i < size; ++i) {
      seed = seed * 1664525 + 1013904223;
      ranks[i] = static_cast<std::uint8_t>(seed >> 28);
    }
    kernels::entropy::ChoosePivcoEncode().partition(ranks.data(), size, 8, left.data(),
                                                    right.data(), bits.data());
  }
  std::vector<std::uint8_t> ranks, bits, left, right, out;
};

template <typename Body>
bool Add(const char* name, Body body) {
  return AddPerTarget({std::string("kernels/pivco_") + name,
                       {4096, 65536},
                       [body](benchmark::State& state, std::size_t size) {
                         Node node(size);
                         std::vector<std::uint8_t> symbols(256 + kernels::entropy::kPivcoPad, 7);
                         for (auto _ : state) {
                           body(node, size, symbols.data());
                           benchmark::ClobberMemory();
                         }
                       }});
}

const bool registered[] = {
    Add("count_ones",
        [](Node& node, std::size_t size, const std::uint8_t*) {
          benchmark::DoNotOptimize(
              kernels::entropy::ChoosePivcoDecode().count_ones(node.bits.data(), size));
        }),
    Add("merge",
        [](Node& node, std::size_t size, const std::uint8_t*) {
          kernels::entropy::ChoosePivcoDecode().merge(node.bits.data(), size, node.left.data(),
                                                      node.right.data(), node.out.data());
        }),
    Add("merge_left_leaf",
        [](Node& node, std::size_t size, const std::uint8_t*) {
          kernels::entropy::ChoosePivcoDecode().merge_left_leaf(node.bits.data(), size, 3,
                                                                node.right.data(), node.out.data());
        }),
    Add("leaf_pair",
        [](Node& node, std::size_t size, const std::uint8_t*) {
          kernels::entropy::ChoosePivcoDecode().leaf_pair(node.bits.data(), size, 3, 5,
                                                          node.out.data());
        }),
    Add("unpack4",
        [](Node& node, std::size_t size, const std::uint8_t* symbols) {
          kernels::entropy::ChoosePivcoDecode().unpack(node.ranks.data(), size, kFlatWidth, symbols,
                                                       node.out.data());
        }),
    Add("rank",
        [](Node& node, std::size_t size, const std::uint8_t* symbols) {
          kernels::entropy::ChoosePivcoEncode().rank(node.ranks.data(), size, symbols,
                                                     node.out.data());
        }),
    Add("partition",
        [](Node& node, std::size_t size, const std::uint8_t*) {
          kernels::entropy::ChoosePivcoEncode().partition(
              node.ranks.data(), size, 8, node.left.data(), node.right.data(), node.bits.data());
        }),
    Add("partition_left",
        [](Node& node, std::size_t size, const std::uint8_t*) {
          kernels::entropy::ChoosePivcoEncode().partition_left(node.ranks.data(), size, 8,
                                                               node.left.data(), node.bits.data());
        }),
    Add("compare",
        [](Node& node, std::size_t size, const std::uint8_t*) {
          kernels::entropy::ChoosePivcoEncode().compare(node.ranks.data(), size, 8,
                                                        node.bits.data());
        }),
    Add("pack4",
        [](Node& node, std::size_t size, const std::uint8_t*) {
          kernels::entropy::ChoosePivcoEncode().pack(node.ranks.data(), size, 0, kFlatWidth,
                                                     node.out.data());
        }),
};

}  // namespace
}  // namespace sigma::benchmarks
