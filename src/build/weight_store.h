#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "plan/plan.h"

namespace tenon {

// The weights of a plan under construction: equal blobs are stored once.
class WeightStore {
 public:
  enum class Purpose {
    kPlan,
    kRehearsal,  // a plan that is only timed: what is added is counted, and not kept
  };
  explicit WeightStore(Purpose purpose = Purpose::kPlan) : purpose_(purpose) {}
  Purpose purpose() const { return purpose_; }
  // Makes room for so many bytes to come, so that nothing is moved as they follow.
  void expect(size_t bytes);
  Blob add(std::span<const std::byte> bytes);
  size_t size() const { return size_; }
  // All of it, but of a rehearsal. Valid until more is added.
  std::span<const std::byte> bytes() const { return bytes_; }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  Purpose purpose_;
  size_t size_ = 0;
  std::vector<std::byte> bytes_;
  std::multimap<uint64_t, Blob> by_hash_;
};

}  // namespace tenon
