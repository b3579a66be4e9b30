#include <cstdint>
#include <cstring>

#include "cpu/kernels/movement/transpose_kernels.h"
#include "cpu/kernels/vec.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {
namespace {

constexpr int64_t kTile = 8;

#if defined(__x86_64__) && (defined(TENON_KERNEL_AVX512) || defined(TENON_KERNEL_AVX2))
// Halves of rows r and r+4 are joined as they are loaded, so that no element has to cross the
// middle of a register afterwards.
TENON_INLINE __m256 load_halves(const float* low, const float* high) {
  return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(low)), _mm_loadu_ps(high), 1);
}

TENON_INLINE void store_columns(__m256 a, __m256 b, __m256 c, __m256 d, float* out,
                                int64_t out_stride) {
  const __m256 ab_low = _mm256_unpacklo_ps(a, b);
  const __m256 ab_high = _mm256_unpackhi_ps(a, b);
  const __m256 cd_low = _mm256_unpacklo_ps(c, d);
  const __m256 cd_high = _mm256_unpackhi_ps(c, d);
  _mm256_storeu_ps(out, _mm256_shuffle_ps(ab_low, cd_low, 0x44));
  _mm256_storeu_ps(out + out_stride, _mm256_shuffle_ps(ab_low, cd_low, 0xee));
  _mm256_storeu_ps(out + 2 * out_stride, _mm256_shuffle_ps(ab_high, cd_high, 0x44));
  _mm256_storeu_ps(out + 3 * out_stride, _mm256_shuffle_ps(ab_high, cd_high, 0xee));
}

TENON_INLINE void transpose_tile(const float* in, int64_t in_stride, float* out,
                                 int64_t out_stride) {
  for (int half = 0; half < 2; ++half) {
    const float* p = in + 4 * half;
    const float* q = p + 4 * in_stride;
    store_columns(load_halves(p, q), load_halves(p + in_stride, q + in_stride),
                  load_halves(p + 2 * in_stride, q + 2 * in_stride),
                  load_halves(p + 3 * in_stride, q + 3 * in_stride), out + 4 * half * out_stride,
                  out_stride);
  }
}
#else
TENON_INLINE void transpose_tile(const float* in, int64_t in_stride, float* out,
                                 int64_t out_stride) {
  for (int64_t r = 0; r < kTile; ++r) {
    for (int64_t c = 0; c < kTile; ++c) out[c * out_stride + r] = in[r * in_stride + c];
  }
}
#endif

void transpose_rest(const float* in, int64_t in_stride, float* out, int64_t out_stride,
                    int64_t rows, int64_t columns) {
  for (int64_t c = 0; c < columns; ++c) {
    for (int64_t r = 0; r < rows; ++r) out[c * out_stride + r] = in[r * in_stride + c];
  }
}

// Goes down the longer side within strips of two tiles, which make up whole cache lines of the
// other one.
void transpose(const float* in, int64_t in_stride, float* out, int64_t out_stride, int64_t rows,
               int64_t columns) {
  const int64_t whole_rows = rows / kTile * kTile;
  const int64_t whole_columns = columns / kTile * kTile;
  constexpr int64_t kStrip = 2 * kTile;
  for (int64_t strip = 0; strip < whole_rows; strip += kStrip) {
    const int64_t strip_end = strip + kStrip < whole_rows ? strip + kStrip : whole_rows;
    for (int64_t c = 0; c < whole_columns; c += kTile) {
      for (int64_t r = strip; r < strip_end; r += kTile) {
        transpose_tile(in + r * in_stride + c, in_stride, out + c * out_stride + r, out_stride);
      }
    }
  }
  transpose_rest(in + whole_columns, in_stride, out + whole_columns * out_stride, out_stride,
                 whole_rows, columns - whole_columns);
  transpose_rest(in + whole_rows * in_stride, in_stride, out + whole_rows, out_stride,
                 rows - whole_rows, columns);
}

void copy_rows(const float* in, int64_t in_stride, float* out, int64_t out_stride, int64_t rows,
               int64_t width, int64_t padded) {
  const int64_t whole = width / kWidth * kWidth;
  const int rest = static_cast<int>(width - whole);
  for (int64_t r = 0; r < rows; ++r, in += in_stride, out += out_stride) {
    for (int64_t i = 0; i < whole; i += kWidth) store(out + i, load(in + i));
    if (rest != 0) store_part(out + whole, load_part(in + whole, rest), rest);
    for (int64_t i = width; i < padded; ++i) out[i] = 0;
  }
}

}  // namespace

extern const TransposeKernels kTransposeKernels{transpose, copy_rows};

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
