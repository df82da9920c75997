// Forward counts the values in an open-addressing hash table, sorts the list and looks every value
// up again; it gives up at the first value too many, so a source that does not suit costs little.
// The order of the list puts the frequent values below 256, so that the high bytes are nearly all
// zero, and keeps runs of ascending values, which code well themselves.
#include "engine/transform/dictionary.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>

#include "kernels/endian.h"

namespace sigma {
namespace {

constexpr std::size_t kByteEntries = 256;
constexpr std::size_t kIntegersPerValue = 4;
constexpr std::size_t kFewest = 4;  // values for which any source is large enough
constexpr std::uint32_t kEmpty = ~0u;
// Slots passed by for each value: with the table half full a value that is there passes half a
// slot. More is a source made to collide.
constexpr std::size_t kMostPassed = 8;

struct Entry {
  std::uint64_t value;
  std::uint32_t count;
  std::uint32_t slot;
};

// Slots hold the number of an entry; `passed` counts those passed by.
std::size_t FindSlot(std::uint64_t value, std::span<const std::uint32_t> slots,
                     std::span<const Entry> entries, std::size_t* passed) {
  // The upper bits of the product, as many as number the slots (their count is a power of two).
  const auto shift = static_cast<unsigned>(std::countl_zero(slots.size() - 1));
  std::size_t slot = static_cast<std::size_t>((value * 0x9E3779B97F4A7C15u) >> shift);
  while (slots[slot] != kEmpty && entries[slots[slot]].value != value) {
    slot = (slot + 1) & (slots.size() - 1);
    ++*passed;
  }
  return slot;
}

template <typename T>
bool ForwardOf(ByteView source, BufferPool& pool, SectionList& sections) {
  const std::size_t count = source.size() / sizeof(T);
  const std::size_t most = std::min(kMaxEntries, std::max(count / kIntegersPerValue, kFewest));
  const std::size_t size = std::bit_ceil(2 * most);
  auto slot_lease = pool.AcquireFor<std::uint32_t>(size);
  const auto slots = slot_lease.As<std::uint32_t>(size);
  auto entry_lease = pool.AcquireFor<Entry>(most);
  const auto entries = entry_lease.As<Entry>(most);
  std::ranges::fill(slots, kEmpty);
  std::size_t used = 0;
  std::size_t passed = 0;
  const std::size_t most_passed = kMostPassed * count + most;
  for (std::size_t i = 0; i < count; ++i) {
    const T value = kernels::LoadInteger<T>(source.data() + i * sizeof(T));
    const std::size_t slot = FindSlot(value, slots, entries, &passed);
    if (passed > most_passed) return false;
    if (slots[slot] != kEmpty) {
      ++entries[slots[slot]].count;
      continue;
    }
    if (used == most) return false;
    slots[slot] = static_cast<std::uint32_t>(used);
    entries[used++] = {value, 1, static_cast<std::uint32_t>(slot)};
  }
  const auto list = entries.first(used);
  std::ranges::sort(list, [](const Entry& a, const Entry& b) {
    const auto frequent = std::bit_width(a.count);
    const auto other = std::bit_width(b.count);
    return frequent != other ? frequent > other : a.value < b.value;
  });

  const std::size_t tail = source.size() % sizeof(T);
  const MutableBytes values =
      sections.Add(used * sizeof(T) + tail, {SectionKind::kIntegers, sizeof(T)});
  const MutableBytes low = sections.Add(count);
  const bool wide = used > kByteEntries;
  const MutableBytes high = wide ? sections.Add(count) : MutableBytes{};
  if (!sections.ok()) return false;
  for (std::size_t k = 0; k < used; ++k) {
    kernels::StoreInteger<T>(values.data() + k * sizeof(T), static_cast<T>(list[k].value));
    slots[list[k].slot] = static_cast<std::uint32_t>(k);
  }
  std::ranges::copy(source.last(tail), values.end() - static_cast<std::ptrdiff_t>(tail));
  for (std::size_t i = 0; i < count; ++i) {
    const T value = kernels::LoadInteger<T>(source.data() + i * sizeof(T));
    const std::uint32_t number = slots[FindSlot(value, slots, list, &passed)];
    low[i] = static_cast<std::uint8_t>(number);
    if (wide) high[i] = static_cast<std::uint8_t>(number >> 8);
  }
  return true;
}

bool Forward(ByteView source, const TransformParams& params, BufferPool& pool,
             SectionList& sections) {
  switch (params.bytes[0]) {
    case 1:
      return ForwardOf<std::uint16_t>(source, pool, sections);
    case 2:
      return ForwardOf<std::uint32_t>(source, pool, sections);
    default:
      return ForwardOf<std::uint64_t>(source, pool, sections);
  }
}

template <typename T>
Result<void> InverseOf(std::span<const ByteView> sections, MutableBytes target) {
  const std::size_t count = target.size() / sizeof(T);
  const std::size_t tail = target.size() % sizeof(T);
  if (sections.empty() || sections[0].size() % sizeof(T) != tail) {
    return Fail(ErrorCode::kCorrupt, "dictionary with a list of no valid size");
  }
  const std::size_t entries = sections[0].size() / sizeof(T);
  const bool wide = entries > kByteEntries;
  if (entries > kMaxEntries || sections.size() != (wide ? 3u : 2u) ||
      std::ranges::any_of(sections.subspan(1),
                          [&](ByteView plane) { return plane.size() != count; })) {
    return Fail(ErrorCode::kCorrupt, "dictionary with sections of the wrong sizes");
  }
  const std::uint8_t* low = sections[1].data();
  const std::uint8_t* high = wide ? sections[2].data() : nullptr;
  std::size_t greatest = 0;
  if (wide) {
    std::uint16_t most = 0;
    for (std::size_t i = 0; i < count; ++i) {
      most = std::max(most, static_cast<std::uint16_t>(low[i] | high[i] << 8));
    }
    greatest = most;
  } else {
    std::uint8_t most = 0;
    for (std::size_t i = 0; i < count; ++i) most = std::max(most, low[i]);
    greatest = most;
  }
  if (count != 0 && greatest >= entries) {
    return Fail(ErrorCode::kCorrupt, "dictionary entry beyond the list");
  }
  const std::uint8_t* values = sections[0].data();
  std::uint8_t* to = target.data();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t number = wide ? static_cast<std::size_t>(low[i] | high[i] << 8) : low[i];
    std::memcpy(to + i * sizeof(T), values + number * sizeof(T), sizeof(T));
  }
  std::ranges::copy(sections[0].last(tail), to + count * sizeof(T));
  return {};
}

Result<void> Inverse(std::span<const ByteView> sections, const TransformParams& params,
                     BufferPool& /*pool*/, MutableBytes target) {
  if (params.size != 1) return Fail(ErrorCode::kCorrupt, "dictionary without its parameter");
  switch (params.bytes[0]) {
    case 1:
      return InverseOf<std::uint16_t>(sections, target);
    case 2:
      return InverseOf<std::uint32_t>(sections, target);
    case 3:
      return InverseOf<std::uint64_t>(sections, target);
    default:
      return Fail(ErrorCode::kUnsupported, "dictionary of an unknown width");
  }
}

std::span<const TransformParams> Variants() {
  static const std::array<TransformParams, 3> all = {DictionaryParams(2), DictionaryParams(4),
                                                     DictionaryParams(8)};
  return all;
}

std::string Describe(const TransformParams& params) {
  return "dictionary" + std::to_string(8u << params.bytes[0]);
}

// The values and the table that finds them.
std::uint64_t Scratch(std::size_t size) {
  constexpr std::uint64_t kMost = 96u << 10;
  return std::min<std::uint64_t>(3 * std::uint64_t{size}, kMost);
}

}  // namespace

TransformParams DictionaryParams(std::size_t width) {
  assert(width == 2 || width == 4 || width == 8);
  TransformParams params;
  params.size = 1;
  params.bytes[0] = static_cast<std::uint8_t>(std::countr_zero(width));
  return params;
}

const TransformRow& DictionaryTransform() {
  static constexpr TransformRow row = {
      .id = kDictionaryId,
      .name = "dictionary",
      .variants = Variants,
      .describe = Describe,
      .forward = Forward,
      .inverse = Inverse,
      .work = 8,
      .scratch = Scratch,
  };
  return row;
}

}  // namespace sigma
