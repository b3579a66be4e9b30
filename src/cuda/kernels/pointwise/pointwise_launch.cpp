#include "cuda/kernels/pointwise/pointwise_launch.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/error.h"
#include "cuda/check.h"
#include "cuda/cubin.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_launch.h"
#include "cuda/device_facts.h"
#include "cuda/fast_division.h"
#include "cuda/kernels/pointwise/pointwise_source.h"
#include "cuda/kernels/pointwise/shared_cubins.h"
#include "device/iteration.h"
#include "device/packed_constants.h"
#include "device/pointwise_program.h"
#include "ops/scale.h"

namespace tenon {
namespace {

constexpr size_t kMaxOperands = kMaxPointwiseInputs + 1;

// The kernels' parameter after the pointers (see pointwise_source()).
struct Loop {
  uint64_t together = 0;
  uint32_t count = 0;
  uint32_t axes = 0;
  uint32_t extent[kMaxPointwiseAxes] = {};
  uint32_t magic[kMaxPointwiseAxes] = {};
  uint32_t shift[kMaxPointwiseAxes] = {};
  uint32_t stride[kMaxOperands][kMaxPointwiseAxes] = {};
};

struct Parameters {
  const void* pointers[kMaxOperands];
  Loop loop;
};
static_assert(sizeof(Parameters) <= 4096);

// Steps of operand i along the axes of the output; 0 where it is broadcast.
std::vector<int64_t> strides_of(const Problem& problem, size_t i) {
  const OperandDesc& d = problem.inputs[i];
  const Dims& out = problem.outputs[0].dims;
  const Dims dims = pointwise_operand_dims(problem, i);
  std::vector<int64_t> strides(static_cast<size_t>(out.rank()), 0);
  if (problem.op.is<Scale>() && i > 0) {
    for (int axis = 0; axis < out.rank(); ++axis) {
      if (dims[axis] != 1) strides[static_cast<size_t>(axis)] = 1;
    }
    return strides;
  }
  const std::vector<int64_t> own = axis_strides(d);
  const size_t first = strides.size() - own.size();
  for (size_t a = 0; a < own.size(); ++a) {
    if (d.dims[static_cast<int>(a)] != 1) strides[first + a] = own[a];
  }
  return strides;
}

// The loop in the order of the output's memory; the output is the last operand.
IterationSpace space_of(const Problem& problem) {
  const OperandDesc& out = problem.outputs[0];
  std::vector<std::vector<int64_t>> strides;
  for (size_t i = 0; i < problem.inputs.size(); ++i) strides.push_back(strides_of(problem, i));
  strides.push_back(axis_strides(out));
  IterationSpace space;
  space.strides.resize(strides.size());
  for (const int axis : memory_order(out.dims.rank(), out.layout)) {
    space.extents.push_back(out.dims[axis]);
    for (size_t i = 0; i < strides.size(); ++i) {
      space.strides[i].push_back(strides[i][static_cast<size_t>(axis)]);
    }
  }
  return merged(space);
}

// A kernel of some width with its loop.
struct Variant {
  const void* kernel = nullptr;
  int width = 1;
  Loop loop;
};

// Whether vectors of the width lie together in every operand that moves along them.
bool allows(const IterationSpace& space, int width) {
  if (width == 1) return true;
  const size_t inner = space.extents.size() - 1;
  if (space.extents[inner] % width != 0 || space.strides.back()[inner] != 1) return false;
  for (const std::vector<int64_t>& strides : space.strides) {
    if (strides[inner] == 0) continue;
    if (strides[inner] != 1) return false;
    for (size_t a = 0; a < inner; ++a) {
      if (strides[a] % width != 0) return false;
    }
  }
  return true;
}

Loop loop_of(const IterationSpace& space, int width) {
  Loop loop;
  loop.axes = static_cast<uint32_t>(space.extents.size());
  loop.count = static_cast<uint32_t>(space.volume() / width);
  for (size_t a = 0; a < space.extents.size(); ++a) {
    const int unit = a + 1 == space.extents.size() ? width : 1;
    const FastDivisor extent(static_cast<uint32_t>(space.extents[a] / unit));
    loop.extent[a] = extent.divisor;
    loop.magic[a] = extent.magic;
    loop.shift[a] = extent.shift;
    for (size_t i = 0; i < space.strides.size(); ++i) {
      loop.stride[i][a] = static_cast<uint32_t>(space.strides[i][a] * unit);
    }
  }
  for (size_t i = 0; i + 1 < space.strides.size(); ++i) {
    if (space.strides[i].back() == 1) loop.together |= uint64_t{1} << i;
  }
  return loop;
}

// Whether the operand lies like the output, element for element.
bool lies_flat(const IterationSpace& space, size_t i) {
  return space.strides[i] == space.strides.back();
}

// Whether the flat kernel does it: the output is dense and holds whole vectors.
bool allows_flat(const IterationSpace& space, int width) {
  int64_t stride = 1;
  for (size_t a = space.extents.size(); a-- > 0;) {
    if (space.strides.back()[a] != stride) return false;
    stride *= space.extents[a];
  }
  bool any = false;
  for (size_t i = 0; i + 1 < space.strides.size(); ++i) any = any || lies_flat(space, i);
  return any && stride % width == 0;
}

Loop flat_loop_of(const IterationSpace& space, int width) {
  Loop loop = loop_of(space, 1);
  loop.count = static_cast<uint32_t>(space.volume() / width);
  loop.together = 0;
  for (size_t i = 0; i + 1 < space.strides.size(); ++i) {
    if (lies_flat(space, i)) loop.together |= uint64_t{1} << i;
  }
  return loop;
}

// The kernels count in 32 bits.
void check_reach(const IterationSpace& space) {
  for (const std::vector<int64_t>& strides : space.strides) {
    int64_t reach = 0;
    for (size_t a = 0; a < strides.size(); ++a) reach += strides[a] * (space.extents[a] - 1);
    if (reach >= INT32_MAX) {
      fail("an elementwise step over tensors of more than {} elements", INT32_MAX);
    }
  }
  if (space.volume() > INT32_MAX) fail("an elementwise step of more than {} elements", INT32_MAX);
}

class PointwiseLaunch final : public Launch {
 public:
  PointwiseLaunch(const Problem& problem, const Packed& packed)
      : inputs_(problem.inputs.size()), empty_(problem.outputs[0].dims.volume() == 0) {
    if (empty_) return;
    for (size_t i = 0; i < inputs_; ++i) {
      fixed_.push_back(packed_constant(problem, packed.constants, i));
      bytes_.push_back(bytes_of(problem.inputs[i].dtype, 1));
    }
    bytes_.push_back(bytes_of(problem.outputs[0].dtype, 1));
    cubin_ = Cubin::load(packed.code);
    const IterationSpace space = space_of(problem);
    check_reach(space);
    const PointwiseForm form = pointwise_form(problem);
    const std::vector<int> widths = pointwise_widths(form);
    if (const int full = widths.front();
        has_flat_kernel(form) && !allows(space, full) && allows_flat(space, full)) {
      variants_.push_back({cubin_->kernel(kPointwiseFlatKernel), full, flat_loop_of(space, full)});
    }
    for (const int width : widths) {
      if (!allows(space, width)) continue;
      variants_.push_back(
          {cubin_->kernel(pointwise_kernel_name(width)), width, loop_of(space, width)});
    }
  }

  void run(const LaunchArgs& args) const override {
    if (empty_) return;
    std::array<const void*, kMaxOperands> pointers;
    for (size_t i = 0; i < inputs_; ++i) pointers[i] = fixed_[i] ? fixed_[i] : args.inputs[i];
    pointers[inputs_] = args.outputs[0];
    size_t chosen = 0;
    while (chosen + 1 < variants_.size() && !aligned(pointers, variants_[chosen])) ++chosen;
    launch(pointers, variants_[chosen], stream_of(args));
  }

 private:
  bool aligned(const std::array<const void*, kMaxOperands>& pointers,
               const Variant& variant) const {
    for (size_t i = 0; i <= inputs_; ++i) {
      const bool vector = i == inputs_ || (variant.loop.together >> i & 1) != 0;
      const size_t bytes = bytes_[i] * static_cast<size_t>(variant.width);
      if (vector && reinterpret_cast<uintptr_t>(pointers[i]) % bytes != 0) return false;
    }
    return true;
  }

  // The parameter with as many pointers as there are operands.
  void launch(const std::array<const void*, kMaxOperands>& pointers, const Variant& variant,
              cudaStream_t stream) const {
    alignas(8) std::array<std::byte, sizeof(Parameters)> parameters;
    const size_t bytes = (inputs_ + 1) * sizeof(void*);
    std::memcpy(parameters.data(), pointers.data(), bytes);
    std::memcpy(parameters.data() + bytes, &variant.loop, sizeof variant.loop);
    const LaunchShape shape{
        .blocks = (variant.loop.count + kPointwiseThreads - 1) / kPointwiseThreads,
        .threads = kPointwiseThreads,
        .dependent = dependent_launches()};
    launch_kernel(variant.kernel, shape, parameters.data(), stream);
    check_launch("an elementwise kernel");
  }

  size_t inputs_;
  bool empty_;
  std::shared_ptr<const Cubin> cubin_;
  std::vector<const void*> fixed_;
  std::vector<size_t> bytes_;      // an element of each operand
  std::vector<Variant> variants_;  // the widest first; that of width 1 fits always
};

}  // namespace

std::vector<std::byte> compile_pointwise(const Problem& problem) {
  return shared_cubin(pointwise_source(pointwise_form(problem)), device_facts().sm);
}

std::unique_ptr<Launch> bind_pointwise(const Problem& problem, const Packed& packed) {
  return std::make_unique<PointwiseLaunch>(problem, packed);
}

}  // namespace tenon
