#pragma once

#include "cuda/kernels/igemm/wgmma.cuh"

// Products by groups of four warps whose first matrix lies in registers, 64 rows by 16 of depth,
// spread over the warps as for tensor_core::multiply_add().
namespace tenon::group_attention {

// The operand that begins at a place in shared memory, as matrix_descriptor() has it. What changes
// from product to product is one addition: warps that compute more between them keep tensor cores
// waiting. Of values (rows of 128 bytes behind each other that are the product's depth) blocks of
// 64 columns lie `block_bytes` apart.
class SharedOperand {
 public:
  __device__ explicit SharedOperand(uint32_t address, uint32_t block_bytes = 16)
      : low_(static_cast<uint32_t>(matrix_descriptor(address)) & 0xFFFF | block_bytes >> 4 << 16) {}
  __device__ uint64_t at(uint32_t bytes) const {
    constexpr uint64_t kHigh = uint64_t{0x40000000 | 1024 >> 4} << 32;
    return kHigh | (low_ + (bytes >> 4));
  }

 private:
  uint32_t low_;
};

// d = a x b, plus what d was when `add`. kAcross: 1 when b's rows are the depth, 0 when they are
// d's columns.
template <typename T, int kTiles, int kAcross>
struct Product;

// clang-format off
#define TENON_D4(i) "+f"(d[i][0]), "+f"(d[i][1]), "+f"(d[i][2]), "+f"(d[i][3])
#define TENON_D16(i) TENON_D4(i), TENON_D4(i + 1), TENON_D4(i + 2), TENON_D4(i + 3)
#define TENON_D32(i) TENON_D16(i), TENON_D16(i + 4)
#define TENON_N16 "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15"
#define TENON_N32 TENON_N16 ", %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, " \
  "%29, %30, %31"
#define TENON_N48 TENON_N32 ", %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, " \
  "%45, %46, %47"
#define TENON_N64 TENON_N48 ", %48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, " \
  "%61, %62, %63"

// Operands behind d's are numbered from i0 on.
#define TENON_PRODUCT(Type, name, tiles, columns, numbers, i0, i1, i2, i3, i4, i5, i6, ...)       \
  template <int kAcross>                                                                          \
  struct Product<Type, tiles, kAcross> {                                                          \
    __device__ static void begin(float (&d)[tiles][4], const uint32_t (&a)[4], uint64_t b,        \
                                 bool add) {                                                      \
      asm volatile(                                                                               \
          "{\n.reg .pred add;\nsetp.ne.b32 add, %" i5 ", 0;\n"                                    \
          "wgmma.mma_async.sync.aligned.m64n" columns "k16.f32." name "." name " {" numbers "}, " \
          "{%" i0 ", %" i1 ", %" i2 ", %" i3 "}, %" i4 ", add, 1, 1, %" i6 ";\n}"                 \
          : __VA_ARGS__                                                                           \
          : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b), "r"(static_cast<int>(add)),       \
            "n"(kAcross));                                                                        \
    }                                                                                             \
    __device__ static void begin(float (&d)[tiles][4], uint64_t a, uint64_t b, bool add) {        \
      asm volatile(                                                                               \
          "{\n.reg .pred add;\nsetp.ne.b32 add, %" i2 ", 0;\n"                                    \
          "wgmma.mma_async.sync.aligned.m64n" columns "k16.f32." name "." name " {" numbers "}, " \
          "%" i0 ", %" i1 ", add, 1, 1, 0, %" i3 ";\n}"                                           \
          : __VA_ARGS__                                                                           \
          : "l"(a), "l"(b), "r"(static_cast<int>(add)), "n"(kAcross));                            \
    }                                                                                             \
  };

#define TENON_PRODUCTS(Type, name)                                                                \
  TENON_PRODUCT(Type, name, 4, "32", TENON_N16, "16", "17", "18", "19", "20", "21", "22",         \
                TENON_D16(0))                                                                     \
  TENON_PRODUCT(Type, name, 8, "64", TENON_N32, "32", "33", "34", "35", "36", "37", "38",         \
                TENON_D32(0))                                                                     \
  TENON_PRODUCT(Type, name, 12, "96", TENON_N48, "48", "49", "50", "51", "52", "53", "54",        \
                TENON_D32(0), TENON_D16(8))                                                       \
  TENON_PRODUCT(Type, name, 16, "128", TENON_N64, "64", "65", "66", "67", "68", "69", "70",       \
                TENON_D32(0), TENON_D32(8))
// clang-format on

#ifdef TENON_HAS_WGMMA
TENON_PRODUCTS(__half, "f16")
TENON_PRODUCTS(__nv_bfloat16, "bf16")
#else
template <typename T, int kTiles, int kAcross>
struct Product {
  __device__ static void begin(float (&)[kTiles][4], const uint32_t (&)[4], uint64_t, bool) {}
  __device__ static void begin(float (&)[kTiles][4], uint64_t, uint64_t, bool) {}
};
#endif

#undef TENON_PRODUCTS
#undef TENON_PRODUCT
#undef TENON_N64
#undef TENON_N48
#undef TENON_N32
#undef TENON_N16
#undef TENON_D32
#undef TENON_D16
#undef TENON_D4

// Keeps uses of d from moving over the place where its product ends or begins.
template <int kTiles>
__device__ inline void hold(float (&d)[kTiles][4]) {
#pragma unroll
  for (int n = 0; n < kTiles; ++n) {
#pragma unroll
    for (int e = 0; e < 4; ++e) asm volatile("" : "+f"(d[n][e])::"memory");
  }
}
template <int kSteps>
__device__ inline void hold(uint32_t (&a)[kSteps][4]) {
#pragma unroll
  for (int n = 0; n < kSteps; ++n) {
#pragma unroll
    for (int e = 0; e < 4; ++e) asm volatile("" : "+r"(a[n][e])::"memory");
  }
}

}  // namespace tenon::group_attention
