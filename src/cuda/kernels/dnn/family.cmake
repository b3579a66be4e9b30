tenon_kernel_family(dnn backend.cpp conv_engines.cpp conv_graph.cpp conv_plan.cpp conv_spec.cpp conv_tactics.cpp
                        conv_weights.cpp dnn_matmul.cpp fold_kernels.cu folded_conv.cpp)
