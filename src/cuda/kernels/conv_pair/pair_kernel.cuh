#pragma once

#include "cuda/dependent_launch.h"
#include "cuda/kernels/conv_pair/pair_rings.cuh"
#include "cuda/kernels/igemm/tile_writer.cuh"
#include "cuda/kernels/igemm/wgmma.cuh"

namespace tenon {

// A tile of z, of which each group of four warps makes 64 rows.
template <typename T, int kGroups, int kColumns>
struct PairShape {
  using Element = T;
  static constexpr int rows = kGroups * 64;
  static constexpr int columns = kColumns;
  static constexpr int threads = kGroups * 128;  // that multiply
  static constexpr int row_steps = 1;
  static constexpr int column_steps = kColumns / 8;
  static constexpr int warp_tile_columns = kColumns;
  static constexpr int product_columns = kColumns < 128 ? kColumns : 128;
  // Of a thread: as many as a multiprocessor has, less those that the other group keeps.
  static constexpr int few_registers = 24;
  static constexpr int launch_registers = 65536 / (threads + 128) / 8 * 8;
  static constexpr int registers =
      launch_registers + (launch_registers - few_registers) / kGroups / 8 * 8;

  __device__ static int lane_row(int half) {
    const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
    return warp * 16 + half * 8 + lane / 4;
  }
  __device__ static int first_column() { return 0; }
};

// The thread that has the copy engine bring everything, in the order in which it is wanted.
template <typename Shape>
__device__ inline void fill_rings(const ConvPairParams& p, PairRings<Shape> rings) {
  const auto copy_weights = [](Ring& ring, const void* weights, int slice, int bytes) {
    ring.wait_until_free();
    arrive_and_expect(ring.full(), bytes);
    copy_bytes(ring.memory(),
               static_cast<const char*>(weights) + static_cast<int64_t>(slice) * bytes, bytes,
               ring.full());
    ring.advance();
  };
  const auto copy_tile = [&](int row) {
    rings.x.wait_until_free();
    arrive_and_expect(rings.x.full(), p.slabs * rings.kSlabBytes);
    for (int slab = 0; slab < p.slabs; ++slab) {
      copy_box(rings.x.memory() + slab * rings.kSlabBytes, &p.x, rings.x.full(), slab * kIgemmDepth,
               row);
    }
    rings.x.advance();
  };
  const auto copy_residual = [&](int slice, int row) {
    rings.slots.wait_until_free();
    if (p.has_residual) {
      arrive_and_expect(rings.slots.full(), rings.kSlabBytes);
      copy_box(rings.slots.memory(), &p.residual, rings.slots.full(), slice * kPairSlice, row);
    } else {
      arrive(rings.slots.full());
    }
    rings.slots.advance();
  };
  prefetch_map(&p.x);
  prefetch_map(&p.residual);
  prefetch_map(&p.y);
  for (int tile = blockIdx.x; tile < p.tiles; tile += gridDim.x) {
    const int row = tile * Shape::rows;
    for (int slice = 0; slice < p.slices; ++slice) {
      copy_weights(rings.first, p.weights1, slice, p.slabs * kPairSlice * 128);
      copy_weights(rings.second, p.weights2, slice, Shape::columns * 128);
      if (slice == 0) {
        wait_for_producers();
        copy_tile(row);
      }
      copy_residual(slice, row);
    }
  }
}

// The thread that has the copy engine take the slices of y away.
template <typename Shape>
__device__ inline void empty_slots(const ConvPairParams& p, Ring slots) {
  wait_for_producers();
  for (int tile = blockIdx.x; tile < p.tiles; tile += gridDim.x) {
    for (int slice = 0; slice < p.slices; ++slice) {
      slots.wait_until_written();
      store_box(&p.y, slots.memory(), slice * kPairSlice, tile * Shape::rows);
      wait_for_stores();
      arrive(slots.free());
      slots.advance();
    }
  }
}

// A number that all lanes of a warp have alike.
__device__ inline uint32_t uniform(uint32_t number) { return __shfl_sync(~0U, number, 0); }

// ReLU of two narrow numbers; NaN stays.
template <typename T>
__device__ inline uint32_t relu_pair(uint32_t pair);
template <>
__device__ inline uint32_t relu_pair<__half>(uint32_t pair) {
  const __half2 y = __hmax2_nan(*reinterpret_cast<const __half2*>(&pair), __half2{});
  return *reinterpret_cast<const uint32_t*>(&y);
}
template <>
__device__ inline uint32_t relu_pair<__nv_bfloat16>(uint32_t pair) {
  const auto y = __hmax2_nan(*reinterpret_cast<const __nv_bfloat162*>(&pair), __nv_bfloat162{});
  return *reinterpret_cast<const uint32_t*>(&y);
}

// A lane's share of a slice of y: of two rows eight neighbours out of every 32 columns.
template <typename Shape>
class PairSlice {
 public:
  using T = typename Shape::Element;

  __device__ PairSlice() {
    const int row = Shape::lane_row(0);
    const int piece = static_cast<int>(threadIdx.x) % 4 + row % 2 * 4;
    place_ = row * 128 + (piece ^ row % 8) * 16;
  }

  // Reads the bias of a slice to come.
  __device__ void fetch_bias(const float* bias, int slice) {
    const float* from = bias + slice * kPairSlice + threadIdx.x % 4 * 8;
#pragma unroll
    for (int j = 0; j < 8; ++j) {
      bias_[j] = *reinterpret_cast<const float2*>(from + j / 4 * 32 + j % 4 * 2);
    }
  }
  // The sums become the bias, and the residual that lies in the slot.
  __device__ void begin(const char* slot, bool has_residual) {
#pragma unroll
    for (int j = 0; j < 8; ++j) {
      sums_[j][0] = sums_[j][2] = bias_[j].x;
      sums_[j][1] = sums_[j][3] = bias_[j].y;
    }
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      uint4 near{}, far{};  // added in any case: sums are not to depend on branches
      if (has_residual) {
        near = *reinterpret_cast<const uint4*>(slot + place(half, 0));
        far = *reinterpret_cast<const uint4*>(slot + place(half, 1));
      }
      add(half, 0, pick(odd_row(), far, near));
      add(half, 1, pick(odd_row(), near, far));
    }
  }

  // Adds the product of this group's rows of x with a slice of W1.
  __device__ void begin_product(uint32_t x, uint32_t weights, int slabs) {
    settle(sums_);
    uint64_t a = matrix_descriptor(x + uniform(threadIdx.x / 128) * 64 * 128);
    uint64_t b = matrix_descriptor(weights);
    for (int slab = 0; slab < slabs; ++slab) {
      begin_products();
#pragma unroll
      for (int k = 0; k < kIgemmDepth / 16; ++k) {
        multiply_group<T>(sums_, a + k * kDescribedDepth, b + k * kDescribedDepth);
      }
      commit_products();
      a += Shape::rows * 128 / 16;
      b += kPairSlice * 128 / 16;
    }
  }

  // With the sums complete.
  __device__ void finish(const ActivationParams& act) {
    const bool relu = act.code == kActRelu;
    if (!relu) activate(act, reinterpret_cast<float(&)[32]>(sums_));
#pragma unroll
    for (int half = 0; half < 2; ++half) {
#pragma unroll
      for (int j = 0; j < 8; ++j) {
        words_[j / 2][j % 2 * 2 + half] =
            narrow_pair<T>(sums_[j][half * 2], sums_[j][half * 2 + 1]);
      }
    }
    if (!relu) return;
    for (auto& step : words_) {
      for (uint32_t& word : step) word = relu_pair<T>(word);
    }
  }

  // Adds the product with a slice of W2 to z.
  __device__ void begin_second_product(uint32_t weights, WarpTile<Shape>& z) {
    constexpr int kTiles = Shape::product_columns / 8;
    settle(words_);
    const uint64_t b = matrix_descriptor(weights);
    begin_products();
#pragma unroll
    for (int k = 0; k < kPairSlice / 16; ++k) {
#pragma unroll
      for (int j = 0; j < Shape::column_steps; j += kTiles) {
        multiply_group<T>(*reinterpret_cast<float(*)[kTiles][4]>(&z.sums[0][j]), words_[k],
                          b + j * 8 * 128 / 16 + k * kDescribedDepth);
      }
    }
    commit_products();
  }

  __device__ void write(char* slot) const {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const uint32_t(&w)[4][4] = words_;
      const uint4 low = make_uint4(w[0][half], w[0][half + 2], w[1][half], w[1][half + 2]);
      const uint4 high = make_uint4(w[2][half], w[2][half + 2], w[3][half], w[3][half + 2]);
      *reinterpret_cast<uint4*>(slot + place(half, 0)) = pick(odd_row(), high, low);
      *reinterpret_cast<uint4*>(slot + place(half, 1)) = pick(odd_row(), low, high);
    }
  }

 private:
  // Lanes of odd rows take the upper 32 columns first: no two lanes want the same banks then.
  __device__ static bool odd_row() { return threadIdx.x / 4 % 2 != 0; }
  __device__ static uint4 pick(bool first, const uint4& a, const uint4& b) {
    return make_uint4(first ? a.x : b.x, first ? a.y : b.y, first ? a.z : b.z, first ? a.w : b.w);
  }
  // Has everything computed that products are about to use: compilers move what they think has time
  // until later.
  __device__ static void settle(float (&sums)[8][4]) {
    for (auto& four : sums) {
      for (float& sum : four) asm volatile("" : "+f"(sum)::"memory");
    }
  }
  __device__ static void settle(uint32_t (&words)[4][4]) {
    for (auto& four : words) {
      for (uint32_t& word : four) asm volatile("" : "+r"(word)::"memory");
    }
  }
  __device__ int place(int half, int turn) const { return (place_ ^ turn * 64) + half * 8 * 128; }
  __device__ void add(int half, int group, const uint4& residual) {
    const uint32_t words[4] = {residual.x, residual.y, residual.z, residual.w};
#pragma unroll
    for (int w = 0; w < 4; ++w) {
      const float2 r = widen_pair<T>(words[w]);
      sums_[group * 4 + w][half * 2] += r.x;
      sums_[group * 4 + w][half * 2 + 1] += r.y;
    }
  }

  static constexpr int kDescribedDepth = 32 / 16;  // of 16 elements, in descriptors

  int place_;  // of the first piece within a slot
  float2 bias_[8];
  float sums_[8][4];
  uint32_t words_[4][4];  // as the left side of four products
};

// When the warp is done with the ring's stage.
__device__ inline void release(Ring& ring) {
  if (threadIdx.x % 32 == 0) arrive(ring.free());
  ring.advance();
}

// The products of one group of four warps. The second one of a slice runs while the slice is
// written and the next one begins.
template <typename Shape>
__device__ inline void multiply_pairs(const ConvPairParams& p, PairRings<Shape> rings,
                                      char* memory) {
  const uint32_t base = shared_address(memory);
  PairSlice<Shape> slice;
  slice.fetch_bias(p.bias, 0);
  for (int tile = blockIdx.x; tile < p.tiles; tile += gridDim.x) {
    WarpTile<Shape> z;
    for (int s = 0; s < p.slices; ++s) {
      rings.slots.wait_until_full();
      char* const slot = memory + (rings.slots.memory() - base);
      slice.begin(slot, p.has_residual);
      slice.fetch_bias(p.bias, s + 1 < p.slices ? s + 1 : 0);
      if (s == 0) rings.x.wait_until_full();
      rings.first.wait_until_full();
      slice.begin_product(rings.x.memory(), rings.first.memory(), p.slabs);
      wait_for_products<0>();
      if (s > 0) release(rings.second);
      release(rings.first);
      if (s + 1 == p.slices) release(rings.x);

      slice.finish(p.act);
      rings.second.wait_until_full();
      slice.begin_second_product(rings.second.memory(), z);
      slice.write(slot);
      publish_to_products();
      __syncwarp();
      if (threadIdx.x % 32 == 0) arrive(rings.slots.written());
      rings.slots.advance();
    }
    wait_for_products<0>();
    release(rings.second);
    uint4 residuals[DirectWriter<Shape>::kCount] = {};  // there are none
    DirectWriter<Shape>(p.z, tile * Shape::rows, 0).write(z, residuals, AnyActivation{p.z.act});
  }
}

// Behind the warps that multiply come a group that gives them most of its registers: one of its
// warps fills the rings, another empties the slots.
template <typename Shape>
__global__ void __launch_bounds__(Shape::threads + 128, 1)
    conv_pair_kernel(const __grid_constant__ ConvPairParams p) {
  extern __shared__ __align__(1024) char memory[];
  allow_dependents();
  const PairRings<Shape> rings(p, shared_address(memory));
  if (threadIdx.x == 0) rings.init();
  __syncthreads();
  if (threadIdx.x < Shape::threads) {
    take_registers<Shape::registers>();
    wait_for_producers();
    multiply_pairs<Shape>(p, rings, memory);
  } else {
    leave_registers<Shape::few_registers>();
    if (threadIdx.x == Shape::threads) fill_rings<Shape>(p, rings);
    if (threadIdx.x == Shape::threads + 32) empty_slots<Shape>(p, rings.slots);
  }
}

}  // namespace tenon
