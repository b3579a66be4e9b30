tenon_kernel_family(pointwise
  SOURCES pointwise_launch.cpp pointwise_executor.cpp pointwise_tactics.cpp
  KERNELS pointwise_kernel.cpp)
