tenon_kernel_family(stem stem.cu stem_tactics.cpp)
