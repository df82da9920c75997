#include "engine/archive/member_columns.h"

#include <algorithm>
#include <cstring>
#include <tuple>

#include "engine/archive/tar_header.h"
#include "engine/base/varint.h"
#include "engine/format/cursor.h"

namespace sigma {
namespace {

// In the order of the block; SPEC.md says what is in them.
enum Column : std::size_t {
  kKinds,
  kHeaders,
  kSizes,
  kModes,
  kTimes,
  kOwners,
  kShared,
  kNames,
  kLinks,
  kMore,
  kOwnerTable
};
static_assert(kOwnerTable + 1 == kMemberColumns);

constexpr std::uint64_t kMost = std::uint64_t{1} << 60;
constexpr std::uint64_t kAny = ~std::uint64_t{0};

constexpr std::uint8_t kLastFlag = 1;

// A table that is searched stays short: what is not in it is written again.
constexpr std::size_t kMostOwners = 64;

std::uint64_t ZigZag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t UnZigZag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

bool Links(char kind) { return kind == '1' || kind == '2'; }
bool IsDevice(char kind) { return kind == '3' || kind == '4'; }

// In the column.
std::string_view TakeText(Cursor& from, ByteView column) {
  const ByteView rest = column.subspan(from.position());
  const void* const end = rest.empty() ? nullptr : std::memchr(rest.data(), 0, rest.size());
  const std::size_t size =
      end == nullptr
          ? rest.size()
          : static_cast<std::size_t>(static_cast<const std::uint8_t*>(end) - rest.data());
  const ByteView text = from.Take(size + 1);
  if (text.empty()) return {};
  return {reinterpret_cast<const char*>(text.data()), size};
}

}  // namespace

void MemberColumns::Clear(std::uint64_t begin) {
  for (Bytes& column : columns_) column.clear();
  bytes_ = 0;
  begin_ = end_ = begin;
  members_ = 0;
  name_.clear();
  mtime_ = 0;
  owners_.clear();
}

void MemberColumns::Add(const Member& member) {
  columns_[kKinds].push_back(static_cast<std::uint8_t>(member.kind));
  ++bytes_;
  PutNumber(kHeaders, (member.data - member.header) / kTarBlock);
  PutNumber(kSizes, member.stored);
  PutNumber(kModes, member.mode);
  // Modulo 2^64, as the difference of any two times is.
  PutNumber(kTimes, ZigZag(static_cast<std::int64_t>(static_cast<std::uint64_t>(member.mtime) -
                                                     static_cast<std::uint64_t>(mtime_))));
  mtime_ = member.mtime;
  Owner owner{member.owner_id, member.group_id, member.owner, member.group};
  const auto known = std::ranges::find(owners_, owner);
  PutNumber(kOwners, static_cast<std::uint64_t>(known - owners_.begin()));
  if (known == owners_.end()) {
    PutNumber(kOwnerTable, owner.owner_id);
    PutNumber(kOwnerTable, owner.group_id);
    PutText(kOwnerTable, owner.owner);
    PutText(kOwnerTable, owner.group);
    if (owners_.size() < kMostOwners) owners_.push_back(std::move(owner));
  }
  const std::size_t shared =
      static_cast<std::size_t>(std::ranges::mismatch(name_, member.name).in1 - name_.begin());
  PutNumber(kShared, shared);
  PutText(kNames, std::string_view(member.name).substr(shared));
  name_ = member.name;
  if (Links(member.kind)) PutText(kLinks, member.link);
  if (member.kind == 'S') PutNumber(kMore, member.size);
  if (IsDevice(member.kind)) {
    PutNumber(kMore, member.device_major);
    PutNumber(kMore, member.device_minor);
  }
  end_ = member.data + RoundUpToBlock(member.stored);
  ++members_;
}

void MemberColumns::PutNumber(std::size_t column, std::uint64_t value) {
  std::array<std::uint8_t, kMaxVarint> bytes;
  const std::size_t size = WriteVarint(value, bytes.data());
  columns_[column].insert(columns_[column].end(), bytes.begin(), bytes.begin() + size);
  bytes_ += size;
}

void MemberColumns::PutText(std::size_t column, std::string_view text) {
  columns_[column].insert(columns_[column].end(), text.begin(), text.end());
  columns_[column].push_back(0);
  bytes_ += text.size() + 1;
}

Result<std::optional<std::uint64_t>> VisitColumns(
    const MemberBlockHead& head, const std::array<ByteView, kMemberColumns>& columns,
    const std::function<bool(const Member&)>& visit) {
  const auto corrupt = [] {
    return Fail(ErrorCode::kCorrupt, "the index of members holds what cannot be");
  };
  if (columns[kKinds].size() != head.members) return corrupt();
  std::vector<Cursor> at(columns.begin(), columns.end());
  const auto number = [&](std::size_t column, std::uint64_t most) {
    return at[column].ReadVarint<std::uint64_t>(most);
  };
  std::vector<Owner> owners;
  std::uint64_t last_owner = 0;
  Member member;
  std::uint64_t end = head.begin;
  for (std::uint32_t i = 0; i < head.members; ++i) {
    member.kind = static_cast<char>(at[kKinds].Read<std::uint8_t>());
    member.header = end;
    member.data = end + kTarBlock * number(kHeaders, kMost / kTarBlock);
    member.stored = number(kSizes, kMost / 4);
    member.size = member.stored;
    member.mode = static_cast<std::uint32_t>(number(kModes, 07777));
    member.mtime =
        static_cast<std::int64_t>(static_cast<std::uint64_t>(member.mtime) +
                                  static_cast<std::uint64_t>(UnZigZag(number(kTimes, kAny))));
    const std::uint64_t owner = number(kOwners, owners.size());
    if (owner < owners.size()) {
      // Most have that of the member before.
      if (i == 0 || owner != last_owner) {
        const Owner& known = owners[static_cast<std::size_t>(owner)];
        std::tie(member.owner_id, member.group_id, member.owner, member.group) =
            std::tie(known.owner_id, known.group_id, known.owner, known.group);
      }
    } else {
      member.owner_id = number(kOwnerTable, kAny);
      member.group_id = number(kOwnerTable, kAny);
      member.owner = TakeText(at[kOwnerTable], columns[kOwnerTable]);
      member.group = TakeText(at[kOwnerTable], columns[kOwnerTable]);
      if (owners.size() < kMostOwners) {
        owners.push_back({member.owner_id, member.group_id, member.owner, member.group});
      }
    }
    last_owner = owner;
    member.name.resize(static_cast<std::size_t>(number(kShared, member.name.size())));
    member.name += TakeText(at[kNames], columns[kNames]);
    member.link = Links(member.kind) ? TakeText(at[kLinks], columns[kLinks]) : std::string_view();
    if (member.kind == 'S') member.size = number(kMore, kMost);
    member.device_major = member.device_minor = 0;
    if (IsDevice(member.kind)) {
      member.device_major = static_cast<std::uint32_t>(number(kMore, 0xFFFFFFFF));
      member.device_minor = static_cast<std::uint32_t>(number(kMore, 0xFFFFFFFF));
    }
    const bool good = std::ranges::all_of(at, [](const Cursor& each) { return each.good(); });
    if (!good || member.name.empty() || member.name.size() > kMostMemberName ||
        member.data == member.header || member.data > kMost) {
      return corrupt();
    }
    end = member.data + RoundUpToBlock(member.stored);
    if (end > kMost) return corrupt();
    if (!visit(member)) return std::optional<std::uint64_t>();
  }
  for (std::size_t i = 0; i < kMemberColumns; ++i) {
    if (at[i].position() != columns[i].size()) return corrupt();
  }
  return std::optional(end);
}

std::size_t WriteBlockHead(const MemberBlockHead& head, std::uint8_t* to) noexcept {
  std::size_t size = 1;
  to[0] = head.last ? kLastFlag : 0;
  size += WriteVarint(head.begin, to + size);
  size += WriteVarint(head.members, to + size);
  return size;
}

Result<MemberBlockHead> ParseBlockHead(ByteView block, std::size_t& bytes) {
  Cursor from(block);
  MemberBlockHead head;
  const auto flags = from.Read<std::uint8_t>();
  head.begin = from.ReadVarint<std::uint64_t>(kMost);
  head.members = from.ReadVarint<std::uint32_t>(kMostMembersOfBlock);
  if (!from.good()) return from.Failure("the index of members");
  if ((flags & ~kLastFlag) != 0) {
    return Fail(ErrorCode::kUnsupported,
                "the index of members is of a kind this version does not know");
  }
  head.last = (flags & kLastFlag) != 0;
  bytes = from.position();
  return head;
}

}  // namespace sigma
