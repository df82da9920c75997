// The cases that transform_inverse_fuzz reads from its bytes, and a mutator that knows what they
// mean: the parameters of each transform, the sizes of its sections and of its target. Bytes
// mutated blindly mostly end at the first check of a size; these go past it.
//
//   row u8 | parameter bytes u8, n | n | target size u16 | sections − 1 u8 | size u16 each | bytes
#ifndef SIGMA_TESTS_FUZZ_TRANSFORM_CASE_H_
#define SIGMA_TESTS_FUZZ_TRANSFORM_CASE_H_

#include <algorithm>
#include <random>
#include <vector>

#include "engine/transform/registry.h"
#include "tests/data.h"
#include "tests/fuzz/fuzz_input.h"

namespace sigma::tests {

struct TransformCase {
  const TransformRow* row = nullptr;
  TransformParams params;
  std::size_t target = 0;
  std::vector<Bytes> sections;

  // The sections hold together no more than the parser of plans lets through.
  static TransformCase Read(ByteView bytes) {
    FuzzInput input(bytes.data(), bytes.size());
    TransformCase made;
    made.row = &Transforms()[input.Take(1) % Transforms().size()];
    made.params.size = static_cast<std::uint8_t>(input.Take(1));
    for (std::size_t i = 0; i < made.params.size; ++i) {
      made.params.bytes[i] = static_cast<std::uint8_t>(input.Take(1));
    }
    made.target = input.Take(2);
    made.sections.resize(1 + input.Take(1) % kMaxSections);
    std::size_t left = SectionsBound(made.target);
    for (Bytes& section : made.sections) {
      section.resize(std::min<std::size_t>(input.Take(2), left));
      left -= section.size();
    }
    ByteView rest = input.rest();
    for (Bytes& section : made.sections) {
      const std::size_t given = std::min(section.size(), rest.size());
      std::copy_n(rest.begin(), given, section.begin());
      rest = rest.subspan(given);
    }
    return made;
  }

  [[nodiscard]] Bytes Write() const {
    Bytes to{static_cast<std::uint8_t>(row - Transforms().data()), params.size};
    to.insert(to.end(), params.bytes.begin(), params.bytes.begin() + params.size);
    const auto put = [&](std::size_t value) {
      to.push_back(static_cast<std::uint8_t>(value >> 8));
      to.push_back(static_cast<std::uint8_t>(value));
    };
    put(target);
    to.push_back(static_cast<std::uint8_t>(sections.size() - 1));
    for (const Bytes& section : sections) put(section.size());
    for (const Bytes& section : sections) to.insert(to.end(), section.begin(), section.end());
    return to;
  }

  // The sections that `source` has by a valid parameter block; false if it does not suit.
  bool Forward(ByteView source, BufferPool& pool) {
    const Buffer padded = Padded(source);
    Buffer memory(SectionList::MemoryFor(source.size()));
    SectionList list(memory.bytes(), source.size());
    if (!row->forward(padded.view(), params, pool, list) || list.count() == 0) return false;
    target = source.size();
    sections.clear();
    for (std::size_t i = 0; i < list.count(); ++i) {
      sections.emplace_back(list[i].bytes.begin(), list[i].bytes.end());
    }
    return true;
  }
};

// One step away from `from`: `random` chooses which.
inline TransformCase Mutated(TransformCase from, std::minstd_rand& random, BufferPool& pool) {
  const auto below = [&](std::size_t most) { return most == 0 ? 0 : random() % most; };
  // A byte of another value: near, far, an end of its range, one bit.
  const auto change = [&](std::uint8_t& byte) {
    const std::uint8_t ends[] = {0, 1, 0x7F, 0x80, 0xFE, 0xFF};
    switch (random() % 4) {
      case 0:
        byte = static_cast<std::uint8_t>(byte + (random() % 2 == 0 ? 1 : 255));
        break;
      case 1:
        byte = static_cast<std::uint8_t>(random());
        break;
      case 2:
        byte = ends[random() % std::size(ends)];
        break;
      default:
        byte = static_cast<std::uint8_t>(byte ^ 1u << random() % 8);
    }
  };
  TransformCase made = std::move(from);
  const std::size_t place = below(made.sections.size());
  switch (random() % 9) {
    case 0: {  // whole new: a valid block and what it makes of the bytes there are
      const auto variants = made.row->variants();
      const TransformCase before = made;
      made.params = variants[below(variants.size())];
      Bytes source;
      for (const Bytes& section : before.sections) {
        source.insert(source.end(), section.begin(), section.end());
      }
      source.resize(std::min<std::size_t>(source.size(), 3000));
      if (!made.Forward(source, pool)) made = before;
      break;
    }
    case 1:
      if (made.params.size != 0) change(made.params.bytes[below(made.params.size)]);
      break;
    case 2:  // lengths that must add up: one section gives, another takes
      if (!made.sections[place].empty()) {
        Bytes& other = made.sections[below(made.sections.size())];
        other.push_back(made.sections[place].back());
        made.sections[place].pop_back();
      }
      break;
    case 3:
      made.target = (made.target + (random() % 2 == 0 ? 1 : 65535)) % 65536;
      break;
    case 4:
      made.sections[place].resize(made.sections[place].size() + 1);
      break;
    case 5:
      if (!made.sections[place].empty()) made.sections[place].pop_back();
      break;
    case 6:
      if (made.sections.size() < kMaxSections) made.sections.push_back({});
      break;
    default:  // content, mostly of the short sections: lists, maps, schemas
      for (int tries = 0; tries < 4; ++tries) {
        Bytes& section = made.sections[below(made.sections.size())];
        if (section.empty() || (section.size() > 64 && tries < 3)) continue;
        change(section[below(section.size())]);
        break;
      }
  }
  return made;
}

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_FUZZ_TRANSFORM_CASE_H_
