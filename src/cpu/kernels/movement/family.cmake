tenon_kernel_family(movement
  SOURCES cast_tactics.cpp concat_tactics.cpp gather_tactics.cpp pad_tactics.cpp strided_copy.cpp
          strided_copy_tactics.cpp transpose_kernels.cpp
  KERNELS transpose_kernel.cpp)
