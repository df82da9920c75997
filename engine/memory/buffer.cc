#include "engine/memory/buffer.h"

#include <new>

namespace sigma {

Buffer::Buffer(std::size_t size)
    : bytes_(
          static_cast<std::uint8_t*>(::operator new[](size + kPad, std::align_val_t{kCacheLine}))),
      size_(size) {}

void Buffer::Free::operator()(std::uint8_t* bytes) const noexcept {
  ::operator delete[](bytes, std::align_val_t{kCacheLine});
}

}  // namespace sigma
