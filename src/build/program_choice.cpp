#include "build/program_choice.h"

#include "build/program_times.h"

namespace tenon {

Program fastest_program(std::vector<Program> programs, const Plan& plan,
                        std::span<const std::byte> weights, Device& device, TimingCache& cache,
                        const Log& log) {
  constexpr double kClearlyFaster = 0.985;
  if (programs.size() == 1) return std::move(programs[0]);
  std::vector<double> seconds;
  try {
    const auto on_device = [&] {
      DeviceMemory memory(device.default_allocator(), weights.size());
      device.copy_to_device(memory.data(), weights);
      return memory;
    };
    seconds = program_times(programs, plan, on_device, device, cache);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kInternal) throw;
    log.warning("one stream is used: programs on several could not be timed: {}", error.what());
    return std::move(programs[0]);
  }
  size_t best = 0;
  for (size_t p = 1; p < programs.size(); ++p) {
    if (seconds[p] < (best == 0 ? kClearlyFaster * seconds[0] : seconds[best])) best = p;
    log.info("{} auxiliary streams: {:.4f} ms, {:.4f} ms without", programs[p].auxiliary_streams,
             seconds[p] * 1e3, seconds[0] * 1e3);
  }
  log.info("{} auxiliary streams are used", programs[best].auxiliary_streams);
  return std::move(programs[best]);
}

}  // namespace tenon
