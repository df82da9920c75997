// The cost of a hostile parameter block: scratch and work of an inverse go by what there is to
// restore, never by what the parameters say there might be.
#include <gtest/gtest.h>

#include <vector>

#include "engine/memory/buffer.h"
#include "engine/transform/pcm/transform.h"
#include "engine/transform/raster/transform.h"
#include "engine/transform/registry.h"

namespace sigma {
namespace {

// The widest of everything.
std::vector<TransformParams> ParamsOf(const TransformRow& row) {
  const auto variants = row.variants();
  std::vector<TransformParams> all(variants.begin(), variants.end());
  if (row.id == raster::kId) {
    for (const unsigned channels : {1u, 2u, 3u, 4u}) {
      raster::Shape shape;
      shape.bits = 16;
      shape.channels = channels;
      shape.row = raster::kMaxRow / channels * channels;
      shape.sections = raster::kContexts;
      all.push_back(raster::Params(shape));
    }
  }
  if (row.id == pcm::kId) {
    for (const unsigned width : {1u, 2u, 3u, 4u}) {
      pcm::Shape shape;
      shape.width = width;
      shape.channels = pcm::kMaxChannels;
      shape.block_log = 12;
      shape.order = 32;
      all.push_back(pcm::Params(shape));
    }
  }
  return all;
}

TEST(TransformScratch, GoesByWhatThereIsToRestore) {
  // Tables of fixed size: bins and a block of keys of FLOAT, 512 planes of one record.
  constexpr std::size_t kFixed = std::size_t{128} << 10;
  for (const TransformRow& row : Transforms()) {
    for (const TransformParams& params : ParamsOf(row)) {
      for (const std::size_t size : {0u, 1u, 2u, 15u, 16u, 64u, 300u, 2000u}) {
        SCOPED_TRACE(row.describe(params) + " " + std::to_string(size));
        Buffer source(size);
        for (std::size_t i = 0; i < size; ++i) {
          source.data()[i] = static_cast<std::uint8_t>(i * i >> 3);
        }
        Buffer memory(SectionList::MemoryFor(size));
        SectionList sections(memory.bytes(), size);
        BufferPool forward_pool;
        if (!row.forward(source.view(), params, forward_pool, sections)) continue;
        std::vector<ByteView> views;
        for (std::size_t k = 0; k < sections.count(); ++k) views.emplace_back(sections[k].bytes);
        BufferPool pool;
        std::uint64_t leased = 0;
        pool.Record(
            [](void* context, bool acquired, std::size_t bytes) {
              if (acquired) *static_cast<std::uint64_t*>(context) += bytes;
            },
            &leased);
        Buffer restored(size);
        ASSERT_TRUE(row.inverse(views, params, pool, restored.bytes()));
        ASSERT_TRUE(std::equal(source.data(), source.data() + size, restored.data()));
        EXPECT_LE(pool.peak_leased(), kFixed + 100 * size);
        // Leased memory is filled or cleared: it is work, too.
        std::size_t coded = 0;
        for (const ByteView view : views) coded += view.size();
        EXPECT_LE(leased, kFixed + std::uint64_t{row.work} * (coded + size));
      }
    }
  }
}

}  // namespace
}  // namespace sigma
