tenon_kernel_family(deconv deconv.cu deconv_tactics.cpp)
