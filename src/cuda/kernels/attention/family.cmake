tenon_kernel_family(attention attention_problem.cpp attention_tactics.cpp exact_kernel.cu flash_bf16.cu flash_f16.cu
                    head_map.cpp wgmma_attention.cpp wgmma_bf16.cu wgmma_f16.cu wgmma_tactics.cpp)
