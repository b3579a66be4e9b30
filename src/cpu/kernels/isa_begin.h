// No include guard: switches code generation to the kernel file's instruction set until
// isa_end.h. See vec.h.
#pragma GCC push_options
#if defined(__x86_64__) && defined(TENON_KERNEL_AVX512)
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c,prefer-vector-width=512")
#elif defined(__x86_64__) && defined(TENON_KERNEL_AVX2)
#pragma GCC target("avx2,fma,f16c")
#endif
