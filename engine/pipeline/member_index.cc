#include "engine/pipeline/member_index.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

#include "engine/base/endian.h"
#include "engine/base/hash.h"
#include "engine/format/plan_format.h"
#include "engine/format/stream_format.h"
#include "engine/pipeline/chunk_codec.h"
#include "engine/pipeline/error_place.h"

namespace sigma {
namespace {

// Of the log: what is in memory under a limit beside an extension.
constexpr std::size_t kLogBlock = 24u << 10;
constexpr std::uint32_t kMostExtension = 16u << 10;
static_assert(kLogBlock + kMostExtension <= kMemberLogInLimit);
// Of the log in memory without a limit: two million members.
constexpr std::uint64_t kMostLog = 64u << 20;

// Columns of a coded block: larger ones gain nothing that counts, and while it is coded it is there
// four times, in the room of one chunk.
std::size_t BlockBytes(std::uint32_t chunk_size) {
  return std::min<std::size_t>(chunk_size / 4, 512u << 10);
}

// Of the log: | head bytes u32 | head | lengths of the columns u32 each | columns |
Bytes Packed(const MemberColumns& block) {
  std::array<std::uint8_t, kMostBlockHead> head;
  const std::size_t head_size = WriteBlockHead(block.head(false), head.data());
  Bytes packed(4 + head_size + 4 * kMemberColumns);
  packed.reserve(packed.size() + block.bytes());
  StoreLE(packed.data(), static_cast<std::uint32_t>(packed.size() + block.bytes()));
  std::memcpy(packed.data() + 4, head.data(), head_size);
  std::uint8_t* length = packed.data() + 4 + head_size;
  for (const Bytes& column : block.columns()) {
    StoreLE(length, static_cast<std::uint32_t>(column.size()));
    length += 4;
  }
  for (const Bytes& column : block.columns()) {
    packed.insert(packed.end(), column.begin(), column.end());
  }
  return packed;
}

void VisitPacked(ByteView packed, const std::function<bool(const Member&)>& visit) {
  std::size_t at = 0;
  const Result<MemberBlockHead> head = ParseBlockHead(packed.subspan(4), at);
  assert(head);
  at += 4;
  std::array<ByteView, kMemberColumns> columns;
  std::size_t begin = at + 4 * kMemberColumns;
  for (ByteView& column : columns) {
    column = packed.subspan(begin, LoadLE<std::uint32_t>(packed.data() + at));
    begin += column.size();
    at += 4;
  }
  (void)VisitColumns(*head, columns, visit);  // our own block
}

}  // namespace

MemberIndexWriter::MemberIndexWriter(const CompressionPlan& plan)
    : plan_(plan), scanner_(kMostExtension, [this](const Member& each) { return Found(each); }) {}

template <typename Act>
void MemberIndexWriter::Guarded(Act act) noexcept {
  if (dropped_) return;
  try {
    act();
  } catch (const std::bad_alloc&) {
    dropped_ = true;
    members_ = 0;
  }
}

void MemberIndexWriter::Pass(ByteView piece) noexcept {
  Guarded([&] { scanner_.Pass(piece); });
}

void MemberIndexWriter::PassZeros(std::uint64_t bytes) noexcept {
  Guarded([&] { scanner_.PassZeros(bytes); });
}

void MemberIndexWriter::Walk(Source& source, std::uint64_t begin, std::uint64_t end) noexcept {
  Guarded([&] {
    Bytes bytes;
    for (std::uint64_t at = begin; at < end && scanner_.state() == TarScanner::State::kWalking;) {
      // What lies before what is wanted is not looked at, so it may as well be zeros.
      const std::uint64_t wanted = std::clamp(scanner_.wanted(), at, end);
      scanner_.PassZeros(wanted - at);
      bytes.resize(
          static_cast<std::size_t>(std::min<std::uint64_t>(scanner_.wanted_size(), end - wanted)));
      const Result<std::size_t> got = source.ReadAt(wanted, bytes);
      if (!got || *got < bytes.size()) {
        GiveUp("no index of members: the archive cannot be read");
        return;
      }
      scanner_.Pass(bytes);
      at = wanted + bytes.size();
    }
  });
}

bool MemberIndexWriter::GiveUp(const char* why) {
  dropped_ = true;
  members_ = 0;
  note_ = why;
  return false;
}

bool MemberIndexWriter::Found(const Member& member) {
  if (block_.bytes() >= kLogBlock - (4u << 10) && !Log()) return false;
  block_.Add(member);
  ++members_;
  return true;
}

bool MemberIndexWriter::Log() {
  log_.push_back(Packed(block_));
  log_bytes_ += log_.back().size();
  block_.Clear(block_.end());
  if (log_bytes_ <= (plan_.limited ? 0 : kMostLog)) return true;
  if (!spill_) {
    Result<ScratchFile> made = ScratchFile::Create();
    if (!made) return GiveUp("no index of members: no temporary file can be made for it");
    spill_.emplace(std::move(*made));
  }
  for (const Bytes& packed : log_) {
    if (!spill_->Append(packed)) {
      return GiveUp("no index of members: its temporary file cannot be written");
    }
  }
  log_.clear();
  log_bytes_ = 0;
  return true;
}

Result<void> MemberIndexWriter::Write(std::uint64_t original, BufferPool& scratch,
                                      const std::function<Result<void>(ByteView)>& write) {
  Guarded([&] { scanner_.End(); });
  if (empty()) return {};
  if (scanner_.state() == TarScanner::State::kBroken) {
    note_ = "the index of members ends at byte " + std::to_string(scanner_.broken_at()) +
            ", where the archive does";
  }
  bool writing = false;
  try {
    return WriteBlocks(original, scratch, [&](ByteView frame) {
      writing = true;
      Result<void> written = write(frame);
      writing = false;
      return written;
    });
  } catch (const std::bad_alloc&) {
    // The sink's own is the run's; ours costs the rest of the index alone.
    if (writing) throw;
    note_ = "the index of members is left out, or ends early: out of memory";
    return {};
  }
}

Result<void> MemberIndexWriter::WriteBlocks(std::uint64_t original, BufferPool& scratch,
                                            const std::function<Result<void>(ByteView)>& write) {
  const std::size_t most = BlockBytes(plan_.chunk_size);
  MemberColumns block(0);
  std::uint64_t bytes = 0;
  bool full = false;
  std::optional<Unexpected> failure;
  const auto put = [&](bool last) {
    const Result<Bytes> frame = Frame(block, last, scratch);
    if (!frame) {
      failure = frame.failure();
      return false;
    }
    bytes += frame->size();
    full = bytes > original / kMostIndexShare;
    if (full) {
      note_ = "the index of members is left out, or ends early: it would be too large a part";
      return false;
    }
    written_ += block.head(last).members;
    if (Result<void> done = write(*frame); !done) failure = done.failure();
    return !failure;
  };
  const auto add = [&](const Member& member) {
    if (block.bytes() >= most) {
      if (!put(false)) return false;
      block.Clear(member.header);
    }
    block.Add(member);
    return true;
  };
  const auto done = [&] { return full || failure; };
  if (spill_) {
    std::array<std::uint8_t, 4> size;
    for (std::uint64_t at = 0; at < spill_->size() && !done();
         at += LoadLE<std::uint32_t>(size.data())) {
      Bytes packed;
      const bool read = spill_->ReadAt(at, size).has_value() &&
                        (packed.resize(LoadLE<std::uint32_t>(size.data())), true) &&
                        spill_->ReadAt(at, packed).has_value();
      if (!read) {
        note_ = "the index of members is left out, or ends early: its temporary file is gone";
        return {};
      }
      VisitPacked(packed, add);
    }
  }
  for (const Bytes& packed : log_) {
    if (!done()) VisitPacked(packed, add);
  }
  if (!done()) VisitPacked(Packed(block_), add);
  if (!done()) put(scanner_.state() == TarScanner::State::kEnded);
  if (failure) return *failure;
  return {};
}

Result<Bytes> MemberIndexWriter::Frame(const MemberColumns& block, bool last,
                                       BufferPool& scratch) const {
  PlanHeader table;
  table.count = kMemberColumns;
  Bytes coded;
  for (std::size_t i = 0; i < kMemberColumns; ++i) {
    const Bytes& column = block.columns()[i];
    PlanSection& section = table.sections[i];
    section.original = static_cast<std::uint32_t>(column.size());
    if (column.empty()) continue;
    Buffer raw(column.size());
    std::memcpy(raw.data(), column.data(), column.size());
    std::memset(raw.data() + column.size(), 0, kPad);
    Buffer target(column.size());
    const EncodedPayload payload =
        EncodeChunk(raw.view().first(column.size()), *plan_.level, plan_.choice, scratch,
                    target.bytes().first(column.size()));
    section.plan = payload.plan_id;
    section.coded = static_cast<std::uint32_t>(payload.size);
    if (plan_.verify) {
      std::memset(target.data() + payload.size, 0, kPad);
      const MutableBytes restored = raw.bytes().first(column.size());
      std::ranges::fill(restored, std::uint8_t{0});
      if (!DecodeChunk(section.plan, target.view().first(payload.size), scratch, restored) ||
          !std::ranges::equal(restored, column)) {
        return Fail(ErrorCode::kCorrupt,
                    "verification failed: the index of members does not restore (faulty memory, "
                    "or a defect of this program)");
      }
    }
    coded.insert(coded.end(), target.data(), target.data() + payload.size);
  }
  std::array<std::uint8_t, kMostBlockHead + PlanHeaderBound(0, kMemberColumns)> front;
  const std::size_t head = WriteBlockHead(block.head(last), front.data());
  const std::size_t front_size = head + WritePlanHeader(table, MutableBytes{front}.subspan(head));
  Hasher hasher;
  hasher.Add(ByteView{front}.first(front_size));
  hasher.Add(coded);
  UserDataHeader header{.type = kMemberIndexType,
                        .size = static_cast<std::uint32_t>(front_size + coded.size()),
                        .hash = hasher.Value()};
  std::array<std::uint8_t, kMaxFrameHeader> header_bytes;
  const std::size_t header_size = WriteUserDataHeader(header, header_bytes);
  Bytes frame(header_bytes.begin(), header_bytes.begin() + header_size);
  frame.insert(frame.end(), front.begin(), front.begin() + front_size);
  frame.insert(frame.end(), coded.begin(), coded.end());
  return frame;
}

Result<MemberIndexEnd> VisitMemberBlock(ByteView block, std::uint64_t begin, BufferPool& scratch,
                                        const std::function<bool(const Member&)>& visit) {
  std::size_t at = 0;
  const Result<MemberBlockHead> head = ParseBlockHead(block, at);
  if (!head) return head.failure();
  if (head->begin != begin) {
    return Fail(ErrorCode::kCorrupt,
                "a block of the index of members does not follow the one before it");
  }
  const Result<PlanHeader> table = ParsePlanHeader(block.subspan(at), kMostColumnBytes);
  if (!table) return Moved(table.error(), at);
  if (table->param_size != 0 || table->count != kMemberColumns) {
    return Fail(ErrorCode::kCorrupt,
                "the index of members has other columns than this version knows", at);
  }
  at += table->bytes;
  std::array<Buffer, kMemberColumns> buffers;
  std::array<ByteView, kMemberColumns> columns;
  for (std::size_t i = 0; i < kMemberColumns; ++i) {
    const PlanSection& section = table->sections[i];
    const ByteView coded = block.subspan(at, section.coded);
    if (section.original != 0) {
      Buffer padded(coded.size());
      std::memcpy(padded.data(), coded.data(), coded.size());
      std::memset(padded.data() + coded.size(), 0, kPad);
      buffers[i] = Buffer(section.original);
      const MutableBytes column = buffers[i].bytes().first(section.original);
      if (Result<void> restored =
              DecodeChunk(section.plan, padded.view().first(coded.size()), scratch, column);
          !restored) {
        return Moved(restored.error(), at);
      }
      columns[i] = column;
    }
    at += coded.size();
  }
  const Result<std::optional<std::uint64_t>> end = VisitColumns(*head, columns, visit);
  if (!end) return end.failure();
  return MemberIndexEnd{
      .found = true, .last = head->last, .stopped = !*end, .end = end->value_or(begin)};
}

Result<MemberIndexEnd> VisitMemberIndex(Source& source, const IndexedStream& stream,
                                        BufferPool& scratch,
                                        const std::function<bool(const Member&)>& visit) {
  MemberIndexEnd so_far;
  if (stream.footer.entries.size() < 2) return so_far;
  const SeekEntry& last = stream.footer.entries.back();
  std::uint64_t at = stream.begin + last.offset + last.stored;
  const std::uint64_t footer =
      stream.begin + stream.footer.stream_size - FooterSize(stream.footer.entries.size());
  while (at < footer && !so_far.stopped && !so_far.last) {
    std::array<std::uint8_t, kMaxFrameHeader> front;
    const Result<std::size_t> got = source.ReadAt(at, front);
    if (!got) return got.failure();
    const Result<UserDataHeader> header = ParseUserDataHeader(ByteView{front}.first(*got));
    if (!header) return Moved(header.error(), at);
    const std::uint64_t data = at + header->bytes;
    if (header->size > footer - std::min(data, footer)) {
      return Fail(ErrorCode::kCorrupt, "user data reaches into the footer", at);
    }
    at = data + header->size;
    if (header->type != kMemberIndexType) continue;
    Buffer block(header->size);
    const Result<std::size_t> read = source.ReadAt(data, block.bytes().first(header->size));
    if (!read) return read.failure();
    const ByteView bytes = block.view().first(header->size);
    if (*read < bytes.size() || Hash64(bytes) != header->hash) {
      return Fail(ErrorCode::kCorrupt, "the index of members is damaged: its hash differs", data);
    }
    const Result<MemberIndexEnd> visited = VisitMemberBlock(bytes, so_far.end, scratch, visit);
    if (!visited) return Moved(visited.error(), data);
    so_far = *visited;
  }
  return so_far;
}

}  // namespace sigma
