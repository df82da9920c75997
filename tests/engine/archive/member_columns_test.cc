// The columns of the index: they give back what went in, and refuse what cannot be.
#include "engine/archive/member_columns.h"

#include <gtest/gtest.h>

#include "tests/data.h"

namespace sigma {
namespace {

using tests::Random;

std::vector<Member> ManyMembers(std::size_t count) {
  Random random(7);
  std::vector<Member> members;
  std::uint64_t at = 1536;
  for (std::size_t i = 0; i < count; ++i) {
    Member member;
    constexpr std::string_view kKinds = "0000123456SDV";
    member.kind = kKinds[random.Below(kKinds.size())];
    member.name = "folder" + std::to_string(random.Below(9)) + "/" + std::to_string(random());
    member.header = at;
    member.data = at + 512 * (1 + random.Below(3));
    member.stored = member.kind == '1' ? 0 : random.Below(100'000);
    member.size = member.kind == 'S' ? member.stored + random.Below(1000) : member.stored;
    member.mode = static_cast<std::uint32_t>(random.Below(010000));
    member.mtime =
        static_cast<std::int64_t>(random() >> random.Below(64)) * (random.Below(2) == 0 ? 1 : -1);
    member.owner_id = random.Below(200);
    member.group_id = random.Below(3) == 0 ? random() : 0;
    if (random.Below(2) == 0) member.owner = "user" + std::to_string(member.owner_id);
    if (member.kind == '1' || member.kind == '2')
      member.link = "to" + std::to_string(random.Below(99));
    if (member.kind == '3' || member.kind == '4') {
      member.device_major = static_cast<std::uint32_t>(random());
      member.device_minor = static_cast<std::uint32_t>(random.Below(256));
    }
    at = member.data + (member.stored + 511) / 512 * 512;
    members.push_back(member);
  }
  return members;
}

std::array<ByteView, kMemberColumns> Views(const std::array<Bytes, kMemberColumns>& columns) {
  std::array<ByteView, kMemberColumns> views;
  std::ranges::copy(columns, views.begin());
  return views;
}

TEST(MemberColumns, GiveBackWhatWentIn) {
  const std::vector<Member> members = ManyMembers(3000);
  MemberColumns block(1536);
  for (const Member& each : members) block.Add(each);
  std::vector<Member> seen;
  const auto end = VisitColumns(block.head(true), Views(block.columns()), [&](const Member& each) {
    seen.push_back(each);
    return true;
  });
  ASSERT_TRUE(end);
  EXPECT_EQ(*end, block.end());
  EXPECT_EQ(seen, members);
}

TEST(MemberColumns, TheHeadIsAsTheSpecificationDrawsIt) {
  std::array<std::uint8_t, kMostBlockHead> bytes;
  EXPECT_EQ(WriteBlockHead({true, 300, 5}, bytes.data()), 4u);
  EXPECT_EQ(Bytes(bytes.begin(), bytes.begin() + 4), (Bytes{1, 0xAC, 2, 5}));
  std::size_t size = 0;
  const auto head = ParseBlockHead(bytes, size);
  ASSERT_TRUE(head);
  EXPECT_EQ(size, 4u);
  EXPECT_TRUE(head->last);
  EXPECT_EQ(head->begin, 300u);
  EXPECT_EQ(head->members, 5u);
  bytes[0] = 2;
  EXPECT_EQ(ParseBlockHead(bytes, size).error().code, ErrorCode::kUnsupported);
  EXPECT_FALSE(ParseBlockHead({}, size));
}

// Any byte changed or missing: members that are sound in themselves, or an error, and no more of
// them than there were.
TEST(MemberColumns, DamageIsAnErrorOrOtherMembers) {
  const std::vector<Member> members = ManyMembers(20);
  MemberColumns block(1536);
  for (const Member& each : members) block.Add(each);
  std::size_t refused = 0;
  for (std::size_t column = 0; column < kMemberColumns; ++column) {
    for (std::size_t i = 0; i < block.columns()[column].size(); ++i) {
      for (const int change : {1, 0x80, -1}) {
        std::array<Bytes, kMemberColumns> columns = block.columns();
        if (change < 0) {
          columns[column].resize(i);
        } else {
          columns[column][i] = static_cast<std::uint8_t>(columns[column][i] ^ change);
        }
        std::size_t seen = 0;
        const auto end = VisitColumns(block.head(true), Views(columns), [&](const Member& each) {
          EXPECT_FALSE(each.name.empty());
          EXPECT_GT(each.data, each.header);
          ++seen;
          return true;
        });
        EXPECT_LE(seen, members.size());
        EXPECT_FALSE(change < 0 && end) << "column " << column << " cut at " << i;
        if (!end) ++refused;
      }
    }
  }
  EXPECT_GT(refused, 500u);
}

}  // namespace
}  // namespace sigma
