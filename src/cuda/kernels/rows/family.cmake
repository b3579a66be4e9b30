# What the families that work on rows and columns of elements share.
tenon_kernel_family(rows float_problem.cpp)
