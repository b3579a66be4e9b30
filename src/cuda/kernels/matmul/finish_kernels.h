#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

namespace tenon {

// What is left to do with a product that a library left without bias, skip connection or
// activation: y = fn(product + bias + residual), element by element. Plain data: nvcc reads it.

enum class FinishType { kF32, kF16, kBF16 };

// The functions of UnaryFn that kernels here know, with the same meaning of alpha and beta.
enum class FinishFn {
  kIdentity,
  kRelu,
  kSigmoid,
  kTanh,
  kLeakyRelu,
  kElu,
  kSelu,
  kSoftsign,
  kSoftplus,
  kClip,
  kHardSigmoid,
  kScaledTanh,
  kThresholdedRelu,
  kGeluErf,
  kGeluTanh,
  kSwish,
  kHardSwish,
  kMish,
  kExp,
  kAbs,
  kNeg,
  kSin,
  kCos,
  kErf,
};

inline constexpr int kFinishRank = 8;

struct FinishParams {
  FinishType type = FinishType::kF32;
  FinishFn fn = FinishFn::kIdentity;
  float alpha = 0;
  float beta = 0;
  void* y = nullptr;
  const void* product = nullptr;   // may be y; nullptr counts as zeros
  const void* bias = nullptr;      // nullptr: none, also for
  const void* residual = nullptr;  // this one; may be y
  int64_t count = 0;               // elements of y
  // Dense: y, product and residual lie alike, without gaps; element i takes
  // bias[i / bias_inner % bias_count].
  bool dense = true;
  int64_t bias_inner = 1;
  int64_t bias_count = 1;
  // Otherwise: element strides by axis; those of product are y's.
  int rank = 0;
  int64_t extent[kFinishRank] = {};
  int64_t y_stride[kFinishRank] = {};
  int64_t bias_stride[kFinishRank] = {};
  int64_t residual_stride[kFinishRank] = {};
};

void launch_finish(const FinishParams& params, cudaStream_t stream);

}  // namespace tenon
