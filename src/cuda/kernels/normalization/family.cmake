tenon_kernel_family(normalization channels_last.cu columns.cu normalization_loops.cpp
                    normalization_tactics.cpp rows.cu)
