#pragma once

#include <NvInfer.h>

#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/network/layer.h"
#include "api/network/tensor.h"

namespace tenon::api {

// INetworkDefinition over a Graph: layers write the graph's nodes, tensors are its values.
class Network : public nvinfer1::INetworkDefinition, public nvinfer1::apiv::VNetworkDefinition {
 public:
  Network(nvinfer1::IBuilder& builder, const Reporter& parent,
          nvinfer1::NetworkDefinitionCreationFlags flags);
  ~Network() noexcept override;

  // ---- for layers, tensors and the parser
  const Reporter& reporter() const { return reporter_; }
  Graph& graph() { return graph_; }
  const Graph& graph() const { return graph_; }
  bool strongly_typed() const;
  // The tensor as this network's own. Throws Error naming the argument when it is not.
  NetworkTensor& own(const nvinfer1::ITensor& tensor, std::string_view what) const;
  // Writes a layer's nodes after a change.
  void rewrite(Layer& layer);
  // What is computed from this tensor is out of date.
  void touch() { stale_ = true; }
  // Brings the types of all tensors up to date.
  void settle();
  // Throws Error when a layer's inputs depend on its output.
  void require_no_cycle() const;
  // Whether the values of a tensor are used as extents, and whether as data.
  struct Uses {
    bool as_shape = false;
    bool as_data = false;
  };
  Uses uses(ValueId value) const;
  bool is_output(const NetworkTensor& tensor) const;

  // Takes an imported graph over: one layer for each of its nodes but constants that a layer holds
  // as weights; its inputs and outputs become the network's. Either all of it or nothing (throws).
  void adopt(Graph graph);

  // ---- for the builder
  // The graph to build, checked. Throws Error that names the first layer that is not valid, a name
  // that two tensors share, and the like.
  Graph complete_graph();
  const std::vector<std::unique_ptr<Layer>>& layers() const { return layers_; }

  // ---- INetworkDefinition: network.cpp
  nvinfer1::ITensor* addInput(const char* name, nvinfer1::DataType type,
                              const nvinfer1::Dims& dims) noexcept override;
  void markOutput(nvinfer1::ITensor& tensor) noexcept override;
  void unmarkOutput(nvinfer1::ITensor& tensor) noexcept override;
  bool markOutputForShapes(nvinfer1::ITensor& tensor) noexcept override;
  bool unmarkOutputForShapes(nvinfer1::ITensor& tensor) noexcept override;
  void removeTensor(nvinfer1::ITensor& tensor) noexcept override;
  int32_t getNbLayers() const noexcept override { return static_cast<int32_t>(layers_.size()); }
  nvinfer1::ILayer* getLayer(int32_t index) const noexcept override;
  int32_t getNbInputs() const noexcept override;
  nvinfer1::ITensor* getInput(int32_t index) const noexcept override;
  int32_t getNbOutputs() const noexcept override;
  nvinfer1::ITensor* getOutput(int32_t index) const noexcept override;
  void setName(const char* name) noexcept override;
  const char* getName() const noexcept override { return graph_.name.c_str(); }
  bool hasImplicitBatchDimension() const noexcept override { return false; }
  nvinfer1::NetworkDefinitionCreationFlags getFlags() const noexcept override { return flags_; }
  bool getFlag(nvinfer1::NetworkDefinitionCreationFlag flag) const noexcept override;
  nvinfer1::IBuilder& getBuilder() const noexcept override { return builder_; }
  void setErrorRecorder(nvinfer1::IErrorRecorder* recorder) noexcept override;
  nvinfer1::IErrorRecorder* getErrorRecorder() const noexcept override;
  bool setWeightsName(nvinfer1::Weights weights, const char* name) noexcept override;
  bool markWeightsRefittable(const char* name) noexcept override;
  bool unmarkWeightsRefittable(const char* name) noexcept override;
  bool areWeightsMarkedRefittable(const char* name) const noexcept override;

  // ---- layers: network_layers.cpp
  nvinfer1::IActivationLayer* addActivation(nvinfer1::ITensor& input,
                                            nvinfer1::ActivationType type) noexcept override;
  nvinfer1::ILRNLayer* addLRN(nvinfer1::ITensor& input, int64_t window, float alpha, float beta,
                              float k) noexcept override;
  nvinfer1::IScaleLayer* addScale(nvinfer1::ITensor& input, nvinfer1::ScaleMode mode,
                                  nvinfer1::Weights shift, nvinfer1::Weights scale,
                                  nvinfer1::Weights power) noexcept override;
  nvinfer1::IScaleLayer* addScaleNd(nvinfer1::ITensor& input, nvinfer1::ScaleMode mode,
                                    nvinfer1::Weights shift, nvinfer1::Weights scale,
                                    nvinfer1::Weights power,
                                    int32_t channel_axis) noexcept override;
  nvinfer1::ISoftMaxLayer* addSoftMax(nvinfer1::ITensor& input) noexcept override;
  nvinfer1::IConcatenationLayer* addConcatenation(nvinfer1::ITensor* const* inputs,
                                                  int32_t count) noexcept override;
  nvinfer1::IElementWiseLayer* addElementWise(nvinfer1::ITensor& a, nvinfer1::ITensor& b,
                                              nvinfer1::ElementWiseOperation op) noexcept override;
  nvinfer1::IUnaryLayer* addUnary(nvinfer1::ITensor& input,
                                  nvinfer1::UnaryOperation op) noexcept override;
  nvinfer1::IShuffleLayer* addShuffle(nvinfer1::ITensor& input) noexcept override;
  nvinfer1::IReduceLayer* addReduce(nvinfer1::ITensor& input, nvinfer1::ReduceOperation op,
                                    uint32_t axes, bool keep_dims) noexcept override;
  nvinfer1::IGatherLayer* addGather(nvinfer1::ITensor& data, nvinfer1::ITensor& indices,
                                    int32_t axis) noexcept override;
  nvinfer1::IGatherLayer* addGatherV2(nvinfer1::ITensor& data, nvinfer1::ITensor& indices,
                                      nvinfer1::GatherMode mode) noexcept override;
  nvinfer1::IMatrixMultiplyLayer* addMatrixMultiply(
      nvinfer1::ITensor& a, nvinfer1::MatrixOperation op_a, nvinfer1::ITensor& b,
      nvinfer1::MatrixOperation op_b) noexcept override;
  nvinfer1::IConstantLayer* addConstant(const nvinfer1::Dims& dims,
                                        nvinfer1::Weights weights) noexcept override;
  nvinfer1::IIdentityLayer* addIdentity(nvinfer1::ITensor& input) noexcept override;
  nvinfer1::ICastLayer* addCast(nvinfer1::ITensor& input,
                                nvinfer1::DataType type) noexcept override;
  nvinfer1::ISliceLayer* addSlice(nvinfer1::ITensor& input, const nvinfer1::Dims& start,
                                  const nvinfer1::Dims& size,
                                  const nvinfer1::Dims& stride) noexcept override;
  nvinfer1::IShapeLayer* addShape(nvinfer1::ITensor& input) noexcept override;
  nvinfer1::IParametricReLULayer* addParametricReLU(nvinfer1::ITensor& input,
                                                    nvinfer1::ITensor& slope) noexcept override;
  nvinfer1::IConvolutionLayer* addConvolutionNd(nvinfer1::ITensor& input, int64_t maps,
                                                const nvinfer1::Dims& kernel_size,
                                                nvinfer1::Weights kernel,
                                                nvinfer1::Weights bias) noexcept override;
  nvinfer1::IPoolingLayer* addPoolingNd(nvinfer1::ITensor& input, nvinfer1::PoolingType type,
                                        const nvinfer1::Dims& window) noexcept override;
  nvinfer1::IDeconvolutionLayer* addDeconvolutionNd(nvinfer1::ITensor& input, int64_t maps,
                                                    const nvinfer1::Dims& kernel_size,
                                                    nvinfer1::Weights kernel,
                                                    nvinfer1::Weights bias) noexcept override;
  nvinfer1::IResizeLayer* addResize(nvinfer1::ITensor& input) noexcept override;
  nvinfer1::ISelectLayer* addSelect(nvinfer1::ITensor& condition, nvinfer1::ITensor& then_input,
                                    nvinfer1::ITensor& else_input) noexcept override;
  nvinfer1::IFillLayer* addFill(const nvinfer1::Dims& dims,
                                nvinfer1::FillOperation op) noexcept override;
  nvinfer1::IFillLayer* addFillV2(const nvinfer1::Dims& dims, nvinfer1::FillOperation op,
                                  nvinfer1::DataType type) noexcept override;
  nvinfer1::IPaddingLayer* addPaddingNd(nvinfer1::ITensor& input, const nvinfer1::Dims& pre,
                                        const nvinfer1::Dims& post) noexcept override;
  nvinfer1::INormalizationLayer* addNormalization(nvinfer1::ITensor& input,
                                                  nvinfer1::ITensor& scale, nvinfer1::ITensor& bias,
                                                  uint32_t axes) noexcept override;
  nvinfer1::INormalizationLayer* addNormalizationV2(nvinfer1::ITensor& input,
                                                    nvinfer1::ITensor& scale,
                                                    nvinfer1::ITensor& bias,
                                                    uint32_t axes) noexcept override;
  nvinfer1::ISqueezeLayer* addSqueeze(nvinfer1::ITensor& input,
                                      nvinfer1::ITensor& axes) noexcept override;
  nvinfer1::IUnsqueezeLayer* addUnsqueeze(nvinfer1::ITensor& input,
                                          nvinfer1::ITensor& axes) noexcept override;
  nvinfer1::ITopKLayer* addTopK(nvinfer1::ITensor& input, nvinfer1::TopKOperation op, int32_t k,
                                uint32_t axes) noexcept override;
  nvinfer1::ITopKLayer* addTopKV2(nvinfer1::ITensor& input, nvinfer1::TopKOperation op, int32_t k,
                                  uint32_t axes, nvinfer1::DataType indices) noexcept override;

  // ---- what has no op in the graph yet: network_not_implemented.cpp
  nvinfer1::IRaggedSoftMaxLayer* addRaggedSoftMax(nvinfer1::ITensor&,
                                                  nvinfer1::ITensor&) noexcept override;
  nvinfer1::IPluginV2Layer* addPluginV2(nvinfer1::ITensor* const*, int32_t,
                                        nvinfer1::IPluginV2&) noexcept override;
  nvinfer1::IPluginV3Layer* addPluginV3(nvinfer1::ITensor* const*, int32_t,
                                        nvinfer1::ITensor* const*, int32_t,
                                        nvinfer1::IPluginV3&) noexcept override;
  nvinfer1::ILoop* addLoop() noexcept override;
  nvinfer1::IIfConditional* addIfConditional() noexcept override;
  nvinfer1::IDequantizeLayer* addDequantize(nvinfer1::ITensor&,
                                            nvinfer1::ITensor&) noexcept override;
  nvinfer1::IDequantizeLayer* addDequantizeV2(nvinfer1::ITensor&, nvinfer1::ITensor&,
                                              nvinfer1::DataType) noexcept override;
  nvinfer1::IQuantizeLayer* addQuantize(nvinfer1::ITensor&, nvinfer1::ITensor&) noexcept override;
  nvinfer1::IQuantizeLayer* addQuantizeV2(nvinfer1::ITensor&, nvinfer1::ITensor&,
                                          nvinfer1::DataType) noexcept override;
  nvinfer1::IScatterLayer* addScatter(nvinfer1::ITensor&, nvinfer1::ITensor&, nvinfer1::ITensor&,
                                      nvinfer1::ScatterMode) noexcept override;
  nvinfer1::IEinsumLayer* addEinsum(nvinfer1::ITensor* const*, int32_t,
                                    const char*) noexcept override;
  nvinfer1::IAssertionLayer* addAssertion(nvinfer1::ITensor&, const char*) noexcept override;
  nvinfer1::IOneHotLayer* addOneHot(nvinfer1::ITensor&, nvinfer1::ITensor&, nvinfer1::ITensor&,
                                    int32_t) noexcept override;
  nvinfer1::INonZeroLayer* addNonZero(nvinfer1::ITensor&) noexcept override;
  nvinfer1::INonZeroLayer* addNonZeroV2(nvinfer1::ITensor&, nvinfer1::DataType) noexcept override;
  nvinfer1::IGridSampleLayer* addGridSample(nvinfer1::ITensor&,
                                            nvinfer1::ITensor&) noexcept override;
  nvinfer1::INMSLayer* addNMS(nvinfer1::ITensor&, nvinfer1::ITensor&,
                              nvinfer1::ITensor&) noexcept override;
  nvinfer1::INMSLayer* addNMSV2(nvinfer1::ITensor&, nvinfer1::ITensor&, nvinfer1::ITensor&,
                                nvinfer1::DataType) noexcept override;
  nvinfer1::IReverseSequenceLayer* addReverseSequence(nvinfer1::ITensor&,
                                                      nvinfer1::ITensor&) noexcept override;
  bool markDebug(nvinfer1::ITensor&) noexcept override;
  bool unmarkDebug(nvinfer1::ITensor&) noexcept override;
  bool isDebugTensor(const nvinfer1::ITensor&) const noexcept override { return false; }
  bool markUnfusedTensorsAsDebugTensors() noexcept override;
  bool unmarkUnfusedTensorsAsDebugTensors() noexcept override;
  nvinfer1::IDynamicQuantizeLayer* addDynamicQuantize(nvinfer1::ITensor&, int32_t, int32_t,
                                                      nvinfer1::DataType,
                                                      nvinfer1::DataType) noexcept override;
  nvinfer1::IDynamicQuantizeLayer* addDynamicQuantizeV2(nvinfer1::ITensor&, const nvinfer1::Dims&,
                                                        nvinfer1::DataType,
                                                        nvinfer1::DataType) noexcept override;
  nvinfer1::ICumulativeLayer* addCumulative(nvinfer1::ITensor&, nvinfer1::ITensor&,
                                            nvinfer1::CumulativeOperation, bool,
                                            bool) noexcept override;
  nvinfer1::IAttention* addAttention(nvinfer1::ITensor&, nvinfer1::ITensor&, nvinfer1::ITensor&,
                                     nvinfer1::AttentionNormalizationOp, bool) noexcept override;
  nvinfer1::IRotaryEmbeddingLayer* addRotaryEmbedding(nvinfer1::ITensor&, nvinfer1::ITensor&,
                                                      nvinfer1::ITensor&, bool,
                                                      int32_t) noexcept override;
  nvinfer1::IKVCacheUpdateLayer* addKVCacheUpdate(nvinfer1::ITensor&, nvinfer1::ITensor&,
                                                  nvinfer1::ITensor&,
                                                  nvinfer1::KVCacheMode) noexcept override;
  nvinfer1::IMoELayer* addMoE(nvinfer1::ITensor&, nvinfer1::ITensor&,
                              nvinfer1::ITensor&) noexcept override;
  nvinfer1::IDistCollectiveLayer* addDistCollective(nvinfer1::ITensor&,
                                                    nvinfer1::CollectiveOperation,
                                                    nvinfer1::ReduceOperation, int64_t, int64_t*,
                                                    int64_t) noexcept override;

 private:
  friend class Adoption;

  // Takes a new layer in: gives it a node, outputs and names (default ones for empty ones), and
  // writes it.
  void insert(std::unique_ptr<Layer> layer, std::vector<NetworkTensor*> inputs,
              const std::string& name = "", const std::vector<std::string>& output_names = {});
  template <typename L, typename... Args>
  L* add_layer(const char* call, std::vector<const nvinfer1::ITensor*> inputs,
               Args&&... args) noexcept;
  NetworkTensor& add_tensor(ValueId value, Layer* layer, std::string name);
  NetworkTensor* tensor_of(ValueId value) const;
  std::vector<Layer*> layers_in_order() const;
  void append_casts(Graph& graph) const;
  void require_distinct_names() const;
  bool weights_exist(const char* name) const;

  nvinfer1::IBuilder& builder_;
  Reporter reporter_;
  nvinfer1::NetworkDefinitionCreationFlags flags_;
  Graph graph_;
  std::vector<std::unique_ptr<Layer>> layers_;
  std::unordered_map<const nvinfer1::ITensor*, std::unique_ptr<NetworkTensor>> tensors_;
  std::vector<NetworkTensor*> by_value_;  // nullptr: no tensor of its own
  bool stale_ = false;
  std::set<std::string, std::less<>> weights_names_;
  std::set<std::string, std::less<>> refittable_;
};

}  // namespace tenon::api
