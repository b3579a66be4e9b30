#pragma once

#include "cuda/kernels/igemm/wgmma.cuh"

namespace tenon {

// Descriptors of rows of 16 bytes, eight of which follow each other without gap and the next eight
// too; the second eight of depth lie `leading_bytes` behind. One more in the word that tells where
// is 16 bytes on.
__device__ inline uint32_t descriptor_word(uint32_t address, uint32_t leading_bytes) {
  return leading_bytes >> 4 << 16 | address >> 4;
}
__device__ inline uint64_t plain_descriptor(uint32_t word) {
  constexpr uint64_t kEightRows = uint64_t{128 >> 4} << 32;
  return kEightRows | word;
}

// d += a x b for 64 rows of a and 80 or 112 of b, 16 of depth.
template <typename T>
__device__ inline void multiply_group(float (&d)[10][4], uint64_t a, uint64_t b);
template <typename T>
__device__ inline void multiply_group(float (&d)[14][4], uint64_t a, uint64_t b);

#ifdef TENON_HAS_WGMMA
#define TENON_STRIP_WGMMA(...) asm volatile("wgmma.mma_async.sync.aligned." __VA_ARGS__)
#else
#define TENON_STRIP_WGMMA(...)
#endif
#define TENON_STRIP_PLACES_40                                                                  \
  "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, " \
  "%20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, %32, %33, %34, %35, %36, %37, " \
  "%38, %39"
#define TENON_STRIP_PLACES_56 \
  TENON_STRIP_PLACES_40       \
  ", %40, %41, %42, %43, %44, %45, %46, %47, %48, %49, %50, %51, %52, %53, %54, %55"
#define TENON_STRIP_SUMS(d, i) "+f"(d[i][0]), "+f"(d[i][1]), "+f"(d[i][2]), "+f"(d[i][3])
#define TENON_STRIP_SUMS_10(d)                                                                    \
  TENON_STRIP_SUMS(d, 0), TENON_STRIP_SUMS(d, 1), TENON_STRIP_SUMS(d, 2), TENON_STRIP_SUMS(d, 3), \
      TENON_STRIP_SUMS(d, 4), TENON_STRIP_SUMS(d, 5), TENON_STRIP_SUMS(d, 6),                     \
      TENON_STRIP_SUMS(d, 7), TENON_STRIP_SUMS(d, 8), TENON_STRIP_SUMS(d, 9)
#define TENON_STRIP_SUMS_14(d)                                              \
  TENON_STRIP_SUMS_10(d), TENON_STRIP_SUMS(d, 10), TENON_STRIP_SUMS(d, 11), \
      TENON_STRIP_SUMS(d, 12), TENON_STRIP_SUMS(d, 13)
#define TENON_STRIP_PRODUCTS(T, types)                                                 \
  template <>                                                                          \
  __device__ inline void multiply_group<T>(float(&d)[10][4], uint64_t a, uint64_t b) { \
    TENON_STRIP_WGMMA("m64n80k16.f32." types " {" TENON_STRIP_PLACES_40                \
                      "}, %40, %41, 1, 1, 1, 0, 0;"                                    \
                      : TENON_STRIP_SUMS_10(d)                                         \
                      : "l"(a), "l"(b));                                               \
  }                                                                                    \
  template <>                                                                          \
  __device__ inline void multiply_group<T>(float(&d)[14][4], uint64_t a, uint64_t b) { \
    TENON_STRIP_WGMMA("m64n112k16.f32." types " {" TENON_STRIP_PLACES_56               \
                      "}, %56, %57, 1, 1, 1, 0, 0;"                                    \
                      : TENON_STRIP_SUMS_14(d)                                         \
                      : "l"(a), "l"(b));                                               \
  }

TENON_STRIP_PRODUCTS(__half, "f16.f16")
TENON_STRIP_PRODUCTS(__nv_bfloat16, "bf16.bf16")

#undef TENON_STRIP_PRODUCTS
#undef TENON_STRIP_SUMS_14
#undef TENON_STRIP_SUMS_10
#undef TENON_STRIP_SUMS
#undef TENON_STRIP_PLACES_56
#undef TENON_STRIP_PLACES_40
#undef TENON_STRIP_WGMMA

}  // namespace tenon
