#include "engine/base/content_hasher.h"

#include <algorithm>

namespace sigma {

std::string Digest::Text() const {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : view()) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string_view NameOf(ContentHash kind) noexcept {
  switch (kind) {
    case ContentHash::kNone:
      return "";
    case ContentHash::kXxh3:
      return "XXH3-128";
    case ContentHash::kSha256:
      return "SHA-256";
  }
  return "";
}

std::uint8_t DigestSize(ContentHash kind) noexcept {
  switch (kind) {
    case ContentHash::kNone:
      return 0;
    case ContentHash::kXxh3:
      return Hasher128::kSize;
    case ContentHash::kSha256:
      return Sha256::kSize;
  }
  return 0;
}

ContentHasher::ContentHasher(ContentHash kind) noexcept : kind_(kind) {
  if (kind == ContentHash::kSha256) hasher_.emplace<Sha256>();
}

void ContentHasher::Add(ByteView bytes) noexcept {
  if (Sha256* const sha = std::get_if<Sha256>(&hasher_)) {
    sha->Add(bytes);
  } else {
    std::get_if<Hasher128>(&hasher_)->Add(bytes);
  }
}

void ContentHasher::AddZeros(std::uint64_t count) noexcept {
  static constexpr std::array<std::uint8_t, 4096> kZeros{};
  for (; count != 0; count -= std::min<std::uint64_t>(count, kZeros.size())) {
    Add(ByteView{kZeros}.first(std::min<std::uint64_t>(count, kZeros.size())));
  }
}

Digest ContentHasher::Value() const noexcept {
  Digest digest;
  digest.size = DigestSize(kind_);
  if (const Sha256* const sha = std::get_if<Sha256>(&hasher_)) {
    std::ranges::copy(sha->Value(), digest.bytes.begin());
  } else {
    std::ranges::copy(std::get_if<Hasher128>(&hasher_)->Value(), digest.bytes.begin());
  }
  return digest;
}

}  // namespace sigma
