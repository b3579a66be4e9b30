tenon_kernel_family(softmax SOURCES softmax_tactics.cpp KERNELS softmax_kernel.cpp)
