// The registry: one row a transform, in the order of the wire ids.
#include "engine/transform/transform.h"

#include "engine/transform/branch.h"
#include "engine/transform/delta.h"
#include "engine/transform/dictionary.h"
#include "engine/transform/exe.h"
#include "engine/transform/float.h"
#include "engine/transform/pages.h"
#include "engine/transform/pcm.h"
#include "engine/transform/raster.h"
#include "engine/transform/records.h"
#include "engine/transform/split.h"
#include "engine/transform/table.h"

namespace sigma {

std::span<const TransformRow> Transforms() {
  static const std::array rows = {
      DeltaTransform(),  SplitTransform(),      RecordsTransform(), RasterTransform(),
      PcmTransform(),    FloatTransform(),      ExeTransform(),     TableTransform(),
      BranchTransform(), DictionaryTransform(), PagesTransform(),
  };
  return rows;
}

const TransformRow* FindTransform(std::uint8_t id) {
  for (const TransformRow& row : Transforms()) {
    if (static_cast<std::uint8_t>(row.id) == id) return &row;
  }
  return nullptr;
}

}  // namespace sigma
