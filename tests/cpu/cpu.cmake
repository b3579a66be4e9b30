tenon_test(cpu_kernels_test
  SOURCES cpu/tactic_harness.cpp cpu/concat_test.cpp cpu/matmul_test.cpp cpu/normalization_test.cpp
          cpu/pointwise_test.cpp cpu/pool_test.cpp cpu/reduce_test.cpp cpu/reformat_test.cpp
          cpu/softmax_test.cpp
  DEPENDS tenon_cpu)
target_include_directories(cpu_kernels_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/cpu)
