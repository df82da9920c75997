// Payloads that make a decoder work as hard as they can for each of their bytes: whole, valid ones,
// with everything small that may be small and every table there is. Together they are the worst
// that was found; benchmarks/work prints what they cost, the fuzzers begin with them.
#ifndef SIGMA_TESTS_WORST_PAYLOADS_H_
#define SIGMA_TESTS_WORST_PAYLOADS_H_

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/varint.h"
#include "engine/coder/coder.h"
#include "engine/coder/entropy/stream.h"
#include "engine/format/plan_format.h"
#include "engine/transform/delta.h"
#include "engine/transform/dictionary.h"
#include "engine/transform/pcm/transform.h"
#include "engine/transform/raster/transform.h"
#include "engine/transform/records/layout.h"
#include "engine/transform/registry.h"
#include "tests/data.h"

namespace sigma::tests {

struct Coded {
  std::uint8_t plan = 0;  // 0: raw
  Bytes bytes;
};
// Codes a section.
using SectionCoder = std::function<Coded(ByteView)>;

struct WorstPayload {
  std::string name;
  Coded payload;
  Bytes original;
};

inline Coded StoreSection(ByteView source) { return {0, Bytes(source.begin(), source.end())}; }

// One repeated byte as two of an entropy stream, where that is shorter.
inline Coded RunSection(ByteView source) {
  if (source.size() < 3 ||
      std::ranges::any_of(source, [&](std::uint8_t byte) { return byte != source[0]; })) {
    return StoreSection(source);
  }
  Coded made{2, {}};
  for (std::size_t left = source.size(); left != 0; left -= std::min<std::size_t>(left, 1u << 18)) {
    made.bytes.insert(made.bytes.end(), {1, source[0]});
  }
  return made;
}

inline Coded PlanOf(std::uint8_t transform, const TransformParams& params,
                    const std::vector<Bytes>& sections, const SectionCoder& below) {
  PlanHeader header;
  header.params = params.bytes;
  header.param_size = params.size;
  header.count = sections.size();
  Bytes body;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    Coded coded = below(sections[i]);
    if (coded.plan != 0 && coded.bytes.size() > sections[i].size())
      coded = StoreSection(sections[i]);
    header.sections[i] = {coded.plan, static_cast<std::uint32_t>(sections[i].size()),
                          static_cast<std::uint32_t>(coded.bytes.size())};
    body.insert(body.end(), coded.bytes.begin(), coded.bytes.end());
  }
  Coded made{static_cast<std::uint8_t>(kFirstTransformPlan + transform), {}};
  made.bytes.resize(PlanHeaderBound(params.size, sections.size()));
  made.bytes.resize(WritePlanHeader(header, made.bytes));
  made.bytes.insert(made.bytes.end(), body.begin(), body.end());
  return made;
}

// `source` by a transform whose sections go through `below`; stored if it does not suit.
inline Coded Transformed(const TransformRow& row, const TransformParams& params, ByteView source,
                         const SectionCoder& below) {
  BufferPool pool;
  const Buffer padded = Padded(source);
  Buffer memory(SectionList::MemoryFor(source.size()));
  SectionList list(memory.bytes(), source.size());
  if (!row.forward(padded.view(), params, pool, list)) return StoreSection(source);
  std::vector<Bytes> sections;
  for (std::size_t i = 0; i < list.count(); ++i) {
    sections.emplace_back(list[i].bytes.begin(), list[i].bytes.end());
  }
  return PlanOf(static_cast<std::uint8_t>(row.id), params, sections, below);
}

// Three levels of eight sections each, and what `last` makes of those.
inline SectionCoder InManySections(SectionCoder last, int levels) {
  if (levels == 0) return last;
  SectionCoder below = InManySections(std::move(last), levels - 1);
  return [below](ByteView source) {
    return Transformed(DeltaTransform(), DeltaParams(8, true), source, below);
  };
}

// Sub-blocks of four bytes: one literal and one match, in streams of one symbol.
inline WorstPayload SmallestSubBlocks(std::size_t count) {
  WorstPayload made{"reference, smallest sub-blocks", {3, {0}}, {}};
  for (std::size_t i = 0; i < count; ++i) {
    // size 4, one sequence, one literal; token: class 0, LL 1, ML 0; literals: one context, stored.
    const std::uint8_t block[] = {4, 1, 1, 0, 0x10, 1, 0, static_cast<std::uint8_t>(i)};
    made.payload.bytes.insert(made.payload.bytes.end(), std::begin(block), std::end(block));
    made.original.insert(made.original.end(), 4, static_cast<std::uint8_t>(i));
  }
  return made;
}

// `target` zeros by a dictionary whose list is as long as a plan lets its sections be, and of which
// hardly anything is used.
inline Coded UselessList(std::size_t target, const SectionCoder& below) {
  const std::size_t planes = 2 * (target / 8);
  const std::size_t most = std::min<std::size_t>(SectionsBound(target) - planes - 8, 4096 * 8);
  std::vector<Bytes> sections{Bytes(most / 8 * 8 + target % 8), Bytes(target / 8)};
  if (most / 8 > 256) sections.emplace_back(target / 8);
  return PlanOf(9, DictionaryParams(8), sections, below);
}

inline std::vector<WorstPayload> WorstPayloads() {
  std::vector<WorstPayload> all;
  const auto add = [&](std::string name, Coded payload, Bytes original) {
    if (!payload.bytes.empty())
      all.push_back({std::move(name), std::move(payload), std::move(original)});
  };
  Bytes steps(64 * 512);
  for (std::size_t i = 0; i < steps.size(); ++i) steps[i] = static_cast<std::uint8_t>(i % 64 / 8);
  const Bytes zeros(64 * 512);

  raster::Shape raster;
  raster.bits = 16;
  raster.row = raster::kMaxRow;
  raster.sections = 1;
  const auto by = [](const TransformRow& row, const TransformParams& params, SectionCoder below) {
    return
        [&row, params, below](ByteView source) { return Transformed(row, params, source, below); };
  };
  // 512 sections of 64 bytes, each a row of 65,536 samples by its parameters.
  add("raster, widest row of few samples, nested",
      InManySections(by(raster::Transform(), raster::Params(raster), RunSection), 3)(zeros), zeros);
  raster.row = raster::kMinRow;
  add("raster, narrowest rows",
      Transformed(raster::Transform(), raster::Params(raster), zeros, RunSection), zeros);
  pcm::Shape pcm;
  pcm.block_log = 12;
  pcm.order = 32;
  add("pcm, longest blocks of few frames, nested",
      InManySections(by(pcm::Transform(), pcm::Params(pcm), RunSection), 3)(zeros), zeros);
  // Fields of one record, and of none.
  records::Layout layout;
  layout.stride = records::kMaxRecord;
  layout.count = records::kMaxRecord;
  for (std::size_t i = 0; i < layout.count; ++i) {
    layout.fields[i] = {.zigzag = true, .joined = i != 0, .predictor = records::Predictor::kTwice};
  }
  TransformParams records;
  if (records::WriteLayout(layout, records)) {
    const TransformRow& row = *FindTransform(2);
    const Bytes one(records::kMaxRecord);
    const Bytes many(64 * records::kMaxRecord);
    add("records, 512 fields of one record, nested",
        InManySections(by(row, records, RunSection), 2)(many), many);
    add("records, 512 fields of no record, nested",
        InManySections(by(row, records, RunSection), 3)(zeros), zeros);
  }
  for (const TransformRow& row : Transforms()) {
    const auto variants = row.variants();
    for (const TransformParams& params : variants) {
      add(row.describe(params) + ", 512 bytes at a time",
          InManySections(by(row, params, RunSection), 2)(steps), steps);
    }
  }
  all.push_back(SmallestSubBlocks(4000));
  // Four plans, each of which may restore to 4096 bytes more than the one above it needs.
  SectionCoder below = RunSection;
  for (int depth = 3; depth > 0; --depth) {
    below = [below](ByteView source) {
      return source.size() < 64 ? RunSection(source) : UselessList(source.size(), below);
    };
  }
  add("dictionary, useless lists, nested", UselessList(1, below), Bytes(1));
  return all;
}

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_WORST_PAYLOADS_H_
