tenon_kernel_family(depthwise depthwise.cu depthwise_tactics.cpp)
