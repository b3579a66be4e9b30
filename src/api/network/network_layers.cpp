// Members of INetworkDefinition that add layers.
#include "api/network/data_layers.h"
#include "api/network/math_layers.h"
#include "api/network/network.h"
#include "api/network/pointwise_layers.h"
#include "api/network/shape_layers.h"
#include "api/network/slice_layer.h"
#include "api/network/topk_layer.h"
#include "api/network/window_layers.h"

namespace tenon::api {

namespace nv = nvinfer1;

// Makes a layer, starts it with the arguments, where there are any, and takes it in. Nothing is
// added when the arguments are wrong by themselves.
template <typename L, typename... Args>
L* Network::add_layer(const char* call, std::vector<const nv::ITensor*> inputs,
                      Args&&... args) noexcept {
  return guarded(reporter_, call, static_cast<L*>(nullptr), [&] {
    std::vector<NetworkTensor*> tensors;
    for (size_t i = 0; i < inputs.size(); ++i) {
      tensors.push_back(&own(*inputs[i], fmt::format("input {}", i)));
    }
    auto layer = std::make_unique<L>(*this);
    if constexpr (sizeof...(Args) > 0) layer->start(std::forward<Args>(args)...);
    L* added = layer.get();
    insert(std::move(layer), std::move(tensors));
    return added;
  });
}

nv::IActivationLayer* Network::addActivation(nv::ITensor& input, nv::ActivationType type) noexcept {
  return add_layer<ActivationLayer>("INetworkDefinition::addActivation", {&input}, type);
}

nv::ILRNLayer* Network::addLRN(nv::ITensor& input, int64_t window, float alpha, float beta,
                               float k) noexcept {
  return add_layer<LrnLayer>("INetworkDefinition::addLRN", {&input}, window, alpha, beta, k);
}

nv::IScaleLayer* Network::addScale(nv::ITensor& input, nv::ScaleMode mode, nv::Weights shift,
                                   nv::Weights scale, nv::Weights power) noexcept {
  return add_layer<ScaleLayer>("INetworkDefinition::addScale", {&input}, mode, shift, scale, power,
                               1);
}

nv::IScaleLayer* Network::addScaleNd(nv::ITensor& input, nv::ScaleMode mode, nv::Weights shift,
                                     nv::Weights scale, nv::Weights power,
                                     int32_t channel_axis) noexcept {
  return add_layer<ScaleLayer>("INetworkDefinition::addScaleNd", {&input}, mode, shift, scale,
                               power, channel_axis);
}

nv::ISoftMaxLayer* Network::addSoftMax(nv::ITensor& input) noexcept {
  return add_layer<SoftMaxLayer>("INetworkDefinition::addSoftMax", {&input});
}

nv::IConcatenationLayer* Network::addConcatenation(nv::ITensor* const* inputs,
                                                   int32_t count) noexcept {
  constexpr const char* kCall = "INetworkDefinition::addConcatenation";
  return guarded(reporter_, kCall, static_cast<nv::IConcatenationLayer*>(nullptr), [&] {
    non_null(inputs, "inputs");
    if (count < 1) fail("there are {} inputs", count);
    std::vector<const nv::ITensor*> tensors(inputs, inputs + count);
    for (int32_t i = 0; i < count; ++i) non_null(inputs[i], "an input");
    return static_cast<nv::IConcatenationLayer*>(
        add_layer<ConcatenationLayer>(kCall, std::move(tensors)));
  });
}

nv::IElementWiseLayer* Network::addElementWise(nv::ITensor& a, nv::ITensor& b,
                                               nv::ElementWiseOperation op) noexcept {
  return add_layer<ElementWiseLayer>("INetworkDefinition::addElementWise", {&a, &b}, op);
}

nv::IUnaryLayer* Network::addUnary(nv::ITensor& input, nv::UnaryOperation op) noexcept {
  return add_layer<UnaryLayer>("INetworkDefinition::addUnary", {&input}, op);
}

nv::IShuffleLayer* Network::addShuffle(nv::ITensor& input) noexcept {
  return add_layer<ShuffleLayer>("INetworkDefinition::addShuffle", {&input});
}

nv::IReduceLayer* Network::addReduce(nv::ITensor& input, nv::ReduceOperation op, uint32_t axes,
                                     bool keep_dims) noexcept {
  return add_layer<ReduceLayer>("INetworkDefinition::addReduce", {&input}, op, axes, keep_dims);
}

nv::IGatherLayer* Network::addGather(nv::ITensor& data, nv::ITensor& indices,
                                     int32_t axis) noexcept {
  return add_layer<GatherLayer>("INetworkDefinition::addGather", {&data, &indices}, axis);
}

nv::IGatherLayer* Network::addGatherV2(nv::ITensor& data, nv::ITensor& indices,
                                       nv::GatherMode mode) noexcept {
  constexpr const char* kCall = "INetworkDefinition::addGatherV2";
  if (mode != nv::GatherMode::kDEFAULT) {
    return not_implemented(reporter_, kCall, static_cast<nv::IGatherLayer*>(nullptr));
  }
  return add_layer<GatherLayer>(kCall, {&data, &indices}, 0);
}

nv::IMatrixMultiplyLayer* Network::addMatrixMultiply(nv::ITensor& a, nv::MatrixOperation op_a,
                                                     nv::ITensor& b,
                                                     nv::MatrixOperation op_b) noexcept {
  return add_layer<MatrixMultiplyLayer>("INetworkDefinition::addMatrixMultiply", {&a, &b}, op_a,
                                        op_b);
}

nv::IConstantLayer* Network::addConstant(const nv::Dims& dims, nv::Weights weights) noexcept {
  return add_layer<ConstantLayer>("INetworkDefinition::addConstant", {}, dims, weights);
}

nv::IIdentityLayer* Network::addIdentity(nv::ITensor& input) noexcept {
  return add_layer<IdentityLayer>("INetworkDefinition::addIdentity", {&input});
}

nv::ICastLayer* Network::addCast(nv::ITensor& input, nv::DataType type) noexcept {
  return add_layer<CastLayer>("INetworkDefinition::addCast", {&input}, type);
}

nv::ISliceLayer* Network::addSlice(nv::ITensor& input, const nv::Dims& start, const nv::Dims& size,
                                   const nv::Dims& stride) noexcept {
  return add_layer<SliceLayer>("INetworkDefinition::addSlice", {&input}, start, size, stride);
}

nv::IShapeLayer* Network::addShape(nv::ITensor& input) noexcept {
  return add_layer<ShapeLayer>("INetworkDefinition::addShape", {&input});
}

nv::IParametricReLULayer* Network::addParametricReLU(nv::ITensor& input,
                                                     nv::ITensor& slope) noexcept {
  return add_layer<ParametricReluLayer>("INetworkDefinition::addParametricReLU", {&input, &slope});
}

nv::IConvolutionLayer* Network::addConvolutionNd(nv::ITensor& input, int64_t maps,
                                                 const nv::Dims& kernel_size, nv::Weights kernel,
                                                 nv::Weights bias) noexcept {
  return add_layer<ConvolutionLayer>("INetworkDefinition::addConvolutionNd", {&input}, maps,
                                     kernel_size, kernel, bias);
}

nv::IPoolingLayer* Network::addPoolingNd(nv::ITensor& input, nv::PoolingType type,
                                         const nv::Dims& window) noexcept {
  return add_layer<PoolingLayer>("INetworkDefinition::addPoolingNd", {&input}, type, window);
}

nv::IDeconvolutionLayer* Network::addDeconvolutionNd(nv::ITensor& input, int64_t maps,
                                                     const nv::Dims& kernel_size,
                                                     nv::Weights kernel,
                                                     nv::Weights bias) noexcept {
  return add_layer<DeconvolutionLayer>("INetworkDefinition::addDeconvolutionNd", {&input}, maps,
                                       kernel_size, kernel, bias);
}

nv::IResizeLayer* Network::addResize(nv::ITensor& input) noexcept {
  return add_layer<ResizeLayer>("INetworkDefinition::addResize", {&input});
}

nv::ISelectLayer* Network::addSelect(nv::ITensor& condition, nv::ITensor& then_input,
                                     nv::ITensor& else_input) noexcept {
  return add_layer<SelectLayer>("INetworkDefinition::addSelect",
                                {&condition, &then_input, &else_input});
}

nv::IFillLayer* Network::addFill(const nv::Dims& dims, nv::FillOperation op) noexcept {
  return addFillV2(dims, op, nv::DataType::kFLOAT);
}

nv::IFillLayer* Network::addFillV2(const nv::Dims& dims, nv::FillOperation op,
                                   nv::DataType type) noexcept {
  constexpr const char* kCall = "INetworkDefinition::addFill";
  if (op == nv::FillOperation::kRANDOM_UNIFORM || op == nv::FillOperation::kRANDOM_NORMAL) {
    return not_implemented(reporter_, kCall, static_cast<nv::IFillLayer*>(nullptr));
  }
  return add_layer<FillLayer>(kCall, {}, dims, op, type);
}

nv::IPaddingLayer* Network::addPaddingNd(nv::ITensor& input, const nv::Dims& pre,
                                         const nv::Dims& post) noexcept {
  return add_layer<PaddingLayer>("INetworkDefinition::addPaddingNd", {&input}, pre, post);
}

nv::INormalizationLayer* Network::addNormalization(nv::ITensor& input, nv::ITensor& scale,
                                                   nv::ITensor& bias, uint32_t axes) noexcept {
  return add_layer<NormalizationLayer>("INetworkDefinition::addNormalization",
                                       {&input, &scale, &bias}, axes, false);
}

nv::INormalizationLayer* Network::addNormalizationV2(nv::ITensor& input, nv::ITensor& scale,
                                                     nv::ITensor& bias, uint32_t axes) noexcept {
  return add_layer<NormalizationLayer>("INetworkDefinition::addNormalizationV2",
                                       {&input, &scale, &bias}, axes, true);
}

nv::ISqueezeLayer* Network::addSqueeze(nv::ITensor& input, nv::ITensor& axes) noexcept {
  return add_layer<SqueezeLayer>("INetworkDefinition::addSqueeze", {&input, &axes});
}

nv::IUnsqueezeLayer* Network::addUnsqueeze(nv::ITensor& input, nv::ITensor& axes) noexcept {
  return add_layer<UnsqueezeLayer>("INetworkDefinition::addUnsqueeze", {&input, &axes});
}

nv::ITopKLayer* Network::addTopK(nv::ITensor& input, nv::TopKOperation op, int32_t k,
                                 uint32_t axes) noexcept {
  return addTopKV2(input, op, k, axes, nv::DataType::kINT32);
}

nv::ITopKLayer* Network::addTopKV2(nv::ITensor& input, nv::TopKOperation op, int32_t k,
                                   uint32_t axes, nv::DataType indices) noexcept {
  return add_layer<TopKLayer>("INetworkDefinition::addTopK", {&input}, op, k, axes, indices);
}

}  // namespace tenon::api
