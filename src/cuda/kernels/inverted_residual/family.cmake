tenon_kernel_family(inverted_residual inverted_residual_tactics.cpp residual_bf16.cu residual_f16.cu residual_geometry.cpp
                    residual_plan.cpp)
