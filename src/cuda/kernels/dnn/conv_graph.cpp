#include "base/error.h"
#include "cuda/kernels/dnn/conv_spec.h"

namespace tenon {
namespace {

constexpr int64_t kAlignment = 16;  // bytes that every tensor begins at a multiple of
constexpr int64_t kVirtual = 100;   // identifiers of what exists inside the graph only

cudnnDataType_t dnn_type(DataType type) {
  switch (type) {
    case DataType::kF32: return CUDNN_DATA_FLOAT;
    case DataType::kF16: return CUDNN_DATA_HALF;
    case DataType::kBF16: return CUDNN_DATA_BFLOAT16;
    default: fail(ErrorCode::kUnsupported, "cuDNN convolutions of {}", name_of(type));
  }
}

// Element strides of [N, C, spatial...] stored in the layout; `pitch` as in ConvSpec.
std::vector<int64_t> strides_of(const std::vector<int64_t>& dims, bool channels_last,
                                int64_t pitch) {
  std::vector<int64_t> strides(dims.size());
  int64_t step = 1;
  if (channels_last) {
    strides[1] = step;
    step = pitch != 0 ? pitch : dims[1];
  }
  for (size_t i = dims.size(); i-- > 2;) {
    strides[i] = step;
    step *= dims[i];
  }
  if (!channels_last) {
    strides[1] = step;
    step *= dims[1];
  }
  strides[0] = step;
  return strides;
}

// Makes the descriptors of one graph.
class GraphMaker {
 public:
  explicit GraphMaker(const ConvSpec& spec) : spec_(spec) {}

  OperationGraph make(ConvFusion fusion, cudnnHandle_t handle) {
    const ConvRest rest = rest_of(spec_, fusion);
    const bool bias = spec_.bias && !rest.bias;
    const bool residual = spec_.residual && !rest.residual;
    const bool act = spec_.act.fn != UnaryFn::kIdentity && !rest.act;
    int left = bias + residual + act;  // pointwise operations to come
    const BackendDescriptor* last = &result(left);
    convolution(*last);
    const auto then = [&](BackendDescriptor operation, const BackendDescriptor* other) {
      const BackendDescriptor& next = result(--left);
      pointwise(std::move(operation), *last, other, next);
      last = &next;
    };
    if (residual)
      then(mode(CUDNN_POINTWISE_ADD), &tensor(spec_.y, kTensorResidual, spec_.residual_pitch));
    if (bias) {
      std::vector<int64_t> dims(spec_.y.size(), 1);
      dims[1] = spec_.y[1];
      then(mode(CUDNN_POINTWISE_ADD), &tensor(dims, kTensorBias));
    }
    if (act) then(activation(), nullptr);
    BackendDescriptor graph(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
    graph.set(CUDNN_ATTR_OPERATIONGRAPH_OPS, CUDNN_TYPE_BACKEND_DESCRIPTOR,
              static_cast<int64_t>(operations_.size()), operations_.data());
    graph.set(CUDNN_ATTR_OPERATIONGRAPH_HANDLE, CUDNN_TYPE_HANDLE, handle);
    graph.finalize();
    return {std::move(parts_), std::move(graph)};
  }

 private:
  const BackendDescriptor& finished(BackendDescriptor part) {
    part.finalize();
    parts_.push_back(std::move(part));
    return parts_.back();
  }

  const BackendDescriptor& tensor(const std::vector<int64_t>& dims, int64_t id, int64_t pitch = 0,
                                  bool is_virtual = false) {
    BackendDescriptor d(CUDNN_BACKEND_TENSOR_DESCRIPTOR);
    // Inside the graph numbers are FP32.
    d.set(CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE,
          is_virtual ? CUDNN_DATA_FLOAT : dnn_type(spec_.type));
    d.set(CUDNN_ATTR_TENSOR_DIMENSIONS, dims);
    d.set(CUDNN_ATTR_TENSOR_STRIDES, strides_of(dims, spec_.channels_last, pitch));
    d.set(CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, id);
    d.set(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, CUDNN_TYPE_INT64, kAlignment);
    d.set(CUDNN_ATTR_TENSOR_IS_VIRTUAL, CUDNN_TYPE_BOOLEAN, is_virtual);
    return finished(std::move(d));
  }
  // What an operation yields that so many others follow.
  const BackendDescriptor& result(int followers) {
    return followers == 0 ? tensor(spec_.y, kTensorY)
                          : tensor(spec_.y, kVirtual + followers, 0, true);
  }

  const BackendDescriptor& window() {
    BackendDescriptor d(CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
    d.set(CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_TYPE_DATA_TYPE, CUDNN_DATA_FLOAT);
    d.set(CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE, CUDNN_CROSS_CORRELATION);
    d.set(CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, CUDNN_TYPE_INT64,
          static_cast<int64_t>(spec_.stride.size()));
    d.set(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, spec_.stride);
    d.set(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, spec_.pad_begin);
    d.set(CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, spec_.pad_end);
    d.set(CUDNN_ATTR_CONVOLUTION_DILATIONS, spec_.dilation);
    return finished(std::move(d));
  }

  // The transposed convolution is the gradient of a convolution from y to x.
  void convolution(const BackendDescriptor& y) {
    const BackendDescriptor& x = tensor(spec_.x, kTensorX, spec_.x_pitch);
    const BackendDescriptor& w = tensor(spec_.w, kTensorW);
    const BackendDescriptor& over = window();
    const float one = 1, zero = 0;
    if (spec_.transposed) {
      BackendDescriptor d(CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR);
      d.set(CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC, over);
      d.set(CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W, w);
      d.set(CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX, y);
      d.set(CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY, x);
      d.set(CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA, CUDNN_TYPE_FLOAT, one);
      d.set(CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA, CUDNN_TYPE_FLOAT, zero);
      return add(std::move(d));
    }
    BackendDescriptor d(CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR);
    d.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC, over);
    d.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, x);
    d.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W, w);
    d.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y, y);
    d.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA, CUDNN_TYPE_FLOAT, one);
    d.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA, CUDNN_TYPE_FLOAT, zero);
    add(std::move(d));
  }

  static BackendDescriptor mode(cudnnPointwiseMode_t mode) {
    BackendDescriptor d(CUDNN_BACKEND_POINTWISE_DESCRIPTOR);
    d.set(CUDNN_ATTR_POINTWISE_MODE, CUDNN_TYPE_POINTWISE_MODE, mode);
    d.set(CUDNN_ATTR_POINTWISE_MATH_PREC, CUDNN_TYPE_DATA_TYPE, CUDNN_DATA_FLOAT);
    return d;
  }

  BackendDescriptor activation() const {
    const double alpha = spec_.act.alpha, beta = spec_.act.beta;
    const auto with = [](cudnnPointwiseMode_t fn, cudnnBackendAttributeName_t name, double value) {
      BackendDescriptor d = mode(fn);
      d.set(name, CUDNN_TYPE_DOUBLE, value);
      return d;
    };
    switch (spec_.act.fn) {
      case UnaryFn::kRelu: return mode(CUDNN_POINTWISE_RELU_FWD);
      case UnaryFn::kSigmoid: return mode(CUDNN_POINTWISE_SIGMOID_FWD);
      case UnaryFn::kTanh: return mode(CUDNN_POINTWISE_TANH_FWD);
      case UnaryFn::kGeluErf: return mode(CUDNN_POINTWISE_GELU_FWD);
      case UnaryFn::kGeluTanh: return mode(CUDNN_POINTWISE_GELU_APPROX_TANH_FWD);
      case UnaryFn::kElu:
        return with(CUDNN_POINTWISE_ELU_FWD, CUDNN_ATTR_POINTWISE_ELU_ALPHA, alpha);
      case UnaryFn::kSwish:
        return with(CUDNN_POINTWISE_SWISH_FWD, CUDNN_ATTR_POINTWISE_SWISH_BETA, alpha);
      case UnaryFn::kLeakyRelu:
        return with(CUDNN_POINTWISE_RELU_FWD, CUDNN_ATTR_POINTWISE_RELU_LOWER_CLIP_SLOPE, alpha);
      case UnaryFn::kClip: {
        BackendDescriptor d =
            with(CUDNN_POINTWISE_RELU_FWD, CUDNN_ATTR_POINTWISE_RELU_LOWER_CLIP, alpha);
        d.set(CUDNN_ATTR_POINTWISE_RELU_UPPER_CLIP, CUDNN_TYPE_DOUBLE, beta);
        return d;
      }
      default: fail(ErrorCode::kUnsupported, "cuDNN has no {}", name_of(spec_.act.fn));
    }
  }

  void pointwise(BackendDescriptor what, const BackendDescriptor& x, const BackendDescriptor* other,
                 const BackendDescriptor& y) {
    BackendDescriptor d(CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR);
    d.set(CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, finished(std::move(what)));
    d.set(CUDNN_ATTR_OPERATION_POINTWISE_XDESC, x);
    if (other != nullptr) d.set(CUDNN_ATTR_OPERATION_POINTWISE_BDESC, *other);
    d.set(CUDNN_ATTR_OPERATION_POINTWISE_YDESC, y);
    add(std::move(d));
  }

  void add(BackendDescriptor operation) {
    operations_.push_back(finished(std::move(operation)).get());
  }

  const ConvSpec& spec_;
  std::deque<BackendDescriptor> parts_;
  std::vector<cudnnBackendDescriptor_t> operations_;
};

}  // namespace

bool cudnn_has(const Activation& act) {
  switch (act.fn) {
    case UnaryFn::kIdentity:
    case UnaryFn::kRelu:
    case UnaryFn::kSigmoid:
    case UnaryFn::kTanh:
    case UnaryFn::kGeluErf:
    case UnaryFn::kGeluTanh:
    case UnaryFn::kElu:
    case UnaryFn::kSwish:
    case UnaryFn::kLeakyRelu: return true;
    case UnaryFn::kClip: return act.alpha <= act.beta;
    default: return false;
  }
}

OperationGraph conv_graph(const ConvSpec& spec, ConvFusion fusion, cudnnHandle_t handle) {
  return GraphMaker(spec).make(fusion, handle);
}

}  // namespace tenon
