// Views of bytes, errors, and the Result of every call of the API.
#ifndef SIGMA_RESULT_HPP_
#define SIGMA_RESULT_HPP_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace sigma {

using ByteView = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;
using Bytes = std::vector<std::uint8_t>;

enum class ErrorCode : std::uint8_t {
  kInvalidArgument = 1,  // an option or argument of the caller; nothing was read or written
  kNotSigma,             // the input does not begin with a stream
  kUnsupported,          // unknown version, reserved bit, unknown plan or coder
  kTruncated,            // the input ends inside a stream
  kCorrupt,              // damage: a hash, size or code that cannot be
  kLimit,                // a memory or output bound would be exceeded
  kOutOfMemory,          // an allocation failed
  kIo,                   // the operating system refused a read, write, sync or rename
  kNotFound,             // no such input file
  kExists,               // the target exists and may not be overwritten
  kSkipped,    // left alone by policy (link, directory, suffix …): a warning, not an error
  kCancelled,  // the caller asked to stop
};

inline constexpr std::uint64_t kNoPosition = ~std::uint64_t{0};

struct Error {
  ErrorCode code = ErrorCode::kCorrupt;
  std::string text;                    // one sentence: what is wrong and what to do, no file name
  std::uint64_t offset = kNoPosition;  // byte offset in the compressed input
  std::uint64_t chunk = kNoPosition;   // index of the chunk in its stream
  // Calls on files: the text speaks of the target; otherwise of the source.
  bool at_target = false;
  // Calls on files: with FileOptions::force the target would be overwritten.
  bool force_overwrites = false;
  // Calls with several sources: the index of the one the text speaks of.
  std::uint64_t input = kNoPosition;
};

// The error half of a Result, convertible to any Result<T>.
struct Unexpected {
  Error error;
};

[[nodiscard]] inline Unexpected Fail(ErrorCode code, std::string text,
                                     std::uint64_t offset = kNoPosition,
                                     std::uint64_t chunk = kNoPosition) {
  return Unexpected{Error{code, std::move(text), offset, chunk}};
}

// A value or an Error, with the surface of std::expected (C++23).
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT
  Result(Unexpected failure)
      : state_(std::in_place_index<1>, std::move(failure.error)) {}  // NOLINT

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }
  T& value() & { return *std::get_if<0>(&state_); }
  const T& value() const& { return *std::get_if<0>(&state_); }
  T&& value() && { return std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  Error& error() { return *std::get_if<1>(&state_); }
  const Error& error() const { return *std::get_if<1>(&state_); }
  [[nodiscard]] Unexpected failure() const { return Unexpected{error()}; }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Unexpected failure) : error_(std::move(failure.error)) {}  // NOLINT

  [[nodiscard]] bool has_value() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }
  Error& error() { return *error_; }
  const Error& error() const { return *error_; }
  [[nodiscard]] Unexpected failure() const { return Unexpected{*error_}; }

 private:
  std::optional<Error> error_;
};

}  // namespace sigma

#endif  // SIGMA_RESULT_HPP_
