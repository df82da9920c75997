// The pool on the pipeline's own requests: every acquisition and release of encoding (and decoding)
// a source chunk by chunk is recorded, then replayed. Against a fixed pool of 32 buffers of the
// same mean size it shows the peak, against the encoder's time what the pool costs.
//
//   pool_kib        peak of the adaptive pool
//   leased_kib      the most that was ever leased at once: no pool can hold less
//   buffers         that it holds
//   leases          the most that were ever held at once: no pool can hold fewer buffers
//   fixed_kib       32 equal buffers, each of which serves every request of the trace
//   saving_percent  of the peak against those
//   mean_kib        32 buffers of the adaptive pool's own mean size
//   saving_mean     of the peak against those, percent
//   cost_percent    time of all requests in percent of the time of the coding they serve
//   warm_up         replays until one allocates nothing
//   allocations     of the kReplays after that

#include <chrono>
#include <vector>

#include "engine/pipeline/chunk_codec.h"
#include "tests/data.h"

namespace sigma::benchmarks {
namespace {

constexpr std::size_t kFixedBuffers = 32;
constexpr int kReplays = 20;
constexpr std::size_t kSourceBytes = std::size_t{16} << 20;

struct Event {
  std::size_t bytes = 0;
  std::uint32_t place = 0;  // of the lease, while it is held
  bool acquired = false;
};

// Gives each lease a place that is free at its time.
class Trace {
 public:
  static void Record(void* self, bool acquired, std::size_t bytes) {
    static_cast<Trace*>(self)->Add(acquired, bytes);
  }
  std::vector<Event> events;
  std::size_t places = 0;

 private:
  void Add(bool acquired, std::size_t bytes) {
    std::size_t place = 0;
    const std::size_t wanted = acquired ? 0 : bytes + 1;
    while (place < held_.size() && held_[place] != wanted) ++place;
    if (place == held_.size()) held_.push_back(0);
    held_[place] = acquired ? bytes + 1 : 0;
    places = held_.size();
    events.push_back({bytes, static_cast<std::uint32_t>(place), acquired});
  }
  std::vector<std::size_t> held_;  // bytes + 1 of each place, 0 = free
};

struct Recording {
  Trace trace;
  double coding_seconds = 0;
};

Bytes Source() {
  Bytes source;
  for (const tests::CorpusFile& file : tests::Corpus(std::size_t{4} << 20)) {
    source.insert(source.end(), file.bytes.begin(), file.bytes.end());
  }
  if (source.empty()) source = tests::Generate(tests::Kind::kMixed, kSourceBytes);
  source.resize(std::min(source.size(), kSourceBytes));
  return source;
}

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Codes the source twice: once recorded, once timed.
Recording RecordRun(const LevelRow& level, bool decode) {
  static const Bytes source = Source();
  Recording recording;
  Buffer chunk(level.chunk_size);
  Buffer payload(level.chunk_size);
  Buffer restored(level.chunk_size);
  BufferPool recorded;
  BufferPool timed;
  recorded.Record(Trace::Record, &recording.trace);
  BufferPool other;
  for (std::size_t begin = 0; begin < source.size(); begin += level.chunk_size) {
    const std::size_t size = std::min<std::size_t>(level.chunk_size, source.size() - begin);
    std::copy_n(source.data() + begin, size, chunk.data());
    const ByteView raw{chunk.data(), size};
    const auto encode = [&](BufferPool& pool) {
      return EncodeChunk(raw, level, StrategyChoice::kAuto, pool, payload.bytes());
    };
    EncodedPayload coded = encode(decode ? other : recorded);
    const auto restore = [&](BufferPool& pool) {
      if (!DecodeChunk(coded.plan_id, payload.view().first(coded.size), pool,
                       restored.bytes().first(size))) {
        std::abort();
      }
    };
    if (decode) restore(recorded);
    const double begun = Now();
    if (decode) {
      restore(timed);
    } else {
      coded = encode(timed);
    }
    recording.coding_seconds += Now() - begun;
  }
  return recording;
}

void Replay(const Trace& trace, BufferPool& pool, std::vector<BufferPool::Lease>& leases) {
  for (const Event& event : trace.events) {
    if (event.acquired) {
      leases[event.place] = pool.Acquire(event.bytes);
    } else {
      leases[event.place].Release();
    }
  }
}

void Report(const LevelRow& level, bool decode) {
  const Recording recording = RecordRun(level, decode);
  BufferPool pool;
  std::vector<BufferPool::Lease> leases(recording.trace.places);
  Replay(recording.trace, pool, leases);
  const auto peak = static_cast<double>(pool.counters().peak_bytes);
  const auto buffers = static_cast<double>(pool.buffers());
  int warm_up = 0;
  std::uint64_t overflows = 0;
  do {
    overflows = pool.counters().overflows;
    Replay(recording.trace, pool, leases);
    ++warm_up;
  } while (pool.counters().overflows != overflows && warm_up < kReplays);
  double best = 1e9;
  for (int i = 0; i < kReplays; ++i) {
    const double begun = Now();
    Replay(recording.trace, pool, leases);
    best = std::min(best, Now() - begun);
  }
  std::size_t largest = 0;
  for (const Event& event : recording.trace.events) largest = std::max(largest, event.bytes);
  const auto fixed = static_cast<double>(kFixedBuffers * BufferFootprint(largest));
  const double mean = peak / buffers * static_cast<double>(kFixedBuffers);
  const auto requests = static_cast<double>(recording.trace.events.size() / 2);
  std::printf(
      "{\"level\":%d,\"direction\":\"%s\",\"requests\":%.0f,\"pool_kib\":%.0f,\"leased_kib\":%.0f,"
      "\"buffers\":%.0f,\"leases\":%zu,"
      "\"fixed_kib\":%.0f,\"saving_percent\":%.1f,\"mean_kib\":%.0f,\"saving_mean\":%.1f,\"ns_per_"
      "request\":%.1f,\"cost_percent\":%.4f,\"warm_up\":%d,"
      "\"allocations\":%llu}\n",
      level.level, decode ? "decode" : "encode", requests, peak / 1024,
      static_cast<double>(pool.peak_leased()) / 1024, buffers, recording.trace.places, fixed / 1024,
      100 * (1 - peak / fixed), mean / 1024, 100 * (1 - peak / mean), 1e9 * best / requests,
      100 * best / recording.coding_seconds, warm_up,
      static_cast<unsigned long long>(pool.counters().overflows - overflows));
}

}  // namespace
}  // namespace sigma::benchmarks

int main(int argc, char** argv) {
  std::vector<int> levels;
  for (int i = 1; i < argc; ++i) levels.push_back(std::atoi(argv[i]));
  if (levels.empty()) levels = {1, 2, 3, 4, 5};
  for (const int level : levels) {
    const sigma::LevelRow* const row = sigma::FindLevel(level);
    if (row == nullptr) return 1;
    sigma::benchmarks::Report(*row, false);
    sigma::benchmarks::Report(*row, true);
  }
  return 0;
}
