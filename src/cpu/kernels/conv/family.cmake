tenon_kernel_family(conv
  SOURCES conv_plan.cpp conv_shape.cpp conv_tactics.cpp depthwise.cpp direct.cpp second_pass.cpp
          stem.cpp
  KERNELS depthwise_kernels.cpp direct_kernels.cpp second_pass_kernels.cpp stem_kernels.cpp)
