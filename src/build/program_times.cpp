#include "build/program_times.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>

#include "base/archive.h"
#include "base/hash.h"
#include "runtime/context.h"

namespace tenon {
namespace {

constexpr int kRounds = 3;
constexpr int kRepeats = 5;

// Of one race: what a program takes is compared with what others took beside it. Equal steps take
// the same time whatever they were measured at.
std::vector<std::string> keys_of(std::vector<Program> programs, const Device& device) {
  for (Program& program : programs) {
    for (PlanStep& step : program.steps) step.seconds = 0;
  }
  ArchiveWriter archive;
  archive.write(programs);
  const uint64_t race = hash_bytes(archive.data());
  std::vector<std::string> keys;
  for (size_t p = 0; p < programs.size(); ++p) {
    keys.push_back(
        TimingCache::key(device.fingerprint(), "program", 2, fmt::format("{:016x} {}", race, p)));
  }
  return keys;
}

// The programs as profiles of one engine, with memory for the inputs and outputs.
class Race {
 public:
  Race(const std::vector<Program>& programs, const Plan& plan, DeviceMemory weights, Device& device)
      : device_(device) {
    Plan all = plan;
    all.programs = programs;
    engine_ = Engine::make(std::move(all), std::move(weights), device, device.default_allocator());
    for (size_t p = 0; p < programs.size(); ++p) {
      auto& context =
          contexts_.emplace_back(std::make_unique<Context>(engine_, Context::MemoryMode::kOwn));
      context->set_program(p);
      for (size_t i = 0; i < plan.bindings.size(); ++i) {
        const auto binding = static_cast<int>(i);
        if (plan.bindings[i].is_input) context->set_dims(binding, programs[p].ranges[i].opt);
      }
    }
    for (size_t i = 0; i < plan.bindings.size(); ++i) {
      const auto binding = static_cast<int>(i);
      const size_t bytes =
          bytes_of(plan.bindings[i].dtype, contexts_[0]->dims(binding).value().volume());
      const DeviceMemory& memory =
          memory_.emplace_back(device.default_allocator(), std::max<size_t>(bytes, 1));
      device.fill_zero(memory.data(), bytes);  // integers may be indices
      for (const auto& context : contexts_) context->set_address(binding, memory.data());
    }
  }

  // The least of several measurements of each, taken in turns: what else goes on meets them all.
  std::vector<double> times() {
    std::vector<double> best(contexts_.size(), std::numeric_limits<double>::infinity());
    for (int round = 0; round < kRounds; ++round) {
      for (size_t p = 0; p < contexts_.size(); ++p) {
        const auto work = [&](Stream& stream) { contexts_[p]->enqueue(stream); };
        best[p] = std::min(best[p], device_.time_work(work, kRepeats));
      }
    }
    return best;
  }

 private:
  Device& device_;
  std::shared_ptr<const Engine> engine_;
  std::vector<DeviceMemory> memory_;
  std::vector<std::unique_ptr<Context>> contexts_;
};

}  // namespace

std::vector<double> program_times(const std::vector<Program>& programs, const Plan& plan,
                                  const std::function<DeviceMemory()>& weights, Device& device,
                                  TimingCache& cache) {
  const std::vector<std::string> keys = keys_of(programs, device);
  std::vector<double> seconds;
  for (const std::string& key : keys) {
    if (const auto known = cache.find(key)) seconds.push_back(*known);
  }
  if (seconds.size() == programs.size()) return seconds;
  seconds = Race(programs, plan, weights(), device).times();
  for (size_t p = 0; p < programs.size(); ++p) cache.insert(keys[p], seconds[p]);
  return seconds;
}

}  // namespace tenon
