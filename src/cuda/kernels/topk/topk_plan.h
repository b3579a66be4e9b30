#pragma once

#include "cuda/kernels/topk/topk_kernels.h"

// Which kernels serve a task.
namespace tenon::topk {

struct Plan {
  Task task;  // with its parts
  size_t workspace_bytes = 0;
  void (*launch)(const Task&, cudaStream_t) = nullptr;  // nullptr: there is nothing to do
};

Plan plan_of(Task task, int multiprocessors);

}  // namespace tenon::topk
