tenon_kernel_family(resize SOURCES resize_tactics.cpp KERNELS resize_kernel.cpp)
