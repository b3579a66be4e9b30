tenon_kernel_family(movement
  SOURCES concat_tactics.cpp transpose_kernels.cpp
  KERNELS transpose_kernel.cpp)
