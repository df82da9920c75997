// TarWalker: goes through a tar from header to header. It says which bytes it wants to see next and
// is given them, so that whoever has the bytes going by (TarScanner) and whoever reads at any place
// walk in the same way; of the data of members it sees nothing.
#ifndef SIGMA_ARCHIVE_TAR_WALKER_H_
#define SIGMA_ARCHIVE_TAR_WALKER_H_

#include <cstdint>
#include <functional>
#include <optional>

#include "engine/archive/tar_header.h"

namespace sigma {

class TarWalker {
 public:
  struct Traits {
    std::uint64_t begin = 0;  // offset of the first header
    std::uint32_t most_extension = 1u
                                   << 20;  // bytes of an extension's data; larger ones are broken
    // A global extension that changes members is broken: who reads a member at its place alone
    // does not see it.
    bool without_globals = false;
  };
  // What Give has found.
  enum class Step : std::uint8_t {
    kMore,    // nothing yet
    kMember,  // entry() is one
    kEnd,     // the end of the archive, a block of zeros
    kBroken,  // no tar, or not from here on
  };

  explicit TarWalker(const Traits& traits)
      : traits_(traits), member_(traits.begin), at_(traits.begin) {}

  // The next bytes to give: size() bytes from offset() on. Not after kEnd and kBroken.
  [[nodiscard]] std::uint64_t offset() const noexcept { return at_; }
  [[nodiscard]] std::size_t size() const noexcept { return wanted_; }
  Step Give(ByteView bytes);

  // After kMember, until the next Give.
  [[nodiscard]] TarEntry& entry() noexcept { return entry_; }
  // Where the member that is being read begins; between members, where the last one has ended.
  [[nodiscard]] std::uint64_t member_begin() const noexcept { return member_; }
  // Between members, so that an archive without its end may end here.
  [[nodiscard]] bool between() const noexcept { return member_ == at_; }

 private:
  enum class State : std::uint8_t { kHeader, kName, kLink, kPax, kGlobal, kPieces };

  Step Header(TarBlock block);
  Step Extension(ByteView data);
  Step Finish();

  const Traits traits_;
  State state_ = State::kHeader;
  std::uint64_t member_;
  std::uint64_t at_;
  std::size_t wanted_ = kTarBlock;
  std::size_t extension_ = 0;  // bytes of its data, of which wanted_ is rounded up
  TarExtensions global_;
  TarExtensions local_;
  TarHeader header_;
  TarEntry entry_;
};

// The walk beside bytes that go by in order. Never fails. Memory: an extension that is cut by the
// pieces, at most its bound.
class TarScanner {
 public:
  // Called with each member, once its headers have gone by. False: nothing more is wanted.
  using Found = std::function<bool(const Member&)>;
  enum class State : std::uint8_t {
    kNone,     // the bytes do not begin with a tar
    kWalking,  // it goes on
    kEnded,    // the archive's end was seen
    kBroken,   // from broken_at() on it is no tar
    kStopped,  // by Found
  };

  TarScanner(std::uint32_t most_extension, Found found)
      : walker_({.begin = 0, .most_extension = most_extension, .without_globals = true}),
        found_(std::move(found)) {}

  void Pass(ByteView piece);
  void PassZeros(std::uint64_t bytes);
  // There are no more bytes.
  void End();

  [[nodiscard]] State state() const noexcept { return state_; }
  // The next bytes that are looked at; those before may be anything.
  [[nodiscard]] std::uint64_t wanted() const noexcept { return walker_.offset() + held_.size(); }
  [[nodiscard]] std::size_t wanted_size() const noexcept { return walker_.size() - held_.size(); }
  [[nodiscard]] std::uint64_t broken_at() const noexcept { return walker_.member_begin(); }

 private:
  void Give(ByteView bytes);

  TarWalker walker_;
  const Found found_;
  State state_ = State::kWalking;
  bool begun_ = false;  // a header was good
  std::uint64_t passed_ = 0;
  Bytes held_;  // the first bytes of what the walker wants
};

}  // namespace sigma

#endif  // SIGMA_ARCHIVE_TAR_WALKER_H_
