tenon_kernel_family(squeeze SOURCES squeeze_tactics.cpp KERNELS squeeze_kernel.cpp)
