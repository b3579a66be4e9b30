#include "device/layout.h"

namespace tenon {

int64_t stored_volume(const Dims& dims, Layout layout) {
  if (dims.rank() < 2) return dims.volume();
  return dims[0] * dense_batch_stride(dims, layout);
}

int64_t dense_batch_stride(const Dims& dims, Layout layout) {
  if (dims.rank() == 0) return 1;
  const int block = block_of(layout);
  int64_t stride = 1;
  for (int i = 1; i < dims.rank(); ++i) {
    stride *= i == 1 ? (dims[1] + block - 1) / block * block : dims[i];
  }
  return stride;
}

}  // namespace tenon
