#include "trtexec/engine.h"

#include <algorithm>
#include <chrono>

#include "base/error.h"

namespace tenon::trtexec {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace

LoadedEngine load_engine(std::span<const std::byte> plan, Console& console) {
  const auto begin = Clock::now();
  LoadedEngine loaded;
  loaded.runtime.reset(nvinfer1::createInferRuntime(console));
  if (!loaded.runtime) fail(ErrorCode::kInitialization, "cannot create a runtime");
  loaded.engine.reset(loaded.runtime->deserializeCudaEngine(plan.data(), plan.size()));
  if (!loaded.engine) fail("cannot deserialize the engine");
  console.info(fmt::format("Engine deserialized in {:.6g} sec.", seconds_since(begin)));
  return loaded;
}

void time_loading(std::span<const std::byte> plan, Console& console) {
  constexpr int kRounds = 20;
  std::unique_ptr<nvinfer1::IRuntime> runtime(nvinfer1::createInferRuntime(console));
  if (!runtime) fail(ErrorCode::kInitialization, "cannot create a runtime");
  console.info("Begin deserialization engine timing.");
  std::vector<double> milliseconds;
  for (int i = 0; i < kRounds; ++i) {
    const auto begin = Clock::now();
    std::unique_ptr<nvinfer1::ICudaEngine> engine(
        runtime->deserializeCudaEngine(plan.data(), plan.size()));
    if (!engine) fail("cannot deserialize the engine");
    milliseconds.push_back(1e3 * seconds_since(begin));
  }
  double total = 0;
  for (const double ms : milliseconds) total += ms;
  const auto [least, most] = std::minmax_element(milliseconds.begin(), milliseconds.end());
  console.info(
      fmt::format("Total deserialization time = {:.6g} milliseconds in {} iterations, "
                  "average time = {:.6g} milliseconds, first time = {:.6g} milliseconds, "
                  "min = {:.6g} ms, max = {:.6g} ms",
                  total, kRounds, total / kRounds, milliseconds.front(), *least, *most));
}

}  // namespace tenon::trtexec
