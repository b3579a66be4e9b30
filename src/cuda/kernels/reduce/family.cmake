tenon_kernel_family(reduce reduce_kernels.cu reduce_loops.cpp reduce_tactics.cpp)
