tenon_kernel_family(igemm conv_geometry.cpp conv_product.cpp igemm_bf16.cu igemm_f16.cu igemm_launch.cpp igemm_plan.cpp
                    igemm_prepare.cpp igemm_sums.cu igemm_tactics.cpp igemm_tf32.cu matmul_geometry.cpp product_type.cpp window_map.cpp)
