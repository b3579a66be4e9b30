#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "base/dtype.h"
#include "cuda/fast_division.h"

namespace tenon {

// What is done with each element, and at last with the total.
enum class ReduceFold : int { kSum, kProd, kMax, kMin, kSquares, kAbs, kLogSumExp };
enum class ReduceFinish : int { kNone, kMean, kRoot, kLogSumExp };

// Axes of a loop, outermost first. Unused ones have extent 1.
struct ReduceAxes {
  static constexpr int kMost = 4;
  int count = 0;
  FastDivisor extent[kMost];
  int64_t in[kMost] = {};   // elements to the next input
  int64_t out[kMost] = {};  // and output
};

// A reduction as loops: each of `kept` iterations folds `reduced` rows of `length` elements that
// lie together, into one output, or, with `lanes`, into an output an element.
struct ReduceShape {
  DataType type = DataType::kF32;
  ReduceFold fold = ReduceFold::kSum;
  ReduceFinish finish = ReduceFinish::kNone;
  ReduceAxes kept_axes;
  ReduceAxes reduced_axes;
  int64_t kept = 1;
  int64_t reduced = 1;
  int64_t length = 1;
  bool lanes = false;
  float count = 1;  // elements behind one output
  int multiprocessors = 1;
};

size_t reduce_workspace_bytes(const ReduceShape& shape);
// There is at least one output.
void launch_reduce(const ReduceShape& shape, const void* x, void* y, void* workspace,
                   cudaStream_t stream);

}  // namespace tenon
