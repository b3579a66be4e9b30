#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "device/problem.h"

namespace tenon {

class Stream;

// What a tactic made of a problem at build time.
struct Packed {
  std::span<const std::byte>
      constants;                    // from pack(): in device memory, aligned to kDeviceAlignment
  std::span<const std::byte> code;  // from compile(): in host memory
  Packed() = default;
  Packed(std::span<const std::byte> in_device_memory,
         std::span<const std::byte> in_host_memory = {})
      : constants(in_device_memory), code(in_host_memory) {}
  operator std::span<const std::byte>() const { return constants; }
};

// Why a tactic does not do a problem: shown by --explain.
struct Refusal {
  std::string reason;
};

// The layouts in which a tactic takes and gives a problem's operands, one a present or absent
// operand (constants: kLinear, they are packed anyway).
struct LayoutOffer {
  std::vector<Layout> inputs;
  std::vector<Layout> outputs;
  friend bool operator==(const LayoutOffer&, const LayoutOffer&) = default;
};
using Offer = std::variant<std::vector<LayoutOffer>, Refusal>;

// What a launch works on. Pointers are in the problem's operand order; absent operands and packed
// constants are nullptr.
struct LaunchArgs {
  std::span<const void* const> inputs;
  std::span<void* const> outputs;
  void* workspace = nullptr;  // of the size the launch asked for, aligned to kDeviceAlignment
  Stream* stream = nullptr;
};

// Prepared work: everything that can be computed before the pointers are known has been.
// run() allocates nothing, takes no lock and may be called from several threads with different
// arguments.
class Launch {
 public:
  virtual ~Launch() = default;
  virtual size_t workspace_bytes() const { return 0; }
  virtual void run(const LaunchArgs& args) const = 0;
};

// One way to do one kind of problem on one device. Stateless; lives as long as the process.
class Tactic {
 public:
  virtual ~Tactic() = default;

  // Unique on its device, stable: it is written to plans and timing caches.
  virtual std::string_view name() const = 0;
  // Raised whenever the packed form or the speed changes: outdated cache entries and plans are
  // refused.
  virtual int version() const { return 1; }

  // The layouts in which the tactic can do the problem, best first, whatever layouts the problem
  // itself states; or the reason why it cannot do it at all.
  virtual Offer offer(const Problem& problem) const = 0;

  // Whether it honours OperandDesc::batch_stride of inputs and outputs in kLinear and the blocked
  // layouts.
  virtual bool strided() const { return false; }
  // The same for kChannelsLast: whether it honours the pitches that the operands of a problem have,
  // one of those that it offers to do. What axis 0 and the spatial dims are must not matter.
  virtual bool pitched(const Problem& problem) const {
    (void)problem;
    return false;
  }
  // The input whose memory the output may share, or -1.
  virtual int in_place_input(const Problem&) const { return -1; }

  // Whether its kernels begin while those before them end, and let those behind them do so.
  virtual bool starts_early() const { return false; }

  // A guess of the time in seconds, to order candidates and skip hopeless ones.
  virtual double estimate(const Problem& problem) const = 0;

  // Build time: the constants in the form that bind() wants, one blob for the whole problem. It
  // must not depend on axis 0 nor on spatial dims, which may vary from run to run.
  virtual std::vector<std::byte> pack(const Problem& problem) const {
    (void)problem;
    return {};
  }
  // What pack() makes, as a name: tactics of one packing and version make the same of a problem.
  virtual std::string_view packing() const { return name(); }
  // Build time: what bind() wants to know in host memory, such as compiled kernels or the
  // parameters of an algorithm. It must serve all dims, as what pack() makes. Slow work belongs
  // here: it is done once for equal problems, on several threads at once.
  virtual std::vector<std::byte> compile(const Problem& problem) const {
    (void)problem;
    return {};
  }
  // Whether what compile() makes serves the problem's dims best, whatever the constants contain:
  // problems of other dims are then compiled on their own, those of equal key() share the code.
  virtual bool compiles_for_dims() const { return false; }
  // Prepares the launch for concrete dims. What `packed` points to outlives the launch. Throws
  // Error when the dims are beyond what the tactic can do.
  virtual std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const = 0;
};

// Whether the tactic offers to do the problem; one of several tactics.
inline bool takes(const Tactic& tactic, const Problem& problem) {
  return std::holds_alternative<std::vector<LayoutOffer>>(tactic.offer(problem));
}
inline bool any_takes(std::span<const Tactic* const> tactics, const Problem& problem) {
  return std::ranges::any_of(tactics, [&](const Tactic* t) { return takes(*t, problem); });
}

}  // namespace tenon
