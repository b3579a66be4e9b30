#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <algorithm>
#include <type_traits>

#include "cuda/kernels/movement/transpose_kernels.h"

namespace tenon {
namespace {

template <typename Out, typename In>
__device__ Out converted(In x) {
  if constexpr (std::is_same_v<Out, In>) {
    return x;
  } else {
    return static_cast<Out>(static_cast<float>(x));
  }
}

template <typename T, int N>
struct alignas(sizeof(T) * N) Vector {
  T e[N];
};

template <typename T>
constexpr int kFullVector = sizeof(T) == 1 ? 8 : 16 / static_cast<int>(sizeof(T));

// The matrix and tile that a block works on.
struct Place {
  int64_t in;
  int64_t out;
  uint32_t row_tile;
  uint32_t column_tile;
};

__device__ Place place_of(const TransposeWork& work, uint32_t block) {
  Place p;
  uint32_t rest = work.column_tiles.divide(block, p.column_tile);
  rest = work.row_tiles.divide(rest, p.row_tile);
  work.batch.offsets(rest, p.in, p.out);
  return p;
}

// Every thread transposes kOut rows of kIn columns in its registers. A warp's threads lie so that
// both sides are touched in whole sectors of 32 bytes.
template <typename In, int kIn>
struct Lanes {
  static constexpr int kWanted = 64 / (kIn * static_cast<int>(sizeof(In)));
  static constexpr int kColumns = kWanted > 16 ? 16 : kWanted;
  static constexpr int kRows = 32 / kColumns;
};
constexpr int kVectorThreads = 128;  // 2 by 2 warps

template <typename In, typename Out, int kIn, int kOut>
__global__ void __launch_bounds__(kVectorThreads)
    transpose_vectors(const In* in, Out* out, const __grid_constant__ TransposeWork work) {
  using L = Lanes<In, kIn>;
  const Place p = place_of(work, blockIdx.x);
  const int lane = threadIdx.x % 32;
  const int warp = threadIdx.x / 32;
  const uint32_t column = ((p.column_tile * 2 + warp % 2) * L::kColumns + lane % L::kColumns) * kIn;
  const uint32_t row = ((p.row_tile * 2 + warp / 2) * L::kRows + lane / L::kColumns) * kOut;
  if (column >= work.columns || row >= work.rows) return;
  in += p.in + row * work.in_row + column;
  out += p.out + column * work.out_column + row;
  Vector<In, kIn> taken[kOut];
#pragma unroll
  for (int r = 0; r < kOut; ++r) {
    taken[r] = *reinterpret_cast<const Vector<In, kIn>*>(in + r * work.in_row);
  }
#pragma unroll
  for (int c = 0; c < kIn; ++c) {
    Vector<Out, kOut> given;
#pragma unroll
    for (int r = 0; r < kOut; ++r) given.e[r] = converted<Out>(taken[r].e[c]);
    *reinterpret_cast<Vector<Out, kOut>*>(out + c * work.out_column) = given;
  }
}

constexpr int kTile = 32;
constexpr int kTileRows = 8;  // that a block takes at a time

template <typename In, typename Out>
__global__ void __launch_bounds__(kTile* kTileRows)
    transpose_tiles(const In* in, Out* out, const __grid_constant__ TransposeWork work) {
  __shared__ Out tile[kTile][kTile + 1];
  const Place p = place_of(work, blockIdx.x);
  const uint32_t row = p.row_tile * kTile;
  const uint32_t column = p.column_tile * kTile;
  const int x = threadIdx.x;
  in += p.in;
  out += p.out;
#pragma unroll
  for (int y = threadIdx.y; y < kTile; y += kTileRows) {
    if (row + y < work.rows && column + x < work.columns) {
      tile[y][x] = converted<Out>(in[(row + y) * work.in_row + column + x]);
    }
  }
  __syncthreads();
#pragma unroll
  for (int y = threadIdx.y; y < kTile; y += kTileRows) {
    if (column + y < work.columns && row + x < work.rows) {
      out[(column + y) * work.out_column + row + x] = tile[x][y];
    }
  }
}

constexpr int kFewThreads = 256;
// Places along the long side that a block takes.
template <typename Out>
constexpr uint32_t kStretch = sizeof(Out) == 8 ? 256 : 512;

// Gives each row (interleaving) or column a strip of shared memory. The stretch's other side is one
// run of memory, in which `lines` divides places into position and line.
template <typename In, typename Out, bool kInterleave>
__global__ void __launch_bounds__(kFewThreads)
    transpose_few(const In* in, Out* out, const __grid_constant__ TransposeWork work,
                  FastDivisor lines) {
  extern __shared__ unsigned char memory[];
  Out* strips = reinterpret_cast<Out*>(memory);
  const Place p = place_of(work, blockIdx.x);
  const uint32_t first = (kInterleave ? p.column_tile : p.row_tile) * kStretch<Out>;
  const uint32_t length = min(kStretch<Out>, (kInterleave ? work.columns : work.rows) - first);
  const uint32_t run = length * lines.divisor;
  in += p.in;
  out += p.out;
  if constexpr (kInterleave) {
    for (uint32_t line = 0; line < lines.divisor; ++line) {
      for (uint32_t i = threadIdx.x; i < length; i += kFewThreads) {
        strips[line * kStretch<Out> + i] = converted<Out>(in[line * work.in_row + first + i]);
      }
    }
    __syncthreads();
    out += static_cast<int64_t>(first) * lines.divisor;
    for (uint32_t i = threadIdx.x; i < run; i += kFewThreads) {
      uint32_t line;
      const uint32_t at = lines.divide(i, line);
      out[i] = strips[line * kStretch<Out> + at];
    }
  } else {
    in += static_cast<int64_t>(first) * lines.divisor;
    for (uint32_t i = threadIdx.x; i < run; i += kFewThreads) {
      uint32_t line;
      const uint32_t at = lines.divide(i, line);
      strips[line * kStretch<Out> + at] = converted<Out>(in[i]);
    }
    __syncthreads();
    for (uint32_t line = 0; line < lines.divisor; ++line) {
      for (uint32_t i = threadIdx.x; i < length; i += kFewThreads) {
        out[line * work.out_column + first + i] = strips[line * kStretch<Out> + i];
      }
    }
  }
}

// Cuts the matrices into tiles; the number of all tiles.
uint32_t cut(TransposeWork& work, uint32_t rows, uint32_t columns) {
  work.row_tiles = FastDivisor((work.rows + rows - 1) / rows);
  work.column_tiles = FastDivisor((work.columns + columns - 1) / columns);
  return work.row_tiles.divisor * work.column_tiles.divisor * work.batch.count;
}

template <typename In, typename Out, int kIn, int kOut>
void vectors(const In* in, Out* out, TransposeWork work, cudaStream_t stream) {
  using L = Lanes<In, kIn>;
  const uint32_t blocks = cut(work, 2 * L::kRows * kOut, 2 * L::kColumns * kIn);
  transpose_vectors<In, Out, kIn, kOut><<<blocks, kVectorThreads, 0, stream>>>(in, out, work);
}

template <typename In, typename Out>
void transpose(const In* in, Out* out, TransposeWork work, int in_vector, int out_vector,
               cudaStream_t stream) {
  constexpr int kIn = kFullVector<In>;
  constexpr int kOut = kFullVector<Out>;
  if (out_vector >= kOut) {
    if (in_vector >= kIn) return vectors<In, Out, kIn, kOut>(in, out, work, stream);
    if (in_vector >= kIn / 2) return vectors<In, Out, kIn / 2, kOut>(in, out, work, stream);
    return vectors<In, Out, 1, kOut>(in, out, work, stream);
  }
  if (in_vector >= kIn) {
    if (out_vector >= kOut / 2) return vectors<In, Out, kIn, kOut / 2>(in, out, work, stream);
    return vectors<In, Out, kIn, 1>(in, out, work, stream);
  }
  const uint32_t blocks = cut(work, kTile, kTile);
  transpose_tiles<<<blocks, dim3(kTile, kTileRows), 0, stream>>>(in, out, work);
}

template <bool kInterleave, typename In, typename Out>
void few(const In* in, Out* out, TransposeWork work, cudaStream_t stream) {
  const FastDivisor lines(kInterleave ? work.rows : work.columns);
  const uint32_t blocks =
      kInterleave ? cut(work, kFewLines, kStretch<Out>) : cut(work, kStretch<Out>, kFewLines);
  const size_t shared = lines.divisor * kStretch<Out> * sizeof(Out);  // at most 32 KB
  transpose_few<In, Out, kInterleave>
      <<<blocks, kFewThreads, shared, stream>>>(in, out, work, lines);
}

// Calls f with typed pointers.
template <typename F>
void with_types(Move move, const void* in, void* out, F&& f) {
  const auto typed = [&](auto from, auto to) {
    f(static_cast<const decltype(from)*>(in), static_cast<decltype(to)*>(out));
  };
  const float f32 = 0;
  const __half f16{};
  const __nv_bfloat16 bf16{};
  switch (move) {
    case Move::kBytes1: return typed(uint8_t{}, uint8_t{});
    case Move::kBytes2: return typed(uint16_t{}, uint16_t{});
    case Move::kBytes4: return typed(uint32_t{}, uint32_t{});
    case Move::kBytes8: return typed(uint64_t{}, uint64_t{});
    case Move::kF32ToF16: return typed(f32, f16);
    case Move::kF32ToBF16: return typed(f32, bf16);
    case Move::kF16ToF32: return typed(f16, f32);
    case Move::kF16ToBF16: return typed(f16, bf16);
    case Move::kBF16ToF32: return typed(bf16, f32);
    case Move::kBF16ToF16: return typed(bf16, f16);
  }
}

}  // namespace

void launch_transpose(const void* in, void* out, const TransposeWork& work, Move move,
                      int in_vector, int out_vector, cudaStream_t stream) {
  with_types(move, in, out, [&](const auto* from, auto* to) {
    transpose(from, to, work, in_vector, out_vector, stream);
  });
}

void launch_interleave(const void* in, void* out, const TransposeWork& work, Move move,
                       cudaStream_t stream) {
  with_types(move, in, out, [&](const auto* from, auto* to) { few<true>(from, to, work, stream); });
}

void launch_deinterleave(const void* in, void* out, const TransposeWork& work, Move move,
                         cudaStream_t stream) {
  with_types(move, in, out,
             [&](const auto* from, auto* to) { few<false>(from, to, work, stream); });
}

}  // namespace tenon
