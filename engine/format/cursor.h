// Cursor: reads fields back to back from bytes that may end anywhere; the inside of the
// Parse functions. The first field that does not fit or cannot be sets a failure, and every later
// read gives 0, so a parser checks once, after its last field. No allocation.
#ifndef SIGMA_FORMAT_CURSOR_H_
#define SIGMA_FORMAT_CURSOR_H_

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include "engine/base/endian.h"
#include "engine/base/varint.h"
#include "sigma/result.hpp"

namespace sigma {

class Cursor {
 public:
  explicit Cursor(ByteView bytes) : bytes_(bytes) {}

  template <std::unsigned_integral T>
  [[nodiscard]] T Read() noexcept {
    if (state_ != State::kGood) return 0;
    if (bytes_.size() - position_ < sizeof(T)) return Stop(State::kCut), T{0};
    const T value = LoadLE<T>(bytes_.data() + position_);
    position_ += sizeof(T);
    return value;
  }

  // A shortest-form varint of at most `limit`.
  template <std::unsigned_integral T>
  [[nodiscard]] T ReadVarint(std::uint64_t limit) noexcept {
    if (state_ != State::kGood) return 0;
    std::size_t end = position_;
    const auto value = ParseVarint(bytes_, &end);
    if (!value) {
      const bool cut = end == bytes_.size() && end - position_ < kMaxVarint &&
                       (end == position_ || bytes_[end - 1] >= 0x80);
      return Stop(cut ? State::kCut : State::kBad), T{0};
    }
    if (*value > limit) return Stop(State::kBad), T{0};
    position_ = end;
    return static_cast<T>(*value);
  }

  // The next `size` bytes, or an empty view.
  [[nodiscard]] ByteView Take(std::size_t size) noexcept {
    if (state_ != State::kGood) return {};
    if (bytes_.size() - position_ < size) return Stop(State::kCut), ByteView{};
    const ByteView taken = bytes_.subspan(position_, size);
    position_ += size;
    return taken;
  }

  // Bytes read so far; where it stopped after a failure.
  [[nodiscard]] std::size_t position() const noexcept { return position_; }
  [[nodiscard]] ByteView Before() const noexcept { return bytes_.first(position_); }
  [[nodiscard]] bool good() const noexcept { return state_ == State::kGood; }

  // The failure of a cursor that is not good; `what` names the structure.
  [[nodiscard]] Unexpected Failure(const char* what) const {
    if (state_ == State::kCut) {
      return Fail(ErrorCode::kTruncated, std::string("the input ends inside ") + what,
                  bytes_.size());
    }
    return Fail(ErrorCode::kCorrupt, std::string("a number that cannot be in ") + what, position_);
  }

 private:
  enum class State : std::uint8_t { kGood, kCut, kBad };

  void Stop(State state) noexcept { state_ = state; }

  ByteView bytes_;
  std::size_t position_ = 0;
  State state_ = State::kGood;
};

}  // namespace sigma

#endif  // SIGMA_FORMAT_CURSOR_H_
