#pragma once

#include <memory>
#include <utility>

#include "device/tactic.h"

namespace tenon {

// A launch that calls fn(const LaunchArgs&).
template <typename Fn>
std::unique_ptr<Launch> make_launch(Fn fn, size_t workspace_bytes = 0) {
  class FunctionLaunch final : public Launch {
   public:
    FunctionLaunch(Fn fn, size_t bytes) : fn_(std::move(fn)), bytes_(bytes) {}
    size_t workspace_bytes() const override { return bytes_; }
    void run(const LaunchArgs& args) const override { fn_(args); }

   private:
    Fn fn_;
    size_t bytes_;
  };
  return std::make_unique<FunctionLaunch>(std::move(fn), workspace_bytes);
}

// Operand i as elements of type T.
template <typename T = float>
const T* input(const LaunchArgs& args, size_t i) {
  return static_cast<const T*>(args.inputs[i]);
}
template <typename T = float>
T* output(const LaunchArgs& args, size_t i = 0) {
  return static_cast<T*>(args.outputs[i]);
}

}  // namespace tenon
