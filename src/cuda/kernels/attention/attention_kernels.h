#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "base/dtype.h"

namespace tenon {

// Elements between the batches, heads and positions of an operand; a head's elements lie together.
struct AttentionStrides {
  int64_t batch = 0;
  int64_t head = 0;
  int64_t position = 0;
};

struct AttentionMaskShape {
  bool present = false;
  bool boolean = false;
  int64_t batch = 0;
  int64_t head = 0;
  int64_t query = 0;
  int64_t key = 0;
};

struct AttentionShape {
  DataType type = DataType::kF32;
  int batch = 0;
  int heads = 0;
  int sharing = 1;  // heads of q that share one of k and v
  int queries = 0;
  int keys = 0;
  int size = 0;  // of a head
  float scale = 1;
  bool causal = false;
  bool nan_to_zero = false;
  AttentionStrides q, k, v, y;
  AttentionMaskShape mask;
};

// Of head 0, position 0 of batch 0.
struct AttentionPointers {
  const void* q = nullptr;
  const void* k = nullptr;
  const void* v = nullptr;
  const void* mask = nullptr;
  void* y = nullptr;
};

// There is at least one query.
// In FP32, any size of heads.
void launch_exact_attention(const AttentionShape& shape, const AttentionPointers& pointers,
                            cudaStream_t stream);

// On tensor cores, FP16 or BF16: a block has `rows` (64 or 128) queries. Sizes of heads, strides
// and pointers are multiples of 8 elements, the size is at most flash_attention_size(rows), the
// scale positive. prepare_flash_attention() goes before the first launch on a device.
int flash_attention_size(int rows);
size_t flash_attention_shared_bytes(int rows, int size);
cudaError_t prepare_flash_attention(DataType type, int rows, int size);
void launch_flash_attention(const AttentionShape& shape, int rows,
                            const AttentionPointers& pointers, cudaStream_t stream);

}  // namespace tenon
