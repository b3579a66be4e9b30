#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>

// Hopper's products by groups of four warps, with both matrices in shared memory.
#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
#define TENON_HAS_WGMMA 1
#endif

namespace tenon {

// Of rows of 128 bytes from a multiple of 1024 on, whose 16-byte pieces lie at piece ^ (row % 8).
__device__ inline uint64_t matrix_descriptor(uint32_t address) {
  constexpr uint64_t kSwizzle128 = uint64_t{1} << 62;
  constexpr uint64_t kEightRows = uint64_t{1024 >> 4} << 32;
  return kSwizzle128 | kEightRows | (uint64_t{1} << 16) | ((address & 0x3FFFF) >> 4);
}

// Makes this thread's finished writes to shared memory visible to products.
__device__ inline void publish_to_products() {
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}
__device__ inline void begin_products() {
#ifdef TENON_HAS_WGMMA
  asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
#endif
}
__device__ inline void commit_products() {
#ifdef TENON_HAS_WGMMA
  asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
#endif
}
// Until no more than kPending of the last groups of products are under way.
template <int kPending>
__device__ inline void wait_for_products() {
#ifdef TENON_HAS_WGMMA
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(kPending) : "memory");
#endif
}

// Changes how many registers each thread of a group of four warps has, all of which call it: more,
// waiting until others have left enough of them, or fewer.
template <int kCount>
__device__ inline void take_registers() {
#ifdef TENON_HAS_WGMMA
  asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(kCount));
#endif
}
template <int kCount>
__device__ inline void leave_registers() {
#ifdef TENON_HAS_WGMMA
  asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(kCount));
#endif
}

// d += a x b for 64 rows of a and 8 of b for each d[i]; depth is 32 bytes of each row. FP32 numbers
// take part as TF32: of each its upper 19 bits.
template <typename T>
__device__ inline void multiply_group(float (&d)[4][4], uint64_t a, uint64_t b);
template <typename T>
__device__ inline void multiply_group(float (&d)[8][4], uint64_t a, uint64_t b);
template <typename T>
__device__ inline void multiply_group(float (&d)[16][4], uint64_t a, uint64_t b);
template <typename T>
__device__ inline void multiply_group(float (&d)[32][4], uint64_t a, uint64_t b);

// The same with a in registers, spread over the warps as for multiply_add(); they must not change
// before wait_for_products().
template <typename T>
__device__ inline void multiply_group(float (&d)[4][4], const uint32_t (&a)[4], uint64_t b);
template <typename T>
__device__ inline void multiply_group(float (&d)[8][4], const uint32_t (&a)[4], uint64_t b);
template <typename T>
__device__ inline void multiply_group(float (&d)[16][4], const uint32_t (&a)[4], uint64_t b);

#ifdef TENON_HAS_WGMMA
#define TENON_WGMMA(...) asm volatile("wgmma.mma_async.sync.aligned." __VA_ARGS__)
#else
#define TENON_WGMMA(...)
#endif

// The operands d[i] and those behind it, and their places in the instruction.
#define TENON_SUMS_1(d, i) "+f"(d[i][0]), "+f"(d[i][1]), "+f"(d[i][2]), "+f"(d[i][3])
#define TENON_SUMS_4(d, i) \
  TENON_SUMS_1(d, i), TENON_SUMS_1(d, i + 1), TENON_SUMS_1(d, i + 2), TENON_SUMS_1(d, i + 3)
#define TENON_SUMS_8(d, i) TENON_SUMS_4(d, i), TENON_SUMS_4(d, i + 4)
#define TENON_SUMS_16(d, i) TENON_SUMS_8(d, i), TENON_SUMS_8(d, i + 8)
#define TENON_SUMS_32(d, i) TENON_SUMS_16(d, i), TENON_SUMS_16(d, i + 16)
#define TENON_PLACES_16 "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15"
#define TENON_PLACES_32                                                           \
  TENON_PLACES_16                                                                 \
  ", %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, " \
  "%31"
#define TENON_PLACES_64                                                      \
  TENON_PLACES_32                                                            \
  ", %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, " \
  "%46, %47, %48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, "   \
  "%60, %61, %62, %63"
#define TENON_PLACES_128                                                     \
  TENON_PLACES_64                                                            \
  ", %64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, " \
  "%78, %79, %80, %81, %82, %83, %84, %85, %86, %87, %88, %89, %90, %91, "   \
  "%92, %93, %94, %95, %96, %97, %98, %99, %100, %101, %102, %103, %104, "   \
  "%105, %106, %107, %108, %109, %110, %111, %112, %113, %114, %115, "       \
  "%116, %117, %118, %119, %120, %121, %122, %123, %124, %125, %126, %127"

#define TENON_PRODUCT(T, tiles, shape, places, operands)                                           \
  template <>                                                                                      \
  __device__ inline void multiply_group<T>(float(&d)[tiles][4], uint64_t a, uint64_t b) {          \
    TENON_WGMMA(shape " {" places "}, " operands ";" : TENON_SUMS_##tiles(d, 0) : "l"(a), "l"(b)); \
  }
#define TENON_REGISTER_PRODUCT(T, tiles, shape, places, operands)                      \
  template <>                                                                          \
  __device__ inline void multiply_group<T>(float(&d)[tiles][4], const uint32_t(&a)[4], \
                                           uint64_t b) {                               \
    TENON_WGMMA(shape " {" places "}, " operands ";"                                   \
                : TENON_SUMS_##tiles(d, 0)                                             \
                : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b));                 \
  }
// `types` are the depth and the types in the instruction's name, `order` says that rows lie along
// the depth where the types leave a choice.
#define TENON_PRODUCTS(T, types, order)                                             \
  TENON_PRODUCT(T, 4, "m64n32" types, TENON_PLACES_16, "%16, %17, 1, 1, 1" order)   \
  TENON_PRODUCT(T, 8, "m64n64" types, TENON_PLACES_32, "%32, %33, 1, 1, 1" order)   \
  TENON_PRODUCT(T, 16, "m64n128" types, TENON_PLACES_64, "%64, %65, 1, 1, 1" order) \
  TENON_PRODUCT(T, 32, "m64n256" types, TENON_PLACES_128, "%128, %129, 1, 1, 1" order)
#define TENON_REGISTER_PRODUCTS(T, types, order)                     \
  TENON_REGISTER_PRODUCT(T, 4, "m64n32" types, TENON_PLACES_16,      \
                         "{%16, %17, %18, %19}, %20, 1, 1, 1" order) \
  TENON_REGISTER_PRODUCT(T, 8, "m64n64" types, TENON_PLACES_32,      \
                         "{%32, %33, %34, %35}, %36, 1, 1, 1" order) \
  TENON_REGISTER_PRODUCT(T, 16, "m64n128" types, TENON_PLACES_64,    \
                         "{%64, %65, %66, %67}, %68, 1, 1, 1" order)

TENON_PRODUCTS(__half, "k16.f32.f16.f16", ", 0, 0")
TENON_PRODUCTS(__nv_bfloat16, "k16.f32.bf16.bf16", ", 0, 0")
TENON_PRODUCTS(float, "k8.f32.tf32.tf32", "")
TENON_REGISTER_PRODUCTS(__half, "k16.f32.f16.f16", ", 0")
TENON_REGISTER_PRODUCTS(__nv_bfloat16, "k16.f32.bf16.bf16", ", 0")
TENON_REGISTER_PRODUCTS(float, "k8.f32.tf32.tf32", "")

#undef TENON_REGISTER_PRODUCTS
#undef TENON_PRODUCTS
#undef TENON_REGISTER_PRODUCT
#undef TENON_PRODUCT
#undef TENON_PLACES_128
#undef TENON_PLACES_64
#undef TENON_PLACES_32
#undef TENON_PLACES_16
#undef TENON_SUMS_32
#undef TENON_SUMS_16
#undef TENON_SUMS_8
#undef TENON_SUMS_4
#undef TENON_SUMS_1
#undef TENON_WGMMA

}  // namespace tenon
