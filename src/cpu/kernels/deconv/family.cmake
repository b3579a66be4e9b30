tenon_kernel_family(deconv
  SOURCES deconv_launch.cpp deconv_tactics.cpp
  KERNELS deconv_kernels.cpp)
