tenon_kernel_family(topk columns.cu groups.cu lines.cu rows.cu select.cu sort.cu topk_plan.cpp topk_tactics.cpp)
