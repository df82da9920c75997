// The registry: one row a transform, in the order of the wire ids.
#include "engine/transform/registry.h"

#include "engine/transform/code/branch.h"
#include "engine/transform/code/exe.h"
#include "engine/transform/delta.h"
#include "engine/transform/dictionary.h"
#include "engine/transform/floats/transform.h"
#include "engine/transform/pages.h"
#include "engine/transform/pcm/transform.h"
#include "engine/transform/raster/transform.h"
#include "engine/transform/records/transform.h"
#include "engine/transform/split.h"
#include "engine/transform/table/transform.h"

namespace sigma {

std::span<const TransformRow> Transforms() {
  static const std::array rows = {
      DeltaTransform(),        SplitTransform(),      records::Transform(), raster::Transform(),
      pcm::Transform(),        floats::Transform(),   code::ExeTransform(), table::Transform(),
      code::BranchTransform(), DictionaryTransform(), PagesTransform(),
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
