tenon_kernel_family(normalization
  SOURCES normalization_tactics.cpp
  KERNELS normalization_kernel.cpp)
