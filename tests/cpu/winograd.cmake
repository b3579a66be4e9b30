tenon_test(winograd_test SOURCES cpu/winograd_test.cpp cpu/winograd_run.cpp DEPENDS tenon_cpu)
target_include_directories(winograd_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
tenon_test(deconv_test SOURCES cpu/deconv_test.cpp cpu/winograd_run.cpp DEPENDS tenon_cpu)
target_include_directories(deconv_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
