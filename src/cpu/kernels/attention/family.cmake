tenon_kernel_family(attention
  SOURCES attention_launch.cpp attention_tactics.cpp
  KERNELS attention_kernel.cpp)
