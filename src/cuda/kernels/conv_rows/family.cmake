tenon_kernel_family(
    conv_rows conv_rows_tactics.cpp rows_bf16.cu rows_f16.cu rows_plan.cpp rows_tf32.cu)
