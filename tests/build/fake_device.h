#pragma once

#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "device/device.h"

namespace tenon::testing {

// A tactic that computes nothing and costs what the test says.
class FakeTactic : public Tactic {
 public:
  FakeTactic(std::string name, std::vector<Layout> layouts, double seconds)
      : name_(std::move(name)), layouts_(std::move(layouts)), seconds_(seconds) {}

  std::string_view name() const override { return name_; }
  int version() const override { return version_; }
  Offer offer(const Problem& problem) const override {
    if (layouts_.empty()) return Refusal{"it does nothing"};
    if (type_ && problem.inputs[0].dtype != *type_) return Refusal{"another type"};
    if (problem.op.name() == "reformat") {
      return std::vector{LayoutOffer{{problem.inputs[0].layout}, {problem.outputs[0].layout}}};
    }
    std::vector<LayoutOffer> offers;
    for (const Layout layout : layouts_) {
      LayoutOffer offer;
      for (const OperandDesc& d : problem.inputs) {
        offer.inputs.push_back(d.is_constant ? Layout::kLinear : layout);
      }
      offer.outputs.assign(problem.outputs.size(), layout);
      offers.push_back(std::move(offer));
    }
    return offers;
  }
  double estimate(const Problem&) const override { return seconds_; }
  void only_for(DataType type) { type_ = type; }
  std::unique_ptr<Launch> bind(const Problem&, const Packed&) const override {
    if (fails_) fail("it cannot");
    return std::make_unique<FakeLaunch>(seconds_, workspace_);
  }

  struct FakeLaunch : Launch {
    FakeLaunch(double s, size_t w) : seconds(s), workspace(w) {}
    size_t workspace_bytes() const override { return workspace; }
    void run(const LaunchArgs&) const override {}
    double seconds;
    size_t workspace;
  };
  bool starts_early() const override { return early_; }

  int version_ = 1;
  bool early_ = false;
  bool fails_ = false;
  size_t workspace_ = 0;

 private:
  std::string name_;
  std::vector<Layout> layouts_;
  double seconds_;
  std::optional<DataType> type_;
};

// A device whose launches take the time that their tactics were given: a fake clock.
class FakeDevice : public Device, private Allocator {
 public:
  void add(std::string_view op, std::unique_ptr<FakeTactic> tactic) {
    lists_[std::string(op)].push_back(tactic.get());
    owned_.push_back(std::move(tactic));
  }
  std::string fingerprint() const override { return fingerprint_; }
  std::string compatibility() const override { return "fake"; }
  std::span<const Tactic* const> tactics(std::string_view op) const override {
    const auto it = lists_.find(op);
    return it == lists_.end() ? std::span<const Tactic* const>() : it->second;
  }
  Allocator& default_allocator() override { return *this; }
  void copy_to_device(void* to, std::span<const std::byte> from) override {
    std::copy(from.begin(), from.end(), static_cast<std::byte*>(to));
  }
  void copy_to_host(std::span<std::byte> to, const void* from) override {
    std::copy_n(static_cast<const std::byte*>(from), to.size(), to.begin());
  }
  void fill_zero(void* memory, size_t bytes) override {
    std::fill_n(static_cast<std::byte*>(memory), bytes, std::byte{0});
  }
  void repeat(void* memory, size_t prefix, size_t bytes) override {
    auto* to = static_cast<std::byte*>(memory);
    for (size_t i = prefix; i < bytes; ++i) to[i] = to[i - prefix];
  }
  bool host_addressable() const override { return true; }
  std::unique_ptr<Stream> wrap(void*) override { return nullptr; }
  void run_now(StreamTask) override {}
  std::unique_ptr<Stream> make_stream() override { return nullptr; }
  std::unique_ptr<Fences> make_fences(size_t) override { return nullptr; }
  double time_work(const std::function<void(Stream&)>&, int) override { return 0; }
  double early_start_seconds() override { return early_start_; }
  std::unique_ptr<Marks> make_marks(size_t) override { return nullptr; }
  double time(const Launch& launch, const LaunchArgs& args, int repeats, double) override {
    ++timed_;
    repeats_ = repeats;
    for (const void* input : args.inputs) missing_ += input == nullptr ? 1 : 0;
    if (look_) look_(args);
    return dynamic_cast<const FakeTactic::FakeLaunch&>(launch).seconds;
  }

  std::string fingerprint_ = "fake clock";
  double early_start_ = 0;
  int timed_ = 0;
  int repeats_ = 0;
  int missing_ = 0;                                   // operands without memory
  long blocks_ = 0;                                   // of memory not given back
  std::function<void(const LaunchArgs&)> look_ = {};  // called at each timing

 private:
  void* allocate(size_t bytes) override {
    ++blocks_;
    return std::aligned_alloc(kDeviceAlignment,
                              (bytes + kDeviceAlignment - 1) / kDeviceAlignment * kDeviceAlignment);
  }
  void release(void* memory) noexcept override {
    blocks_ -= memory == nullptr ? 0 : 1;
    std::free(memory);
  }
  std::map<std::string, std::vector<const Tactic*>, std::less<>> lists_;
  std::vector<std::unique_ptr<FakeTactic>> owned_;
};

}  // namespace tenon::testing
