#include "engine/format/far_format.h"

#include "engine/base/varint.h"
#include "engine/format/cursor.h"
#include "engine/format/plan_format.h"

namespace sigma {
namespace {

constexpr const char* kBlock = "the table of far copies";

// Small for both signs.
std::uint64_t Zigzag(std::uint64_t difference) {
  return (difference << 1) ^ (0 - (difference >> 63));
}
std::uint64_t Unzigzag(std::uint64_t value) { return (value >> 1) ^ (0 - (value & 1)); }

}  // namespace

std::size_t WriteFarCopies(std::span<const FarCopy> copies, std::uint64_t position,
                           MutableBytes to) noexcept {
  std::size_t size = 0;
  std::uint64_t end = 0;
  std::uint64_t distance = 0;
  const auto put = [&](std::uint64_t value) { size += WriteVarint(value, to.data() + size); };
  // Column by column: what is alike is side by side.
  for (const FarCopy& copy : copies) {
    put(copy.begin - end);
    end = copy.begin + copy.length;
  }
  for (const FarCopy& copy : copies) put(copy.length - kLeastFarCopy);
  for (const FarCopy& copy : copies) {
    const std::uint64_t now = position + copy.begin - copy.source;
    put(Zigzag(now - distance));
    distance = now;
  }
  return size;
}

Result<std::size_t> ParseFarCopies(ByteView block, std::uint64_t position, std::size_t original,
                                   std::span<FarCopy> copies) {
  Cursor cursor(block);
  const auto most = static_cast<std::uint64_t>(original);
  for (FarCopy& copy : copies) copy.begin = cursor.ReadVarint<std::uint32_t>(most);
  std::size_t copied = 0;
  std::size_t end = 0;
  for (FarCopy& copy : copies) {
    const auto more = cursor.ReadVarint<std::uint32_t>(most);
    if (!cursor.good()) return cursor.Failure(kBlock);
    const std::size_t begin = end + copy.begin;
    const std::size_t length = more + kLeastFarCopy;
    if (begin + length > original) {
      return Fail(ErrorCode::kCorrupt, "a far copy leaves its chunk", cursor.position());
    }
    copy.begin = static_cast<std::uint32_t>(begin);
    copy.length = static_cast<std::uint32_t>(length);
    end = begin + length;
    copied += length;
  }
  std::uint64_t distance = 0;
  for (FarCopy& copy : copies) {
    distance += Unzigzag(cursor.ReadVarint<std::uint64_t>(~std::uint64_t{0}));
    if (!cursor.good()) return cursor.Failure(kBlock);
    const std::uint64_t here = position + copy.begin;
    // All of it before the chunk, and no earlier than the stream.
    if (distance > here || distance < copy.begin || distance - copy.begin < copy.length) {
      return Fail(ErrorCode::kCorrupt, "a far copy names bytes that are not before its chunk",
                  cursor.position());
    }
    copy.source = here - distance;
  }
  if (cursor.position() != block.size()) {
    return Fail(ErrorCode::kCorrupt, "bytes follow the table of far copies", cursor.position());
  }
  return copied;
}

std::size_t WriteFarFront(FarFront& front, MutableBytes to) noexcept {
  std::size_t size = WriteVarint(front.count, to.data());
  to[size++] = front.plan;
  size += WriteVarint(front.block, to.data() + size);
  size += WriteVarint(front.coded, to.data() + size);
  front.bytes = size;
  return size;
}

Result<FarFront> ParseFarFront(ByteView payload, std::size_t original) {
  Cursor cursor(payload);
  FarFront front;
  front.count = cursor.ReadVarint<std::uint32_t>(MostFarCopies(original));
  front.plan = cursor.Read<std::uint8_t>();
  front.block = cursor.ReadVarint<std::uint32_t>(FarBlockBound(front.count));
  front.coded = cursor.ReadVarint<std::uint32_t>(front.block);
  if (!cursor.good()) return cursor.Failure("the front of far copies");
  front.bytes = cursor.position();
  if (front.count == 0 || front.coded == 0) {
    return Fail(ErrorCode::kCorrupt, "a chunk of far copies without any", front.bytes);
  }
  if (front.plan >= kFirstTransformPlan) {
    return Fail(ErrorCode::kUnsupported, "far copies in a plan of their own", front.bytes);
  }
  if (front.plan == 0 && front.coded != front.block) {
    return Fail(ErrorCode::kCorrupt, "raw far copies of another size", front.bytes);
  }
  if (payload.size() - front.bytes < front.coded) {
    return Fail(ErrorCode::kCorrupt, "far copies beyond the end of the payload", front.bytes);
  }
  return front;
}

}  // namespace sigma
