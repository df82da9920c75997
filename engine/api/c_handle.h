// What a handle of the C API holds: an object of the C++ API, or why there is none, and the error
// of its last call.
#ifndef SIGMA_API_C_HANDLE_H_
#define SIGMA_API_C_HANDLE_H_

#include <algorithm>
#include <cstring>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "engine/api/edge.h"
#include "sigma/files.hpp"
#include "sigma/reader.hpp"
#include "sigma/recover.hpp"
#include "sigma/sigma.h"

struct sigma_options {
  sigma::Options call;
  sigma::ReaderOptions reader;
  sigma::FileOptions files;
  sigma::RecoverOptions recovery;
  bool unsafe = false;  // sigma::ExtractOptions
};

namespace sigma {

[[nodiscard]] inline sigma_status StatusOf(ErrorCode code) noexcept {
  return static_cast<sigma_status>(code);
}
static_assert(static_cast<int>(ErrorCode::kInvalidArgument) == SIGMA_INVALID_ARGUMENT &&
              static_cast<int>(ErrorCode::kNotSigma) == SIGMA_NOT_SIGMA &&
              static_cast<int>(ErrorCode::kUnsupported) == SIGMA_UNSUPPORTED &&
              static_cast<int>(ErrorCode::kTruncated) == SIGMA_TRUNCATED &&
              static_cast<int>(ErrorCode::kCorrupt) == SIGMA_CORRUPT &&
              static_cast<int>(ErrorCode::kLimit) == SIGMA_LIMIT &&
              static_cast<int>(ErrorCode::kOutOfMemory) == SIGMA_OUT_OF_MEMORY &&
              static_cast<int>(ErrorCode::kIo) == SIGMA_IO &&
              static_cast<int>(ErrorCode::kNotFound) == SIGMA_NOT_FOUND &&
              static_cast<int>(ErrorCode::kExists) == SIGMA_EXISTS &&
              static_cast<int>(ErrorCode::kSkipped) == SIGMA_SKIPPED &&
              static_cast<int>(ErrorCode::kCancelled) == SIGMA_CANCELLED);

// As much as there is room for, and a final NUL; returns the length of all.
inline std::size_t CopyText(const std::string& from, char* text, std::size_t room) noexcept {
  if (text != nullptr && room != 0) {
    const std::size_t size = std::min(from.size(), room - 1);
    std::memcpy(text, from.data(), size);
    text[size] = '\0';
  }
  return from.size();
}

template <typename T>
class CHandle {
 public:
  // The handle, whatever came of making its object; null without memory.
  template <typename Handle, typename Make>
  static sigma_status New(Handle** handle, Make make) noexcept {
    if (handle == nullptr) return SIGMA_INVALID_ARGUMENT;
    *handle = new (std::nothrow) Handle;
    if (*handle == nullptr) return SIGMA_OUT_OF_MEMORY;
    CHandle& made = **handle;
    auto object = AtEdge(make);
    if (object) {
      made.object_.emplace(std::move(*object));
      return SIGMA_OK;
    }
    made.refusal_ = object.error().code;
    return made.Keep(std::move(object.error()));
  }

  // use(object) or the error there is. Keeps the error.
  template <typename Use>
  sigma_status Call(Use use) noexcept {
    if (!object_) return StatusOf(refusal_);
    auto result = use(*object_);
    return result ? SIGMA_OK : Keep(std::move(result.error()));
  }
  // The same for a call whose value goes to *value.
  template <typename Use>
  sigma_status Count(std::size_t* value, Use use) noexcept {
    if (value == nullptr) return Misused("the pointer that the count goes to is NULL");
    *value = 0;
    if (!object_) return StatusOf(refusal_);
    Result<std::size_t> result = use(*object_);
    if (!result) return Keep(std::move(result.error()));
    *value = *result;
    return SIGMA_OK;
  }
  sigma_status Misused(const char* text) noexcept {
    if (!object_) return StatusOf(refusal_);
    try {
      return Keep(Error{ErrorCode::kInvalidArgument, text, kNoPosition, kNoPosition});
    } catch (...) {
      return SIGMA_INVALID_ARGUMENT;
    }
  }

  [[nodiscard]] const std::optional<T>& object() const noexcept { return object_; }
  [[nodiscard]] std::optional<T>& object() noexcept { return object_; }

  std::size_t CopyError(char* text, std::size_t room) const noexcept {
    const std::lock_guard lock(mutex_);
    return CopyText(text_, text, room);
  }

 private:
  // With the places that the text does not name.
  sigma_status Keep(Error error) noexcept {
    const sigma_status status = StatusOf(error.code);
    try {
      std::string text = std::move(error.text);
      if (error.chunk != kNoPosition) text += " (chunk " + std::to_string(error.chunk) + ")";
      if (error.offset != kNoPosition) text += " (at byte " + std::to_string(error.offset) + ")";
      const std::lock_guard lock(mutex_);
      text_ = std::move(text);
    } catch (...) {
      // No memory for the text: the status says what it is.
    }
    return status;
  }

  std::optional<T> object_;
  ErrorCode refusal_ = ErrorCode::kInvalidArgument;  // where there is no object
  mutable std::mutex mutex_;                         // guards what follows
  std::string text_;
};

template <typename Handle>
[[nodiscard]] std::size_t ErrorOf(const Handle* handle, char* text, std::size_t room) noexcept {
  static const std::string none;
  return handle == nullptr ? CopyText(none, text, room) : handle->CopyError(text, room);
}

[[nodiscard]] inline Options CallOptions(const sigma_options* options) {
  return options == nullptr ? Options{} : options->call;
}
[[nodiscard]] inline ReaderOptions ReaderOptionsOf(const sigma_options* options) {
  if (options == nullptr) return {};
  ReaderOptions reader = options->reader;
  reader.threads = options->call.threads;
  return reader;
}

// Views of C's pointers; null with a size is told by Missing.
[[nodiscard]] inline bool Missing(const void* bytes, std::size_t size) noexcept {
  return bytes == nullptr && size != 0;
}
[[nodiscard]] inline ByteView ViewOf(const void* bytes, std::size_t size) noexcept {
  return {static_cast<const std::uint8_t*>(bytes), size};
}
[[nodiscard]] inline MutableBytes ViewOf(void* bytes, std::size_t size) noexcept {
  return {static_cast<std::uint8_t*>(bytes), size};
}

inline constexpr const char* kNullText = "a pointer is NULL";

}  // namespace sigma

#endif  // SIGMA_API_C_HANDLE_H_
