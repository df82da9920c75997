// One field of all records as a column of integers: put together from byte planes, predicted or
// restored with the vector kernels, and split again. Two leases of the worker's pool, made once for
// the widest field and used for one field after the other. Not thread-safe.
#ifndef SIGMA_TRANSFORM_RECORDS_COLUMN_H_
#define SIGMA_TRANSFORM_RECORDS_COLUMN_H_

#include <array>
#include <cstddef>

#include "engine/memory/buffer_pool.h"
#include "engine/transform/records/layout.h"
#include "sigma/result.hpp"

namespace sigma::records {

// The planes of one field, least significant first; any beyond its width are ignored.
using FieldSpans = std::array<MutableBytes, 8>;
using FieldViews = std::array<ByteView, 8>;

class Column {
 public:
  // `bytes` of the widest field's integers.
  Column(std::size_t bytes, BufferPool& pool)
      : first_(pool.Acquire(bytes)), second_(pool.Acquire(bytes)) {}

  void Load(const FieldViews& planes, std::size_t width, std::size_t records);
  // Little-endian integers side by side, for a field that is only stored.
  void Take(ByteView integers);
  [[nodiscard]] ByteView bytes() const { return now_; }
  void Store(const FieldSpans& planes, std::size_t width) const;

  // Less, or plus, the integers of another field of the same width; after Load only.
  void Subtract(const FieldViews& planes, std::size_t width);
  void Add(const FieldViews& planes, std::size_t width);
  // By the field's predictor and zigzag, and back.
  void Predict(const Field& field);
  void Restore(const Field& field);

 private:
  void Difference(std::size_t width, std::size_t lag);

  BufferPool::Lease first_;
  BufferPool::Lease second_;
  MutableBytes now_;
  MutableBytes spare_;
};

}  // namespace sigma::records

#endif  // SIGMA_TRANSFORM_RECORDS_COLUMN_H_
