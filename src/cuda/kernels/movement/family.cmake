tenon_kernel_family(movement
  concat_kernels.cu concat_tactics.cpp copy_kernels.cu gather_kernels.cu gather_tactics.cpp
  pad_kernels.cu pad_tactics.cpp strided_copy.cpp strided_copy_tactics.cpp transpose_kernels.cu)
