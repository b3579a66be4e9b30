#pragma once

#include "cpu/cpu_device.h"

namespace tenon::testing {

// The host's device, for tests to change in some points.
class ForwardingDevice : public Device {
 public:
  std::string fingerprint() const override { return cpu_device().fingerprint(); }
  std::string compatibility() const override { return cpu_device().compatibility(); }
  std::span<const Tactic* const> tactics(std::string_view op) const override {
    return cpu_device().tactics(op);
  }
  Allocator& default_allocator() override { return cpu_device().default_allocator(); }
  void copy_to_device(void* to, std::span<const std::byte> from) override {
    cpu_device().copy_to_device(to, from);
  }
  void copy_to_host(std::span<std::byte> to, const void* from) override {
    cpu_device().copy_to_host(to, from);
  }
  void fill_zero(void* memory, size_t bytes) override { cpu_device().fill_zero(memory, bytes); }
  void repeat(void* memory, size_t prefix, size_t bytes) override {
    cpu_device().repeat(memory, prefix, bytes);
  }
  bool host_addressable() const override { return true; }
  std::unique_ptr<Stream> wrap(void* handle) override { return cpu_device().wrap(handle); }
  std::unique_ptr<Stream> make_stream() override { return cpu_device().make_stream(); }
  std::unique_ptr<Fences> make_fences(size_t count) override {
    return cpu_device().make_fences(count);
  }
  void run_now(StreamTask task) override { cpu_device().run_now(task); }
  std::unique_ptr<Marks> make_marks(size_t count) override {
    return cpu_device().make_marks(count);
  }
  double time(const Launch& launch, const LaunchArgs& args, int repeats, double hopeless) override {
    return cpu_device().time(launch, args, repeats, hopeless);
  }
  double time_work(const std::function<void(Stream&)>& work, int repeats) override {
    return cpu_device().time_work(work, repeats);
  }
};

}  // namespace tenon::testing
