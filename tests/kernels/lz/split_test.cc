// Splitting sequences into planes against a scalar reference: every count 0 … 300, counts around a
// block, and every target; and back by expand.
#include "kernels/lz/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include "kernels/lz/expand.h"
#include "tests/per_target.h"

namespace sigma::kernels::lz {
namespace {

using Plane = std::vector<std::uint8_t>;

std::vector<Sequence> MakeSequences(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Sequence> sequences(count);
  const std::array<std::uint32_t, 8> edges{1, 2, 254, 255, 65535, 65536, 70000, (1u << 24) - 1};
  const auto length = [&](std::uint32_t least) -> std::uint32_t {
    switch (random() % 8) {
      case 0:
        return 250 + static_cast<std::uint32_t>(random() % 10);
      case 1:
        return 300 + static_cast<std::uint32_t>(random() % 100000);
      case 2:
        return least + static_cast<std::uint32_t>(random() % 200);
      default:
        return least + static_cast<std::uint32_t>(random() % 20);
    }
  };
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t offset = edges[random() % edges.size()];
    const std::size_t back = 1 + random() % 4;
    if (random() % 2 == 0) offset = i < back ? 1 : sequences[i - back].offset;
    sequences[i] = {length(0), length(3), offset};
  }
  return sequences;
}

struct Planes {
  std::array<Plane, 9> all;
};

void Append32(Plane* plane, std::uint32_t value) {
  for (unsigned i = 0; i < 4; ++i) plane->push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

Planes Reference(const std::vector<Sequence>& sequences) {
  Planes planes;
  auto& [tokens, literals, matches, near, low, middle, high, long_literals, long_matches] =
      planes.all;
  std::array<std::uint32_t, 3> last{1, 1, 1};
  for (const Sequence& s : sequences) {
    unsigned kind = s.offset < 255 ? 1 : s.offset < 65536 ? 2 : 3;
    std::uint32_t code = s.offset + 1;
    if (s.offset == last[0]) {
      kind = 0;
    } else if (s.offset == last[1]) {
      kind = 1;
      code = 0;
    } else if (s.offset == last[2]) {
      kind = 1;
      code = 1;
    }
    last = {s.offset, last[0], last[1]};
    if (kind == 1) near.push_back(static_cast<std::uint8_t>(code));
    if (kind >= 2) low.push_back(static_cast<std::uint8_t>(s.offset));
    if (kind >= 2) middle.push_back(static_cast<std::uint8_t>(s.offset >> 8));
    if (kind == 3) high.push_back(static_cast<std::uint8_t>(s.offset >> 16));
    if (s.literals >= 3) {
      literals.push_back(static_cast<std::uint8_t>(s.literals < 255 ? s.literals - 3 : 255));
    }
    if (s.match >= 18) {
      matches.push_back(static_cast<std::uint8_t>(s.match < 255 ? s.match - 18 : 255));
    }
    if (s.literals >= 255) Append32(&long_literals, s.literals);
    if (s.match >= 255) Append32(&long_matches, s.match);
    tokens.push_back(static_cast<std::uint8_t>(kind << 6 | std::min(s.literals, 3u) << 4 |
                                               std::min(s.match - 3, 15u)));
  }
  return planes;
}

void Check(std::size_t count, unsigned seed) {
  const std::vector<Sequence> sequences = MakeSequences(count, seed);
  const Planes expected = Reference(sequences);
  std::array<Plane, 9> planes;
  for (Plane& plane : planes) plane.assign(4 * count + 16, 0xA5);
  SplitTargets split{planes[0].data(), planes[1].data(), planes[2].data(),
                     planes[3].data(), planes[4].data(), planes[5].data(),
                     planes[6].data(), planes[7].data(), planes[8].data()};
  SplitSections(sequences.data(), count, &split);
  const std::array<std::uint8_t*, 9> ends{
      split.tokens, split.literal_escapes, split.match_escapes, split.near, split.low, split.middle,
      split.high,   split.long_literals,   split.long_matches};
  for (std::size_t i = 0; i < planes.size(); ++i) {
    const auto size = static_cast<std::size_t>(ends[i] - planes[i].data());
    ASSERT_EQ(size, expected.all[i].size()) << "plane " << i << " of " << count;
    planes[i].resize(size);
    ASSERT_EQ(planes[i], expected.all[i]) << "plane " << i << " of " << count;
  }
}

TEST(SplitTargets, MatchesTheReference) {
  tests::ForEachTarget([] {
    for (std::size_t count = 0; count <= 300; ++count) {
      Check(count, static_cast<unsigned>(count));
    }
    for (const std::size_t count : {511u, 512u, 513u, 528u, 1024u, 1040u, 5000u}) {
      for (unsigned seed = 0; seed < 10; ++seed) Check(count, seed);
    }
  });
}

TEST(SplitTargets, IsUndoneByExpansion) {
  const std::vector<Sequence> sequences = MakeSequences(3000, 1);
  std::array<Plane, 9> planes;
  for (Plane& plane : planes) plane.assign(4 * sequences.size() + 16, 0);
  SplitTargets split{planes[0].data(), planes[1].data(), planes[2].data(),
                     planes[3].data(), planes[4].data(), planes[5].data(),
                     planes[6].data(), planes[7].data(), planes[8].data()};
  SplitSections(sequences.data(), sequences.size(), &split);
  const Sections sections{planes[0].data(), planes[1].data(), planes[2].data(), planes[3].data(),
                          planes[4].data(), planes[5].data(), planes[6].data()};
  Plane literals(sequences.size() + 16);
  Plane matches(sequences.size() + 16);
  std::vector<std::uint32_t> offsets(sequences.size() + 20, 1);
  ExpandSections(sections, sequences.size(), literals.data(), matches.data(), offsets.data() + 4);
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    ASSERT_EQ(literals[i], std::min(sequences[i].literals, 255u)) << i;
    ASSERT_EQ(matches[i], std::min(sequences[i].match, 255u)) << i;
    ASSERT_EQ(offsets[i + 4], sequences[i].offset) << i;
  }
}

}  // namespace
}  // namespace sigma::kernels::lz
