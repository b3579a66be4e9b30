tenon_kernel_family(topk SOURCES topk_select.cpp topk_tactics.cpp KERNELS topk_kernel.cpp)
