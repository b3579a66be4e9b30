// Getting an engine: built from an ONNX file, or loaded from a plan file.
#pragma once

#include <NvInferRuntime.h>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "trtexec/log.h"
#include "trtexec/options.h"

namespace tenon::trtexec {

// Builds the plan of the ONNX file, keeps the timing cache's file up to date, and saves the plan
// where asked. Throws Error: what the parser or the builder found wrong, or an interruption.
std::vector<std::byte> build_plan(const BuildChoices& choices, Console& console);

// An engine and what it needs to live.
struct LoadedEngine {
  std::unique_ptr<nvinfer1::IRuntime> runtime;
  std::unique_ptr<nvinfer1::ICudaEngine> engine;
};

// Throws Error when the library refuses the plan (it logs why).
LoadedEngine load_engine(std::span<const std::byte> plan, Console& console);

// Loads the plan some times and logs how long that takes.
void time_loading(std::span<const std::byte> plan, Console& console);

}  // namespace tenon::trtexec
