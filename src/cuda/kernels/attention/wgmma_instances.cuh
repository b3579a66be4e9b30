#pragma once

#include "cuda/kernels/attention/wgmma_attention.cuh"

namespace tenon::group_attention {

template <typename T, int kSize>
const void* function_of(MaskReading mask) {
  switch (mask) {
    case MaskReading::kNone:
      return reinterpret_cast<const void*>(attend<T, kSize, MaskReading::kNone>);
    case MaskReading::kKeys:
      return reinterpret_cast<const void*>(attend<T, kSize, MaskReading::kKeys>);
    default: return reinterpret_cast<const void*>(attend<T, kSize, MaskReading::kElements>);
  }
}

template <typename T>
const void* function_of(int size, MaskReading mask) {
  if (size <= 32) return function_of<T, 32>(mask);
  if (size <= 64) return function_of<T, 64>(mask);
  if (size <= 96) return function_of<T, 96>(mask);
  return function_of<T, 128>(mask);
}

}  // namespace tenon::group_attention
