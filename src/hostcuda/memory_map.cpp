#include "hostcuda/memory_map.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <mutex>
#include <string>

namespace tenon::hostcuda {
namespace {

constexpr size_t kAlignment = 256;
constexpr size_t kHugePage = size_t{2} << 20;
// Allocations from this size on are first compared with the free memory, since the kernel hands
// out addresses without having the pages.
constexpr size_t kCheckedSize = size_t{16} << 20;

struct Map {
  std::mutex mutex;
  std::map<uintptr_t, Block> blocks;  // by first address
};

// Never destroyed: programs may free memory during static destruction.
Map& map() {
  static Map* const m = new Map;
  return *m;
}

uintptr_t to_number(const void* address) { return reinterpret_cast<uintptr_t>(address); }

const Block* find_locked(const void* address) {
  const auto& blocks = map().blocks;
  auto it = blocks.upper_bound(to_number(address));
  if (it == blocks.begin()) return nullptr;
  --it;
  return to_number(address) - it->first < it->second.size ? &it->second : nullptr;
}

// The number in a one-line file; the largest one where there is no limit or no file.
size_t read_limit(const char* path) {
  std::ifstream file(path);
  size_t value = 0;
  return file >> value ? value : std::numeric_limits<size_t>::max();
}

size_t available_bytes() {
  std::ifstream file("/proc/meminfo");
  std::string key, unit;
  size_t kilobytes = 0;
  while (file >> key >> kilobytes) {
    std::getline(file, unit);
    if (key == "MemAvailable:") return kilobytes * 1024;
  }
  return static_cast<size_t>(sysconf(_SC_AVPHYS_PAGES)) * sysconf(_SC_PAGESIZE);
}

}  // namespace

MemoryInfo memory_info() {
  const size_t physical = static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  MemoryInfo info{available_bytes(), physical};
  const size_t limit = read_limit("/sys/fs/cgroup/memory.max");
  if (limit < info.total) {
    const size_t used = std::min(limit, read_limit("/sys/fs/cgroup/memory.current"));
    info.total = limit;
    info.free = std::min(info.free, limit - used);
  }
  info.free = std::min(info.free, info.total);
  return info;
}

void* reserve_bytes(size_t size) {
  if (size >= kCheckedSize && size > memory_info().free) return nullptr;
  const size_t alignment = size >= 2 * kHugePage ? kHugePage : kAlignment;
  const size_t rounded = (size + alignment - 1) / alignment * alignment;
  if (rounded < size) return nullptr;
  void* base = std::aligned_alloc(alignment, rounded);
  if (base != nullptr && alignment == kHugePage) madvise(base, rounded, MADV_HUGEPAGE);
  return base;
}

void release_bytes(void* base) { std::free(base); }

void* allocate(size_t size, Origin origin, unsigned int flags, cudaMemPool_t pool) {
  void* base = reserve_bytes(size);
  if (base == nullptr) return nullptr;
  std::lock_guard lock(map().mutex);
  map().blocks[to_number(base)] = Block{base, size, origin, flags, pool};
  return base;
}

std::optional<Block> take_block(const void* base, bool (*accept)(const Block&)) {
  std::lock_guard lock(map().mutex);
  const auto it = map().blocks.find(to_number(base));
  if (it == map().blocks.end() || !accept(it->second)) return std::nullopt;
  const Block block = it->second;
  map().blocks.erase(it);
  return block;
}

std::optional<Block> find_block(const void* address) {
  std::lock_guard lock(map().mutex);
  const Block* block = find_locked(address);
  return block == nullptr ? std::nullopt : std::optional(*block);
}

cudaError_t register_range(void* base, size_t size, unsigned int flags) {
  const uintptr_t first = to_number(base);
  if (first + size < first) return cudaErrorInvalidValue;
  std::lock_guard lock(map().mutex);
  auto& blocks = map().blocks;
  auto it = blocks.upper_bound(first);
  if (it != blocks.begin()) {
    const auto before = std::prev(it);
    if (first - before->first < before->second.size) it = before;
  }
  if (it != blocks.end() && it->first < first + size) {
    return it->second.origin == Origin::kRegistered ? cudaErrorHostMemoryAlreadyRegistered
                                                    : cudaErrorInvalidValue;
  }
  blocks[first] = Block{base, size, Origin::kRegistered, flags};
  return cudaSuccess;
}

bool device_accessible(const void* address) {
  std::lock_guard lock(map().mutex);
  return find_locked(address) != nullptr;
}

bool in_bounds(const void* address, size_t size) {
  std::lock_guard lock(map().mutex);
  const Block* block = find_locked(address);
  if (block == nullptr || block->origin == Origin::kRegistered) return true;
  return size <= block->size - (to_number(address) - to_number(block->base));
}

void release_all_blocks() {
  std::map<uintptr_t, Block> blocks;
  {
    std::lock_guard lock(map().mutex);
    blocks.swap(map().blocks);
  }
  for (const auto& [base, block] : blocks) {
    if (block.origin != Origin::kRegistered) release_bytes(block.base);
  }
}

}  // namespace tenon::hostcuda
