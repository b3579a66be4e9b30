#pragma once

#include <memory>
#include <span>
#include <vector>

#include "device/device_memory.h"
#include "plan/plan_file.h"

namespace tenon {

// A plan made ready to run on a device: validated, its weights in device memory, every step's op
// read and tactic found. Immutable, shared by all contexts and threads.
class Engine {
 public:
  // Throws Error when the plan is damaged or was built for another kind of device or by a library
  // with other tactics. The allocator must outlive the engine.
  static std::shared_ptr<const Engine> load(std::span<const std::byte> file, Device& device,
                                            Allocator& allocator, int threads);
  static std::shared_ptr<const Engine> make(Plan plan, std::span<const std::byte> weights,
                                            Device& device, Allocator& allocator);
  // With weights that lie in device memory already, got from the allocator.
  static std::shared_ptr<const Engine> make(Plan plan, DeviceMemory weights, Device& device,
                                            Allocator& allocator);

  const Plan& plan() const { return plan_; }
  Device& device() const { return device_; }
  Allocator& allocator() const { return allocator_; }
  // The plan file it was loaded from, or would be.
  std::vector<std::byte> serialize() const;
  size_t weights_bytes() const { return weights_.bytes(); }
  int binding_index(std::string_view name) const;  // -1 when there is none

  struct Step {
    Op op;
    const Tactic* tactic;  // nullptr: elements written by the host
    Packed packed;
  };
  // The steps of a program, in its order.
  const std::vector<Step>& steps(size_t program) const { return steps_.at(program); }

 private:
  Engine(Plan plan, Device& device, Allocator& allocator);
  void prepare();

  Plan plan_;
  Device& device_;
  Allocator& allocator_;
  DeviceMemory weights_;
  std::vector<std::vector<Step>> steps_;
};

}  // namespace tenon
