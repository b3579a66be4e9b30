# The cases of tests/device on this device.
tenon_test(cpu_kernels_test SOURCES ${tactic_tests} cpu/harness_device.cpp DEPENDS tenon_cpu)
target_include_directories(cpu_kernels_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/device)

tenon_test(cpu_device_test SOURCES cpu/cpu_device_test.cpp cpu/thread_pool_test.cpp
  DEPENDS tenon_cpu)

# The vector functions for each instruction set, not only for this processor's best.
set(vec_objects)
foreach(isa generic avx2 avx512)
  string(TOUPPER ${isa} upper)
  add_library(vec_math_test_${isa} OBJECT cpu/vec_math_test_kernel.cpp)
  target_compile_definitions(vec_math_test_${isa} PRIVATE TENON_KERNEL_${upper})
  target_compile_options(vec_math_test_${isa} PRIVATE -Wno-uninitialized -Wno-maybe-uninitialized
                         -Wno-psabi)
  target_link_libraries(vec_math_test_${isa} PRIVATE tenon_cpu)
  list(APPEND vec_objects $<TARGET_OBJECTS:vec_math_test_${isa}>)
endforeach()
tenon_test(vec_math_test SOURCES cpu/vec_math_test.cpp ${vec_objects} DEPENDS tenon_cpu)
target_include_directories(vec_math_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/cpu)
