#include "build/memory_planner.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/rounding.h"

namespace tenon {

static uint64_t aligned(uint64_t bytes) { return round_up(bytes, kPlanAlignment); }

uint64_t plan_memory(std::vector<ArenaBuffer>& buffers, const Conflict& conflict) {
  std::vector<size_t> by_size(buffers.size());
  std::iota(by_size.begin(), by_size.end(), size_t{0});
  std::stable_sort(by_size.begin(), by_size.end(),
                   [&](size_t a, size_t b) { return buffers[a].bytes > buffers[b].bytes; });
  std::vector<size_t> placed;  // in order of offset
  uint64_t arena = 0;
  for (const size_t i : by_size) {
    const uint64_t bytes = aligned(buffers[i].bytes);
    uint64_t best_gap = std::numeric_limits<uint64_t>::max();
    uint64_t best_offset = 0;
    uint64_t end = 0;
    for (const size_t p : placed) {
      if (!conflict(i, p)) continue;
      if (buffers[p].offset > end) {
        const uint64_t gap = buffers[p].offset - end;
        if (gap >= bytes && gap < best_gap) {
          best_gap = gap;
          best_offset = end;
        }
      }
      end = std::max(end, buffers[p].offset + aligned(buffers[p].bytes));
    }
    buffers[i].offset = best_gap == std::numeric_limits<uint64_t>::max() ? end : best_offset;
    arena = std::max(arena, buffers[i].offset + bytes);
    placed.insert(
        std::upper_bound(placed.begin(), placed.end(), i,
                         [&](size_t a, size_t b) { return buffers[a].offset < buffers[b].offset; }),
        i);
  }
  return arena;
}

}  // namespace tenon
