tenon_kernel_family(matmul finish.cpp finish_kernels.cu lt_conv.cpp lt_gemm.cpp lt_matmul.cpp lt_recipe.cpp
                           matmul_tactics.cpp)
