// The work of a hostile payload: no more than a constant times what goes in and comes out, however
// plans nest and whatever their parameters promise. Measured in bytes leased from the pool, all
// leases of a decoding together: exact, the same everywhere, and what a decoder clears or fills.
#include <gtest/gtest.h>

#include <functional>

#include "engine/format/plan_format.h"
#include "engine/plan/decode.h"
#include "engine/transform/delta.h"
#include "engine/transform/pcm/transform.h"
#include "engine/transform/raster/transform.h"
#include "engine/transform/transform.h"

namespace sigma {
namespace {

struct Coded {
  std::uint8_t plan = 0;
  Bytes bytes;
};
using Coder = std::function<Coded(ByteView)>;

Coded Raw(ByteView source) { return {0, Bytes(source.begin(), source.end())}; }

// `source` by a transform, whose sections go through `below`; stored where that makes them longer,
// which no decoder takes.
Coded Transformed(const TransformRow& row, const TransformParams& params, ByteView source,
                  const Coder& below) {
  BufferPool pool;
  Buffer padded(source.size());
  std::ranges::copy(source, padded.data());
  Buffer memory(SectionList::MemoryFor(source.size()));
  SectionList sections(memory.bytes(), source.size());
  EXPECT_TRUE(row.forward(padded.view(), params, pool, sections));
  PlanHeader header;
  header.params = params.bytes;
  header.param_size = params.size;
  header.count = sections.count();
  Bytes body;
  for (std::size_t i = 0; i < sections.count(); ++i) {
    Coded coded = below(sections[i].bytes);
    if (coded.plan != 0 && coded.bytes.size() > sections[i].bytes.size()) {
      coded = Raw(sections[i].bytes);
    }
    header.sections[i] = {coded.plan, static_cast<std::uint32_t>(sections[i].bytes.size()),
                          static_cast<std::uint32_t>(coded.bytes.size())};
    body.insert(body.end(), coded.bytes.begin(), coded.bytes.end());
  }
  Coded made;
  made.plan = static_cast<std::uint8_t>(kFirstTransformPlan + static_cast<unsigned>(row.id));
  made.bytes.resize(PlanHeaderBound(params.size, sections.count()));
  made.bytes.resize(WritePlanHeader(header, made.bytes));
  made.bytes.insert(made.bytes.end(), body.begin(), body.end());
  return made;
}

// Bytes of all leases for each byte of payload and target.
double LeasedPerByte(const Coded& payload, ByteView source) {
  BufferPool pool;
  std::uint64_t leased = 0;
  pool.Record(
      [](void* context, bool acquired, std::size_t bytes) {
        if (acquired) *static_cast<std::uint64_t*>(context) += bytes;
      },
      &leased);
  Buffer padded(payload.bytes.size());
  std::ranges::copy(payload.bytes, padded.data());
  Buffer restored(source.size());
  EXPECT_TRUE(DecodePlan(payload.plan, padded.view(), pool, restored.bytes(), nullptr));
  EXPECT_TRUE(std::ranges::equal(source, restored.view()));
  return static_cast<double>(leased) / static_cast<double>(payload.bytes.size() + source.size());
}

// Sections of 64 KiB, one in eight of eight, each with a row, or a block, far longer than itself.
Coder Nested(const TransformRow& row, const TransformParams& params) {
  return [&row, params](ByteView source) {
    return Transformed(DeltaTransform(), DeltaParams(8, true), source, [&](ByteView section) {
      return Transformed(DeltaTransform(), DeltaParams(8, true), section,
                         [&](ByteView last) { return Transformed(row, params, last, Raw); });
    });
  };
}

TEST(Work, OfNestedPlansGoesByWhatIsThere) {
  Bytes source(64 * 160);
  for (std::size_t i = 0; i < source.size(); ++i) source[i] = static_cast<std::uint8_t>(i * i >> 5);
  raster::Shape raster;
  raster.bits = 16;
  raster.row = raster::kMaxRow;
  raster.sections = 1;
  pcm::Shape pcm;
  pcm.block_log = 12;
  pcm.order = 4;
  EXPECT_LT(LeasedPerByte(Nested(raster::Transform(), raster::Params(raster))(source), source),
            100);
  EXPECT_LT(LeasedPerByte(Nested(pcm::Transform(), pcm::Params(pcm))(source), source), 100);
}

}  // namespace
}  // namespace sigma
