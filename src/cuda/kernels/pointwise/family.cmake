tenon_kernel_family(pointwise
  pointwise_form.cpp pointwise_launch.cpp pointwise_source.cpp pointwise_tactics.cpp scalar_source.cpp
  shared_cubins.cpp)
