// A tar to the scanner, whole and in pieces, and to the columns of the index; and hostile blocks of
// the index to their reader. The pieces never matter, what the index gives back is what went in, and
// of hostile bytes come an error or members that are sound in themselves.
#include <algorithm>
#include <vector>

#include "engine/archive/member_columns.h"
#include "engine/archive/tar_walker.h"
#include "engine/pipeline/member_index.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace sigma;
using tests::Require;

struct Seen {
  std::vector<Member> members;
  TarScanner::State state = TarScanner::State::kNone;
};

Seen Scan(ByteView bytes, std::size_t piece) {
  Seen seen;
  TarScanner scanner(16u << 10, [&](const Member& member) {
    seen.members.push_back(member);
    return true;
  });
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    scanner.Pass(bytes.subspan(at, std::min(piece, bytes.size() - at)));
  }
  scanner.End();
  seen.state = scanner.state();
  return seen;
}

void CheckSound(const Member& member, std::uint64_t& end) {
  Require(!member.name.empty() && member.name.find('\0') == std::string::npos, "it has a name");
  Require(member.header == end && member.data > member.header, "it begins where the last one ends");
  end = member.data + (member.stored + 511) / 512 * 512;
  Require(end > member.header, "no sum leaves 64 bits");
}

// Headers get the right checksums, so that what is inside of them is looked at.
void Tar(Bytes bytes, std::size_t piece, bool sealed) {
  for (std::size_t at = 0; sealed && at + 512 <= bytes.size(); at += 512) {
    unsigned sum = 8 * ' ';
    for (std::size_t i = 0; i < 512; ++i) {
      if (i < 148 || i >= 156) sum += bytes[at + i];
    }
    if (sum == 8 * ' ') continue;
    for (int i = 5; i >= 0; --i, sum /= 8) {
      bytes[at + 148 + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>('0' + sum % 8);
    }
    bytes[at + 154] = bytes[at + 155] = 0;
  }
  const Seen whole = Scan(bytes, bytes.size() + 1);
  const Seen pieces = Scan(bytes, piece);
  Require(whole.members == pieces.members && whole.state == pieces.state, "pieces do not matter");
  std::uint64_t end = 0;
  MemberColumns columns(0);
  for (const Member& member : whole.members) {
    CheckSound(member, end);
    columns.Add(member);
  }
  std::array<ByteView, kMemberColumns> views;
  std::copy(columns.columns().begin(), columns.columns().end(), views.begin());
  std::vector<Member> again;
  const auto visited = VisitColumns(columns.head(true), views, [&](const Member& member) {
    again.push_back(member);
    return true;
  });
  Require(visited && *visited == columns.end() && again == whole.members, "the index keeps all");
}

void Block(ByteView bytes) {
  static BufferPool scratch;
  std::uint64_t end = 0;
  std::size_t members = 0;
  const auto visited = VisitMemberBlock(bytes, 0, scratch, [&](const Member& member) {
    CheckSound(member, end);
    return ++members < 100'000;
  });
  Require(
      visited || visited.error().offset == kNoPosition || visited.error().offset <= bytes.size(),
      "an error lies within the bytes given");
  Require(!visited || visited->stopped || visited->end == end,
          "it ends where the last member ends");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tests::FuzzInput input(data, size);
  const std::uint32_t mode = input.Take(1);
  const Bytes bytes(input.rest().begin(), input.rest().end());
  if (mode >= 128) {
    Block(bytes);
  } else {
    Tar(bytes, 1 + mode % 63 * 37, mode >= 64);
  }
  return 0;
}
