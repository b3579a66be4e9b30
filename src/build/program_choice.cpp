#include "build/program_choice.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "base/archive.h"
#include "base/hash.h"
#include "runtime/context.h"

namespace tenon {
namespace {

constexpr int kRounds = 3;
constexpr int kRepeats = 5;
constexpr double kClearlyFaster = 0.985;

// A program of equal steps in equal order takes the same time whatever the steps were measured at.
std::string key_of(Program program, const Device& device) {
  for (PlanStep& step : program.steps) step.seconds = 0;
  ArchiveWriter archive;
  archive.write(program);
  return TimingCache::key(device.fingerprint(), "program", 1,
                          fmt::format("{:016x}", hash_bytes(archive.data())));
}

// The programs as profiles of one engine, with memory for the inputs and outputs.
class Candidates {
 public:
  Candidates(const std::vector<Program>& programs, const Plan& plan,
             std::span<const std::byte> weights, Device& device)
      : device_(device) {
    Plan all = plan;
    all.programs = programs;
    engine_ = Engine::make(std::move(all), weights, device, device.default_allocator());
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

std::vector<double> times_of(const std::vector<Program>& programs, const Plan& plan,
                             std::span<const std::byte> weights, Device& device,
                             TimingCache& cache) {
  std::vector<double> seconds;
  for (const Program& program : programs) {
    const auto known = cache.find(key_of(program, device));
    if (!known) break;
    seconds.push_back(*known);
  }
  if (seconds.size() == programs.size()) return seconds;
  seconds = Candidates(programs, plan, weights, device).times();
  for (size_t p = 0; p < programs.size(); ++p) {
    cache.insert(key_of(programs[p], device), seconds[p]);
  }
  return seconds;
}

}  // namespace

Program fastest_program(std::vector<Program> programs, const Plan& plan,
                        std::span<const std::byte> weights, Device& device, TimingCache& cache,
                        const Log& log) {
  if (programs.size() == 1) return std::move(programs[0]);
  std::vector<double> seconds;
  try {
    seconds = times_of(programs, plan, weights, device, cache);
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
