// Round trips of every coder and transform of the registries, and of whole chunks over the corpus.
#include "engine/transform/registry.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/coder/registry.h"
#include "engine/pipeline/chunk_codec.h"
#include "engine/strategy/levels.h"
#include "tests/data.h"
#include "tests/inputs.h"
#include "tests/levels.h"

namespace sigma {
namespace {

using tests::Padded;

// Numbers of two bytes as models have them: the upper halves of floats around zero.
Bytes Halves(std::size_t count) {
  tests::Random random(16);
  Bytes bytes;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t exponent = 127;
    while (exponent > 115 && random.Below(2) == 0) --exponent;
    const std::uint64_t half = random.Below(2) << 15 | exponent << 7 | random.Below(128);
    bytes.push_back(static_cast<std::uint8_t>(half));
    bytes.push_back(static_cast<std::uint8_t>(half >> 8));
  }
  return bytes;
}

// Calls visit(source, what it is) for kinds of data at many sizes, and for each input at its own.
template <typename Visit>
void ForEachSource(Visit visit) {
  for (const tests::Kind kind : tests::kAllKinds) {
    const Bytes bytes = tests::Generate(kind, 70000);
    for (std::size_t size = 0; size <= bytes.size(); size = size < 300 ? size + 1 : size * 3 + 1) {
      visit(ByteView(bytes).first(size), tests::KindName(kind) + (" " + std::to_string(size)));
    }
  }
  for (const tests::Input& input : tests::Inputs()) visit(input.make(), input.name);
  visit(Halves(20000), "halves");
}

// A level, sorting: SORT and ADAPTIVE by themselves would leave everything to the others at most levels.
CoderParams Sorting(const LevelRow& level) {
  CoderParams params = level.coder;
  params.sorts = true;
  return params;
}

// SORT and ADAPTIVE do the same whatever the level: the one that has them stands for all.
bool SameElsewhere(const CoderRow& coder, const LevelRow& level) {
  const bool slow = coder.id == CoderId::kSort || coder.id == CoderId::kAdaptive;
  return slow && !level.coder.sorts;
}

TEST(Registry, EveryCoderRestoresEveryKindAndSize) {
  BufferPool pool;
  for (const CoderRow& coder : Coders()) {
    for (const LevelRow& level : tests::EveryLevelRow()) {
      if (SameElsewhere(coder, level)) continue;
      std::size_t shrunk = 0;
      ForEachSource([&](ByteView bytes, const std::string& name) {
        SCOPED_TRACE(std::string(coder.name) + " level " + std::to_string(level.level) + ", " +
                     name);
        const std::size_t size = bytes.size();
        const Buffer source = Padded(bytes);
        Buffer coded(size);
        const std::size_t used = coder.encode(source.view(), Sorting(level), pool, coded.bytes());
        ASSERT_LE(used, size);
        if (used == 0) return;
        ++shrunk;
        const Buffer payload = Padded(coded.view().first(used));
        Buffer restored(size);
        const auto done = coder.decode(payload.view(), pool, restored.bytes());
        ASSERT_TRUE(done) << done.error().text;
        ASSERT_TRUE(std::equal(bytes.begin(), bytes.end(), restored.data()));
      });
      if (HasFatalFailure()) return;
      EXPECT_EQ(shrunk != 0, coder.id != CoderId::kRaw) << coder.name << " level " << level.level;
    }
  }
}

TEST(Registry, NoCoderLeasesMoreThanItsRowSays) {
  for (const CoderRow& coder : Coders()) {
    EXPECT_GT(coder.work, 0u) << coder.name;
    for (const LevelRow& level : tests::EveryLevelRow()) {
      if (SameElsewhere(coder, level)) continue;
      for (const tests::Kind kind : tests::kAllKinds) {
        for (const std::size_t size : {1u, 300u, 5000u, 70000u}) {
          SCOPED_TRACE(std::string(coder.name) + " " + std::string(tests::KindName(kind)) +
                       " level " + std::to_string(level.level) + " size " + std::to_string(size));
          const Bytes bytes = tests::Generate(kind, size);
          const Buffer source = Padded(bytes);
          Buffer coded(size);
          BufferPool encoding;
          const std::size_t used =
              coder.encode({source.data(), size}, Sorting(level), encoding, coded.bytes());
          EXPECT_LE(encoding.peak_leased(), coder.encode_scratch(Sorting(level), size));
          if (used == 0) continue;
          const Buffer payload = Padded(coded.view().first(used));
          Buffer restored(size);
          BufferPool decoding;
          ASSERT_TRUE(coder.decode(payload.view(), decoding, restored.bytes()));
          EXPECT_LE(decoding.peak_leased(), coder.decode_scratch(size));
        }
      }
    }
  }
}

TEST(Registry, EveryTransformVariantRestoresEveryKindAndSize) {
  BufferPool pool;
  for (const TransformRow& transform : Transforms()) {
    for (const TransformParams& params : transform.variants()) {
      std::size_t taken = 0;
      ForEachSource([&](ByteView bytes, const std::string& name) {
        SCOPED_TRACE(transform.describe(params) + ", " + name);
        const std::size_t size = bytes.size();
        const Buffer source = Padded(bytes);
        Buffer memory(SectionList::MemoryFor(size));
        SectionList sections(memory.bytes(), size);
        if (!transform.forward(source.view(), params, pool, sections)) return;
        taken += size != 0 ? 1 : 0;
        std::vector<ByteView> views;
        for (std::size_t i = 0; i < sections.count(); ++i) views.push_back(sections[i].bytes);
        Buffer restored(size);
        ASSERT_TRUE(transform.inverse(views, params, pool, restored.bytes()));
        ASSERT_TRUE(std::equal(bytes.begin(), bytes.end(), restored.data()));
      });
      if (HasFatalFailure()) return;
      EXPECT_NE(taken, 0u) << transform.describe(params) << " refused all there is";
    }
  }
}

// Sanitizers make every byte ten times as dear.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kMiddle = 96 << 10;
#else
constexpr std::size_t kMiddle = 512 << 10;
#endif

TEST(Corpus, EveryFileComesBackAtEveryLevelUnderEveryStrategy) {
  BufferPool pool;
  // The middle of each file, and less of it at the levels that search long: the whole files go
  // through the command's tests.
  constexpr int kFirstSlowLevel = 5;
  constexpr std::size_t kSlowBytes = 96 << 10;
  for (const tests::CorpusFile& file : tests::Corpus(kMiddle)) {
    if (file.bytes.empty()) continue;
    for (const LevelRow& level : tests::EveryLevelRow()) {
      const std::size_t size = level.level < kFirstSlowLevel
                                   ? file.bytes.size()
                                   : std::min(file.bytes.size(), kSlowBytes);
      const ByteView bytes = ByteView(file.bytes).first(size);
      const Buffer raw = Padded(bytes);
      Buffer payload(size);
      Buffer restored(size);
      for (std::size_t choice = 0; choice < StrategyChoiceNames().size(); ++choice) {
        const EncodedPayload encoded = EncodeChunk(
            raw.view(), level, static_cast<StrategyChoice>(choice), pool, payload.bytes());
        const auto done = DecodeChunk(encoded.plan_id, payload.view().first(encoded.size), pool,
                                      restored.bytes());
        ASSERT_TRUE(done) << file.name << ": " << done.error().text;
        ASSERT_TRUE(std::equal(bytes.begin(), bytes.end(), restored.data()))
            << file.name << " level " << level.level << " " << StrategyChoiceNames()[choice];
      }
    }
  }
}

}  // namespace
}  // namespace sigma
