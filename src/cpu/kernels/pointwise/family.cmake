tenon_kernel_family(pointwise
  SOURCES pointwise_launch.cpp pointwise_program.cpp pointwise_tactics.cpp
  KERNELS pointwise_kernel.cpp)
