// Picks the parser of a level.
#include "engine/coder/lz/parsers/parser.h"

#include "engine/coder/lz/parsers/optimal.h"

namespace sigma::lz {

std::size_t ParseSequences(const Range& range, const Params& params, const Tables& tables,
                           Sequence* out) {
  switch (params.parser) {
    case Parser::kSingleProbe:
      return ParseSingleProbe(range, params, tables, out);
    case Parser::kFast:
      return ParseFast(range, params, tables, out);
    case Parser::kDoubleFast:
      return ParseDoubleFast(range, params, tables, out);
    case Parser::kLazyRows:
      return ParseLazyRows(range, params, tables, out);
    case Parser::kOptimal:
      return tables.optimal->Parse(range, out);
  }
  return 0;
}

}  // namespace sigma::lz
