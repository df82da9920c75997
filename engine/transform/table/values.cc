// The lines' values as columns. A slot's state is its only value so far; a shape says for all its
// lines at once where they differ, so that values that never change are never read. The rest are
// read line by line and written column by column.
#include <algorithm>
#include <cstring>

#include "engine/transform/table/layout.h"
#include "engine/transform/table/lines.h"

namespace sigma::table {
namespace {

// Most slots of templates with several lines.
constexpr std::size_t kMaxStates = 4 * kMaxSlots;

}  // namespace

bool Lines::HasSlotByte(ValueToken token) const {
  if (token.is_number()) return false;
  const ByteView bytes = source_.subspan(token.begin(), size(token));
  return std::ranges::find(bytes, kSlot) != bytes.end();
}

// One more value of a slot.
inline void Lines::Merge(std::uint32_t& state, ValueToken token) const {
  if (state == token.packed || state == kVarying) return;
  const ValueToken first{state};
  if (state == kUnknown) {
    state = !clean_ && HasSlotByte(token) ? kVarying : token.packed;
    return;
  }
  if (!first.is_number() && !token.is_number() && first.cut_size() == token.cut_size()) {
    const std::size_t bytes = size(token);
    if (size(first) == bytes &&
        std::memcmp(source_.data() + first.begin(), source_.data() + token.begin(), bytes) == 0) {
      return;
    }
  }
  state = kVarying;
}

bool Lines::FindColumns() {
  std::size_t states = 0;
  for (LineTemplate& line_template : templates_.first(count_)) {
    line_template.states = static_cast<std::uint32_t>(states);
    if (has_columns(line_template)) states += line_template.slots;
  }
  if (states > kMaxStates) return false;
  state_memory_ = pool_.AcquireFor<std::uint32_t>(states);
  states_ = state_memory_.As<std::uint32_t>(states);
  std::ranges::fill(states_, kUnknown);
  for (const LineShape& shape : shapes_.all()) {
    const LineTemplate& line_template = templates_[shape.line_template];
    if (!has_columns(line_template)) continue;
    const std::span<const ShapeSlot> slots = shapes_.slots(shape);
    std::uint32_t* const state = &states_[line_template.states];
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
      if (!shapes_.IsConstant(shape, slots[slot])) {
        state[slot] = kVarying;
      } else {
        Merge(state[slot], Token(shape.begin + slots[slot].offset, slots[slot].size));
      }
    }
  }
  const ValueToken* token = tokens_.data();
  for (const std::uint32_t entry : lines_.first(line_count_)) {
    if (entry < kDirect) continue;
    const LineTemplate& line_template = templates_[entry - kDirect];
    ++token;
    if (has_columns(line_template)) {
      std::uint32_t* const state = &states_[line_template.states];
      for (std::size_t slot = 0; slot < line_template.slots; ++slot)
        Merge(state[slot], token[slot]);
    }
    token += line_template.slots;
  }
  return true;
}

void Lines::FillColumns(std::span<const std::uint32_t> begins, std::span<ValueToken> values) {
  // Only the slots of columns are left of the shapes'.
  for (LineShape& shape : shapes_.all()) {
    const LineTemplate& line_template = templates_[shape.line_template];
    const std::span<ShapeSlot> slots = shapes_.slots(shape);
    std::uint32_t kept = 0;
    for (std::size_t slot = 0; slot < slots.size() && has_columns(line_template); ++slot) {
      if (states_[line_template.states + slot] == kVarying) slots[kept++] = slots[slot];
    }
    shape.slot_count = kept;
  }
  BufferPool::Lease lease = pool_.AcquireFor<std::uint32_t>(count_);
  const auto rows = lease.As<std::uint32_t>(count_);  // the next of each template
  std::ranges::fill(rows, 0u);
  const ValueToken* token = tokens_.data();
  std::size_t begin = 0;
  const std::span<const LineShape> shapes = shapes_.all();
  for (const std::uint32_t entry : lines_.first(line_count_)) {
    if (entry < kDirect) {
      const LineShape& shape = shapes[entry];
      const std::size_t step = templates_[shape.line_template].rows;
      ValueToken* to = values.data() + begins[shape.line_template] + rows[shape.line_template]++;
      for (const ShapeSlot slot : shapes_.slots(shape)) {
        *to = Token(begin + slot.offset, slot.size);
        to += step;
      }
      begin += shape.size + 1;
      continue;
    }
    const LineTemplate& line_template = templates_[entry - kDirect];
    begin += token->packed + 1;
    ++token;
    if (has_columns(line_template)) {
      ValueToken* to = values.data() + begins[entry - kDirect] + rows[entry - kDirect]++;
      for (std::size_t slot = 0; slot < line_template.slots; ++slot) {
        if (states_[line_template.states + slot] != kVarying) continue;
        *to = token[slot];
        to += line_template.rows;
      }
    }
    token += line_template.slots;
  }
}

}  // namespace sigma::table
