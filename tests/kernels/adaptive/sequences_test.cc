// Sequences through the model and back: the same code under every target, the plain one among them,
// which is the reference; damaged codes are judged alike and stay inside their target.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "kernels/adaptive/sequence_decoder.h"
#include "kernels/adaptive/sequence_encoder.h"
#include "tests/kernels/samples.h"
#include "tests/per_target.h"

namespace sigma::kernels::adaptive {
namespace {

using Bytes = std::vector<std::uint8_t>;

// Bytes and the sequences that spell them, block by block.
struct Spelled {
  Bytes bytes;
  std::vector<std::vector<Sequence>> blocks;
};

// Literal runs, lengths and offsets of every class, and all repeats.
Spelled Spell(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  Spelled made;
  History history;
  while (made.bytes.size() < size) {
    const std::size_t end = std::min(size, made.bytes.size() + kBlockBytes);
    std::vector<Sequence>& sequences = made.blocks.emplace_back();
    while (made.bytes.size() < end) {
      const auto upTo = [&](unsigned bits) {
        return static_cast<std::uint32_t>(random() & ((1u << random() % bits) - 1));
      };
      Sequence next{upTo(9), 0, 0, 0};
      next.literals = std::min<std::uint32_t>(next.literals + (made.bytes.empty() ? 9 : 0),
                                              static_cast<std::uint32_t>(end - made.bytes.size()));
      for (std::uint32_t i = 0; i < next.literals; ++i) {
        made.bytes.push_back(static_cast<std::uint8_t>(random() % 3 == 0 ? random() : 'a'));
      }
      const auto left = static_cast<std::uint32_t>(end - made.bytes.size());
      if (left >= kShortestMatch) {
        next.repeat = static_cast<std::uint32_t>(random() % (kRepeats + 1));
        next.match = std::min<std::uint32_t>(kShortestMatch + upTo(14), left);
        const auto at = static_cast<std::uint32_t>(made.bytes.size());
        next.offset = 1 + std::min<std::uint32_t>(upTo(20), at - 1);
        if (next.repeat != 0) next.offset = history.offsets[next.repeat - 1];
        if (next.offset > at) next = {next.literals, next.match, 1, 0};
        for (std::size_t i = next.repeat == 0 ? kRepeats - 1 : next.repeat - 1; i > 0; --i) {
          history.offsets[i] = history.offsets[i - 1];
        }
        history.offsets[0] = next.offset;
        for (std::uint32_t i = 0; i < next.match; ++i) {
          made.bytes.push_back(made.bytes[made.bytes.size() - next.offset]);
        }
      } else if (left != 0) {
        made.bytes.insert(made.bytes.end(), left, 'z');
        next.literals += left;
      }
      sequences.push_back(next);
    }
  }
  return made;
}

// Every third block's literals are raw.
Bytes Encode(const Spelled& spelled) {
  const auto model = std::make_unique<Model>();
  StartModel(*model);
  History history;
  std::vector<std::uint32_t> notes(kNotesInGroup);
  Bytes group(kGroupCode);
  Bytes code;
  std::uint32_t* to = notes.data();
  for (std::size_t k = 0; k < spelled.blocks.size(); ++k) {
    const std::size_t begin = k * kBlockBytes;
    const std::size_t end = std::min(spelled.bytes.size(), begin + kBlockBytes);
    to = NoteBlock({spelled.bytes.data(), begin, end, spelled.blocks[k], k % 3 == 2}, *model,
                   history, to);
    if ((k + 1) % kGroupBlocks != 0 && k + 1 != spelled.blocks.size()) continue;
    const auto count = static_cast<std::size_t>(to - notes.data());
    const std::size_t size = WriteGroup({notes.data(), count}, group);
    code.insert(code.end(), group.end() - static_cast<std::ptrdiff_t>(size), group.end());
    to = notes.data();
  }
  return code;
}

bool Decode(const Bytes& code, std::span<std::uint8_t> target) {
  static const auto model = std::make_unique<Model>();
  StartModel(*model);
  Bytes padded = code;
  padded.resize(code.size() + kCodePad, 0xA5);
  return DecodeSequences({padded.data(), code.size()}, *model, target);
}

TEST(Sequences, ComeBackAndAreCodedAlikeUnderEveryTarget) {
  const Spelled large = Spell(400000, 1);
  const Spelled small = Spell(3000, 2);
  std::vector<Bytes> first;
  tests::ForEachTarget([&] {
    const std::vector<Bytes> coded{Encode(large), Encode(small)};
    Bytes target(large.bytes.size());
    ASSERT_TRUE(Decode(coded[0], target));
    EXPECT_TRUE(target == large.bytes);
    target.resize(small.bytes.size());
    ASSERT_TRUE(Decode(coded[1], target));
    EXPECT_TRUE(target == small.bytes);
    if (first.empty()) first = coded;
    EXPECT_TRUE(coded == first);
  });
}

TEST(Sequences, WorstBlocksFitTheirNotes) {
  // Two bytes from ever new and far offsets: the most symbols for their bytes.
  Spelled spelled{tests::RandomBytes(kBlockBytes, 4), {{}}};
  for (std::size_t i = kBlockBytes; i < 2 * kBlockBytes; i += 2) {
    const std::size_t from = i * 7919 % (kBlockBytes - 2);
    spelled.bytes.push_back(spelled.bytes[from]);
    spelled.bytes.push_back(spelled.bytes[from + 1]);
    if (i == kBlockBytes) {
      spelled.blocks[0].push_back({kBlockBytes, 0, 0, 0});
      spelled.blocks.emplace_back();
    }
    spelled.blocks[1].push_back({0, 2, static_cast<std::uint32_t>(i - from), 0});
  }
  const auto model = std::make_unique<Model>();
  StartModel(*model);
  History history;
  std::vector<std::uint32_t> notes(kNotesInBlock);
  for (std::size_t k = 0; k < 2; ++k) {
    const std::uint32_t* const end = NoteBlock(
        {spelled.bytes.data(), k * kBlockBytes, (k + 1) * kBlockBytes, spelled.blocks[k], false},
        *model, history, notes.data());
    EXPECT_LE(static_cast<std::size_t>(end - notes.data()), kNotesInBlock);
  }
  const Bytes code = Encode(spelled);
  Bytes target(spelled.bytes.size());
  ASSERT_TRUE(Decode(code, target));
  EXPECT_TRUE(target == spelled.bytes);
}

TEST(Sequences, DamageIsFoundOrStaysInsideAndIsJudgedAlikeUnderEveryTarget) {
  const Spelled spelled = Spell(3000, 5);
  const Bytes good = Encode(spelled);
  std::vector<std::vector<Bytes>> all;
  tests::ForEachTarget([&] {
    std::mt19937 random(6);
    std::vector<Bytes> outcomes;
    for (int trial = 0; trial < 200; ++trial) {
      Bytes bad = good;
      bad[random() % bad.size()] ^= static_cast<std::uint8_t>(1u << random() % 8);
      if (trial % 3 == 0) bad.resize(random() % bad.size());
      // Canaries on both sides.
      Bytes memory(spelled.bytes.size() + 128, 0xEE);
      const bool accepted = Decode(bad, std::span(memory).subspan(64, spelled.bytes.size()));
      EXPECT_TRUE(
          std::all_of(memory.begin(), memory.begin() + 64, [](auto b) { return b == 0xEE; }));
      EXPECT_TRUE(std::all_of(memory.end() - 64, memory.end(), [](auto b) { return b == 0xEE; }));
      outcomes.push_back(accepted ? memory : Bytes{});
    }
    all.push_back(outcomes);
    EXPECT_EQ(outcomes, all.front());
  });
}

}  // namespace
}  // namespace sigma::kernels::adaptive
