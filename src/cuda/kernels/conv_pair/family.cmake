tenon_kernel_family(conv_pair conv_pair_tactics.cpp pair_bf16.cu pair_f16.cu pair_geometry.cpp pair_plan.cpp)
