# Engines through the public library alone, as programs link it.
find_package(nlohmann_json REQUIRED)
set(engine_definitions
  TENON_DIGITS_MODEL="${PROJECT_SOURCE_DIR}/samples/data/digits_resnet.onnx"
  TENON_DIGITS_DATA="${PROJECT_SOURCE_DIR}/samples/data/digits_test.bin")

if(TENON_CUDA)
  list(APPEND engine_definitions TENON_CUDA)
endif()
tenon_test(api_engine_test 
  SOURCES engine_test.cpp engine_interfaces_test.cpp engine_inspector_test.cpp
          engine_streams_test.cpp
  DEPENDS tenon nlohmann_json::nlohmann_json)
target_compile_definitions(api_engine_test PRIVATE ${engine_definitions})
tenon_runs_device(api_engine_test)

if(NOT TENON_SANITIZE)
  tenon_test(api_engine_allocation_test SOURCES engine_allocation_test.cpp DEPENDS tenon)
  target_compile_definitions(api_engine_allocation_test PRIVATE ${engine_definitions})
  tenon_runs_device(api_engine_allocation_test)
endif()
