tenon_kernel_family(pool pool_kernels.cu pool_strips.cu pool_tactics.cpp)
