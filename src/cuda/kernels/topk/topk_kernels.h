#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>

#include "base/dtype.h"

// The first k elements, in descending or ascending order, of lines of n: line (o, i) of
// [outer, n, inner] elements goes to line (o, i) of [outer, k, inner]. Fewer than 2^31 elements in
// either; none of the extents is 0.
namespace tenon::topk {

struct Task {
  DataType type = DataType::kF32;  // f32, f16, bf16, i32 or i64
  uint32_t outer = 1;
  uint32_t n = 1;
  uint32_t inner = 1;
  uint32_t k = 1;
  bool largest = true;
  bool last_first = false;  // of equal elements
  bool wide = true;         // indices are i64, else i32
  uint32_t parts = 1;       // pieces of a line that blocks of their own look through

  const void* in = nullptr;
  void* values = nullptr;
  void* indices = nullptr;
  void* workspace = nullptr;

  constexpr uint32_t lines() const { return outer * inner; }
};

// k = 1, inner = 1.
void launch_rows(const Task& task, cudaStream_t stream);
size_t rows_workspace_bytes(const Task& task);

// k <= kColumnsMax, any n; with parts, k = 1.
constexpr uint32_t kColumnsMax = 8;
void launch_columns(const Task& task, cudaStream_t stream);
size_t columns_workspace_bytes(const Task& task);

// inner = 1, k <= kColumnsMax, short lines: a thread has one. Worthwhile for many of them.
bool lines_fit(const Task& task);
void launch_lines(const Task& task, cudaStream_t stream);

// n <= kGroupsLongest: the lanes of a warp, or some of them, hold a line in registers.
constexpr uint32_t kGroupsLongest = 1024;
void launch_groups(const Task& task, cudaStream_t stream);

// k <= select_max(type): the k elements are found by their leading digits and then sorted.
uint32_t select_max(DataType type);
void launch_select(const Task& task, cudaStream_t stream);
size_t select_workspace_bytes(const Task& task);

// Sorts every line.
void launch_sort(const Task& task, cudaStream_t stream);
size_t sort_workspace_bytes(const Task& task);

}  // namespace tenon::topk
