#include "cuda/estimates.h"

#include "cuda/device_facts.h"

namespace tenon {

double gpu_memory_seconds(const Problem& problem) {
  constexpr double kLaunch = 2e-6;
  return kLaunch + bytes_moved(problem) / (0.8 * device_facts().bytes_per_second);
}

double gpu_compute_seconds(double flops, DataType type, double fraction_of_peak) {
  const DeviceFacts& facts = device_facts();
  const bool narrow = type == DataType::kF16 || type == DataType::kBF16;
  return flops / ((narrow ? facts.f16_flops : facts.f32_flops) * fraction_of_peak);
}

}  // namespace tenon
