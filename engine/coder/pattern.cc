// PATTERN: bytes that repeat at a fixed distance, with the exceptions coded.
//
// The source is walked with a prediction for every byte; what it predicts costs nothing, the rest
// is a list of exceptions (gap of predicted bytes, length, literal bytes). Two predictions:
//   tile      byte i is tile[i mod period]: an exception does not disturb what follows (fills,
//   sparse data).
//             The tile is the majority byte of each phase (Boyer and Moore's vote, 1981: one pass,
//             and the true majority where one exists).
//   previous  byte i is byte i − period (zeros before the start): period 1 codes runs, larger
//   periods code
//             records that change slowly.
// All candidates are scanned and the one with the smallest exception list is coded. The gaps and
// lengths are varints in one stream, the literals are another; both go through the entropy coder.
//
// Payload: u8 prediction (0 tile, 1 previous) | varint period (1 … 4096) | tile: period bytes (tile
// only)
//        | varint control bytes | varint literal bytes | entropy stream: control | entropy stream:
//        literals
// Control: (varint gap, varint length)*; after the last one the prediction holds to the end.
//
// Cost: encode about 0.15 ns per byte and candidate where the prediction holds (word compares);
// decode is memcpy speed there. Scratch: 2 × source for the lists, which a scan gives up on once
// they cannot gain.
#include "engine/coder/pattern.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "engine/base/endian.h"
#include "engine/base/varint.h"
#include "engine/coder/entropy/stream.h"
#include "engine/memory/buffer.h"

namespace sigma {
namespace {

enum class Prediction : std::uint8_t { kTile = 0, kPrevious = 1 };

// Two exceptions closer than this become one: a new exception costs two control bytes.
constexpr std::size_t kMinGap = 3;
// A list this short is not worth a look at further predictions: constant fill, for one.
constexpr std::size_t kGoodEnough = 16;

// First index in [from, size) where `a` and `b` differ, else size. Reads up to 7 bytes after both.
std::size_t Mismatch(const std::uint8_t* a, const std::uint8_t* b, std::size_t from,
                     std::size_t size) {
  while (from < size) {
    std::uint64_t difference = LoadLE<std::uint64_t>(a + from) ^ LoadLE<std::uint64_t>(b + from);
    const std::size_t left = size - from;
    if (left < 8) difference &= (std::uint64_t{1} << 8 * left) - 1;
    if (difference != 0) return from + static_cast<std::size_t>(std::countr_zero(difference)) / 8;
    from += 8;
  }
  return size;
}

// The predicted bytes as one array beside the source: `size` bytes from Predictor::Fill on.
void MajorityTile(ByteView source, std::size_t period, MutableBytes tile, MutableBytes votes) {
  std::fill(votes.begin(), votes.end(), std::uint8_t{0});
  for (std::size_t begin = 0; begin < source.size(); begin += period) {
    const std::size_t count = std::min(period, source.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint8_t byte = source[begin + i];
      if (votes[i] == 0) {
        tile[i] = byte;
        votes[i] = 1;
      } else if (tile[i] != byte) {
        --votes[i];
      } else if (votes[i] != 255) {
        ++votes[i];
      }
    }
  }
}

// Extends the first `period` bytes of `bytes` periodically over all of it.
void RepeatPeriod(MutableBytes bytes, std::size_t period) {
  for (std::size_t done = std::min(period, bytes.size()); done < bytes.size();) {
    const std::size_t more = std::min(done, bytes.size() - done);
    std::memcpy(bytes.data() + done, bytes.data(), more);
    done += more;
  }
}

struct Exceptions {
  MutableBytes control;
  MutableBytes literals;
  std::size_t control_size = 0;
  std::size_t literal_size = 0;
  [[nodiscard]] std::size_t cost() const { return control_size + literal_size; }
};

// Lists where `source` differs from `predicted` (same size, both padded). False once the list costs
// `limit` bytes or more.
bool ListExceptions(ByteView source, const std::uint8_t* predicted, std::size_t limit,
                    Exceptions& list) {
  const std::uint8_t* bytes = source.data();
  const std::size_t size = source.size();
  list.control_size = 0;
  list.literal_size = 0;
  std::size_t done = 0;
  for (;;) {
    const std::size_t begin = Mismatch(bytes, predicted, done, size);
    if (begin == size) return true;
    // Extend over further mismatches until at least kMinGap bytes agree.
    std::size_t end = begin + 1;
    for (;;) {
      while (end < size && bytes[end] != predicted[end]) ++end;
      const std::size_t next = Mismatch(bytes, predicted, end, std::min(size, end + kMinGap));
      if (next >= std::min(size, end + kMinGap)) break;
      end = next + 1;
    }
    const std::size_t length = end - begin;
    if (list.cost() + 2 * kMaxVarint + length > limit) return false;
    list.control_size += WriteVarint(begin - done, list.control.data() + list.control_size);
    list.control_size += WriteVarint(length, list.control.data() + list.control_size);
    std::memcpy(list.literals.data() + list.literal_size, bytes + begin, length);
    list.literal_size += length;
    done = end;
  }
}

struct Candidate {
  Prediction prediction = Prediction::kTile;
  std::size_t period = 0;
};

// The cheapest of the candidates for a source, with its exceptions.
class PatternSearch {
 public:
  PatternSearch(ByteView source, BufferPool& pool)
      : source_(source),
        limit_(source.size()),
        predicted_lease_(pool.Acquire(source.size())),
        list_leases_{pool.Acquire(ListRoom()), pool.Acquire(ListRoom())},
        votes_lease_(pool.Acquire(kMaxPeriod)),
        predicted_(predicted_lease_.As<std::uint8_t>(source.size())) {}

  // Keeps the candidate if it is cheaper than those before it. False once one is good enough.
  bool Try(const Candidate& candidate) {
    const std::size_t period = candidate.period;
    Predict(candidate);
    const std::size_t fixed = candidate.prediction == Prediction::kTile ? period : 0;
    if (fixed >= limit_) return true;
    const std::size_t room = source_.size() + 2 * kMaxVarint;
    const MutableBytes memory = list_leases_[1 - kept_].As<std::uint8_t>(ListRoom());
    Exceptions list{memory.first(room), memory.subspan(room)};
    if (!ListExceptions(source_, predicted_.data(), limit_ - fixed, list)) return true;
    best_ = candidate;
    exceptions_ = list;
    limit_ = list.cost() + fixed;
    if (fixed != 0) std::copy_n(predicted_.begin(), period, tile_.begin());
    kept_ = 1 - kept_;
    return limit_ > kGoodEnough;
  }

  // Of period 0 if none was kept.
  [[nodiscard]] const Candidate& best() const { return best_; }
  [[nodiscard]] const Exceptions& exceptions() const { return exceptions_; }
  // Of the best one, if it predicts by one.
  [[nodiscard]] ByteView tile() const { return ByteView(tile_).first(best_.period); }

 private:
  [[nodiscard]] std::size_t ListRoom() const { return 2 * source_.size() + 4 * kMaxVarint; }
  void Predict(const Candidate& candidate) {
    const std::size_t period = candidate.period;
    if (candidate.prediction == Prediction::kTile) {
      MajorityTile(source_, period, predicted_.first(period),
                   votes_lease_.As<std::uint8_t>(period));
      RepeatPeriod(predicted_, period);
    } else {
      std::fill_n(predicted_.begin(), period, std::uint8_t{0});
      std::memcpy(predicted_.data() + period, source_.data(), source_.size() - period);
    }
  }

  ByteView source_;
  std::size_t limit_;  // bytes that the next one must stay below
  BufferPool::Lease predicted_lease_;
  std::array<BufferPool::Lease, 2> list_leases_;  // the best one's and the next one's in turn
  BufferPool::Lease votes_lease_;
  MutableBytes predicted_;
  std::size_t kept_ = 0;  // which of list_leases_ is the best one's
  Candidate best_;
  Exceptions exceptions_;
  std::array<std::uint8_t, kMaxPeriod> tile_;
};

}  // namespace

std::size_t EncodePattern(ByteView source, const CoderParams& params, BufferPool& pool,
                          MutableBytes target) {
  const std::size_t size = source.size();
  if (size < 16) return 0;
  const std::size_t hint = std::min<std::size_t>({params.pattern_period, kMaxPeriod, size / 2});
  PatternSearch search(source, pool);
  // Runs and constant fill always; the period that the classifier saw with both predictions.
  const bool good = !search.Try({Prediction::kPrevious, 1}) || !search.Try({Prediction::kTile, 1});
  if (!good && hint > 1 && search.Try({Prediction::kTile, hint})) {
    (void)search.Try({Prediction::kPrevious, hint});
  }
  const Candidate& best = search.best();
  if (best.period == 0) return 0;
  const Exceptions& list = search.exceptions();

  const std::size_t bound = 1 + 3 * kMaxVarint + best.period +
                            entropy::StreamBound(list.control_size) +
                            entropy::StreamBound(list.literal_size);
  auto payload_lease = pool.Acquire(bound);
  std::uint8_t* const payload = payload_lease.data();
  std::size_t written = 0;
  payload[written++] = static_cast<std::uint8_t>(best.prediction);
  written += WriteVarint(best.period, payload + written);
  if (best.prediction == Prediction::kTile) {
    std::ranges::copy(search.tile(), payload + written);
    written += best.period;
  }
  written += WriteVarint(list.control_size, payload + written);
  written += WriteVarint(list.literal_size, payload + written);
  const MutableBytes room{payload, bound};
  written += entropy::EncodeStream(list.control.first(list.control_size), params.lz.nesting_price,
                                   pool, room.subspan(written));
  written += entropy::EncodeStream(list.literals.first(list.literal_size), params.lz.nesting_price,
                                   pool, room.subspan(written));
  if (written >= size || written > target.size()) return 0;
  std::memcpy(target.data(), payload, written);
  return written;
}

namespace {

struct PatternHeader {
  Prediction prediction = Prediction::kTile;
  std::size_t period = 0;
  ByteView tile;
  std::size_t control_size = 0;
  std::size_t literal_size = 0;
  std::size_t bytes = 0;
};

Result<PatternHeader> ParsePatternHeader(ByteView source, std::size_t size) {
  PatternHeader header;
  std::size_t position = 0;
  if (source.empty()) return Fail(ErrorCode::kCorrupt, "a pattern section is empty", 0);
  if (source[0] > 1) {
    return Fail(ErrorCode::kUnsupported, "a pattern section has an unknown prediction", 0);
  }
  header.prediction = static_cast<Prediction>(source[position++]);
  const auto period = ParseVarint(source, &position);
  if (!period || *period == 0 || *period > std::min(kMaxPeriod, size)) {
    return Fail(ErrorCode::kCorrupt, "impossible period in a pattern section", position);
  }
  header.period = *period;
  if (header.prediction == Prediction::kTile) {
    if (source.size() - position < header.period) {
      return Fail(ErrorCode::kCorrupt, "a pattern section ends inside its tile", source.size());
    }
    header.tile = source.subspan(position, header.period);
    position += header.period;
  }
  const auto control = ParseVarint(source, &position);
  const auto literals = ParseVarint(source, &position);
  // An encoder lists less than it saves, so neither list is larger than the section it describes.
  if (!control || !literals || *control > size || *literals > size) {
    return Fail(ErrorCode::kCorrupt, "impossible list sizes in a pattern section", position);
  }
  header.control_size = *control;
  header.literal_size = *literals;
  header.bytes = position;
  return header;
}

// Fills target[from, to) from the prediction; everything before `from` is final.
void FillPredicted(const PatternHeader& header, MutableBytes target, std::size_t from,
                   std::size_t to) {
  const std::size_t period = header.period;
  std::size_t position = from;
  if (header.prediction == Prediction::kTile) {
    std::size_t phase = from % period;
    const std::size_t end = std::min(to, from + period);
    while (position < end) {
      const std::size_t count = std::min(end - position, period - phase);
      std::memcpy(target.data() + position, header.tile.data() + phase, count);
      position += count;
      phase = 0;
    }
    if (position < to) RepeatPeriod(target.subspan(from, to - from), period);
    return;
  }
  if (position < period) {
    const std::size_t end = std::min(to, period);
    std::memset(target.data() + position, 0, end - position);
    position = end;
  }
  if (position < to) {
    RepeatPeriod(target.subspan(position - period, to - position + period), period);
  }
}

}  // namespace

Result<void> DecodePattern(ByteView source, BufferPool& pool, MutableBytes target) {
  auto header = ParsePatternHeader(source, target.size());
  if (!header) return header.failure();
  auto control_lease = pool.Acquire(header->control_size);
  auto literal_lease = pool.Acquire(header->literal_size);
  const MutableBytes control = control_lease.As<std::uint8_t>(header->control_size);
  const MutableBytes literals = literal_lease.As<std::uint8_t>(header->literal_size);
  std::size_t position = header->bytes;
  for (const MutableBytes list : {control, literals}) {
    auto taken = entropy::DecodeStream(source.subspan(position), pool, list);
    if (!taken) {
      Unexpected failure = taken.failure();
      if (failure.error.offset != kNoPosition) failure.error.offset += position;
      return failure;
    }
    position += *taken;
  }
  if (position != source.size()) {
    return Fail(ErrorCode::kCorrupt, "bytes follow the end of a pattern section", position);
  }

  std::size_t next_control = 0;
  std::size_t next_literal = 0;
  std::size_t done = 0;
  while (next_control < control.size()) {
    const auto gap = ParseVarint(control, &next_control);
    const auto length = ParseVarint(control, &next_control);
    if (!gap || !length || *gap > target.size() - done || *length > target.size() - done - *gap ||
        *length > literals.size() - next_literal) {
      return Fail(ErrorCode::kCorrupt, "an exception of a pattern section reaches beyond it",
                  header->bytes);
    }
    FillPredicted(*header, target, done, done + *gap);
    done += *gap;
    std::memcpy(target.data() + done, literals.data() + next_literal, *length);
    done += *length;
    next_literal += *length;
  }
  if (next_literal != literals.size()) {
    return Fail(ErrorCode::kCorrupt, "a pattern section holds bytes that nothing uses",
                header->bytes);
  }
  FillPredicted(*header, target, done, target.size());
  return {};
}

std::uint64_t PatternEncodeScratch(const CoderParams&, std::size_t size) {
  return BufferFootprint(size) + 2 * BufferFootprint(2 * size + kCacheLine) +
         BufferFootprint(entropy::StreamBound(size) + 2 * kPad) + entropy::StreamScratch(size);
}

std::uint64_t PatternDecodeScratch(std::size_t size) {
  return 2 * BufferFootprint(size) + entropy::StreamScratch(size);
}

}  // namespace sigma
