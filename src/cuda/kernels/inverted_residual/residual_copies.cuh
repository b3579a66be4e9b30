#pragma once

#include "cuda/kernels/igemm/tensor_copies.cuh"
#include "cuda/kernels/inverted_residual/residual_tile.cuh"

namespace tenon {

// What one thread has the copy engine bring: the chunks' constants, in turn to two places, and with
// the first of them the rows of x that lie in shared memory as they do in x.
class ResidualCopies {
 public:
  __device__ ResidualCopies(const InvertedResidualParams& p, uint32_t memory)
      : p_(p), memory_(memory), barriers_(memory + p.weights + 2 * p.chunk.bytes) {}

  // By one thread.
  __device__ void init() const {
    init_barrier(barriers_, 1);
    init_barrier(barriers_ + 8, 1);
    publish_barriers();
  }
  template <typename T>
  __device__ void begin(const ResidualTile& tile) const {
    const int row_bytes = tile.columns() * p_.x_pitch;
    const bool rows = has_plain_pixels(p_);
    begin_chunk(0, rows ? tile.rows() * row_bytes : 0);
    if (!rows || row_bytes == 0) return;
    wait_for_producers();
    const T* x = first_pixel<T>(p_, tile);
    for (int row = 0; row < tile.rows(); ++row) {
      copy_bytes(memory_ + p_.x_pixels + row * row_bytes, x + row * p_.width * p_.channels,
                 row_bytes, barriers_);
    }
  }
  __device__ void begin_chunk(int chunk, int more_bytes = 0) const {
    const int bytes = p_.chunk.bytes;
    const uint32_t barrier = barriers_ + chunk % 2 * 8;
    arrive_and_expect(barrier, bytes + more_bytes);
    copy_bytes(memory_ + p_.weights + chunk % 2 * bytes,
               p_.chunks + static_cast<int64_t>(chunk) * bytes, bytes, barrier);
  }
  // By all, after a barrier of the block behind init().
  __device__ void wait_for_chunk(int chunk) const {
    wait_for_phase(barriers_ + chunk % 2 * 8, chunk / 2 % 2);
  }

 private:
  const InvertedResidualParams& p_;
  uint32_t memory_, barriers_;
};

}  // namespace tenon
