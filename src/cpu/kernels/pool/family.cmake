tenon_kernel_family(pool SOURCES pool_tactics.cpp KERNELS pool_kernel.cpp)
