#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "cpu/cpu_stream.h"
#include "device/tactic.h"

// Running one tactic on tensors given in row-major order.
namespace tenon::test {

class PoolStream : public CpuStreamBase {
 public:
  explicit PoolStream(ThreadPool& pool) : CpuStreamBase(pool) {}
  void* handle() const override { return nullptr; }
  bool capturing() const override { return false; }
  void submit(StreamTask task, std::shared_ptr<const void>) override { task.run(task.arg, *this); }
  void synchronize() override {}
};

// Memory aligned to 64 bytes.
class AlignedFloats {
 public:
  explicit AlignedFloats(size_t count, float value = 0);
  float* data() { return data_; }
  size_t size() const { return count_; }

 private:
  std::vector<float> memory_;
  float* data_;
  size_t count_;
};

// Uniform in [-1, 1).
std::vector<float> random_floats(size_t count, uint32_t seed);

// Row-major [N, C, H, W] to and from a layout, whose images lie `stride` elements apart.
void to_layout(const std::vector<float>& from, const OperandDesc& desc, float* to);
std::vector<float> from_layout(const float* from, const OperandDesc& desc);

struct TacticRun {
  std::vector<float> y;  // row-major
  bool padding_is_zero;  // of the output's last channel block
  bool gaps_untouched;   // the memory between images of a strided output
};

// Takes the tactic's first offer of layouts; `extra_stride` elements are added between images of
// all blocked operands. With `in_place`, the output shares the memory of in_place_input().
struct RunOptions {
  int threads = 2;
  int64_t extra_stride = 0;
  bool in_place = false;
};
TacticRun run_tactic(const Tactic& tactic, Problem problem,
                     const std::vector<std::vector<float>>& inputs, const RunOptions& options);

// max |a - b| / max |b|
double relative_error(const std::vector<float>& a, const std::vector<double>& b);

}  // namespace tenon::test
