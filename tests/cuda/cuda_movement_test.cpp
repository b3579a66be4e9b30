#include <gtest/gtest.h>

#include <cstring>
#include <numeric>

#include "cuda/cuda_device.h"
#include "device/evaluation.h"
#include "ops/binary.h"
#include "ops/concat.h"
#include "ops/gather.h"
#include "ops/gather_elements.h"
#include "ops/identity.h"
#include "ops/transpose.h"

// What the cases for every device leave out: indices out of range, and operands that begin at no
// multiple of a vector, as the slices of concatenations do.

namespace tenon {
namespace {

// Device memory for a tensor that begins `skew` elements after an aligned place.
class Memory {
 public:
  Memory(const Tensor& tensor, size_t skew)
      : bytes_(tensor.bytes().size()), skew_(skew * bytes_of(tensor.dtype(), 1)) {
    start_ = device_.default_allocator().allocate(bytes_ + skew_ + 64);
    device_.copy_to_device(data(), tensor.bytes());
  }
  ~Memory() { device_.default_allocator().release(start_); }
  Memory(const Memory&) = delete;
  void* data() const { return static_cast<std::byte*>(start_) + skew_; }
  std::vector<std::byte> read() const {
    std::vector<std::byte> bytes(bytes_);
    device_.copy_to_host(bytes, data());
    return bytes;
  }

 private:
  Device& device_ = cuda_device(0);
  size_t bytes_;
  size_t skew_;
  void* start_ = nullptr;
};

// The op's first tactic on tensors that begin `skew` elements late.
Tensor run(const Op& op, const std::vector<Tensor>& inputs, const OperandDesc& out, size_t skew) {
  Problem problem{op, {}, {out}};
  for (const Tensor& t : inputs) problem.inputs.push_back({.dtype = t.dtype(), .dims = t.dims()});
  const Tactic& tactic = *cuda_device(0).tactics(op.name()).front();
  EXPECT_TRUE(takes(tactic, problem));
  const std::vector<std::byte> code = tactic.compile(problem);
  const auto launch = tactic.bind(problem, Packed({}, code));
  std::vector<std::unique_ptr<Memory>> memory;
  std::vector<const void*> in;
  for (const Tensor& t : inputs) {
    memory.push_back(std::make_unique<Memory>(t, skew));
    in.push_back(memory.back()->data());
  }
  const Memory result(Tensor::zeros(out.dtype, out.dims), skew);
  void* const outputs[] = {result.data()};
  struct Work {
    const Launch& launch;
    LaunchArgs args;
  } work{*launch, {in, outputs, nullptr, nullptr}};
  cuda_device(0).run_now({[](void* arg, Stream& stream) {
                            auto& w = *static_cast<Work*>(arg);
                            w.args.stream = &stream;
                            w.launch.run(w.args);
                          },
                          &work});
  return {out.dtype, out.dims, result.read()};
}

Tensor counting(DataType dtype, Dims dims) {
  return Tensor::make(dtype, dims, [](const TensorView& view) {
    for (int64_t i = 0; i < view.volume(); ++i) {
      set_element(view, i, static_cast<double>(i % 251));
    }
  });
}

void expect_as_evaluated(const Op& op, const std::vector<Tensor>& inputs) {
  std::vector<const Tensor*> values;
  for (const Tensor& t : inputs) values.push_back(&t);
  const Tensor want = evaluate(op, values).at(0);
  for (const size_t skew : {0, 1, 2, 4, 8}) {
    EXPECT_EQ(run(op, inputs, {.dtype = want.dtype(), .dims = want.dims()}, skew), want)
        << op.name() << ", " << skew << " elements late";
  }
}

TEST(CudaMovement, OperandsThatBeginAnywhere) {
  for (const DataType dtype : {DataType::kF16, DataType::kF32}) {
    const Tensor x = counting(dtype, {2, 64, 96});
    expect_as_evaluated(Transpose{{0, 2, 1}}, {x});
    expect_as_evaluated(Transpose{{1, 0, 2}}, {x});
    expect_as_evaluated(Concat{1}, {x, x});
    expect_as_evaluated(Reformat{dtype}, {x});
    expect_as_evaluated(Binary{BinaryFn::kAdd}, {x, counting(dtype, {96})});
    expect_as_evaluated(Gather{1}, {x, Tensor::i64({3}, {5, -1, 0})});
  }
}

TEST(CudaMovement, IndicesOutOfRangeGiveZeros) {
  const Tensor x = Tensor::f32({3, 2}, {1, 2, 3, 4, 5, 6});
  const OperandDesc out{.dims = {4, 2}};
  EXPECT_EQ(run(Gather{0}, {x, Tensor::i64({4}, {3, 2, -4, INT64_MIN})}, out, 0),
            Tensor::f32({4, 2}, {0, 0, 5, 6, 0, 0, 0, 0}));
  EXPECT_EQ(
      run(GatherElements{0}, {x, Tensor::i64({4, 2}, {0, 1, 3, -3, -4, 9, INT64_MAX, 2})}, out, 0),
      Tensor::f32({4, 2}, {1, 4, 0, 2, 0, 0, 0, 6}));
}

}  // namespace
}  // namespace tenon
