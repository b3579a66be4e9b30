tenon_kernel_family(winograd
  SOURCES winograd_launch.cpp winograd_tactics.cpp work_sharing.cpp
  KERNELS winograd_kernels.cpp)
