#include "device/layout.h"

#include "base/rounding.h"

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
    stride *= i == 1 ? round_up(dims[1], block) : dims[i];
  }
  return stride;
}

}  // namespace tenon
