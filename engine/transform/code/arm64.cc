// The top byte of a word names its class, so it comes first; what is left of the word after the
// operand follows in one to three bytes. Words of no class keep all four.
#include "engine/transform/code/arm64.h"

#include <algorithm>
#include <array>

#include "engine/base/endian.h"

namespace sigma::code::arm64 {
namespace {

// The class of a word by its top byte. Wire values: SPEC.md draws them.
enum Class : std::uint8_t {
  kOther,      // 4 bytes
  kBranch,     // B, BL: 1 byte; 26-bit target
  kPage,       // ADRP: 2 bytes; 21-bit page
  kCondition,  // B.cond, CBZ, CBNZ: 2 bytes; 19-bit target
  kTest,       // TBZ, TBNZ: 3 bytes; 14-bit distance
  kOffset,     // ADD, SUB, LDR, STR with a 12-bit immediate: 3 bytes and its low byte
  kMove,       // MOVZ, MOVN, MOVK: 2 bytes; 16-bit immediate. Logical immediates: 4 bytes
};

constexpr std::array<std::uint8_t, 256> MakeClasses() {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned top = 0; top < 256; ++top) {
    classes[top] = (top & 0x7C) == 0x14                           ? kBranch
                   : (top & 0x9F) == 0x90                         ? kPage
                   : top == 0x54 || (top & 0x7E) == 0x34          ? kCondition
                   : (top & 0x7E) == 0x36                         ? kTest
                   : (top & 0x1F) == 0x11 || (top & 0x3B) == 0x39 ? kOffset
                   : (top & 0x1F) == 0x12                         ? kMove
                                                                  : kOther;
  }
  return classes;
}
constexpr std::array<std::uint8_t, 256> kClasses = MakeClasses();

constexpr std::size_t At(Stream stream) { return static_cast<std::size_t>(stream); }

void Put(std::uint8_t*& to, unsigned value, unsigned bytes) {
  StoreLE(to, static_cast<std::uint32_t>(value));
  to += bytes;
}

// The bytes of a step, taken from streams whose ends are checked.
class Source {
 public:
  explicit Source(const StreamViews& streams) {
    for (std::size_t k = 0; k < kStreams; ++k) {
      at_[k] = streams[k].data();
      end_[k] = at_[k] + streams[k].size();
    }
  }
  // 1 to 4 bytes; 0 and a failure beyond the end. May read 3 bytes beyond it.
  std::uint32_t Take(Stream stream, unsigned bytes) {
    const std::size_t k = At(stream);
    if (static_cast<std::size_t>(end_[k] - at_[k]) < bytes) {
      good_ = false;
      return 0;
    }
    const auto value = LoadLE<std::uint32_t>(at_[k]);
    at_[k] += bytes;
    return value & (~0u >> (32 - 8 * bytes));
  }
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool used() const { return good_ && at_ == end_; }

 private:
  PerStream<const std::uint8_t*> at_;
  PerStream<const std::uint8_t*> end_;
  bool good_ = true;
};

}  // namespace

std::size_t Split(const std::uint8_t* chunk, std::size_t position, std::size_t until,
                  StreamWriters* writers) {
  StreamWriters to = *writers;
  std::uint8_t*& code = to[At(Stream::kCode)];
  for (; position < until; position += 4) {
    const auto word = LoadLE<std::uint32_t>(chunk + position);
    const auto here = static_cast<std::uint32_t>(position);
    const unsigned top = word >> 24;
    switch (kClasses[top]) {
      case kBranch:
        Put(code, top & 0xFC, 1);
        Put(to[At(top >= 0x80 ? Stream::kCall : Stream::kJump32)], (word + (here >> 2)) & 0x3FFFFFF,
            4);
        break;
      case kPage: {
        const unsigned page = (word >> 3 & 0x1FFFFC) | (word >> 29 & 3);
        Put(code, 0x90u | (word & 31) << 8, 2);
        Put(to[At(Stream::kData)], (page + (here >> 12)) & 0x1FFFFF, 4);
        break;
      }
      case kCondition:
        Put(code, top | (word & 31) << 8, 2);
        Put(to[At(Stream::kJump32)], ((word >> 5) + (here >> 2)) & 0x7FFFF, 4);
        break;
      case kTest:
        Put(code, top | (word & 31) << 8 | (word >> 19 & 31) << 16, 3);
        Put(to[At(Stream::kImm16)], word >> 5 & 0x3FFF, 2);
        break;
      case kOffset:
        Put(code, top | (word & 0x3FF) << 8 | (word >> 22 & 3) << 18 | (word >> 18 & 15) << 20, 3);
        Put(to[At(Stream::kDisp8)], word >> 10 & 0xFF, 1);
        break;
      case kMove:
        Put(code, top | (word & 31) << 8 | (word >> 21 & 7) << 13, 2);
        Put(word >> 23 & 1 ? to[At(Stream::kImm16)] : code, word >> 5 & 0xFFFF, 2);
        break;
      default:
        Put(code, top | word << 8, 4);
    }
  }
  *writers = to;
  return position;
}

bool Join(const StreamViews& streams, MutableBytes target, std::size_t begin, std::size_t end) {
  if ((end - begin) % 4 != 0) return false;
  Source source(streams);
  for (std::size_t position = begin; position < end && source.good(); position += 4) {
    const auto here = static_cast<std::uint32_t>(position);
    const std::uint32_t top = source.Take(Stream::kCode, 1);
    std::uint32_t word = top << 24;
    switch (kClasses[top]) {
      case kBranch: {
        const Stream stream = top >= 0x80 ? Stream::kCall : Stream::kJump32;
        word |= (source.Take(stream, 4) - (here >> 2)) & 0x3FFFFFF;
        break;
      }
      case kPage: {
        const std::uint32_t page = source.Take(Stream::kData, 4) - (here >> 12);
        word |= source.Take(Stream::kCode, 1) & 31;
        word |= (page & 0x1FFFFC) << 3 | (page & 3) << 29;
        break;
      }
      case kCondition:
        word |= source.Take(Stream::kCode, 1) & 31;
        word |= ((source.Take(Stream::kJump32, 4) - (here >> 2)) & 0x7FFFF) << 5;
        break;
      case kTest: {
        const std::uint32_t rest = source.Take(Stream::kCode, 2);
        word |= (rest & 31) | (rest >> 8 & 31) << 19;
        word |= (source.Take(Stream::kImm16, 2) & 0x3FFF) << 5;
        break;
      }
      case kOffset: {
        const std::uint32_t rest = source.Take(Stream::kCode, 2);
        word |= (rest & 0x3FF) | (rest >> 10 & 3) << 22 | (rest >> 12) << 18;
        word |= source.Take(Stream::kDisp8, 1) << 10;
        break;
      }
      case kMove: {
        const std::uint32_t rest = source.Take(Stream::kCode, 1);
        word |= (rest & 31) | (rest >> 5) << 21;
        word |= source.Take(rest >> 7 ? Stream::kImm16 : Stream::kCode, 2) << 5;
        break;
      }
      default:
        word |= source.Take(Stream::kCode, 3);
    }
    StoreLE(target.data() + position, word);
  }
  return source.used();
}

}  // namespace sigma::code::arm64
