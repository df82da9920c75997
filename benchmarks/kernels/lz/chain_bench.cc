// The LZ kernels, each on what the one before it made of the same bytes: parse, split into planes,
// expand the planes, copy. Speeds are of the original's bytes.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/per_target.h"
#include "kernels/lz/copy.h"
#include "kernels/lz/expand.h"
#include "kernels/lz/rows.h"
#include "kernels/lz/split.h"

namespace sigma::benchmarks {
namespace {

using namespace kernels::lz;
using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kPadding = 128;  // more than any of the kernels reads or writes beyond an end
constexpr unsigned kRowLog = 12, kMiddleLog = 14, kNearLog = 12;

// Words of a small vocabulary with noise between: about 7 sequences per 100 bytes.
Bytes Words(std::size_t size) {
  Bytes bytes(size + kPadding);
  std::uint32_t seed = 1;
  const auto next = [&] { return (seed = seed * 1664525 + 1013904223) >> 16; };
  for (std::size_t at = 0; at < size;) {
    std::uint32_t word = next() % 2000;
    for (std::uint32_t left = 4 + word % 9; left > 0 && at < size; --left) {
      word = word * 2654435761u + 12345;
      bytes[at++] = static_cast<std::uint8_t>('a' + (word >> 27));
    }
    if (at < size && next() % 2 == 0) bytes[at++] = static_cast<std::uint8_t>(next());
  }
  return bytes;
}

struct Chain {
  explicit Chain(std::size_t bytes)
      : size(bytes),
        source(Words(bytes)),
        rows((std::size_t{kRow} << kRowLog) + 16),
        middle(std::size_t{1} << kMiddleLog),
        near(std::size_t{1} << kNearLog),
        sequences(bytes / 3 + 1),
        restored(bytes + kPadding) {
    Parse();
    for (Bytes& plane : planes) plane.resize(4 * count + kPadding);
    Split();
    offsets.assign(count + kPadding, 1);
    literal_lengths.resize(count + kPadding);
    match_lengths.resize(count + kPadding);
    Expand();
    std::size_t at = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Sequence& one = sequences[i];
      literals.insert(literals.end(), source.begin() + static_cast<std::ptrdiff_t>(at),
                      source.begin() + static_cast<std::ptrdiff_t>(at + one.literals));
      at += one.literals + one.match;
    }
    literal_bytes = literals.size();
    literals.resize(literals.size() + kPadding);
  }

  void Parse() {
    std::fill(rows.begin(), rows.end(), 0u);
    std::fill(middle.begin(), middle.end(), 0u);
    std::fill(near.begin(), near.end(), 0u);
    const RowTables tables{Aligned(rows.data()),
                           middle.data(),
                           near.data(),
                           static_cast<unsigned>(std::bit_width(size)),
                           kRowLog,
                           kMiddleLog,
                           kNearLog};
    const RowSearch search{5, 8, 8, 3, 200, 2, (1u << 24) - 1, false};
    count = ParseRows(source.data(), 0, size, tables, search, sequences.data());
  }

  void Split() {
    SplitTargets split{planes[0].data(), planes[1].data(), planes[2].data(),
                       planes[3].data(), planes[4].data(), planes[5].data(),
                       planes[6].data(), planes[7].data(), planes[8].data()};
    SplitSections(sequences.data(), count, &split);
  }

  void Expand() {
    const Sections sections{planes[0].data(), planes[1].data(), planes[2].data(), planes[3].data(),
                            planes[4].data(), planes[5].data(), planes[6].data()};
    ExpandSections(sections, count, literal_lengths.data(), match_lengths.data(),
                   offsets.data() + kBefore);
  }

  void Copy() {
    const CopyJob copy{.literal_lengths = literal_lengths.data(),
                       .match_lengths = match_lengths.data(),
                       .long_literals = planes[7].data(),
                       .long_matches = planes[8].data(),
                       .count = count,
                       .literal_bytes = literal_bytes,
                       .match_bytes = restored.size() - kPadding - literal_bytes,
                       .literals = literals.data(),
                       .begin = restored.data(),
                       .to = restored.data()};
    benchmark::DoNotOptimize(CopySequences(copy, kPadding, offsets.data() + kBefore));
  }

  template <typename T>
  static T* Aligned(T* pointer) {
    const auto address = reinterpret_cast<std::uintptr_t>(pointer);
    return reinterpret_cast<T*>((address + 63) / 64 * 64);
  }

  static constexpr std::size_t kBefore = 16;  // entries before the first sequence's offset
  std::size_t size, count = 0, literal_bytes = 0;
  Bytes source;
  std::vector<std::uint32_t> rows;
  std::vector<std::uint32_t> middle, near;
  std::vector<Sequence> sequences;
  Bytes planes[9];
  std::vector<std::uint32_t> offsets;
  Bytes literal_lengths, match_lengths, literals, restored;
};

bool Add(const std::string& name, void (Chain::*step)()) {
  return AddPerTarget(
      {"kernels/" + name, {64 << 10, 1 << 20}, [step](benchmark::State& state, std::size_t size) {
         Chain chain(size);
         for (auto _ : state) {
           (chain.*step)();
           benchmark::ClobberMemory();
         }
         chain.Copy();
         if (!std::equal(chain.source.begin(),
                         chain.source.begin() + static_cast<std::ptrdiff_t>(size) - 1000,
                         chain.restored.begin())) {
           state.SkipWithError("not restored");
         }
       }});
}

const bool registered[] = {Add("lz_parse_rows", &Chain::Parse), Add("lz_split", &Chain::Split),
                           Add("lz_expand", &Chain::Expand), Add("lz_copy", &Chain::Copy)};

}  // namespace
}  // namespace sigma::benchmarks
