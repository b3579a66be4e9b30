#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <algorithm>
#include <type_traits>

#include "cuda/dependent_launch.h"
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

// One store of 8 or 16 bytes, which the compiler makes only where nothing is loaded in between:
// parameters are read before.
template <typename T, int N>
__device__ void store_together(T* to, const T (&elements)[N]) {
  constexpr int kBytes = N * static_cast<int>(sizeof(T));
  constexpr int kPerWord = 4 / static_cast<int>(sizeof(T));
  static_assert(kBytes == 8 || kBytes == 16);
  uint32_t words[kBytes / 4] = {};
#pragma unroll
  for (int i = 0; i < N; ++i) {
    words[i / kPerWord] |= static_cast<uint32_t>(elements[i]) << (i % kPerWord * 8 * sizeof(T));
  }
  if constexpr (kBytes == 16) {
    *reinterpret_cast<uint4*>(to) = make_uint4(words[0], words[1], words[2], words[3]);
  } else {
    *reinterpret_cast<uint2*>(to) = make_uint2(words[0], words[1]);
  }
}

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

// Every thread transposes 8 rows of kColumns columns of one or two bytes in its registers. A warp's
// threads lie so that both sides are touched in stretches of at least 64 bytes.
constexpr int kRegisterRows = 8;
constexpr int kLaneColumns = 8;
constexpr int kLaneRows = 32 / kLaneColumns;
constexpr int kRegisterThreads = 128;  // 2 by 2 warps

template <typename T, int kColumns>
__global__ void __launch_bounds__(kRegisterThreads)
    transpose_registers(const T* in, T* out, const __grid_constant__ TransposeWork work) {
  follow_producers();
  const Place p = place_of(work, blockIdx.x);
  const int64_t in_row = work.in_row, out_column = work.out_column;
  const int lane = threadIdx.x % 32;
  const int warp = threadIdx.x / 32;
  const uint32_t column =
      ((p.column_tile * 2 + warp % 2) * kLaneColumns + lane % kLaneColumns) * kColumns;
  const uint32_t row =
      ((p.row_tile * 2 + warp / 2) * kLaneRows + lane / kLaneColumns) * kRegisterRows;
  if (column >= work.columns || row >= work.rows) return;
  in += p.in + row * in_row + column;
  out += p.out + column * out_column + row;
  Vector<T, kColumns> taken[kRegisterRows];
#pragma unroll
  for (int r = 0; r < kRegisterRows; ++r) {
    taken[r] = *reinterpret_cast<const Vector<T, kColumns>*>(in + r * in_row);
  }
#pragma unroll
  for (int c = 0; c < kColumns; ++c) {
    T given[kRegisterRows];
#pragma unroll
    for (int r = 0; r < kRegisterRows; ++r) given[r] = taken[r].e[c];
    store_together(out + c * out_column, given);
  }
}

// Through a square of shared memory, element by element: nothing need be aligned. Its rows are
// padded so that the elements of a column lie in different banks.
constexpr int kTileThreads = 256;
template <typename T>
constexpr int kTile = sizeof(T) == 8 ? 32 : 64;
template <typename T>
constexpr int kTilePadding = sizeof(T) >= 4 ? 1 : 4 / static_cast<int>(sizeof(T));

template <typename In, typename Out>
__global__ void __launch_bounds__(kTileThreads)
    transpose_tiles(const In* in, Out* out, const __grid_constant__ TransposeWork work) {
  follow_producers();
  constexpr int kSide = kTile<Out>;
  constexpr int kWarps = kTileThreads / 32;
  constexpr int kPasses = kSide / kWarps;
  constexpr int kParts = kSide / 32;  // of a row, that a warp takes one after another
  __shared__ Out tile[kSide][kSide + kTilePadding<Out>];
  const Place p = place_of(work, blockIdx.x);
  const uint32_t rows = work.rows, columns = work.columns;
  const int64_t in_row = work.in_row, out_column = work.out_column;
  const uint32_t row = p.row_tile * kSide;
  const uint32_t column = p.column_tile * kSide;
  const int x = threadIdx.x % 32;
  const int y = threadIdx.x / 32;
  in += p.in;
  out += p.out;
  In taken[kPasses][kParts];
#pragma unroll
  for (int i = 0; i < kPasses; ++i) {
#pragma unroll
    for (int j = 0; j < kParts; ++j) {
      const uint32_t r = row + y + i * kWarps, c = column + x + j * 32;
      if (r < rows && c < columns) taken[i][j] = in[r * in_row + c];
    }
  }
#pragma unroll
  for (int i = 0; i < kPasses; ++i) {
#pragma unroll
    for (int j = 0; j < kParts; ++j) {
      tile[y + i * kWarps][x + j * 32] = converted<Out>(taken[i][j]);
    }
  }
  __syncthreads();
#pragma unroll
  for (int i = 0; i < kPasses; ++i) {
#pragma unroll
    for (int j = 0; j < kParts; ++j) {
      const uint32_t c = column + y + i * kWarps, r = row + x + j * 32;
      if (r < rows && c < columns) {
        out[c * out_column + r] = tile[x + j * 32][y + i * kWarps];
      }
    }
  }
}

constexpr int kFewThreads = 256;
// Places along the long side that a block takes.
template <typename Out>
constexpr uint32_t kStretch = sizeof(Out) == 8 ? 256 : 512;

// Gives each row (interleaving) or column a strip of shared memory. The stretch's other side is one
// run of memory, in which `lines` divides places into position and line. Every thread has several
// loads on their way before it uses the first.
template <typename In, typename Out, bool kInterleave>
__global__ void __launch_bounds__(kFewThreads)
    transpose_few(const In* in, Out* out, const __grid_constant__ TransposeWork work,
                  FastDivisor lines) {
  follow_producers();
  constexpr uint32_t kLength = kStretch<Out>;
  constexpr int kAtOnce = 8;
  extern __shared__ unsigned char memory[];
  Out* strips = reinterpret_cast<Out*>(memory);
  const Place p = place_of(work, blockIdx.x);
  const int64_t in_row = work.in_row, out_column = work.out_column;
  const uint32_t first = (kInterleave ? p.column_tile : p.row_tile) * kLength;
  const uint32_t length = min(kLength, (kInterleave ? work.columns : work.rows) - first);
  const uint32_t run = length * lines.divisor;
  in += p.in + first * (kInterleave ? 1 : lines.divisor);
  out += p.out + first * (kInterleave ? lines.divisor : 1);
  const uint32_t places = kLength * lines.divisor;  // in the strips
  for (uint32_t base = threadIdx.x; base < places; base += kFewThreads * kAtOnce) {
    In taken[kAtOnce];
#pragma unroll
    for (int u = 0; u < kAtOnce; ++u) {
      const uint32_t i = base + u * kFewThreads;
      if constexpr (kInterleave) {
        const uint32_t at = i % kLength;
        if (i < places && at < length) taken[u] = in[i / kLength * in_row + at];
      } else {
        if (i < run) taken[u] = in[i];
      }
    }
#pragma unroll
    for (int u = 0; u < kAtOnce; ++u) {
      const uint32_t i = base + u * kFewThreads;
      if constexpr (kInterleave) {
        if (i < places && i % kLength < length) strips[i] = converted<Out>(taken[u]);
      } else if (i < run) {
        uint32_t line;
        const uint32_t at = lines.divide(i, line);
        strips[line * kLength + at] = converted<Out>(taken[u]);
      }
    }
  }
  __syncthreads();
  if constexpr (kInterleave) {
#pragma unroll 4
    for (uint32_t i = threadIdx.x; i < run; i += kFewThreads) {
      uint32_t line;
      const uint32_t at = lines.divide(i, line);
      out[i] = strips[line * kLength + at];
    }
  } else {
#pragma unroll 4
    for (uint32_t i = threadIdx.x; i < places; i += kFewThreads) {
      const uint32_t at = i % kLength;
      if (at < length) out[i / kLength * out_column + at] = strips[i];
    }
  }
}

// Cuts the matrices into tiles; the number of all tiles.
uint32_t cut(TransposeWork& work, uint32_t rows, uint32_t columns) {
  work.row_tiles = FastDivisor((work.rows + rows - 1) / rows);
  work.column_tiles = FastDivisor((work.columns + columns - 1) / columns);
  return work.row_tiles.divisor * work.column_tiles.divisor * work.batch.count;
}

template <int kColumns, typename T>
void through_registers(const T* in, T* out, TransposeWork work, cudaStream_t stream) {
  const uint32_t blocks = cut(work, 2 * kLaneRows * kRegisterRows, 2 * kLaneColumns * kColumns);
  launch_dependent(transpose_registers<T, kColumns>, blocks, kRegisterThreads, 0, stream, in, out,
                   work);
}

template <typename In, typename Out>
void transpose(const In* in, Out* out, TransposeWork work, int in_vector, int out_vector,
               cudaStream_t stream) {
  if constexpr (std::is_same_v<In, Out> && sizeof(In) <= 2) {
    if (out_vector >= kRegisterRows && in_vector >= 4) {
      return in_vector >= 8 ? through_registers<8>(in, out, work, stream)
                            : through_registers<4>(in, out, work, stream);
    }
  }
  const uint32_t blocks = cut(work, kTile<Out>, kTile<Out>);
  launch_dependent(transpose_tiles<In, Out>, blocks, kTileThreads, 0, stream, in, out, work);
}

template <bool kInterleave, typename In, typename Out>
void few(const In* in, Out* out, TransposeWork work, cudaStream_t stream) {
  const FastDivisor lines(kInterleave ? work.rows : work.columns);
  const uint32_t blocks =
      kInterleave ? cut(work, kFewLines, kStretch<Out>) : cut(work, kStretch<Out>, kFewLines);
  const size_t shared = lines.divisor * kStretch<Out> * sizeof(Out);  // at most 32 KB
  launch_dependent(transpose_few<In, Out, kInterleave>, blocks, kFewThreads, shared, stream, in,
                   out, work, lines);
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
