// Fuzz target: imports arbitrary bytes as an ONNX model. Link with -fsanitize=fuzzer, or with the
// deterministic mutations of onnx_mutation_test.cpp.
#include <cstddef>
#include <cstdint>
#include <span>

#include "onnx/import.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const tenon::OnnxModel model(std::as_bytes(std::span(data, size)));
    for (const auto& name : model.initializer_names()) {
      try {
        model.initializer(name);
      } catch (const tenon::Error&) {
        // Wrong or missing data: the expected refusal.
      }
    }
    const tenon::Imported imported = model.import({});
    for (const auto& problem : imported.problems) {
      // Our own mistakes are no refusals.
      if (problem.fault == tenon::ImportFault::kInternal) __builtin_trap();
    }
  } catch (const tenon::Error& error) {
    if (error.code() == tenon::ErrorCode::kInternal) __builtin_trap();
  }
  return 0;
}
