// No coder or transform of the registries reads or writes beyond what it was given: source, payload
// and sections with their pads, and the target, which has none, each lie against a page that nobody
// may touch. Damaged payloads too, which may only be refused or restore to other bytes.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/coder/registry.h"
#include "engine/strategy/levels.h"
#include "engine/transform/registry.h"
#include "tests/data.h"
#include "tests/guarded.h"
#include "tests/inputs.h"

namespace sigma {
namespace {

using tests::Edge;
using tests::Guarded;

constexpr Edge kEdges[] = {Edge::kFront, Edge::kBack};
constexpr int kDamages = 8;

struct Source {
  std::string name;
  Bytes bytes;
};

// Short ones of every length up to a few vectors, and one of each kind.
std::vector<Source> Sources() {
  std::vector<Source> all;
  const Bytes text = tests::Generate(tests::Kind::kText, 140);
  const Bytes walk = tests::Generate(tests::Kind::kWalk32, 140);
  for (std::size_t size = 1; size <= 140; size += size < 70 ? 1 : 7) {
    const auto end = static_cast<std::ptrdiff_t>(size);
    all.push_back({"text of " + std::to_string(size), {text.begin(), text.begin() + end}});
    all.push_back({"walk of " + std::to_string(size), {walk.begin(), walk.begin() + end}});
  }
  for (const tests::Input& input : tests::Inputs()) {
    if (input.chunk_size == 0) all.push_back({input.name, input.make()});
  }
  return all;
}

// One byte changed, in a place and to a value of its own each time.
void Damage(MutableBytes bytes, tests::Random& random) {
  if (bytes.empty()) return;
  bytes[random.Below(bytes.size())] ^= static_cast<std::uint8_t>(1 + random.Below(255));
}

TEST(Guards, NoCoderLeavesItsMemory) {
  BufferPool pool;
  tests::Random random(1);
  for (const Source& source : Sources()) {
    for (const CoderRow& coder : Coders()) {
      for (const LevelRow& level : LevelRows()) {
        SCOPED_TRACE(std::string(coder.name) + " level " + std::to_string(level.level) + ", " +
                     source.name);
        for (const Edge edge : kEdges) {
          const Guarded from(source.bytes, kPad, edge);
          Guarded coded(source.bytes.size(), 0, edge);
          const std::size_t used = coder.encode(from.view(), level.coder, pool, coded.bytes());
          if (used == 0) break;
          Guarded payload(coded.view().first(used), kPad, edge);
          Guarded restored(source.bytes.size(), 0, edge);
          ASSERT_TRUE(coder.decode(payload.view(), pool, restored.bytes()));
          ASSERT_TRUE(std::ranges::equal(source.bytes, restored.view()));
          for (int i = 0; i < kDamages; ++i) {
            Damage(payload.bytes(), random);
            (void)coder.decode(payload.view(), pool, restored.bytes());
          }
        }
      }
    }
  }
}

TEST(Guards, NoTransformLeavesItsMemory) {
  BufferPool pool;
  tests::Random random(2);
  for (const Source& source : Sources()) {
    for (const TransformRow& row : Transforms()) {
      for (const TransformParams& params : row.variants()) {
        SCOPED_TRACE(row.describe(params) + ", " + source.name);
        for (const Edge edge : kEdges) {
          const Guarded from(source.bytes, kPad, edge);
          Buffer memory(SectionList::MemoryFor(source.bytes.size()));
          SectionList list(memory.bytes(), source.bytes.size());
          if (!row.forward(from.view(), params, pool, list)) break;
          std::vector<Guarded> sections;
          std::vector<ByteView> views;
          for (std::size_t k = 0; k < list.count(); ++k) {
            sections.emplace_back(list[k].bytes, kPad, edge);
            views.push_back(sections.back().view());
          }
          Guarded restored(source.bytes.size(), 0, edge);
          ASSERT_TRUE(row.inverse(views, params, pool, restored.bytes()));
          ASSERT_TRUE(std::ranges::equal(source.bytes, restored.view()));
          for (int i = 0; i < kDamages && !sections.empty(); ++i) {
            Damage(sections[random.Below(sections.size())].bytes(), random);
            (void)row.inverse(views, params, pool, restored.bytes());
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace sigma
