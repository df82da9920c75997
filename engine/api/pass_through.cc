#include "engine/api/pass_through.h"

#include <algorithm>

#include "engine/format/stream_format.h"
#include "engine/memory/buffer.h"
#include "engine/pipeline/decode_stages.h"

namespace sigma {

Result<bool> PeekedSource::BeginsWithStream() {
  std::array<std::uint8_t, 4> front{};
  const Result<std::size_t> got =
      source_.Seekable() ? source_.ReadAt(0, front) : source_.Read(front);
  if (!got) return got.failure();
  if (!source_.Seekable()) {
    taken_ = front;
    to_ = *got;
  }
  // With the magic there it is a stream, whatever else is wrong with it.
  const auto header = ParseStreamHeader(ByteView{front}.first(*got));
  return *got == front.size() && (header || header.error().code != ErrorCode::kNotSigma);
}

Result<std::size_t> PeekedSource::Read(MutableBytes target) {
  const std::size_t known = std::min(target.size(), to_ - from_);
  std::copy_n(taken_.begin() + static_cast<std::ptrdiff_t>(from_), known, target.begin());
  from_ += known;
  if (known == target.size()) return known;
  const Result<std::size_t> got = source_.Read(target.subspan(known));
  if (!got) return got.failure();
  return known + *got;
}

Result<Summary> PassThrough(Source& source, Sink& sink, const Options& options,
                            const Observer& observer) {
  constexpr std::size_t kPiece = std::size_t{128} << 10;
  Buffer buffer(kPiece);
  Summary summary;
  for (bool more = true; more;) {
    const Result<std::size_t> got = source.Read(buffer.bytes());
    if (!got) return got.failure();
    more = *got == kPiece;
    if (options.output_limit != 0 && *got > options.output_limit - summary.original) {
      return Fail(ErrorCode::kLimit, OutputLimitText(options.output_limit), options.output_limit);
    }
    if (Result<void> written = sink.Write(buffer.view().first(*got)); !written) {
      return written.failure();
    }
    summary.original += *got;
    if (observer && !observer(Progress{summary.original, summary.original,
                                       source.Size().value_or(0), summary.original})) {
      return Fail(ErrorCode::kCancelled, "cancelled");
    }
  }
  if (Result<void> finished = sink.Finish(); !finished) return finished.failure();
  summary.compressed = summary.original;
  summary.threads = 1;
  summary.in_flight = 1;
  return summary;
}

}  // namespace sigma
