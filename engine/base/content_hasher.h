// ContentHasher: the hash of a whole content, of the kind that was asked for (Options::content_hash).
// The bytes come in order: it is for the serial stages of a flow. No allocation.
// Cost: XXH3-128 as XXH3-64 (hash.h), SHA-256 as sha256.h says.
#ifndef SIGMA_BASE_CONTENT_HASHER_H_
#define SIGMA_BASE_CONTENT_HASHER_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "engine/base/hash.h"
#include "engine/base/sha256.h"
#include "sigma/options.hpp"

namespace sigma {

// A hash's bytes as programs print them: sha256sum, and xxh128sum (the higher 64 bits first).
struct Digest {
  std::array<std::uint8_t, Sha256::kSize> bytes{};
  std::uint8_t size = 0;

  bool operator==(const Digest&) const = default;
  [[nodiscard]] ByteView view() const { return ByteView{bytes}.first(size); }
  // Hexadecimal digits, small letters.
  [[nodiscard]] std::string Text() const;
};

// "XXH3-128", "SHA-256"; empty for none.
[[nodiscard]] std::string_view NameOf(ContentHash kind) noexcept;
// Bytes of the kind's digests.
[[nodiscard]] std::uint8_t DigestSize(ContentHash kind) noexcept;

class ContentHasher {
 public:
  // Not kNone.
  explicit ContentHasher(ContentHash kind) noexcept;
  void Add(ByteView bytes) noexcept;
  void AddZeros(std::uint64_t count) noexcept;
  [[nodiscard]] Digest Value() const noexcept;
  [[nodiscard]] ContentHash kind() const noexcept { return kind_; }

 private:
  const ContentHash kind_;
  std::variant<Hasher128, Sha256> hasher_;
};

}  // namespace sigma

#endif  // SIGMA_BASE_CONTENT_HASHER_H_
