tenon_kernel_family(stem stem.cu stem_tactics.cpp strip.cu strip_plan.cpp strip_tactics.cpp)
