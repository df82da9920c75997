// Picks the parser of a level.
#include "engine/coder/lz_parser.h"

namespace sigma {

std::size_t ParseSequences(const LzRange& range, const LzParams& params, const LzTables& tables,
                           Sequence* out) {
  switch (params.parser) {
    case LzParser::kSingleProbe:
      return ParseSingleProbe(range, params, tables, out);
    case LzParser::kFast:
      return ParseFast(range, params, tables, out);
    case LzParser::kDoubleFast:
      return ParseDoubleFast(range, params, tables, out);
    case LzParser::kLazyRows:
      return ParseLazyRows(range, params, tables, out);
    case LzParser::kOptimal:
      return ParseOptimal(range, params, tables, out);
  }
  return 0;
}

}  // namespace sigma
