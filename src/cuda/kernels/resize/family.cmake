tenon_kernel_family(resize resize_kernels.cu resize_tactics.cpp)
