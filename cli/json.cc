#include "cli/json.h"

#include <array>
#include <cstdio>

#include "cli/names.h"

namespace sigma::cli {
namespace {

const char* CodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kNotSigma:
      return "not_sigma";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kTruncated:
      return "truncated";
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kLimit:
      return "limit";
    case ErrorCode::kOutOfMemory:
      return "out_of_memory";
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kExists:
      return "exists";
    case ErrorCode::kSkipped:
      return "skipped";
    case ErrorCode::kCancelled:
      return "cancelled";
  }
  return "unknown";
}

}  // namespace

void PutName(Json& object, const std::string& key, const std::string& name) {
  object[key] = name;
  if (IsUtf8(name)) return;
  constexpr const char* kDigits = "0123456789abcdef";
  std::string bytes;
  for (const char c : name) {
    const auto byte = static_cast<unsigned>(static_cast<unsigned char>(c));
    bytes += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  object[key + "_bytes"] = bytes;
}

std::string HashText(std::uint64_t hash) {
  std::array<char, 17> text;
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
  return text.data();
}

Json ErrorObject(const Error& error) {
  Json object = {{"code", CodeName(error.code)}, {"text", error.text}};
  if (error.offset != kNoPosition) object["offset"] = error.offset;
  if (error.chunk != kNoPosition) object["chunk"] = error.chunk;
  return object;
}

Json FailedObject(const std::string& key, const std::string& name, const Error& error) {
  Json object = Json::object();
  PutName(object, key, name);
  object["error"] = ErrorObject(error);
  return object;
}

std::string Text(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sigma::cli
