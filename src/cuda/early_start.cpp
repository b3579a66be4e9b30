#include "cuda/early_start.h"

#include <algorithm>
#include <vector>

#include "cuda/dependent_launch.h"
#include "device/device_memory.h"
#include "ops/conv.h"

namespace tenon {
namespace {

// A layer as in the middle of a residual network at batch 1.
constexpr int64_t kChannels = 256;
constexpr int64_t kSide = 14;

Problem typical_problem(const Tensor& weights) {
  const OperandDesc image{.dtype = DataType::kF16,
                          .layout = Layout::kChannelsLast,
                          .dims = {1, kChannels, kSide, kSide}};
  const OperandDesc w{
      .dtype = DataType::kF16, .dims = weights.dims(), .constant = &weights, .is_constant = true};
  return {.op = Conv{}, .inputs = {image, w}, .outputs = {image}};
}

// The first tactic that starts early with it; nullptr where there is none.
const Tactic* early_tactic(const Device& device, const Problem& problem) {
  for (const Tactic* tactic : device.tactics(Conv::kName)) {
    if (tactic->starts_early() && takes(*tactic, problem)) return tactic;
  }
  return nullptr;
}

}  // namespace

double early_start_seconds(Device& device) {
  constexpr int kRepeats = 9;
  constexpr double kNever = 1;
  const Tensor weights = Tensor::zeros(DataType::kF16, {kChannels, kChannels, 1, 1});
  const Problem problem = typical_problem(weights);
  const Tactic* tactic = early_tactic(device, problem);
  if (tactic == nullptr) return 0;
  const std::vector<std::byte> packed = tactic->pack(problem);
  const std::vector<std::byte> code = tactic->compile(problem);
  Allocator& allocator = device.default_allocator();
  const DeviceMemory constants(allocator, packed.size());
  device.copy_to_device(constants.data(), packed);
  const size_t bytes = problem.outputs[0].bytes();
  const DeviceMemory x(allocator, bytes), y(allocator, bytes);
  device.fill_zero(x.data(), bytes);
  const void* inputs[] = {x.data(), nullptr};
  void* outputs[] = {y.data()};
  double seconds[2];
  for (const bool dependent : {false, true}) {
    use_dependent_launches = dependent;
    const auto launch = tactic->bind(
        problem, {{static_cast<const std::byte*>(constants.data()), packed.size()}, code});
    use_dependent_launches = true;
    const DeviceMemory workspace(allocator, launch->workspace_bytes());
    seconds[dependent] =
        device.time(*launch, {inputs, outputs, workspace.data()}, kRepeats, kNever);
  }
  return std::max(seconds[false] - seconds[true], 0.0);
}

}  // namespace tenon
