tenon_kernel_family(softmax softmax_kernels.cu softmax_tactics.cpp)
