#pragma once

// Vectors of FP32 for kernels that are compiled once for each instruction set.
//
// A kernel file is listed under KERNELS in its folder's family.cmake and is compiled three times,
// with TENON_KERNEL_AVX512, _AVX2 or _GENERIC defined. It reads
//
//   #include <...>                        everything it needs, first
//   #include "cpu/kernels/vec.h"
//   #include "cpu/kernels/isa_begin.h"    from here on code is compiled for the instruction set
//   namespace tenon::TENON_ISA {
//   const PoolKernels kPoolKernels{...};  what the rest of the program calls, by for_isa()
//   }
//   #include "cpu/kernels/isa_end.h"
//
// All of its own code is in namespace tenon::TENON_ISA (avx512, avx2 or generic), so the linker
// never merges code of one instruction set into another; what it includes before isa_begin.h
// stays plain code. On processors other than x86-64 all three are the generic form. The types and
// functions below are in that namespace too:
//
//   Vec    kWidth floats (16, 8, 8); Vec(x) is x in every lane; + - * / and unary -
//   Mask   a truth value a lane;     & | ^ and ~
//   IVec   kWidth 32-bit integers;   + - & | and shifts
//
// min(a, b) is a < b ? a : b and max(a, b) is a > b ? a : b: the second operand where either is
// NaN. max_nan and min_nan give NaN where either operand is NaN.

#include <cmath>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define TENON_INLINE [[gnu::always_inline]] inline

#if defined(TENON_KERNEL_AVX512)
#define TENON_ISA avx512
#elif defined(TENON_KERNEL_AVX2)
#define TENON_ISA avx2
#else
#define TENON_ISA generic
#endif

#if defined(TENON_KERNEL_AVX512) && defined(__x86_64__)
#include "cpu/kernels/vec_avx512.h"
#elif defined(TENON_KERNEL_AVX2) && defined(__x86_64__)
#include "cpu/kernels/vec_avx2.h"
#else
#include "cpu/kernels/vec_generic.h"
#endif

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {

inline constexpr int kWidth = Vec::kWidth;

TENON_INLINE Vec operator+=(Vec& a, Vec b) { return a = a + b; }
TENON_INLINE Vec operator-=(Vec& a, Vec b) { return a = a - b; }
TENON_INLINE Vec operator*=(Vec& a, Vec b) { return a = a * b; }

// The first n floats, 0 <= n <= kWidth; the other lanes are 0 and their memory is not touched.
TENON_INLINE Vec load_part(const float* p, int n) { return load(p, first(n)); }
TENON_INLINE void store_part(float* p, Vec v, int n) { store(p, v, first(n)); }

TENON_INLINE Mask is_nan(Vec a) { return a != a; }
TENON_INLINE Vec max_nan(Vec a, Vec b) { return select(a == a, max(a, b), a); }
TENON_INLINE Vec min_nan(Vec a, Vec b) { return select(a == a, min(a, b), a); }
// 1 or 0 a lane.
TENON_INLINE Vec to_float(Mask m) { return select(m, Vec(1.0F), Vec(0.0F)); }

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"
