tenon_kernel_family(reduce SOURCES reduce_tactics.cpp KERNELS reduce_kernel.cpp)
