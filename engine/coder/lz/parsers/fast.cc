// The fast parsers (levels 1 to 3): the engine's side of kernels/lz/probe, which looks at one or two
// hash probes a position and, from level 2 on, at the last offset.
#include "engine/coder/lz/parsers/match.h"
#include "engine/coder/lz/parsers/parser.h"
#include "kernels/lz/probe.h"

namespace sigma::lz {
namespace {

kernels::lz::ProbeTables Probed(const Range& range, const Params& params, const Tables& tables) {
  return {tables.short_hash.data(), tables.long_hash.data(), params.hash_log, params.long_hash_log,
          PositionLog(range.source.size())};
}

kernels::lz::ProbeSearch Search(const Params& params) {
  return {params.min_match, params.skip_log,
          params.form == Form::kSections ? kMaxOffset : kRawMaxOffset,
          IsWide(params.form) ? kWideMinOffset : 1};
}

}  // namespace

std::size_t ParseSingleProbe(const Range& range, const Params& params, const Tables& tables,
                             Sequence* out) {
  return kernels::lz::ParseSingleProbes(range.source.data(), range.begin, range.end,
                                        Probed(range, params, tables), Search(params), out);
}

std::size_t ParseFast(const Range& range, const Params& params, const Tables& tables,
                      Sequence* out) {
  return kernels::lz::ParseFastProbes(range.source.data(), range.begin, range.end,
                                      Probed(range, params, tables), Search(params), out);
}

std::size_t ParseDoubleFast(const Range& range, const Params& params, const Tables& tables,
                            Sequence* out) {
  return kernels::lz::ParseDoubleFastProbes(range.source.data(), range.begin, range.end,
                                            Probed(range, params, tables), Search(params), out);
}

}  // namespace sigma::lz
