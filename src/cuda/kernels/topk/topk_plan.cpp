#include "cuda/kernels/topk/topk_plan.h"

#include <algorithm>
#include <cmath>

namespace tenon::topk {
namespace {

// Blocks for each line, of lines that are too few to occupy the GPU and long enough for `least`
// elements a block.
uint32_t parts_of(const Task& task, uint64_t blocks, uint32_t least, int multiprocessors) {
  const uint64_t wanted =
      2 * static_cast<uint64_t>(multiprocessors) / std::max<uint64_t>(blocks, 1);
  return static_cast<uint32_t>(
      std::clamp<uint64_t>(task.n / least, 1, std::max<uint64_t>(wanted, 1)));
}

// A line's parts are looked through side by side, what they leave by one block.
uint32_t select_parts(const Task& task, int multiprocessors) {
  const uint32_t parts = parts_of(task, task.lines(), std::max(4096U, 4 * task.k), multiprocessors);
  const auto even = static_cast<uint32_t>(std::sqrt(static_cast<double>(task.n) / task.k));
  return std::clamp(even, 1U, parts);
}

}  // namespace

Plan plan_of(Task task, int multiprocessors) {
  if (task.k == 0 || task.lines() == 0) return {task};
  const bool many = task.lines() >= 16384 || task.n <= 64;
  if (task.inner > 1 && (task.k == 1 || (task.k <= kColumnsMax && many))) {
    if (task.k == 1) task.parts = parts_of(task, task.lines() / 32, 256, multiprocessors);
    return {task, columns_workspace_bytes(task), launch_columns};
  }
  if (lines_fit(task)) return {task, 0, launch_lines};
  if (task.n <= kGroupsLongest && task.k <= 32) return {task, 0, launch_groups};
  if (task.k == 1) {
    task.parts = parts_of(task, task.lines(), 4096, multiprocessors);
    return {task, rows_workspace_bytes(task), launch_rows};
  }
  // Sorting all of a very long line takes all of the GPU, selecting much of it few blocks.
  const bool sorts = task.k >= 1024 && task.n >= (1U << 18U) && task.lines() <= 2;
  if (task.k <= select_max(task.type) && !sorts) {
    task.parts = select_parts(task, multiprocessors);
    return {task, select_workspace_bytes(task), launch_select};
  }
  return {task, sort_workspace_bytes(task), launch_sort};
}

}  // namespace tenon::topk
