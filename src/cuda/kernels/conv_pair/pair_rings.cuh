#pragma once

#include "cuda/kernels/conv_pair/pair_params.h"
#include "cuda/kernels/igemm/tensor_copies.cuh"

namespace tenon {

// Buffers in shared memory that are filled and used up in turn, and where one thread is in that
// order. Every thread has a ring of its own over the same memory.
class Ring {
 public:
  static constexpr int kBarrierBytes = 32;  // a stage

  __device__ Ring(uint32_t barriers, uint32_t memory, int stages, int stage_bytes)
      : barriers_(barriers), memory_(memory), stages_(stages), stage_bytes_(stage_bytes) {}

  // How many arrivals each barrier waits for.
  __device__ void init(int full_arrivals, int free_arrivals) const {
    for (int s = 0; s < stages_; ++s) {
      init_barrier(barriers_ + s * kBarrierBytes, full_arrivals);
      init_barrier(barriers_ + s * kBarrierBytes + 8, free_arrivals);
    }
  }
  __device__ void init_written(int arrivals) const {
    for (int s = 0; s < stages_; ++s) init_barrier(barriers_ + s * kBarrierBytes + 16, arrivals);
  }

  __device__ uint32_t memory() const { return memory_ + stage_ * stage_bytes_; }
  __device__ uint32_t full() const { return barriers_ + stage_ * kBarrierBytes; }
  __device__ uint32_t free() const { return full() + 8; }
  __device__ uint32_t written() const { return full() + 16; }  // between the two

  __device__ void wait_until_full() const { wait_for_phase(full(), parity_); }
  __device__ void wait_until_written() const { wait_for_phase(written(), parity_); }
  // At once in the first round.
  __device__ void wait_until_free() const { wait_for_phase(free(), parity_ ^ 1); }
  __device__ void advance() {
    if (++stage_ < stages_) return;
    stage_ = 0;
    parity_ ^= 1;
  }

 private:
  uint32_t barriers_, memory_;
  int stages_, stage_bytes_;
  int stage_ = 0;
  uint32_t parity_ = 0;
};

// The shared memory of a block.
template <typename Shape>
struct PairRings {
  static constexpr int kMostStages = 8;
  static constexpr int kBarriersOfRing = kMostStages * Ring::kBarrierBytes;
  static constexpr int kSlabBytes = Shape::rows * 128;

  Ring x;       // tiles: [slab][row][64]
  Ring first;   // slices of W1
  Ring second;  // slices of W2
  Ring slots;   // slices of the residual, then of y in its place: [row][64]

  __device__ PairRings(const ConvPairParams& p, uint32_t memory)
      : x(memory, memory + 1024, p.x_stages, p.slabs * kSlabBytes),
        first(memory + kBarriersOfRing, memory + 1024 + p.x_stages * p.slabs * kSlabBytes,
              p.weight_stages, p.slabs * kPairSlice * 128),
        second(memory + 2 * kBarriersOfRing,
               memory + 1024 + p.x_stages * p.slabs * kSlabBytes +
                   p.weight_stages * p.slabs * kPairSlice * 128,
               p.weight_stages, Shape::columns * 128),
        slots(memory + 3 * kBarriersOfRing,
              memory + 1024 + p.x_stages * p.slabs * kSlabBytes +
                  p.weight_stages * (p.slabs * kPairSlice + Shape::columns) * 128,
              p.slots, kSlabBytes) {}

  __device__ void init() const {
    constexpr int kWarps = Shape::threads / 32;  // that multiply
    x.init(1, kWarps);
    first.init(1, kWarps);
    second.init(1, kWarps);
    slots.init(1, 1);
    slots.init_written(kWarps);
    publish_barriers();
  }
};

}  // namespace tenon
