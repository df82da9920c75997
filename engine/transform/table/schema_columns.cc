// The second pass over the columns: joins planes, undoes differences and gives each operation its
// values. All sizes but those of texts are checked.
#include <algorithm>
#include <cstring>

#include "engine/transform/table/schema_builder.h"
#include "kernels/integers/delta.h"
#include "kernels/integers/planes.h"
#include "kernels/integers/zigzag.h"

namespace sigma::table {
namespace {

// Chunks are smaller (FORMAT.md), so no line is longer.
constexpr std::size_t kMostRoom = std::size_t{1} << 31;

void UndoDifferences(std::uint8_t* values, std::size_t rows, std::size_t log_width) {
  const std::size_t width = std::size_t{1} << log_width;
  const MutableBytes all(values, rows * width);
  kernels::integers::Unzigzag(all, width, all);
  kernels::integers::Undelta(all, width, all);
}

// How the numbers of a column are written.
Form FormOf(const Column& column) {
  const bool decimal = column.base == Base::kDecimal && !column.lengths;
  if (decimal && column.log_width == 0 && column.least <= 3) return Form::kSmall;
  if (decimal && column.log_width == 1 && column.least <= 4) return Form::kDecimal;
  return Form::kNumber;
}

}  // namespace

// Where the next column finds its values; the columns come in order.
class Schema::Placement {
 public:
  explicit Placement(const Builder& from);

  // Gives `op` the texts or numbers of `column`, of `rows` rows.
  Result<void> Place(const Column& column, std::size_t rows, Op& op) {
    if (column.base == Base::kText) return PlaceTexts(column, rows, op);
    PlaceNumbers(column, rows, op);
    return {};
  }
  // Whether the columns took all texts of the common section.
  [[nodiscard]] bool TextTaken() const { return text_at_ == schema_.text_ends_[0]; }

 private:
  Result<void> PlaceTexts(const Column& column, std::size_t rows, Op& op);
  void PlaceNumbers(const Column& column, std::size_t rows, Op& op);
  void PlaceOwn(const Column& column, std::size_t rows, Op& op);
  void PlaceOfGroup(const Column& column, std::size_t rows, Op& op);
  void CopyLengths(ByteView lengths, Op& op);

  const Builder& from_;
  Schema& schema_;
  std::uint8_t* free_;                                 // of the integers' memory
  std::array<std::uint8_t*, kGroups> group_values_{};  // of the next column
  std::size_t group_lengths_at_ = 0;
  std::size_t lengths_end_ = 0;  // so many are placed
  std::size_t section_ = 2;      // the next column's own
  std::size_t texts_ = 0;        // ends so far
  const std::uint8_t* text_at_;  // in the common section
};

Schema::Placement::Placement(const Builder& from) : from_(from), schema_(from.schema) {
  std::size_t group_bytes = 0;
  for (std::size_t group = 0; group < kGroups; ++group) {
    group_bytes += from.group_rows[group] << (group & 3);
  }
  schema_.integer_memory_ = from.pool.Acquire(from.integer_bytes + group_bytes);
  free_ = schema_.integer_memory_.data();
  for (std::size_t group = 0; group < kGroups; ++group) {
    const std::size_t width = std::size_t{1} << (group & 3);
    group_values_[group] = free_;
    const MutableBytes joined(free_, from.group_rows[group] * width);
    if (!joined.empty()) {
      kernels::integers::JoinPlanes(std::span(from.planes).subspan(group * 8, width), width, false,
                                    joined);
    }
    free_ += joined.size();
  }
  schema_.length_memory_ = from.pool.Acquire(from.all_lengths);
  schema_.lengths_ = {schema_.length_memory_.data(), from.all_lengths};
  const ByteView text = from.sections[from.own_end];
  text_at_ = text.data();
  schema_.text_ends_[texts_++] = text.data() + text.size();
}

Result<void> Schema::Placement::PlaceTexts(const Column& column, std::size_t rows, Op& op) {
  op.form = Form::kText;
  if (column.own) {
    const ByteView text = from_.sections[section_++];
    op.values = text.data();
    op.lengths = static_cast<std::uint32_t>(texts_);
    schema_.text_ends_[texts_++] = text.data() + text.size();
    return {};
  }
  // The column's texts end where as many separators as it has rows are before it.
  op.values = text_at_;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto* const stop = static_cast<const std::uint8_t*>(std::memchr(
        text_at_, from_.separator, static_cast<std::size_t>(schema_.text_ends_[0] - text_at_)));
    if (stop == nullptr) return Corrupt("table with missing text");
    text_at_ = stop + 1;
  }
  return {};
}

void Schema::Placement::PlaceNumbers(const Column& column, std::size_t rows, Op& op) {
  op.base = column.base;
  op.step = static_cast<std::uint8_t>(column.width());
  op.least = column.lengths ? kHasLengths : column.least;
  op.form = FormOf(column);
  if (column.own) {
    PlaceOwn(column, rows, op);
  } else {
    PlaceOfGroup(column, rows, op);
  }
}

void Schema::Placement::PlaceOwn(const Column& column, std::size_t rows, Op& op) {
  const std::size_t width = column.width();
  op.values = from_.sections[section_].data();
  if (column.planes) {
    kernels::integers::JoinPlanes(from_.sections.subspan(section_, width), width, false,
                                  {free_, rows * width});
  } else if (column.difference) {
    std::memcpy(free_, op.values, rows * width);
  }
  section_ += column.planes ? width : 1;
  if (column.planes || column.difference) {
    if (column.difference) UndoDifferences(free_, rows, column.log_width);
    op.values = free_;
    free_ += rows * width;
  }
  if (column.lengths) CopyLengths(from_.sections[section_++], op);
}

void Schema::Placement::PlaceOfGroup(const Column& column, std::size_t rows, Op& op) {
  std::uint8_t*& values = group_values_[column.group()];
  if (column.difference) UndoDifferences(values, rows, column.log_width);
  op.values = values;
  values += rows * column.width();
  if (!column.lengths) return;
  CopyLengths(from_.sections[from_.own_end + 1].subspan(group_lengths_at_, rows), op);
  group_lengths_at_ += rows;
}

void Schema::Placement::CopyLengths(ByteView lengths, Op& op) {
  op.lengths = static_cast<std::uint32_t>(lengths_end_);
  std::ranges::copy(lengths, schema_.lengths_.begin() + static_cast<std::ptrdiff_t>(lengths_end_));
  lengths_end_ += lengths.size();
}

Result<void> Schema::Builder::PlaceColumns() {
  Placement placement(*this);
  std::size_t op = 0;
  bool begins = true;  // a template
  const auto done = ForEachOp([&](std::size_t place, std::size_t literal, std::size_t literal_size,
                                  const Column* column) -> Result<void> {
    Program& program = schema.programs_[place];
    if (begins) program.first = static_cast<std::uint32_t>(op);
    const std::size_t room = program.room + literal_size + kMaxNumber;
    if (room > kMostRoom) return Corrupt("table with a template too long");
    program.room = static_cast<std::uint32_t>(room);
    begins = column == nullptr;
    Op& out = schema.ops_[op++];
    out = {nullptr,
           schema.templates_.data() + literal,
           static_cast<std::uint32_t>(literal_size),
           0,
           Form::kEnd,
           0,
           0,
           Base::kText};
    return begins ? Result<void>{} : placement.Place(*column, program.rows, out);
  });
  if (!done) return done;
  if (!placement.TextTaken()) return Corrupt("table with text left over");
  if (std::ranges::any_of(schema.lengths_, [](std::uint8_t size) { return size > kMaxLeast; })) {
    return Corrupt("table with a number too long");
  }
  return {};
}

}  // namespace sigma::table
