// The columns of a block of the index of members, as SPEC.md has them: what a block holds before it
// is coded.
#ifndef SIGMA_ARCHIVE_MEMBER_COLUMNS_H_
#define SIGMA_ARCHIVE_MEMBER_COLUMNS_H_

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sigma/archive.hpp"

namespace sigma {

inline constexpr std::size_t kMemberColumns = 11;
// Bytes of a block's columns together, at most.
inline constexpr std::size_t kMostColumnBytes = 1u << 20;
inline constexpr std::uint32_t kMostMembersOfBlock = 1u << 20;

// What stands before the columns.
struct MemberBlockHead {
  bool last = false;        // the archive ends after these members
  std::uint64_t begin = 0;  // offset of the first member's header
  std::uint32_t members = 0;
};

// Whose a member is.
struct Owner {
  std::uint64_t owner_id = 0;
  std::uint64_t group_id = 0;
  std::string owner, group;
  bool operator==(const Owner&) const = default;
};

class MemberColumns {
 public:
  // A block whose first member begins at `begin`.
  explicit MemberColumns(std::uint64_t begin) { Clear(begin); }
  void Clear(std::uint64_t begin);

  // The next member, whose header is where the one before it ends. Throws std::bad_alloc.
  void Add(const Member& member);

  [[nodiscard]] MemberBlockHead head(bool last) const noexcept { return {last, begin_, members_}; }
  // Where the next member begins.
  [[nodiscard]] std::uint64_t end() const noexcept { return end_; }
  [[nodiscard]] const std::array<Bytes, kMemberColumns>& columns() const noexcept {
    return columns_;
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  void PutNumber(std::size_t column, std::uint64_t value);
  void PutText(std::size_t column, std::string_view text);

  std::array<Bytes, kMemberColumns> columns_;
  std::size_t bytes_ = 0;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
  std::uint32_t members_ = 0;
  std::string name_;  // of the last member
  std::int64_t mtime_ = 0;
  std::vector<Owner> owners_;
};

// Calls `visit` with each member of a block until it returns false. kCorrupt for what no encoder
// writes; then the members before that have been visited. Returns where the last one ends, or
// nothing where `visit` has stopped it.
Result<std::optional<std::uint64_t>> VisitColumns(
    const MemberBlockHead& head, const std::array<ByteView, kMemberColumns>& columns,
    const std::function<bool(const Member&)>& visit);

// The head in front of a block's sections: at most kMostBlockHead bytes.
inline constexpr std::size_t kMostBlockHead = 1 + 10 + 5;
std::size_t WriteBlockHead(const MemberBlockHead& head, std::uint8_t* to) noexcept;
// Sets `bytes` to its length.
Result<MemberBlockHead> ParseBlockHead(ByteView block, std::size_t& bytes);

}  // namespace sigma

#endif  // SIGMA_ARCHIVE_MEMBER_COLUMNS_H_
