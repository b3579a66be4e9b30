tenon_test(device_test SOURCES device/problem_test.cpp DEPENDS tenon_device)

# Cases that the tactics of every device must pass; each device's tests compile them.
set(tactic_tests ${CMAKE_CURRENT_SOURCE_DIR}/device/tactic_harness.cpp)
foreach(op attention concat conv conv_depthwise conv_pair conv_pool deconv inverted_residual matmul movement normalization pointwise pool reduce
           reformat resize softmax squeeze_excitation topk)
  list(APPEND tactic_tests ${CMAKE_CURRENT_SOURCE_DIR}/device/tactics/${op}_test.cpp)
endforeach()
