#include "fuzz/counted_memory.h"

#include <atomic>
#include <cstdlib>
#include <new>

static std::atomic<size_t> live{0};
static std::atomic<size_t> peak{0};

static void add(size_t bytes) {
  const size_t now = live += bytes;
  size_t seen = peak;
  while (now > seen && !peak.compare_exchange_weak(seen, now)) {
  }
}

namespace tenon::testing {
size_t live_bytes() { return live; }
size_t peak_bytes() { return peak; }
void reset_peak() { peak = live.load(); }
}  // namespace tenon::testing

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// The sanitizers have allocators of their own, which tell of every block. Not every distribution
// has the header with these declarations (sanitizer/allocator_interface.h).
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void*, size_t),
                                                         void (*)(const volatile void*));
extern "C" size_t __sanitizer_get_allocated_size(const volatile void*);

static void on_malloc(const volatile void*, size_t bytes) { add(bytes); }
static void on_free(const volatile void* pointer) {
  if (pointer == nullptr) return;
  const size_t bytes = __sanitizer_get_allocated_size(pointer);
  // Blocks from before the hooks were set were never added.
  size_t now = live;
  while (!live.compare_exchange_weak(now, now - (bytes < now ? bytes : now))) {
  }
}
static const int hooked = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
static const bool checked = hooked != 0 || (std::abort(), false);

#else
// The size is kept in front of the block, which stays aligned.
static void* counted(size_t size, size_t alignment) {
  auto* block = static_cast<std::byte*>(
      std::aligned_alloc(alignment, (size + 2 * alignment - 1) / alignment * alignment));
  if (block == nullptr) throw std::bad_alloc();
  *reinterpret_cast<size_t*>(block) = size;
  add(size);
  return block + alignment;
}

static void release(void* pointer, size_t alignment) noexcept {
  if (pointer == nullptr) return;
  auto* block = static_cast<std::byte*>(pointer) - alignment;
  live -= *reinterpret_cast<size_t*>(block);
  std::free(block);
}

void* operator new(size_t size) { return counted(size, 16); }
void* operator new(size_t size, std::align_val_t a) {
  return counted(size, static_cast<size_t>(a));
}
void operator delete(void* p) noexcept { release(p, 16); }
void operator delete(void* p, size_t) noexcept { release(p, 16); }
void operator delete(void* p, std::align_val_t a) noexcept { release(p, static_cast<size_t>(a)); }
void operator delete(void* p, size_t, std::align_val_t a) noexcept {
  release(p, static_cast<size_t>(a));
}
#endif
