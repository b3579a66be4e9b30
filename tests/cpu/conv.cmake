tenon_test(cpu_conv_test SOURCES cpu/conv_test.cpp DEPENDS tenon_cpu)
