tenon_kernel_family(attention attention_tactics.cpp exact_kernel.cu flash_bf16.cu flash_f16.cu)
