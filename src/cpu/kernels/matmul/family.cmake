tenon_kernel_family(matmul
  SOURCES matmul_shape.cpp matmul_tactics.cpp
  KERNELS matmul_kernel.cpp)
