tenon_kernel_family(squeeze squeeze.cu squeeze_plan.cpp squeeze_tactics.cpp)
