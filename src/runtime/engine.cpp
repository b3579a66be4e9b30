#include "runtime/engine.h"

#include <utility>

namespace tenon {

Engine::Engine(Plan plan, Device& device, Allocator& allocator)
    : plan_(std::move(plan)), device_(device), allocator_(allocator) {
  if (plan_.compatibility != device.compatibility()) {
    throw Error(ErrorCode::kInvalidArgument, "plan",
                fmt::format("it was built for '{}', this device is '{}': build it again here",
                            plan_.compatibility, device.compatibility()));
  }
}

std::shared_ptr<const Engine> Engine::load(std::span<const std::byte> file, Device& device,
                                           Allocator& allocator, int threads) {
  PlanView view = read_plan(file);
  std::shared_ptr<Engine> engine(new Engine(std::move(view.plan), device, allocator));
  engine->weights_ = DeviceMemory(allocator, view.weights.size());
  if (device.host_addressable()) {
    load_weights(view, {static_cast<std::byte*>(engine->weights_.data()), view.weights.size()},
                 threads);
  } else {
    std::vector<std::byte> checked(view.weights.size());
    load_weights(view, checked, threads);
    device.copy_to_device(engine->weights_.data(), checked);
  }
  engine->prepare();
  return engine;
}

std::shared_ptr<const Engine> Engine::make(Plan plan, std::span<const std::byte> weights,
                                           Device& device, Allocator& allocator) {
  DeviceMemory memory(allocator, weights.size());
  device.copy_to_device(memory.data(), weights);
  return make(std::move(plan), std::move(memory), device, allocator);
}

std::shared_ptr<const Engine> Engine::make(Plan plan, DeviceMemory weights, Device& device,
                                           Allocator& allocator) {
  std::shared_ptr<Engine> engine(new Engine(std::move(plan), device, allocator));
  validate(engine->plan_, weights.bytes());
  engine->weights_ = std::move(weights);
  engine->prepare();
  return engine;
}

std::vector<std::byte> Engine::serialize() const {
  std::vector<std::byte> weights(weights_.bytes());
  if (!weights.empty()) device_.copy_to_host(weights, weights_.data());
  return plan_file(plan_, std::move(weights));
}

int Engine::binding_index(std::string_view name) const {
  for (size_t i = 0; i < plan_.bindings.size(); ++i) {
    if (plan_.bindings[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

void Engine::prepare() {
  for (const Program& program : plan_.programs) {
    std::vector<Step>& steps = steps_.emplace_back();
    for (const PlanStep& step : program.steps) {
      try {
        ArchiveReader archive(std::as_bytes(std::span(step.op)));
        Op op = Op::read(archive);
        const Tactic* tactic = nullptr;
        if (!step.tactic.empty()) {
          tactic = device_.find_tactic(op.name(), step.tactic);
          if (tactic == nullptr || tactic->version() != step.tactic_version) {
            fail("this library has no tactic {} version {} for {}: build the plan again",
                 step.tactic, step.tactic_version, op.name());
          }
        }
        const auto* base = static_cast<const std::byte*>(weights_.data());
        Packed packed({}, std::as_bytes(std::span(step.code)));
        if (step.packed.bytes) packed.constants = {base + step.packed.offset, step.packed.bytes};
        steps.push_back({std::move(op), tactic, packed});
      } catch (const Error& error) {
        throw at(step.name, error);
      }
    }
  }
}

}  // namespace tenon
