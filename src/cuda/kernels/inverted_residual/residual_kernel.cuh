#pragma once

#include "cuda/kernels/inverted_residual/residual_products.cuh"

namespace tenon {

template <typename T, int kStride, int kTiles, int kColumnTiles, int kMostWarps, bool kCurved>
struct ResidualShape {
  using Element = T;
  static constexpr int stride = kStride;
  static constexpr int tiles = kTiles;               // of two rows by 8 columns, of a warp
  static constexpr int column_tiles = kColumnTiles;  // of 8 channels of y
  static constexpr int most_threads = kMostWarps * 32;
  static constexpr bool curved = kCurved;  // whether any activation in the middle is no clamp
  // Rows of 16 pixels that a warp expands at a time: two where weights are read for each anew.
  static constexpr int rows_at_once = kColumnTiles > 4 ? 2 : 1;
};

// What a block computes and where in x it looks. The region's pixel (0, 0) is x's (top, left); the
// part of it from `first` to `end` lies in the image.
struct ResidualTile {
  int image, out_row, out_column;
  int top, left;
  int first_row, end_row, first_column, end_column;

  __device__ ResidualTile(const InvertedResidualParams& p, int stride) {
    int band, column_tile;
    const int rest = p.by_column_tiles.divide(static_cast<int>(blockIdx.x), column_tile);
    image = p.by_bands.divide(rest, band);
    out_row = band * p.tile_rows;
    out_column = column_tile * p.tile_groups * 8;
    top = out_row * stride - p.pad_top;
    left = out_column * stride - p.pad_left;
    const int out_end = min(out_row + p.tile_rows, p.out_height);
    first_row = max(0, -top);
    end_row = max(first_row, min((out_end - 1) * stride + 3 - p.pad_top, p.height) - top);
    first_column = max(0, -left);
    end_column = max(first_column, min(p.region_columns, p.width - left));
  }
  __device__ int columns() const { return end_column - first_column; }
  __device__ int pixels() const { return (end_row - first_row) * columns(); }
  __device__ bool in_image(int row, int column) const {
    return row >= first_row && row < end_row && column >= first_column && column < end_column;
  }
};

// Where the region's pixel lies. With stride 2 columns of even numbers come first, so that windows'
// neighbours are neighbours in memory.
template <int kStride>
__device__ inline int region_place(const InvertedResidualParams& p, int row, int column) {
  const int place = kStride == 1 ? column : column / 2 + column % 2 * p.odd_columns;
  return row * p.region_row_bytes + place * kResidualPitch;
}

// The pixels' places in the region, for whole rows of 16; those beyond the last go behind it. Zeros
// where the region is not in the image: padding comes after the activation.
template <int kStride>
__device__ inline void prepare_region(const InvertedResidualParams& p, const ResidualTile& tile,
                                      char* memory) {
  const int threads = static_cast<int>(blockDim.x), thread = static_cast<int>(threadIdx.x);
  int* places = reinterpret_cast<int*>(memory + p.places);
  const int pixels = tile.pixels(), columns = tile.columns();
  for (int i = thread; i < (pixels + 15) / 16 * 16; i += threads) {
    const int row = i < pixels ? i / columns : 0;
    places[i] = i < pixels ? region_place<kStride>(p, tile.first_row + row,
                                                   tile.first_column + i - row * columns)
                           : p.region_rows * p.region_row_bytes;
  }
  for (int i = thread; i < p.region_rows * p.region_columns; i += threads) {
    const int row = i / p.region_columns, column = i - row * p.region_columns;
    if (tile.in_image(row, column)) continue;
    auto* at = reinterpret_cast<uint4*>(memory + region_place<kStride>(p, row, column));
#pragma unroll
    for (int piece = 0; piece < kResidualChunk / 8; ++piece) at[piece] = uint4{};
  }
}

template <typename T>
__device__ inline void copy_input(const InvertedResidualParams& p, const ResidualTile& tile,
                                  uint32_t to) {
  const int pieces = p.channels / 8, columns = tile.columns();
  const int64_t first_row = static_cast<int64_t>(tile.image) * p.height + tile.top + tile.first_row;
  const T* x = static_cast<const T*>(p.x) +
               (first_row * p.width + tile.left + tile.first_column) * p.channels;
  for (int i = static_cast<int>(threadIdx.x); i < tile.pixels() * pieces;
       i += static_cast<int>(blockDim.x)) {
    int piece;
    const int pixel = p.by_pieces.divide(i, piece), row = pixel / columns;
    const int place = row * p.width + pixel - row * columns;
    copy_or_zero(to + pixel * p.x_pitch + piece * 16, x + place * p.channels + piece * 8, true);
  }
}

__device__ inline void copy_chunk(const InvertedResidualParams& p, int chunk, uint32_t to) {
  const std::byte* from = p.chunks + static_cast<int64_t>(chunk) * p.chunk.bytes;
  for (int i = static_cast<int>(threadIdx.x) * 16; i < p.chunk.bytes;
       i += static_cast<int>(blockDim.x) * 16) {
    copy_or_zero(to + i, from + i, true);
  }
}

// The right sides of products over 16 channels, for 16 columns: rows of the memory are columns.
__device__ inline int lane_of_columns(int pitch) {
  const int lane = static_cast<int>(threadIdx.x) % 32;
  return (lane / 16 * 8 + lane % 8) * pitch + lane / 8 % 2 * 16;
}

// Expands the pixels of x in shared memory by a chunk of 16 or 32 channels.
template <typename Shape>
class Expansion {
 public:
  using T = typename Shape::Element;
  static constexpr int kRows = Shape::rows_at_once;

  __device__ Expansion(const InvertedResidualParams& p, char* memory, int pixels)
      : p_(p),
        places_(reinterpret_cast<const int*>(memory + p.places)),
        region_(shared_address(memory)),
        rows_((pixels + 15) / 16) {}

  template <int kGroups>
  __device__ void run(const char* weights) {
    switch (p_.channels) {
      case 8: return run_few<kGroups, 1>(weights);
      case 16: return run_few<kGroups, 2>(weights);
      case 24: return run_few<kGroups, 3>(weights);
      case 32: return run_few<kGroups, 4>(weights);
      default: return run_many<kGroups>(weights);
    }
  }

 private:
  __device__ static int warps() { return static_cast<int>(blockDim.x) / 32; }
  __device__ static int warp() { return static_cast<int>(threadIdx.x) / 32; }

  // With 8 * kEighths channels: their weights stay in registers.
  template <int kGroups, int kEighths>
  __device__ void run_few(const char* weights) {
    constexpr int kSteps = (kEighths + 1) / 2;
    uint32_t right[kSteps][kGroups][4];
#pragma unroll
    for (int step = 0; step < kSteps; ++step) load_right(weights, step, right[step]);
    for (int row = warp(); row < rows_; row += warps() * kRows) {
      float d[kRows][kGroups * 2][4];
      begin(weights, d);
#pragma unroll
      for (int step = 0; step < kSteps; ++step) {
        uint32_t left[kRows][4];
        load_left(row, step, left);
        if constexpr (kEighths % 2 == 1) {
          if (step + 1 == kSteps) {
            multiply<true>(left, right[step], d);
            continue;
          }
        }
        multiply<false>(left, right[step], d);
      }
      finish(row, d);
    }
  }

  template <int kGroups>
  __device__ void run_many(const char* weights) {
    const int steps = (p_.channels + 15) / 16;
    for (int row = warp(); row < rows_; row += warps() * kRows) {
      float d[kRows][kGroups * 2][4];
      begin(weights, d);
#pragma unroll 2
      for (int step = 0; step < steps; ++step) {
        uint32_t left[kRows][4], right[kGroups][4];
        load_left(row, step, left);
        load_right(weights, step, right);
        if (step * 16 + 8 == p_.channels) clear_upper(left, right);
        multiply<false>(left, right, d);
      }
      finish(row, d);
    }
  }

  template <int kTiles>
  __device__ void begin(const char* weights, float (&d)[kRows][kTiles][4]) {
    const auto* bias = reinterpret_cast<const float*>(weights + p_.chunk.bias1);
#pragma unroll
    for (int i = 0; i < kTiles; ++i) {
      const float2 b = lane_bias(bias + i * 8);
#pragma unroll
      for (int r = 0; r < kRows; ++r) {
        d[r][i][0] = d[r][i][2] = b.x;
        d[r][i][1] = d[r][i][3] = b.y;
      }
    }
  }

  // The sides of products over 16 channels.
  __device__ void load_left(int row, int step, uint32_t (&to)[kRows][4]) {
    const int lane = static_cast<int>(threadIdx.x) % 32;
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      const int pixel = min(row + r * warps(), rows_ - 1) * 16 + lane % 16;
      load_matrices(region_ + p_.x_pixels + pixel * p_.x_pitch + step * 32 + lane / 16 * 16, to[r]);
    }
  }
  template <int kGroups>
  __device__ void load_right(const char* weights, int step, uint32_t (&to)[kGroups][4]) {
    const uint32_t from = shared_address(weights) + lane_of_columns(p_.x_pitch) + step * 32;
#pragma unroll
    for (int g = 0; g < kGroups; ++g) load_matrices(from + g * 16 * p_.x_pitch, to[g]);
  }
  // What was read behind the last channel: of other pixels and columns.
  template <int kGroups>
  __device__ static void clear_upper(uint32_t (&left)[kRows][4], uint32_t (&right)[kGroups][4]) {
#pragma unroll
    for (auto& side : left) side[2] = side[3] = 0;
#pragma unroll
    for (auto& side : right) side[1] = side[3] = 0;
  }

  // Of all 16 channels or the lower 8.
  template <bool kHalf, int kGroups>
  __device__ static void multiply(const uint32_t (&left)[kRows][4],
                                  const uint32_t (&right)[kGroups][4],
                                  float (&d)[kRows][kGroups * 2][4]) {
#pragma unroll
    for (int i = 0; i < kGroups * 2; ++i) {
      const uint32_t lower = right[i / 2][i % 2 * 2], upper = right[i / 2][i % 2 * 2 + 1];
#pragma unroll
      for (int r = 0; r < kRows; ++r) {
        if constexpr (kHalf) {
          multiply_add_half<T>(d[r][i], left[r][0], left[r][1], lower);
        } else {
          multiply_add<T>(d[r][i], left[r], lower, upper);
        }
      }
    }
  }

  template <int kTiles>
  __device__ void finish(int row, float (&d)[kRows][kTiles][4]) {
    const int lane = static_cast<int>(threadIdx.x) % 32;
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      const int pixels = row + r * warps();
      if (pixels >= rows_) return;
      const uint32_t to = region_ + places_[pixels * 16 + lane % 16] + lane / 16 * 16;
#pragma unroll
      for (int i = 0; i < kTiles; i += 2) {
        uint32_t words[4];
        activate_tiles<T, Shape::curved>(p_.act1, d[r][i], d[r][i + 1], words);
        store_matrices(to + i * 16, words);
      }
    }
  }

  const InvertedResidualParams& p_;
  const int* places_;
  uint32_t region_;
  int rows_;
};

// A warp's strip of the tile, up to kTiles * 2 rows of 8 columns. The depthwise convolution is a
// product, too, of pixels by diagonal matrices: it takes the narrow type as it is and sums in FP32.
// A product's 16 rows are 8 pixels of a row of y and those as many rows below as there are tiles:
// what is read of a row of the region serves all windows that have it, as it was read.
template <typename Shape>
class ResidualStrip {
 public:
  using T = typename Shape::Element;
  static constexpr int kTiles = Shape::tiles, kStride = Shape::stride;

  __device__ ResidualStrip(const InvertedResidualParams& p, const ResidualTile& tile) : p_(p) {
    const int warp = static_cast<int>(threadIdx.x) / 32, lane = static_cast<int>(threadIdx.x) % 32;
    const int strip = warp / p.tile_groups, group = warp - strip * p.tile_groups;
    const int first_row = strip * kTiles * 2;
    row_ = tile.out_row + first_row;
    column_ = tile.out_column + group * 8 + lane / 4;
    const int rows = min(p.tile_rows, p.out_height - tile.out_row) - first_row;
    rows_ = min(max(rows, 0), kTiles * 2);
    tiles_ = (rows_ + 1) / 2;
    const int lower = lane / 8 % 2 * tiles_;
    const int from = (first_row + lower) * kStride * p.region_row_bytes +
                     (group * 8 + lane % 8) * kResidualPitch;
    const int second = kStride == 1 ? 1 : p.odd_columns;
    first_two_ = from + lane / 16 * second * kResidualPitch;
    third_ = from + (kStride == 1 ? 2 : 1) * kResidualPitch + lane / 16 * 16;
    // Of a diagonal matrix a lane has the element of its column and that beside it, if any.
    const int column = lane / 4;
    const bool any = column / 2 == lane % 4;
    even_ = !any ? 0x4444 : column % 2 != 0 ? 0x1044 : 0x4410;
    odd_ = !any ? 0x4444 : column % 2 != 0 ? 0x3244 : 0x4432;
  }

  // Adds the share of a chunk.
  __device__ void add(const char* memory, const char* weights, int groups) {
    const uint32_t region = shared_address(memory);
    if (tiles_ == 0) return;
#pragma unroll 1
    for (int g = 0; g < groups; ++g) {
      load_weights(weights, g);
      add_group(region + g * 32);
    }
  }

  __device__ void write(const ResidualTile& tile) const {
    if (column_ >= p_.out_width) return;
#pragma unroll
    for (int t = 0; t < kTiles; ++t) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const int row = t + half * tiles_;
        if (t >= tiles_ || row >= rows_) continue;
        const int64_t line = static_cast<int64_t>(tile.image) * p_.out_height + row_ + row;
        write_pixel((line * p_.out_width + column_) * p_.columns, sums_[t], half);
      }
    }
  }

 private:
  static constexpr int kTaps = 9;
  static constexpr int kPairs = (Shape::column_tiles + 1) / 2;  // of tiles of columns

  __device__ void load_weights(const char* weights, int group) {
    const int lane = static_cast<int>(threadIdx.x) % 32;
#pragma unroll
    for (int h = 0; h < 2; ++h) {
      const int channel = group * 16 + h * 8;
      const char* from = weights + p_.chunk.depthwise + (channel + lane / 4) * 32;
      const uint4 first = *reinterpret_cast<const uint4*>(from);
      const uint32_t words[5] = {first.x, first.y, first.z, first.w,
                                 *reinterpret_cast<const uint32_t*>(from + 16)};
#pragma unroll
      for (int tap = 0; tap < kTaps; ++tap) {
        taps_[h][tap] = __byte_perm(words[tap / 2], 0, tap % 2 != 0 ? odd_ : even_);
      }
      bias_[h] = lane_bias(reinterpret_cast<const float*>(weights + p_.chunk.bias2) + channel);
    }
    const uint32_t columns = shared_address(weights) + p_.chunk.projection +
                             lane_of_columns(kResidualPitch) + group * 32;
#pragma unroll
    for (int c = 0; c < kPairs; ++c) {
      if (c * 16 < p_.columns) load_matrices(columns + c * 16 * kResidualPitch, projection_[c]);
    }
  }

  // Goes through the rows of the region, of which each belongs to up to three rows of y.
  __device__ void add_group(uint32_t region) {
    constexpr int kRows = (kTiles - 1) * kStride + 3;
    float d[3][2][4];  // of row t at t % 3
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      if (r > 2 && (r - 3) / kStride + 1 >= tiles_) break;
      uint32_t first_two[2][4], third[4];  // columns of windows, for either 8 channels
      load_matrices(region + first_two_ + r * p_.region_row_bytes, first_two[0]);
      load_matrices(region + first_two_ + r * p_.region_row_bytes + 16, first_two[1]);
      load_matrices(region + third_ + r * p_.region_row_bytes, third);
#pragma unroll
      for (int tap_row = 2; tap_row >= 0; --tap_row) {
        const int t = (r - tap_row) / kStride;
        if (r < tap_row || (r - tap_row) % kStride != 0 || t >= kTiles) continue;
#pragma unroll
        for (int h = 0; h < 2; ++h) {
          float(&sum)[4] = d[t % 3][h];
#pragma unroll
          for (int i = 0; i < 4 && tap_row == 0; ++i) sum[i] = i % 2 == 0 ? bias_[h].x : bias_[h].y;
          const uint32_t(&taps)[kTaps] = taps_[h];
          multiply_add<T>(sum, first_two[h], taps[tap_row * 3], taps[tap_row * 3 + 1]);
          multiply_add_half<T>(sum, third[h * 2], third[h * 2 + 1], taps[tap_row * 3 + 2]);
        }
      }
      if (r >= 2 && (r - 2) % kStride == 0) {
        project(d[(r - 2) / kStride % 3], sums_[(r - 2) / kStride]);
      }
    }
  }

  __device__ void project(float (&d)[2][4], float (&sums)[Shape::column_tiles][4]) {
    uint32_t words[4];
    activate_tiles<T, Shape::curved>(p_.act2, d[0], d[1], words);
#pragma unroll
    for (int c = 0; c < Shape::column_tiles; ++c) {
      if (c * 8 >= p_.columns) continue;
      multiply_add<T>(sums[c], words, projection_[c / 2][c % 2 * 2],
                      projection_[c / 2][c % 2 * 2 + 1]);
    }
  }

  // From the element on where the pixel begins in y.
  __device__ void write_pixel(int64_t pixel, const float (&sums)[Shape::column_tiles][4],
                              int half) const {
    const int lane_column = static_cast<int>(threadIdx.x) % 4 * 2;
    const T* residual = static_cast<const T*>(p_.residual) + pixel + lane_column;
    T* y = static_cast<T*>(p_.y) + pixel + lane_column;
#pragma unroll
    for (int c = 0; c < Shape::column_tiles; ++c) {
      if (c * 8 >= p_.columns) continue;
      const float2 bias = *reinterpret_cast<const float2*>(p_.bias + c * 8 + lane_column);
      float a = sums[c][half * 2] + bias.x, b = sums[c][half * 2 + 1] + bias.y;
      if (p_.residual != nullptr) {
        const float2 r = widen_pair<T>(*reinterpret_cast<const uint32_t*>(residual + c * 8));
        a += r.x;
        b += r.y;
      }
      if (p_.act3.code != kActIdentity) {
        a = activated(a);
        b = activated(b);
      }
      *reinterpret_cast<uint32_t*>(y + c * 8) = narrow_pair<T>(a, b);
    }
  }
  __device__ __noinline__ float activated(float x) const {
    float v[1] = {x};
    activate(p_.act3, v);
    return v[0];
  }

  const InvertedResidualParams& p_;
  int row_, column_;       // of y: the lane's pixel of the first row
  int rows_, tiles_;       // that are in y
  int first_two_, third_;  // where the lane's rows of matrices begin in the region
  uint32_t even_, odd_;
  uint32_t taps_[2][kTaps];
  float2 bias_[2];
  uint32_t projection_[kPairs][4];
  float sums_[kTiles][Shape::column_tiles][4] = {};
};

template <typename Shape>
__global__ void __launch_bounds__(Shape::most_threads)
    inverted_residual_kernel(const __grid_constant__ InvertedResidualParams p) {
  extern __shared__ __align__(128) char memory[];
  allow_dependents();
  const ResidualTile tile(p, Shape::stride);
  const uint32_t weights = shared_address(memory) + p.weights;
  copy_chunk(p, 0, weights);
  prepare_region<Shape::stride>(p, tile, memory);
  wait_for_producers();
  copy_input<typename Shape::Element>(p, tile, shared_address(memory) + p.x_pixels);
  commit_copies();

  Expansion<Shape> expansion(p, memory, tile.pixels());
  ResidualStrip<Shape> strip(p, tile);
  for (int chunk = 0; chunk < p.chunk_count; ++chunk) {
    const int groups = chunk + 1 < p.chunk_count ? kResidualChunk / 16 : p.last_groups;
    char* const constants = memory + p.weights + chunk % 2 * p.chunk.bytes;
    wait_for_copies<0>();
    __syncthreads();  // nobody needs the chunk before any more
    if (chunk + 1 < p.chunk_count)
      copy_chunk(p, chunk + 1, weights + (chunk + 1) % 2 * p.chunk.bytes);
    commit_copies();
    if (groups == 2) {
      expansion.template run<2>(constants);
    } else {
      expansion.template run<1>(constants);
    }
    __syncthreads();
    strip.add(memory, constants, groups);
  }
  strip.write(tile);
}

}  // namespace tenon
