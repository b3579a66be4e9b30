tenon_kernel_family(igemm conv_geometry.cpp igemm_bf16.cu igemm_f16.cu igemm_launch.cpp igemm_plan.cpp
                    igemm_tactics.cpp matmul_geometry.cpp window_map.cpp)
