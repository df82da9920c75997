// The lazy parser (levels 4 and 5): the engine's side of kernels/lz/rows, which looks at every position
// for a match among rows of hashed positions, two small tables and the last offsets.
#include <algorithm>
#include <bit>
#include <cassert>

#include "engine/coder/lz/parsers/match.h"
#include "engine/coder/lz/parsers/parser.h"
#include "kernels/lz/rows.h"

namespace sigma::lz {
namespace {

unsigned Log(std::size_t count) { return static_cast<unsigned>(std::bit_width(count)) - 1; }

}  // namespace

std::size_t ParseLazyRows(const Range& range, const Params& params, const Tables& tables,
                          Sequence* out) {
  const kernels::lz::RowTables rows{tables.long_hash.data(),
                                    tables.short_hash.data(),
                                    tables.near_hash.data(),
                                    PositionLog(range.source.size()),
                                    Log(tables.long_hash.size() / kernels::lz::kRow),
                                    Log(tables.short_hash.size()),
                                    Log(tables.near_hash.size())};
  const bool sections = params.form == Form::kSections;
  const kernels::lz::RowSearch search{std::clamp<unsigned>(params.min_match, 5, 8),
                                      std::min<unsigned>(params.attempts, kernels::lz::kRow),
                                      params.skip_log,
                                      sections ? kMinMatch : kRawMinMatch,
                                      params.nice,
                                      params.waits,
                                      sections ? kMaxOffset : kRawMaxOffset,
                                      !sections || params.sequence_price != 0};
  return kernels::lz::ParseRows(range.source.data(), range.begin, range.end, rows, search, out);
}

}  // namespace sigma::lz
