// The constants and the names of functions are those of FIPS 180-4, sections 4 to 6.
#include "engine/base/sha256.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace sigma {
namespace {

alignas(16) constexpr std::array<std::uint32_t, 64> kConstants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// SHA-2 is big-endian, all else of ours little.
std::uint32_t LoadBE(const std::uint8_t* from) noexcept {
  return static_cast<std::uint32_t>(from[0]) << 24 | static_cast<std::uint32_t>(from[1]) << 16 |
         static_cast<std::uint32_t>(from[2]) << 8 | from[3];
}

template <typename Number>
void StoreBE(std::uint8_t* to, Number value) noexcept {
  for (std::size_t i = sizeof(Number); i-- > 0; value >>= 8)
    to[i] = static_cast<std::uint8_t>(value);
}

std::uint32_t Sigma0(std::uint32_t x) noexcept {
  return std::rotr(x, 2) ^ std::rotr(x, 13) ^ std::rotr(x, 22);
}
std::uint32_t Sigma1(std::uint32_t x) noexcept {
  return std::rotr(x, 6) ^ std::rotr(x, 11) ^ std::rotr(x, 25);
}
std::uint32_t SmallSigma0(std::uint32_t x) noexcept {
  return std::rotr(x, 7) ^ std::rotr(x, 18) ^ (x >> 3);
}
std::uint32_t SmallSigma1(std::uint32_t x) noexcept {
  return std::rotr(x, 17) ^ std::rotr(x, 19) ^ (x >> 10);
}

#if defined(__x86_64__)

bool HasExtensions() noexcept {
  constexpr unsigned kSsse3 = 1u << 9;
  constexpr unsigned kSse41 = 1u << 19;
  constexpr unsigned kSha = 1u << 29;
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & kSsse3) == 0 || (c & kSse41) == 0) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & kSha) != 0;
}

// The instructions take the state as ABEF and CDGH, and do two rounds at a time. Of the schedule 16
// words are kept, four in a vector: each group of four rounds replaces its own by those that are due
// four groups later.
__attribute__((target("sha,sse4.1,ssse3"))) void WithExtensions(Sha256::State& state,
                                                                ByteView blocks) noexcept {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  auto* const words = reinterpret_cast<__m128i*>(state.data());
  const __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128(words), 0xB1);
  const __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128(words + 1), 0x1B);
  __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
  __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
  for (; blocks.size() >= Sha256::kBlock; blocks = blocks.subspan(Sha256::kBlock)) {
    const __m128i abef_before = abef;
    const __m128i cdgh_before = cdgh;
    __m128i w[4];
    for (std::size_t i = 0; i < 4; ++i) {
      const auto* const at = reinterpret_cast<const __m128i*>(blocks.data() + 16 * i);
      w[i] = _mm_shuffle_epi8(_mm_loadu_si128(at), big_endian);
    }
#pragma GCC unroll 16
    for (std::size_t group = 0; group < 16; ++group) {
      const auto* const at = reinterpret_cast<const __m128i*>(kConstants.data() + 4 * group);
      __m128i& now = w[group % 4];
      const __m128i keyed = _mm_add_epi32(now, _mm_load_si128(at));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, keyed);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(keyed, 0x0E));
      const __m128i last = w[(group + 3) % 4];
      const __m128i sevenths = _mm_alignr_epi8(last, w[(group + 2) % 4], 4);
      const __m128i part = _mm_add_epi32(_mm_sha256msg1_epu32(now, w[(group + 1) % 4]), sevenths);
      now = _mm_sha256msg2_epu32(part, last);
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
  _mm_storeu_si128(words, _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128(words + 1, _mm_alignr_epi8(dchg, feba, 8));
}

#endif

}  // namespace

void Sha256::Portable(State& state, ByteView blocks) noexcept {
  for (; blocks.size() >= kBlock; blocks = blocks.subspan(kBlock)) {
    std::array<std::uint32_t, 64> w;
    for (std::size_t t = 0; t < 16; ++t) w[t] = LoadBE(blocks.data() + 4 * t);
    for (std::size_t t = 16; t < 64; ++t) {
      w[t] = SmallSigma1(w[t - 2]) + w[t - 7] + SmallSigma0(w[t - 15]) + w[t - 16];
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t t = 0; t < 64; ++t) {
      const std::uint32_t choice = (e & f) ^ (~e & g);
      const std::uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
      const std::uint32_t t1 = h + Sigma1(e) + choice + kConstants[t] + w[t];
      const std::uint32_t t2 = Sigma0(a) + majority;
      h = g;
      g = f;
      f = e;
      e = d + t1;
      d = c;
      c = b;
      b = a;
      a = t1 + t2;
    }
    const State added = {a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < state.size(); ++i) state[i] += added[i];
  }
}

Sha256::Compress Sha256::Best() noexcept {
#if defined(__x86_64__)
  static const bool extensions = HasExtensions();
  if (extensions) return WithExtensions;
#endif
  return Portable;
}

void Sha256::Add(ByteView bytes) noexcept {
  const auto held = static_cast<std::size_t>(size_ % kBlock);
  size_ += bytes.size();
  if (held != 0) {
    const std::size_t taken = std::min(kBlock - held, bytes.size());
    std::copy_n(bytes.begin(), taken, block_.begin() + static_cast<std::ptrdiff_t>(held));
    bytes = bytes.subspan(taken);
    if (held + taken < kBlock) return;
    compress_(state_, block_);
  }
  const std::size_t whole = bytes.size() / kBlock * kBlock;
  compress_(state_, bytes.first(whole));
  std::ranges::copy(bytes.subspan(whole), block_.begin());
}

std::array<std::uint8_t, Sha256::kSize> Sha256::Value() const noexcept {
  // A bit 1, zeros, and the message's bits as u64: one block more, or two.
  const auto held = static_cast<std::size_t>(size_ % kBlock);
  std::array<std::uint8_t, 2 * kBlock> end{};
  std::copy_n(block_.begin(), held, end.begin());
  end[held] = 0x80;
  const std::size_t size = held + 9 <= kBlock ? kBlock : 2 * kBlock;
  StoreBE(end.data() + size - 8, size_ * 8);
  State state = state_;
  compress_(state, ByteView{end}.first(size));
  std::array<std::uint8_t, kSize> value;
  for (std::size_t i = 0; i < state.size(); ++i) StoreBE(value.data() + 4 * i, state[i]);
  return value;
}

}  // namespace sigma
