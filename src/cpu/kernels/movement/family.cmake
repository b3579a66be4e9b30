tenon_kernel_family(movement
  SOURCES transpose_kernels.cpp
  KERNELS transpose_kernel.cpp)
