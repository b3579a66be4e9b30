tenon_test(device_test SOURCES device/problem_test.cpp DEPENDS tenon_device)
