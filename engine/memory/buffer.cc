#include "engine/memory/buffer.h"

#include <sys/mman.h>

#include <new>

#include "engine/memory/poison.h"

namespace sigma {
namespace {

// The least page of any system this runs on; a larger one only makes the kernel round up.
constexpr std::size_t kPage = 4096;

// Two huge pages: below that too much of a buffer lies outside of them.
constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kWorthHuge = 2 * kHugePage;

// A mapping that begins on a huge page, so that the kernel can use them.
std::uint8_t* MapHuge(std::size_t size) {
  void* const wide =
      mmap(nullptr, size + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (wide == MAP_FAILED) return nullptr;
  auto* const begin = static_cast<std::uint8_t*>(wide);
  const std::size_t front =
      (kHugePage - reinterpret_cast<std::uintptr_t>(begin) % kHugePage) % kHugePage;
  if (front != 0) munmap(begin, front);
  munmap(begin + front + size, kHugePage - front);
  // A hint; where it is refused, small pages do.
  (void)madvise(begin + front, size, MADV_HUGEPAGE);
  return begin + front;
}

std::uint8_t* Map(std::size_t size) {
  if (size >= kWorthHuge) {
    if (std::uint8_t* const huge = MapHuge(size); huge != nullptr) return huge;
  }
  void* const bytes =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (bytes == MAP_FAILED) throw std::bad_alloc();
  return static_cast<std::uint8_t*>(bytes);
}

}  // namespace

std::size_t BufferFootprint(std::size_t size) noexcept {
  const std::size_t unit = size < kMapped ? kCacheLine : kPage;
  return (size + kPad + unit - 1) / unit * unit;
}

Buffer::Buffer(std::size_t size) : size_(size) {
  const std::size_t whole = BufferFootprint(size);
  const bool heap = size < kMapped;
  bytes_ = {heap ? static_cast<std::uint8_t*>(::operator new[](whole, std::align_val_t{kCacheLine}))
                 : Map(whole),
            Free{heap ? 0 : whole}};
  OpenFirst(bytes_.get(), size + kPad, whole);
}

bool Buffer::Enlarge(std::size_t size) noexcept {
#if defined(__SANITIZE_THREAD__)
  // ThreadSanitizer does not see mremap: it would take what is moved to a place for what another
  // thread wrote there before, and report a race (api_test, Bench).
  (void)size;
  return false;
#else
  const std::size_t mapped = bytes_.get_deleter().mapped;
  const std::size_t whole = BufferFootprint(size);
  // Moved, a mapping would not begin on a huge page.
  if (mapped == 0 || whole < mapped || whole >= kWorthHuge) return false;
  OpenFirst(bytes_.get(), mapped, mapped);  // as it leaves its place
  void* const moved = mremap(bytes_.get(), mapped, whole, MREMAP_MAYMOVE);
  if (moved == MAP_FAILED) return false;
  (void)bytes_.release();
  bytes_ = {static_cast<std::uint8_t*>(moved), Free{whole}};
  size_ = size;
  OpenFirst(bytes_.get(), size + kPad, whole);
  return true;
#endif
}

void Buffer::Free::operator()(std::uint8_t* bytes) const noexcept {
  if (mapped == 0) {
    ::operator delete[](bytes, std::align_val_t{kCacheLine});
  } else {
    OpenFirst(bytes, mapped, mapped);  // what is mapped there next is not ours
    munmap(bytes, mapped);
  }
}

}  // namespace sigma
