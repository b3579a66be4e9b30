// Building engines: networks, layers, builder configuration, builder; and what programs implement
// for them: calibrators, algorithm selectors, progress monitors.
//
// Shapes are written [N, C, H, W]; "axes" given as uint32_t are bits, 1 << axis, axis 0 outermost.
// A wrong argument to a setter is logged and recorded, and shows at the latest when the network is
// built. Members that add a layer return null on failure; layers and tensors belong to the network.
#pragma once

#include "NvInferLegacyDims.h"
#include "NvInferRuntime.h"

namespace nvinfer1 {

//! The kind of a layer; says which class ILayer is to be cast to.
enum class LayerType : int32_t {
  kCONVOLUTION = 0,          //!< IConvolutionLayer.
  kCAST = 1,                 //!< ICastLayer.
  kACTIVATION = 2,           //!< IActivationLayer.
  kPOOLING = 3,              //!< IPoolingLayer.
  kLRN = 4,                  //!< ILRNLayer.
  kSCALE = 5,                //!< IScaleLayer.
  kSOFTMAX = 6,              //!< ISoftMaxLayer.
  kDECONVOLUTION = 7,        //!< IDeconvolutionLayer.
  kCONCATENATION = 8,        //!< IConcatenationLayer.
  kELEMENTWISE = 9,          //!< IElementWiseLayer.
  kPLUGIN = 10,              //!< A plugin of the first generation; no longer made.
  kUNARY = 11,               //!< IUnaryLayer.
  kPADDING = 12,             //!< IPaddingLayer.
  kSHUFFLE = 13,             //!< IShuffleLayer.
  kREDUCE = 14,              //!< IReduceLayer.
  kTOPK = 15,                //!< ITopKLayer.
  kGATHER = 16,              //!< IGatherLayer.
  kMATRIX_MULTIPLY = 17,     //!< IMatrixMultiplyLayer.
  kRAGGED_SOFTMAX = 18,      //!< IRaggedSoftMaxLayer.
  kCONSTANT = 19,            //!< IConstantLayer.
  kIDENTITY = 20,            //!< IIdentityLayer.
  kPLUGIN_V2 = 21,           //!< IPluginV2Layer.
  kSLICE = 22,               //!< ISliceLayer.
  kSHAPE = 23,               //!< IShapeLayer.
  kPARAMETRIC_RELU = 24,     //!< IParametricReLULayer.
  kRESIZE = 25,              //!< IResizeLayer.
  kTRIP_LIMIT = 26,          //!< ITripLimitLayer.
  kRECURRENCE = 27,          //!< IRecurrenceLayer.
  kITERATOR = 28,            //!< IIteratorLayer.
  kLOOP_OUTPUT = 29,         //!< ILoopOutputLayer.
  kSELECT = 30,              //!< ISelectLayer.
  kFILL = 31,                //!< IFillLayer.
  kQUANTIZE = 32,            //!< IQuantizeLayer.
  kDEQUANTIZE = 33,          //!< IDequantizeLayer.
  kCONDITION = 34,           //!< IConditionLayer.
  kCONDITIONAL_INPUT = 35,   //!< IIfConditionalInputLayer.
  kCONDITIONAL_OUTPUT = 36,  //!< IIfConditionalOutputLayer.
  kSCATTER = 37,             //!< IScatterLayer.
  kEINSUM = 38,              //!< IEinsumLayer.
  kASSERTION = 39,           //!< IAssertionLayer.
  kONE_HOT = 40,             //!< IOneHotLayer.
  kNON_ZERO = 41,            //!< INonZeroLayer.
  kGRID_SAMPLE = 42,         //!< IGridSampleLayer.
  kNMS = 43,                 //!< INMSLayer.
  kREVERSE_SEQUENCE = 44,    //!< IReverseSequenceLayer.
  kNORMALIZATION = 45,       //!< INormalizationLayer.
  kPLUGIN_V3 = 46,           //!< IPluginV3Layer.
  kSQUEEZE = 47,             //!< ISqueezeLayer.
  kUNSQUEEZE = 48,           //!< IUnsqueezeLayer.
  kCUMULATIVE = 49,          //!< ICumulativeLayer.
  kDYNAMIC_QUANTIZE = 50,    //!< IDynamicQuantizeLayer.
  kATTENTION_INPUT = 51,     //!< IAttentionInputLayer.
  kATTENTION_OUTPUT = 52,    //!< IAttentionOutputLayer.
  kROTARY_EMBEDDING = 53,    //!< IRotaryEmbeddingLayer.
  kKVCACHE_UPDATE = 54,      //!< IKVCacheUpdateLayer.
  kMOE = 55,                 //!< IMoELayer.
  kDIST_COLLECTIVE = 56,     //!< IDistCollectiveLayer.
};

namespace impl {
template <>
struct EnumMaxImpl<LayerType> {
  static constexpr int32_t kVALUE = 57;
};
}  // namespace impl

using TensorFormats = uint32_t;  //!< TensorFormat values as bits: 1U << format.

//! The function that an activation layer applies to each element x; a is alpha, b is beta.
enum class ActivationType : int32_t {
  kRELU = 0,               //!< max(0, x).
  kSIGMOID = 1,            //!< 1 / (1 + exp(-x)).
  kTANH = 2,               //!< tanh(x).
  kLEAKY_RELU = 3,         //!< x where x >= 0, else a * x.
  kELU = 4,                //!< x where x >= 0, else a * (exp(x) - 1).
  kSELU = 5,               //!< b * x where x > 0, else b * (a * exp(x) - a).
  kSOFTSIGN = 6,           //!< x / (1 + |x|).
  kSOFTPLUS = 7,           //!< a * log(exp(b * x) + 1).
  kCLIP = 8,               //!< max(a, min(b, x)).
  kHARD_SIGMOID = 9,       //!< max(0, min(1, a * x + b)).
  kSCALED_TANH = 10,       //!< a * tanh(b * x).
  kTHRESHOLDED_RELU = 11,  //!< x where x > a, else 0.
  kGELU_ERF = 12,          //!< 0.5 * x * (1 + erf(x / sqrt(2))).
  kGELU_TANH = 13,         //!< 0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))).
};

namespace impl {
template <>
struct EnumMaxImpl<ActivationType> {
  static constexpr int32_t kVALUE = 14;
};
}  // namespace impl

//! A tensor of a network: an input, or the output of a layer. Belongs to the network.
class ITensor : public INoCopy {
 public:
  //! Sets the name, unique among inputs and outputs, at most 4096 bytes with its zero; copied.
  void setName(const char* name) noexcept { mImpl->setName(name); }
  //! The name; made up where none was set.
  const char* getName() const noexcept { return mImpl->getName(); }

  //! Sets the extents of a network input, -1 for those that vary. No effect on other tensors.
  void setDimensions(const Dims& dimensions) noexcept { mImpl->setDimensions(dimensions); }
  //! The extents, -1 for those that vary; nbDims -1 where the network is not valid so far.
  Dims getDimensions() const noexcept { return mImpl->getDimensions(); }

  //! Sets the type of a network input, or asks for one of a network output. Deprecated: in strongly
  //! typed networks types follow from the layers.
  TRT_DEPRECATED void setType(DataType type) noexcept { mImpl->setType(type); }
  //! The type of the elements.
  DataType getType() const noexcept { return mImpl->getType(); }

  //! Sets the range of values, for quantisation without calibration; only the larger magnitude
  //! counts. Returns false where min > max or either is not finite. Deprecated: quantise
  //! explicitly.
  TRT_DEPRECATED bool setDynamicRange(float min, float max) noexcept {
    return mImpl->setDynamicRange(min, max);
  }

  //! Whether this is an input of the network.
  bool isNetworkInput() const noexcept { return mImpl->isNetworkInput(); }
  //! Whether this is an output of the network.
  bool isNetworkOutput() const noexcept { return mImpl->isNetworkOutput(); }

  //! No effect: the batch is an axis like any other. Deprecated.
  TRT_DEPRECATED void setBroadcastAcrossBatch(bool broadcastAcrossBatch) noexcept {
    mImpl->setBroadcastAcrossBatch(broadcastAcrossBatch);
  }
  //! Always false. Deprecated.
  TRT_DEPRECATED bool getBroadcastAcrossBatch() const noexcept {
    return mImpl->getBroadcastAcrossBatch();
  }

  //! Where the data is: kHOST for shape tensors that are inputs or outputs.
  TensorLocation getLocation() const noexcept { return mImpl->getLocation(); }
  //! Sets where the data of an input is. Deprecated: it follows from the use.
  TRT_DEPRECATED void setLocation(TensorLocation location) noexcept {
    mImpl->setLocation(location);
  }

  //! Whether a range of values is set. Deprecated.
  TRT_DEPRECATED bool dynamicRangeIsSet() const noexcept { return mImpl->dynamicRangeIsSet(); }
  //! Takes the range of values back.
  void resetDynamicRange() noexcept { mImpl->resetDynamicRange(); }
  //! The least value of the range; NaN where none is set.
  float getDynamicRangeMin() const noexcept { return mImpl->getDynamicRangeMin(); }
  //! The greatest value of the range; NaN where none is set.
  float getDynamicRangeMax() const noexcept { return mImpl->getDynamicRangeMax(); }

  //! Sets the formats that an input or output may have, as bits (1U << format); all by default.
  void setAllowedFormats(TensorFormats formats) noexcept { mImpl->setAllowedFormats(formats); }
  //! The formats that an input or output may have, as bits.
  TensorFormats getAllowedFormats() const noexcept { return mImpl->getAllowedFormats(); }

  //! Whether the values are used as extents, so that they are needed before the network runs. Known
  //! only when the network is complete.
  bool isShapeTensor() const noexcept { return mImpl->isShapeTensor(); }
  //! Whether the values are used as data. A tensor can be both.
  bool isExecutionTensor() const noexcept { return mImpl->isExecutionTensor(); }

  //! Names an axis of an input; axes of one name have equal extents at run time. Null takes the
  //! name back.
  void setDimensionName(int32_t index, const char* name) noexcept {
    mImpl->setDimensionName(index, name);
  }
  //! The name of an axis of an input; null where it has none.
  const char* getDimensionName(int32_t index) const noexcept {
    return mImpl->getDimensionName(index);
  }

 protected:
  apiv::VTensor* mImpl{nullptr};
  virtual ~ITensor() noexcept = default;
};

//! A layer of a network: the base of all kinds. Belongs to the network.
class ILayer : public INoCopy {
 public:
  //! The kind of the layer.
  LayerType getType() const noexcept { return mLayer->getType(); }

  //! Sets the name that messages, profiles and refitting use, at most 4096 bytes with its zero;
  //! copied.
  void setName(const char* name) noexcept { mLayer->setName(name); }
  //! The name; made up where none was set.
  const char* getName() const noexcept { return mLayer->getName(); }

  //! The number of inputs.
  int32_t getNbInputs() const noexcept { return mLayer->getNbInputs(); }
  //! An input; null where the index is out of range or the input is left out.
  ITensor* getInput(int32_t index) const noexcept { return mLayer->getInput(index); }

  //! The number of outputs.
  int32_t getNbOutputs() const noexcept { return mLayer->getNbOutputs(); }
  //! An output; null where the index is out of range.
  ITensor* getOutput(int32_t index) const noexcept { return mLayer->getOutput(index); }

  //! Replaces an input, or adds one of the optional inputs that the kind of layer states.
  void setInput(int32_t index, ITensor& tensor) noexcept { mLayer->setInput(index, tensor); }

  //! Asks for a precision to compute in, as BuilderFlag::kOBEY_PRECISION_CONSTRAINTS and its like
  //! say. Deprecated: build a strongly typed network.
  TRT_DEPRECATED void setPrecision(DataType dataType) noexcept { mLayer->setPrecision(dataType); }
  //! The precision asked for; kFLOAT where none is.
  DataType getPrecision() const noexcept { return mLayer->getPrecision(); }
  //! Whether a precision was asked for. Deprecated.
  TRT_DEPRECATED bool precisionIsSet() const noexcept { return mLayer->precisionIsSet(); }
  //! Takes the precision back. Deprecated.
  TRT_DEPRECATED void resetPrecision() noexcept { mLayer->resetPrecision(); }

  //! Asks for the type of an output. Deprecated: cast in a strongly typed network.
  TRT_DEPRECATED void setOutputType(int32_t index, DataType dataType) noexcept {
    mLayer->setOutputType(index, dataType);
  }
  //! The type asked for an output, else the one it has.
  DataType getOutputType(int32_t index) const noexcept { return mLayer->getOutputType(index); }
  //! Whether a type was asked for an output. Deprecated.
  TRT_DEPRECATED bool outputTypeIsSet(int32_t index) const noexcept {
    return mLayer->outputTypeIsSet(index);
  }
  //! Takes the type of an output back. Deprecated.
  TRT_DEPRECATED void resetOutputType(int32_t index) noexcept { mLayer->resetOutputType(index); }

  //! Sets text that goes into the engine's layer information; copied. The ONNX parser writes the
  //! names of the nodes.
  void setMetadata(const char* metadata) noexcept { mLayer->setMetadata(metadata); }
  //! The text; empty where none was set.
  const char* getMetadata() const noexcept { return mLayer->getMetadata(); }

  //! Sets the number of devices that run a layer together, at least 1. Returns false for layers
  //! that cannot.
  bool setNbRanks(int32_t nbRanks) noexcept { return mLayer->setNbRanks(nbRanks); }
  //! The number of devices that run the layer together; 1 by default.
  int32_t getNbRanks() const noexcept { return mLayer->getNbRanks(); }

 protected:
  virtual ~ILayer() noexcept = default;
  apiv::VLayer* mLayer{nullptr};
};

//! How padding is found for windows that slide over an image. I is the extent of the input, K the
//! window with dilation, S the stride, B and A the padding set before and after.
enum class PaddingMode : int32_t {
  kEXPLICIT_ROUND_DOWN = 0,  //!< As set; output floor((I + B + A - K) / S) + 1.
  kEXPLICIT_ROUND_UP = 1,    //!< As set; output ceil((I + B + A - K) / S) + 1.
  kSAME_UPPER = 2,           //!< Output ceil(I / S); padding split evenly, an odd one after.
  kSAME_LOWER = 3,           //!< Output ceil(I / S); padding split evenly, an odd one before.
};

namespace impl {
template <>
struct EnumMaxImpl<PaddingMode> {
  static constexpr int32_t kVALUE = 4;
};
}  // namespace impl

//! Convolution: input [N, C, spatial...] (2 or 3 spatial axes), kernel [K, C / groups, window...],
//! output [N, K, spatial...]. Kernel and bias may be tensors: inputs 1 and 2, with empty weights.
class IConvolutionLayer : public ILayer {
 public:
  //! Sets the number of output channels K.
  void setNbOutputMaps(int64_t nbOutputMaps) noexcept { mImpl->setNbOutputMaps(nbOutputMaps); }
  //! The number of output channels.
  int64_t getNbOutputMaps() const noexcept { return mImpl->getNbOutputMaps(); }

  //! Sets the number of groups that channels fall into; divides C and K. 1 by default.
  void setNbGroups(int64_t nbGroups) noexcept { mImpl->setNbGroups(nbGroups); }
  //! The number of groups.
  int64_t getNbGroups() const noexcept { return mImpl->getNbGroups(); }

  //! Sets the kernel, [K, C / groups, window...] row-major.
  void setKernelWeights(Weights weights) noexcept { mImpl->setKernelWeights(weights); }
  //! The kernel.
  Weights getKernelWeights() const noexcept { return mImpl->getKernelWeights(); }

  //! Sets the bias, K values; empty for none.
  void setBiasWeights(Weights weights) noexcept { mImpl->setBiasWeights(weights); }
  //! The bias.
  Weights getBiasWeights() const noexcept { return mImpl->getBiasWeights(); }

  //! Sets the rows of zeros before each spatial axis; 0 by default.
  void setPrePadding(const Dims& padding) noexcept { mImpl->setPrePadding(padding); }
  //! The padding before each spatial axis.
  Dims getPrePadding() const noexcept { return mImpl->getPrePadding(); }
  //! Sets the rows of zeros after each spatial axis; 0 by default.
  void setPostPadding(const Dims& padding) noexcept { mImpl->setPostPadding(padding); }
  //! The padding after each spatial axis.
  Dims getPostPadding() const noexcept { return mImpl->getPostPadding(); }
  //! Sets how padding is found; kEXPLICIT_ROUND_DOWN by default. The modes kSAME_* outrule set
  //! padding.
  void setPaddingMode(PaddingMode paddingMode) noexcept { mImpl->setPaddingMode(paddingMode); }
  //! How padding is found.
  PaddingMode getPaddingMode() const noexcept { return mImpl->getPaddingMode(); }

  //! Sets the extents of the window, one for each spatial axis.
  void setKernelSizeNd(const Dims& kernelSize) noexcept { mImpl->setKernelSizeNd(kernelSize); }
  //! The extents of the window.
  Dims getKernelSizeNd() const noexcept { return mImpl->getKernelSizeNd(); }
  //! Sets the steps of the window, one for each spatial axis; 1 by default.
  void setStrideNd(const Dims& stride) noexcept { mImpl->setStrideNd(stride); }
  //! The steps of the window.
  Dims getStrideNd() const noexcept { return mImpl->getStrideNd(); }
  //! Sets equal padding before and after each spatial axis; 0 by default.
  void setPaddingNd(const Dims& padding) noexcept { mImpl->setPaddingNd(padding); }
  //! The padding, where it is equal before and after; an error is logged otherwise.
  Dims getPaddingNd() const noexcept { return mImpl->getPaddingNd(); }
  //! Sets the distance of neighbours in the window, one for each spatial axis; 1 by default.
  void setDilationNd(const Dims& dilation) noexcept { mImpl->setDilationNd(dilation); }
  //! The distance of neighbours in the window.
  Dims getDilationNd() const noexcept { return mImpl->getDilationNd(); }

 protected:
  virtual ~IConvolutionLayer() noexcept = default;
  apiv::VConvolutionLayer* mImpl{nullptr};
};

//! A function applied to each element; the output has the shape of the input.
class IActivationLayer : public ILayer {
 public:
  //! Sets the function.
  void setActivationType(ActivationType type) noexcept { mImpl->setActivationType(type); }
  //! The function.
  ActivationType getActivationType() const noexcept { return mImpl->getActivationType(); }

  //! Sets the parameter a of the function.
  void setAlpha(float alpha) noexcept { mImpl->setAlpha(alpha); }
  //! Sets the parameter b of the function.
  void setBeta(float beta) noexcept { mImpl->setBeta(beta); }
  //! The parameter a.
  float getAlpha() const noexcept { return mImpl->getAlpha(); }
  //! The parameter b.
  float getBeta() const noexcept { return mImpl->getBeta(); }

 protected:
  virtual ~IActivationLayer() noexcept = default;
  apiv::VActivationLayer* mImpl{nullptr};
};

//! What pooling makes of a window.
enum class PoolingType : int32_t {
  kMAX = 0,                //!< The largest element.
  kAVERAGE = 1,            //!< The mean.
  kMAX_AVERAGE_BLEND = 2,  //!< (1 - blend) * largest + blend * mean.
};

namespace impl {
template <>
struct EnumMaxImpl<PoolingType> {
  static constexpr int32_t kVALUE = 3;
};
}  // namespace impl

//! Pooling over windows of an image: input and output [N, C, spatial...], 2 or 3 spatial axes.
class IPoolingLayer : public ILayer {
 public:
  //! Sets what is made of a window.
  void setPoolingType(PoolingType type) noexcept { mImpl->setPoolingType(type); }
  //! What is made of a window.
  PoolingType getPoolingType() const noexcept { return mImpl->getPoolingType(); }

  //! Sets the weight of the mean in kMAX_AVERAGE_BLEND, 0 (the default) to 1.
  void setBlendFactor(float blendFactor) noexcept { mImpl->setBlendFactor(blendFactor); }
  //! The weight of the mean.
  float getBlendFactor() const noexcept { return mImpl->getBlendFactor(); }

  //! Sets whether the mean leaves padding out of its count; true by default.
  void setAverageCountExcludesPadding(bool exclusive) noexcept {
    mImpl->setAverageCountExcludesPadding(exclusive);
  }
  //! Whether the mean leaves padding out of its count.
  bool getAverageCountExcludesPadding() const noexcept {
    return mImpl->getAverageCountExcludesPadding();
  }

  //! Sets the padding before each spatial axis; 0 by default.
  void setPrePadding(const Dims& padding) noexcept { mImpl->setPrePadding(padding); }
  //! The padding before each spatial axis.
  Dims getPrePadding() const noexcept { return mImpl->getPrePadding(); }
  //! Sets the padding after each spatial axis; 0 by default.
  void setPostPadding(const Dims& padding) noexcept { mImpl->setPostPadding(padding); }
  //! The padding after each spatial axis.
  Dims getPostPadding() const noexcept { return mImpl->getPostPadding(); }
  //! Sets how padding is found; kEXPLICIT_ROUND_DOWN by default.
  void setPaddingMode(PaddingMode paddingMode) noexcept { mImpl->setPaddingMode(paddingMode); }
  //! How padding is found.
  PaddingMode getPaddingMode() const noexcept { return mImpl->getPaddingMode(); }

  //! Sets the extents of the window, one for each spatial axis.
  void setWindowSizeNd(const Dims& windowSize) noexcept { mImpl->setWindowSizeNd(windowSize); }
  //! The extents of the window.
  Dims getWindowSizeNd() const noexcept { return mImpl->getWindowSizeNd(); }
  //! Sets the steps of the window, one for each spatial axis; 1 by default.
  void setStrideNd(const Dims& stride) noexcept { mImpl->setStrideNd(stride); }
  //! The steps of the window.
  Dims getStrideNd() const noexcept { return mImpl->getStrideNd(); }
  //! Sets equal padding before and after each spatial axis; 0 by default.
  void setPaddingNd(const Dims& padding) noexcept { mImpl->setPaddingNd(padding); }
  //! The padding, where it is equal before and after; an error is logged otherwise.
  Dims getPaddingNd() const noexcept { return mImpl->getPaddingNd(); }

 protected:
  virtual ~IPoolingLayer() noexcept = default;
  apiv::VPoolingLayer* mImpl{nullptr};
};

//! Local response normalisation across channels: x / (k + alpha / n * sum of squares)^beta, the sum
//! over n neighbouring channels. Input and output [N, C, H, W].
class ILRNLayer : public ILayer {
 public:
  //! Sets the number of channels n, odd, 1 to 15.
  void setWindowSize(int64_t windowSize) noexcept { mImpl->setWindowSize(windowSize); }
  //! The number of channels n.
  int64_t getWindowSize() const noexcept { return mImpl->getWindowSize(); }

  //! Sets alpha, -1e20 to 1e20.
  void setAlpha(float alpha) noexcept { mImpl->setAlpha(alpha); }
  //! Alpha.
  float getAlpha() const noexcept { return mImpl->getAlpha(); }
  //! Sets beta, 0.01 to 1e5.
  void setBeta(float beta) noexcept { mImpl->setBeta(beta); }
  //! Beta.
  float getBeta() const noexcept { return mImpl->getBeta(); }
  //! Sets k, 1e-5 to 1e10.
  void setK(float k) noexcept { mImpl->setK(k); }
  //! K.
  float getK() const noexcept { return mImpl->getK(); }

 protected:
  virtual ~ILRNLayer() noexcept = default;
  apiv::VLRNLayer* mImpl{nullptr};
};

//! What the coefficients of a scale layer apply to.
enum class ScaleMode : int32_t {
  kUNIFORM = 0,      //!< One coefficient for the tensor.
  kCHANNEL = 1,      //!< One for each channel.
  kELEMENTWISE = 2,  //!< One for each element after the batch axis.
};

namespace impl {
template <>
struct EnumMaxImpl<ScaleMode> {
  static constexpr int32_t kVALUE = 3;
};
}  // namespace impl

//! (x * scale + shift)^power; the output has the shape of the input. Empty weights stand for scale
//! 1, shift 0, power 1.
class IScaleLayer : public ILayer {
 public:
  //! Sets what the coefficients apply to.
  void setMode(ScaleMode mode) noexcept { mImpl->setMode(mode); }
  //! What the coefficients apply to.
  ScaleMode getMode() const noexcept { return mImpl->getMode(); }

  //! Sets the shift.
  void setShift(Weights shift) noexcept { mImpl->setShift(shift); }
  //! The shift.
  Weights getShift() const noexcept { return mImpl->getShift(); }
  //! Sets the scale.
  void setScale(Weights scale) noexcept { mImpl->setScale(scale); }
  //! The scale.
  Weights getScale() const noexcept { return mImpl->getScale(); }
  //! Sets the power.
  void setPower(Weights power) noexcept { mImpl->setPower(power); }
  //! The power.
  Weights getPower() const noexcept { return mImpl->getPower(); }

  //! The axis of channels; 1 by default.
  int32_t getChannelAxis() const noexcept { return mImpl->getChannelAxis(); }
  //! Sets the axis of channels; later axes count as spatial.
  void setChannelAxis(int32_t channelAxis) noexcept { mImpl->setChannelAxis(channelAxis); }

 protected:
  virtual ~IScaleLayer() noexcept = default;
  apiv::VScaleLayer* mImpl{nullptr};
};

//! exp(x) divided by its sum along an axis; the output has the shape of the input.
class ISoftMaxLayer : public ILayer {
 public:
  //! Sets the axis as a single bit. By default axis max(0, rank - 3).
  void setAxes(uint32_t axes) noexcept { mImpl->setAxes(axes); }
  //! The axis as a bit.
  uint32_t getAxes() const noexcept { return mImpl->getAxes(); }

 protected:
  virtual ~ISoftMaxLayer() noexcept = default;
  apiv::VSoftMaxLayer* mImpl{nullptr};
};

//! Tensors put one after another along an axis; their other extents are equal.
class IConcatenationLayer : public ILayer {
 public:
  //! Sets the axis. By default max(0, rank - 3).
  void setAxis(int32_t axis) noexcept { mImpl->setAxis(axis); }
  //! The axis.
  int32_t getAxis() const noexcept { return mImpl->getAxis(); }

 protected:
  virtual ~IConcatenationLayer() noexcept = default;
  apiv::VConcatenationLayer* mImpl{nullptr};
};

//! Transposed convolution: input [N, C, spatial...], kernel [C, K / groups, window...], output
//! [N, K, spatial...] with extents (I - 1) * S + window - B - A. Kernel and bias may be tensors:
//! inputs 1 and 2, with empty weights.
class IDeconvolutionLayer : public ILayer {
 public:
  //! Sets the number of output channels K.
  void setNbOutputMaps(int64_t nbOutputMaps) noexcept { mImpl->setNbOutputMaps(nbOutputMaps); }
  //! The number of output channels.
  int64_t getNbOutputMaps() const noexcept { return mImpl->getNbOutputMaps(); }

  //! Sets the number of groups that channels fall into; divides C and K. 1 by default.
  void setNbGroups(int64_t nbGroups) noexcept { mImpl->setNbGroups(nbGroups); }
  //! The number of groups.
  int64_t getNbGroups() const noexcept { return mImpl->getNbGroups(); }

  //! Sets the kernel, [C, K / groups, window...] row-major.
  void setKernelWeights(Weights weights) noexcept { mImpl->setKernelWeights(weights); }
  //! The kernel.
  Weights getKernelWeights() const noexcept { return mImpl->getKernelWeights(); }

  //! Sets the bias, K values; empty for none.
  void setBiasWeights(Weights weights) noexcept { mImpl->setBiasWeights(weights); }
  //! The bias.
  Weights getBiasWeights() const noexcept { return mImpl->getBiasWeights(); }

  //! Sets what is cut from the output before each spatial axis; 0 by default.
  void setPrePadding(const Dims& padding) noexcept { mImpl->setPrePadding(padding); }
  //! What is cut before each spatial axis.
  Dims getPrePadding() const noexcept { return mImpl->getPrePadding(); }
  //! Sets what is cut from the output after each spatial axis; 0 by default.
  void setPostPadding(const Dims& padding) noexcept { mImpl->setPostPadding(padding); }
  //! What is cut after each spatial axis.
  Dims getPostPadding() const noexcept { return mImpl->getPostPadding(); }
  //! Sets how the cut is found; kEXPLICIT_ROUND_DOWN by default.
  void setPaddingMode(PaddingMode paddingMode) noexcept { mImpl->setPaddingMode(paddingMode); }
  //! How the cut is found.
  PaddingMode getPaddingMode() const noexcept { return mImpl->getPaddingMode(); }

  //! Sets the extents of the window, one for each spatial axis.
  void setKernelSizeNd(const Dims& kernelSize) noexcept { mImpl->setKernelSizeNd(kernelSize); }
  //! The extents of the window.
  Dims getKernelSizeNd() const noexcept { return mImpl->getKernelSizeNd(); }
  //! Sets the steps in the output, one for each spatial axis; 1 by default.
  void setStrideNd(const Dims& stride) noexcept { mImpl->setStrideNd(stride); }
  //! The steps in the output.
  Dims getStrideNd() const noexcept { return mImpl->getStrideNd(); }
  //! Sets an equal cut before and after each spatial axis; 0 by default.
  void setPaddingNd(const Dims& padding) noexcept { mImpl->setPaddingNd(padding); }
  //! The cut, where it is equal before and after; an error is logged otherwise.
  Dims getPaddingNd() const noexcept { return mImpl->getPaddingNd(); }
  //! Sets the distance of neighbours in the window, one for each spatial axis; 1 by default.
  void setDilationNd(const Dims& dilation) noexcept { mImpl->setDilationNd(dilation); }
  //! The distance of neighbours in the window.
  Dims getDilationNd() const noexcept { return mImpl->getDilationNd(); }

 protected:
  virtual ~IDeconvolutionLayer() noexcept = default;
  apiv::VDeconvolutionLayer* mImpl{nullptr};
};

//! How an element-wise layer combines an element a of its first input with b of its second.
enum class ElementWiseOperation : int32_t {
  kSUM = 0,        //!< a + b.
  kPROD = 1,       //!< a * b.
  kMAX = 2,        //!< The larger.
  kMIN = 3,        //!< The smaller.
  kSUB = 4,        //!< a - b.
  kDIV = 5,        //!< a / b; rounded towards zero for integers.
  kPOW = 6,        //!< a to the power b.
  kFLOOR_DIV = 7,  //!< a / b rounded down.
  kAND = 8,        //!< Whether both are true; booleans.
  kOR = 9,         //!< Whether one or both are true; booleans.
  kXOR = 10,       //!< Whether just one is true; booleans.
  kEQUAL = 11,     //!< Whether a equals b; gives booleans.
  kGREATER = 12,   //!< Whether a > b; gives booleans.
  kLESS = 13,      //!< Whether a < b; gives booleans.
};

namespace impl {
template <>
struct EnumMaxImpl<ElementWiseOperation> {
  static constexpr int32_t kVALUE = 14;
};
}  // namespace impl

//! Two tensors of one rank combined element by element; an extent of 1 is repeated to match.
class IElementWiseLayer : public ILayer {
 public:
  //! Sets how elements are combined.
  void setOperation(ElementWiseOperation op) noexcept { mImpl->setOperation(op); }
  //! How elements are combined.
  ElementWiseOperation getOperation() const noexcept { return mImpl->getOperation(); }

 protected:
  apiv::VElementWiseLayer* mImpl{nullptr};
  virtual ~IElementWiseLayer() noexcept = default;
};

//! What indices of a gather layer select.
enum class GatherMode : int32_t {
  kDEFAULT = 0,  //!< Slices along one axis (ONNX Gather).
  kELEMENT = 1,  //!< Single elements along one axis (ONNX GatherElements).
  kND = 2,       //!< Slices by tuples of indices along the last axis of the indices (GatherND).
};

namespace impl {
template <>
struct EnumMaxImpl<GatherMode> {
  static constexpr int32_t kVALUE = 3;
};
}  // namespace impl

//! Elements or slices of input 0 (data) selected by input 1 (indices, INT32 or INT64).
class IGatherLayer : public ILayer {
 public:
  //! Sets the axis to select along, not before the element-wise axes; 0 by default. Unused by kND.
  void setGatherAxis(int32_t axis) noexcept { mImpl->setGatherAxis(axis); }
  //! The axis to select along.
  int32_t getGatherAxis() const noexcept { return mImpl->getGatherAxis(); }

  //! Sets the number of leading axes that data and indices share: 0 or 1 with kDEFAULT, below both
  //! ranks with kND, 0 with kELEMENT.
  void setNbElementWiseDims(int32_t elementWiseDims) noexcept {
    mImpl->setNbElementWiseDims(elementWiseDims);
  }
  //! The number of leading axes shared.
  int32_t getNbElementWiseDims() const noexcept { return mImpl->getNbElementWiseDims(); }

  //! Sets what indices select.
  void setMode(GatherMode mode) noexcept { mImpl->setMode(mode); }
  //! What indices select.
  GatherMode getMode() const noexcept { return mImpl->getMode(); }

 protected:
  apiv::VGatherLayer* mImpl{nullptr};
  virtual ~IGatherLayer() noexcept = default;
};

//! A plugin of the second generation.
class IPluginV2Layer : public ILayer {
 public:
  //! The plugin: a clone that belongs to the network.
  IPluginV2& getPlugin() noexcept { return mImpl->getPlugin(); }

 protected:
  apiv::VPluginV2Layer* mImpl{nullptr};
  virtual ~IPluginV2Layer() noexcept = default;
};

//! A plugin of the third generation.
class IPluginV3Layer : public ILayer {
 public:
  //! The plugin: a clone that belongs to the network.
  IPluginV3& getPlugin() noexcept { return mImpl->getPlugin(); }

 protected:
  apiv::VPluginV3Layer* mImpl{nullptr};
  virtual ~IPluginV3Layer() noexcept = default;
};

//! The function that a unary layer applies to each element x.
enum class UnaryOperation : int32_t {
  kEXP = 0,     //!< e to the power x.
  kLOG = 1,     //!< Natural logarithm.
  kSQRT = 2,    //!< Square root.
  kRECIP = 3,   //!< 1 / x.
  kABS = 4,     //!< Magnitude.
  kNEG = 5,     //!< -x.
  kSIN = 6,     //!< Sine; x in radians.
  kCOS = 7,     //!< Cosine.
  kTAN = 8,     //!< Tangent.
  kSINH = 9,    //!< Hyperbolic sine.
  kCOSH = 10,   //!< Hyperbolic cosine.
  kASIN = 11,   //!< Inverse sine.
  kACOS = 12,   //!< Inverse cosine.
  kATAN = 13,   //!< Inverse tangent.
  kASINH = 14,  //!< Inverse hyperbolic sine.
  kACOSH = 15,  //!< Inverse hyperbolic cosine.
  kATANH = 16,  //!< Inverse hyperbolic tangent.
  kCEIL = 17,   //!< Rounded up.
  kFLOOR = 18,  //!< Rounded down.
  kERF = 19,    //!< Gauss error function.
  kNOT = 20,    //!< Negation of a boolean.
  kSIGN = 21,   //!< 1, 0 or -1 with the sign of x.
  kROUND = 22,  //!< Rounded to the nearest, halves to even.
  kISINF = 23,  //!< Whether x is infinite; gives booleans.
  kISNAN = 24,  //!< Whether x is not a number; gives booleans.
};

namespace impl {
template <>
struct EnumMaxImpl<UnaryOperation> {
  static constexpr int32_t kVALUE = 25;
};
}  // namespace impl

//! A function applied to each element; the output has the shape of the input.
class IUnaryLayer : public ILayer {
 public:
  //! Sets the function.
  void setOperation(UnaryOperation op) noexcept { mImpl->setOperation(op); }
  //! The function.
  UnaryOperation getOperation() const noexcept { return mImpl->getOperation(); }

 protected:
  apiv::VUnaryLayer* mImpl{nullptr};
  virtual ~IUnaryLayer() noexcept = default;
};

//! What a reduction makes of the elements along its axes.
enum class ReduceOperation : int32_t {
  kSUM = 0,   //!< Their sum.
  kPROD = 1,  //!< Their product.
  kMAX = 2,   //!< The largest.
  kMIN = 3,   //!< The smallest.
  kAVG = 4,   //!< Their mean.
  kNONE = 5,  //!< Nothing: for collectives that do not reduce.
};

namespace impl {
template <>
struct EnumMaxImpl<ReduceOperation> {
  static constexpr int32_t kVALUE = 6;
};
}  // namespace impl

//! A tensor reduced along axes.
class IReduceLayer : public ILayer {
 public:
  //! Sets what is made of the elements.
  void setOperation(ReduceOperation op) noexcept { mImpl->setOperation(op); }
  //! What is made of the elements.
  ReduceOperation getOperation() const noexcept { return mImpl->getOperation(); }

  //! Sets the axes, as bits, at least one.
  void setReduceAxes(uint32_t reduceAxes) noexcept { mImpl->setReduceAxes(reduceAxes); }
  //! The axes, as bits.
  uint32_t getReduceAxes() const noexcept { return mImpl->getReduceAxes(); }

  //! Sets whether reduced axes stay, with extent 1.
  void setKeepDimensions(bool keepDimensions) noexcept { mImpl->setKeepDimensions(keepDimensions); }
  //! Whether reduced axes stay.
  bool getKeepDimensions() const noexcept { return mImpl->getKeepDimensions(); }

 protected:
  apiv::VReduceLayer* mImpl{nullptr};
  virtual ~IReduceLayer() noexcept = default;
};

//! Zeros put around the last two axes, or rows taken away where the padding is negative.
class IPaddingLayer : public ILayer {
 public:
  //! Sets the rows before each of the two axes.
  void setPrePaddingNd(const Dims& padding) noexcept { mImpl->setPrePaddingNd(padding); }
  //! The rows before each axis.
  Dims getPrePaddingNd() const noexcept { return mImpl->getPrePaddingNd(); }
  //! Sets the rows after each of the two axes.
  void setPostPaddingNd(const Dims& padding) noexcept { mImpl->setPostPaddingNd(padding); }
  //! The rows after each axis.
  Dims getPostPaddingNd() const noexcept { return mImpl->getPostPaddingNd(); }

 protected:
  apiv::VPaddingLayer* mImpl{nullptr};
  virtual ~IPaddingLayer() noexcept = default;
};

//! An order of axes: axis i of the result is axis order[i] of the source.
struct Permutation {
  int32_t order[Dims::MAX_DIMS];  //!< Entries past the rank are not used.
};

//! A transposition, a reshape and another transposition, in this order. Input 1, where set, is a
//! shape tensor that gives the reshape.
class IShuffleLayer : public ILayer {
 public:
  //! Sets the first transposition; the identity by default.
  void setFirstTranspose(Permutation permutation) noexcept {
    mImpl->setFirstTranspose(permutation);
  }
  //! The first transposition.
  Permutation getFirstTranspose() const noexcept { return mImpl->getFirstTranspose(); }

  //! Sets the extents to reshape to: -1, at most once, for what is left over, 0 for the extent at
  //! the same place (see setZeroIsPlaceholder()). Takes input 1 away.
  void setReshapeDimensions(const Dims& dimensions) noexcept {
    mImpl->setReshapeDimensions(dimensions);
  }
  //! The extents to reshape to; nbDims -1 where input 1 gives them.
  Dims getReshapeDimensions() const noexcept { return mImpl->getReshapeDimensions(); }

  //! Sets the second transposition; the identity by default.
  void setSecondTranspose(Permutation permutation) noexcept {
    mImpl->setSecondTranspose(permutation);
  }
  //! The second transposition.
  Permutation getSecondTranspose() const noexcept { return mImpl->getSecondTranspose(); }

  //! Sets whether 0 in the reshape copies an extent (the default) or is an extent of 0.
  void setZeroIsPlaceholder(bool zeroIsPlaceholder) noexcept {
    mImpl->setZeroIsPlaceholder(zeroIsPlaceholder);
  }
  //! Whether 0 in the reshape copies an extent.
  bool getZeroIsPlaceholder() const noexcept { return mImpl->getZeroIsPlaceholder(); }

 protected:
  apiv::VShuffleLayer* mImpl{nullptr};
  virtual ~IShuffleLayer() noexcept = default;
};

//! What is read where coordinates lie outside of a tensor.
enum class SampleMode : int32_t {
  kSTRICT_BOUNDS = 0,  //!< Nothing: it is an error.
  kWRAP = 1,           //!< The tensor repeats.
  kCLAMP = 2,          //!< The nearest element of the border.
  kFILL = 3,           //!< A fill value (0 unless given).
  kREFLECT = 4,        //!< The tensor mirrored at its borders, which are not repeated.
};

namespace impl {
template <>
struct EnumMaxImpl<SampleMode> {
  static constexpr int32_t kVALUE = 5;
};
}  // namespace impl

//! A strided box of a tensor. Start, size and stride may be shape tensors: inputs 1, 2, 3; input 4
//! is the fill value of kFILL; input 5 gives the axes.
class ISliceLayer : public ILayer {
 public:
  //! Sets the first coordinate on each axis. Takes input 1 away.
  void setStart(const Dims& start) noexcept { mImpl->setStart(start); }
  //! The first coordinates; nbDims -1 where input 1 gives them.
  Dims getStart() const noexcept { return mImpl->getStart(); }
  //! Sets the extents of the output. Takes input 2 away.
  void setSize(const Dims& size) noexcept { mImpl->setSize(size); }
  //! The extents of the output; nbDims -1 where input 2 gives them.
  Dims getSize() const noexcept { return mImpl->getSize(); }
  //! Sets the steps, which may be negative. Takes input 3 away.
  void setStride(const Dims& stride) noexcept { mImpl->setStride(stride); }
  //! The steps; nbDims -1 where input 3 gives them.
  Dims getStride() const noexcept { return mImpl->getStride(); }

  //! Sets what is read outside of the tensor; kSTRICT_BOUNDS by default.
  void setMode(SampleMode mode) noexcept { mImpl->setMode(mode); }
  //! What is read outside of the tensor.
  SampleMode getMode() const noexcept { return mImpl->getMode(); }

  //! Sets the axes that start, size and stride speak of; by default all, in order. Takes input 5
  //! away.
  void setAxes(const Dims& axes) noexcept { mImpl->setAxes(axes); }
  //! The axes; nbDims -1 where input 5 gives them.
  Dims getAxes() const noexcept { return mImpl->getAxes(); }

 protected:
  apiv::VSliceLayer* mImpl{nullptr};
  virtual ~ISliceLayer() noexcept = default;
};

//! The extents of a tensor as a tensor of INT64, one axis.
class IShapeLayer : public ILayer {
 protected:
  apiv::VShapeLayer* mImpl{nullptr};
  virtual ~IShapeLayer() noexcept = default;
};

//! Which elements a top-k layer keeps.
enum class TopKOperation : int32_t {
  kMAX = 0,  //!< The largest.
  kMIN = 1,  //!< The smallest.
};

namespace impl {
template <>
struct EnumMaxImpl<TopKOperation> {
  static constexpr int32_t kVALUE = 2;
};
}  // namespace impl

//! The k largest or smallest elements along an axis, in order: output 0 the values, output 1 their
//! indices. Input 1, where set, is a shape tensor that gives k.
class ITopKLayer : public ILayer {
 public:
  //! Sets which elements are kept.
  void setOperation(TopKOperation op) noexcept { mImpl->setOperation(op); }
  //! Which elements are kept.
  TopKOperation getOperation() const noexcept { return mImpl->getOperation(); }

  //! Sets how many are kept. Takes input 1 away.
  void setK(int32_t k) noexcept { mImpl->setK(k); }
  //! How many are kept; -1 where input 1 gives it.
  int32_t getK() const noexcept { return mImpl->getK(); }

  //! Sets the axis, as a single bit.
  void setReduceAxes(uint32_t reduceAxes) noexcept { mImpl->setReduceAxes(reduceAxes); }
  //! The axis, as a bit.
  uint32_t getReduceAxes() const noexcept { return mImpl->getReduceAxes(); }

  //! Sets the type of the indices: kINT32 (the default) or kINT64. Returns false for others.
  bool setIndicesType(DataType type) noexcept { return mImpl->setIndicesType(type); }
  //! The type of the indices.
  DataType getIndicesType() const noexcept { return mImpl->getIndicesType(); }

 protected:
  apiv::VTopKLayer* mImpl{nullptr};
  virtual ~ITopKLayer() noexcept = default;
};

//! How a matrix product takes an operand; all but the last axes are a batch.
enum class MatrixOperation : int32_t {
  kNONE = 0,       //!< As a matrix in the last two axes.
  kTRANSPOSE = 1,  //!< As such a matrix, transposed.
  kVECTOR = 2,     //!< As a vector in the last axis.
};

namespace impl {
template <>
struct EnumMaxImpl<MatrixOperation> {
  static constexpr int32_t kVALUE = 3;
};
}  // namespace impl

//! The product of two batches of matrices or vectors; batch extents of 1 are repeated to match.
class IMatrixMultiplyLayer : public ILayer {
 public:
  //! Sets how operand 0 or 1 is taken.
  void setOperation(int32_t index, MatrixOperation op) noexcept { mImpl->setOperation(index, op); }
  //! How operand 0 or 1 is taken.
  MatrixOperation getOperation(int32_t index) const noexcept { return mImpl->getOperation(index); }

 protected:
  apiv::VMatrixMultiplyLayer* mImpl{nullptr};
  virtual ~IMatrixMultiplyLayer() noexcept = default;
};

//! The coordinates of the elements that are not zero: [rank, count], count known at run time.
class INonZeroLayer : public ILayer {
 public:
  //! Sets the type of the coordinates: kINT32 (the default) or kINT64. Returns false for others.
  bool setIndicesType(DataType type) noexcept { return mImpl->setIndicesType(type); }
  //! The type of the coordinates.
  DataType getIndicesType() const noexcept { return mImpl->getIndicesType(); }

 protected:
  virtual ~INonZeroLayer() noexcept = default;
  apiv::VNonZeroLayer* mImpl{nullptr};
};

//! Softmax over the first elements of each row of [Z, S]; input 1, [Z, 1] of INT32, says how many.
//! What comes after them is 0.
class IRaggedSoftMaxLayer : public ILayer {
 protected:
  apiv::VRaggedSoftMaxLayer* mImpl{nullptr};
  virtual ~IRaggedSoftMaxLayer() noexcept = default;
};

//! The input unchanged, or converted to the type asked for the output.
class IIdentityLayer : public ILayer {
 protected:
  apiv::VIdentityLayer* mImpl{nullptr};
  virtual ~IIdentityLayer() noexcept = default;
};

//! The input converted to another type.
class ICastLayer : public ILayer {
 public:
  //! Sets the type of the output.
  void setToType(DataType toType) noexcept { mImpl->setToType(toType); }
  //! The type of the output.
  DataType getToType() const noexcept { return mImpl->getToType(); }

 protected:
  apiv::VCastLayer* mImpl{nullptr};
  virtual ~ICastLayer() noexcept = default;
};

//! A tensor of constants; no inputs.
class IConstantLayer : public ILayer {
 public:
  //! Sets the elements, as many as the extents say. The type of the output follows.
  void setWeights(Weights weights) noexcept { mImpl->setWeights(weights); }
  //! The elements.
  Weights getWeights() const noexcept { return mImpl->getWeights(); }

  //! Sets the extents.
  void setDimensions(const Dims& dimensions) noexcept { mImpl->setDimensions(dimensions); }
  //! The extents.
  Dims getDimensions() const noexcept { return mImpl->getDimensions(); }

 protected:
  apiv::VConstantLayer* mImpl{nullptr};
  virtual ~IConstantLayer() noexcept = default;
};

//! x where x >= 0, else slope * x; input 1 is the slope, whose extents of 1 are repeated to match.
class IParametricReLULayer : public ILayer {
 protected:
  apiv::VParametricReLULayer* mImpl{nullptr};
  virtual ~IParametricReLULayer() noexcept = default;
};

//! How a value between elements is found.
enum class InterpolationMode : int32_t {
  kNEAREST = 0,  //!< The nearest element.
  kLINEAR = 1,   //!< Linear in each of the last 1 to 3 axes.
  kCUBIC = 2,    //!< Cubic in the last two axes.
};

namespace impl {
template <>
struct EnumMaxImpl<InterpolationMode> {
  static constexpr int32_t kVALUE = 3;
};
}  // namespace impl

//! Which coordinate of the input an output coordinate x of a resize layer reads. I and O are the
//! extents of input and output, s their ratio O / I or the scale set.
enum class ResizeCoordinateTransformation : int32_t {
  kALIGN_CORNERS = 0,  //!< x * (I - 1) / (O - 1): the corners fall together.
  kASYMMETRIC = 1,     //!< x / s.
  kHALF_PIXEL = 2,     //!< (x + 0.5) / s - 0.5.
};

namespace impl {
template <>
struct EnumMaxImpl<ResizeCoordinateTransformation> {
  static constexpr int32_t kVALUE = 3;
};
}  // namespace impl

//! Which coordinate an output axis of extent 1 reads.
enum class ResizeSelector : int32_t {
  kFORMULA = 0,  //!< What the coordinate transformation says.
  kUPPER = 1,    //!< The first, 0.
};

namespace impl {
template <>
struct EnumMaxImpl<ResizeSelector> {
  static constexpr int32_t kVALUE = 2;
};
}  // namespace impl

//! How a coordinate is rounded with InterpolationMode::kNEAREST.
enum class ResizeRoundMode : int32_t {
  kHALF_UP = 0,    //!< To the nearest, halves up.
  kHALF_DOWN = 1,  //!< To the nearest, halves down.
  kFLOOR = 2,      //!< Down.
  kCEIL = 3,       //!< Up.
};

namespace impl {
template <>
struct EnumMaxImpl<ResizeRoundMode> {
  static constexpr int32_t kVALUE = 4;
};
}  // namespace impl

//! A tensor resized to other extents. Input 1, where set, is a shape tensor that gives them.
class IResizeLayer : public ILayer {
 public:
  //! Sets the extents of the output. Takes scales and input 1 away.
  void setOutputDimensions(const Dims& dimensions) noexcept {
    mImpl->setOutputDimensions(dimensions);
  }
  //! The extents of the output; nbDims -1 where they follow from scales or input 1.
  Dims getOutputDimensions() const noexcept { return mImpl->getOutputDimensions(); }

  //! Sets a factor for each axis; extents are floor(I * scale). Takes set extents and input 1 away.
  void setScales(const float* scales, int32_t nbScales) noexcept {
    mImpl->setScales(scales, nbScales);
  }
  //! Writes the factors where `size` is enough (`scales` may be null with size 0). Returns how many
  //! there are; -1 where none are set.
  int32_t getScales(int32_t size, float* scales) const noexcept {
    return mImpl->getScales(size, scales);
  }

  //! Sets how values are found; kNEAREST by default.
  void setResizeMode(InterpolationMode interpolationMode) noexcept {
    mImpl->setResizeMode(interpolationMode);
  }
  //! How values are found.
  InterpolationMode getResizeMode() const noexcept { return mImpl->getResizeMode(); }

  //! Sets which coordinates are read; kASYMMETRIC by default.
  void setCoordinateTransformation(ResizeCoordinateTransformation coordTransform) noexcept {
    mImpl->setCoordinateTransformation(coordTransform);
  }
  //! Which coordinates are read.
  ResizeCoordinateTransformation getCoordinateTransformation() const noexcept {
    return mImpl->getCoordinateTransformation();
  }

  //! Sets what an axis of extent 1 reads; kFORMULA by default.
  void setSelectorForSinglePixel(ResizeSelector selector) noexcept {
    mImpl->setSelectorForSinglePixel(selector);
  }
  //! What an axis of extent 1 reads.
  ResizeSelector getSelectorForSinglePixel() const noexcept {
    return mImpl->getSelectorForSinglePixel();
  }

  //! Sets how coordinates are rounded; kFLOOR by default.
  void setNearestRounding(ResizeRoundMode value) noexcept { mImpl->setNearestRounding(value); }
  //! How coordinates are rounded.
  ResizeRoundMode getNearestRounding() const noexcept { return mImpl->getNearestRounding(); }

  //! Sets the coefficient of cubic interpolation; -0.75 by default.
  void setCubicCoeff(float A) noexcept { mImpl->setCubicCoeff(A); }
  //! The coefficient of cubic interpolation.
  float getCubicCoeff() const noexcept { return mImpl->getCubicCoeff(); }

  //! Sets whether cubic weights outside of the input are 0 and the rest scaled up; false by
  //! default.
  void setExcludeOutside(bool excludeFlag) noexcept { mImpl->setExcludeOutside(excludeFlag); }
  //! Whether cubic weights outside of the input are 0.
  bool getExcludeOutside() const noexcept { return mImpl->getExcludeOutside(); }

 protected:
  virtual ~IResizeLayer() noexcept = default;
  apiv::VResizeLayer* mImpl{nullptr};
};

//! What a layer of a loop collects.
enum class LoopOutput : int32_t {
  kLAST_VALUE = 0,   //!< The value of the last iteration.
  kCONCATENATE = 1,  //!< The values of all iterations, in order.
  kREVERSE = 2,      //!< The values of all iterations, the last one first.
};

namespace impl {
template <>
struct EnumMaxImpl<LoopOutput> {
  static constexpr int32_t kVALUE = 3;
};
}  // namespace impl

//! What ends a loop.
enum class TripLimit : int32_t {
  kCOUNT = 0,  //!< A number of iterations: a scalar of INT32 or INT64 from outside of the loop.
  kWHILE = 1,  //!< The first false: a scalar of booleans computed in the loop.
};

namespace impl {
template <>
struct EnumMaxImpl<TripLimit> {
  static constexpr int32_t kVALUE = 2;
};
}  // namespace impl

//! Base of the layers that are the border of a loop.
class ILoopBoundaryLayer : public ILayer {
 public:
  //! The loop.
  ILoop* getLoop() const noexcept { return mBoundary->getLoop(); }

 protected:
  virtual ~ILoopBoundaryLayer() noexcept = default;
  apiv::VLoopBoundaryLayer* mBoundary{nullptr};
};

//! Base of the layers that are the border of a conditional.
class IIfConditionalBoundaryLayer : public ILayer {
 public:
  //! The conditional.
  IIfConditional* getConditional() const noexcept { return mBoundary->getConditional(); }

 protected:
  virtual ~IIfConditionalBoundaryLayer() noexcept = default;
  apiv::VConditionalBoundaryLayer* mBoundary{nullptr};
};

//! Takes the condition of a conditional: a scalar of booleans.
class IConditionLayer : public IIfConditionalBoundaryLayer {
 protected:
  virtual ~IConditionLayer() noexcept = default;
  apiv::VConditionLayer* mImpl{nullptr};
};

//! Gives input 0 where the condition is true, else input 1.
class IIfConditionalOutputLayer : public IIfConditionalBoundaryLayer {
 protected:
  virtual ~IIfConditionalOutputLayer() noexcept = default;
  apiv::VConditionalOutputLayer* mImpl{nullptr};
};

//! Takes a tensor into the branches of a conditional.
class IIfConditionalInputLayer : public IIfConditionalBoundaryLayer {
 protected:
  virtual ~IIfConditionalInputLayer() noexcept = default;
  apiv::VConditionalInputLayer* mImpl{nullptr};
};

//! Two branches of which a condition chooses one to run. The layers between its input layers and
//! its output layers are the branches.
class IIfConditional : public INoCopy {
 public:
  //! Sets the condition, a scalar of booleans. Returns null where it is set already.
  IConditionLayer* setCondition(ITensor& condition) noexcept {
    return mImpl->setCondition(condition);
  }

  //! Adds an output, from one tensor of each branch with the same type and shape.
  IIfConditionalOutputLayer* addOutput(ITensor& trueSubgraphOutput,
                                       ITensor& falseSubgraphOutput) noexcept {
    return mImpl->addOutput(trueSubgraphOutput, falseSubgraphOutput);
  }

  //! Adds an input for the branches to use.
  IIfConditionalInputLayer* addInput(ITensor& input) noexcept { return mImpl->addInput(input); }

  //! Sets the name for messages; copied.
  void setName(const char* name) noexcept { mImpl->setName(name); }
  //! The name.
  const char* getName() const noexcept { return mImpl->getName(); }

 protected:
  virtual ~IIfConditional() noexcept = default;
  apiv::VIfConditional* mImpl{nullptr};
};

//! A value carried from one iteration of a loop to the next: input 0 is its start, from outside;
//! input 1, to be set with setInput(), its next value, from inside.
class IRecurrenceLayer : public ILoopBoundaryLayer {
 protected:
  virtual ~IRecurrenceLayer() noexcept = default;
  apiv::VRecurrenceLayer* mImpl{nullptr};
};

//! Gives a value out of a loop. Where iterations are collected, input 1 is their number, a scalar
//! from outside; the output is cut off or filled up with what is undefined.
class ILoopOutputLayer : public ILoopBoundaryLayer {
 public:
  //! What is collected.
  LoopOutput getLoopOutput() const noexcept { return mImpl->getLoopOutput(); }

  //! Sets the axis along which iterations are put one after another; 0 by default.
  void setAxis(int32_t axis) noexcept { mImpl->setAxis(axis); }
  //! The axis of the iterations.
  int32_t getAxis() const noexcept { return mImpl->getAxis(); }

 protected:
  virtual ~ILoopOutputLayer() noexcept = default;
  apiv::VLoopOutputLayer* mImpl{nullptr};
};

//! Ends a loop.
class ITripLimitLayer : public ILoopBoundaryLayer {
 public:
  //! What ends the loop.
  TripLimit getTripLimit() const noexcept { return mImpl->getTripLimit(); }

 protected:
  virtual ~ITripLimitLayer() noexcept = default;
  apiv::VTripLimitLayer* mImpl{nullptr};
};

//! Gives each iteration of a loop its slice of a tensor along an axis.
class IIteratorLayer : public ILoopBoundaryLayer {
 public:
  //! Sets the axis; 0 by default.
  void setAxis(int32_t axis) noexcept { mImpl->setAxis(axis); }
  //! The axis.
  int32_t getAxis() const noexcept { return mImpl->getAxis(); }

  //! Sets whether the last slice comes first; false by default.
  void setReverse(bool reverse) noexcept { mImpl->setReverse(reverse); }
  //! Whether the last slice comes first.
  bool getReverse() const noexcept { return mImpl->getReverse(); }

 protected:
  virtual ~IIteratorLayer() noexcept = default;
  apiv::VIteratorLayer* mImpl{nullptr};
};

//! Layers that run again and again: those between its recurrences and iterators and its outputs.
class ILoop : public INoCopy {
 public:
  //! Adds a value carried along, with its start.
  IRecurrenceLayer* addRecurrence(ITensor& initialValue) noexcept {
    return mImpl->addRecurrence(initialValue);
  }

  //! Adds an end, at most one of each kind.
  ITripLimitLayer* addTripLimit(ITensor& tensor, TripLimit limit) noexcept {
    return mImpl->addTripLimit(tensor, limit);
  }

  //! Adds slices of a tensor, one for each iteration.
  IIteratorLayer* addIterator(ITensor& tensor, int32_t axis = 0, bool reverse = false) noexcept {
    return mImpl->addIterator(tensor, axis, reverse);
  }

  //! Adds an output. What collects iterations needs their number as input 1.
  ILoopOutputLayer* addLoopOutput(ITensor& tensor, LoopOutput outputKind,
                                  int32_t axis = 0) noexcept {
    return mImpl->addLoopOutput(tensor, outputKind, axis);
  }

  //! Sets the name for messages; copied.
  void setName(const char* name) noexcept { mImpl->setName(name); }
  //! The name.
  const char* getName() const noexcept { return mImpl->getName(); }

 protected:
  virtual ~ILoop() noexcept = default;
  apiv::VLoop* mImpl{nullptr};
};

//! Input 1 where input 0 (booleans) is true, else input 2; extents of 1 are repeated to match.
class ISelectLayer : public ILayer {
 protected:
  virtual ~ISelectLayer() noexcept = default;
  apiv::VSelectLayer* mImpl{nullptr};
};

//! Fails the build or the inference where its input, a shape tensor of booleans, has a false
//! element.
class IAssertionLayer : public ILayer {
 public:
  //! Sets the text of the error; copied.
  void setMessage(const char* message) noexcept { mImpl->setMessage(message); }
  //! The text of the error.
  const char* getMessage() const noexcept { return mImpl->getMessage(); }

 protected:
  virtual ~IAssertionLayer() noexcept = default;
  apiv::VAssertionLayer* mImpl{nullptr};
};

//! What a fill layer makes.
enum class FillOperation : int32_t {
  kLINSPACE = 0,        //!< alpha + the sum of beta[axis] * coordinate[axis].
  kRANDOM_UNIFORM = 1,  //!< Random values, uniform from alpha to beta.
  kRANDOM_NORMAL = 2,   //!< Random values, normal with mean alpha and standard deviation beta.
};

namespace impl {
template <>
struct EnumMaxImpl<FillOperation> {
  static constexpr int32_t kVALUE = 3;
};
}  // namespace impl

//! Makes a tensor. Inputs, all optional: 0 gives the extents, 1 alpha, 2 beta (for kLINSPACE a
//! scalar and a vector).
class IFillLayer : public ILayer {
 public:
  //! Sets the extents. Takes input 0 away.
  void setDimensions(const Dims& dimensions) noexcept { mImpl->setDimensions(dimensions); }
  //! The extents; nbDims -1 where input 0 gives them.
  Dims getDimensions() const noexcept { return mImpl->getDimensions(); }

  //! Sets what is made.
  void setOperation(FillOperation op) noexcept { mImpl->setOperation(op); }
  //! What is made.
  FillOperation getOperation() const noexcept { return mImpl->getOperation(); }

  //! Sets alpha: start, least value or mean; 0 by default. Takes input 1 away.
  void setAlpha(double alpha) noexcept { mImpl->setAlpha(alpha); }
  //! Alpha; -1 where input 1 gives it.
  double getAlpha() const noexcept { return mImpl->getAlpha(); }
  //! Sets beta: step (of a single axis), greatest value or deviation; 1 by default. Takes input 2
  //! away.
  void setBeta(double beta) noexcept { mImpl->setBeta(beta); }
  //! Beta; -1 where input 2 gives it.
  double getBeta() const noexcept { return mImpl->getBeta(); }

  //! Sets alpha as an integer of 64 bits, for kLINSPACE. Takes input 1 away.
  void setAlphaInt64(int64_t alpha) noexcept { mImpl->setAlphaInt64(alpha); }
  //! Alpha as an integer; -1 where input 1 gives it.
  int64_t getAlphaInt64() const noexcept { return mImpl->getAlphaInt64(); }
  //! Sets beta as an integer of 64 bits, for kLINSPACE. Takes input 2 away.
  void setBetaInt64(int64_t beta) noexcept { mImpl->setBetaInt64(beta); }
  //! Beta as an integer; -1 where input 2 gives it.
  int64_t getBetaInt64() const noexcept { return mImpl->getBetaInt64(); }
  //! Whether alpha and beta were set as integers.
  bool isAlphaBetaInt64() const noexcept { return mImpl->isAlphaBetaInt64(); }

  //! Sets the type of the output: kFLOAT, kINT32 or kINT64, and for random values kHALF and kBF16.
  void setToType(DataType toType) noexcept { mImpl->setToType(toType); }
  //! The type of the output.
  DataType getToType() const noexcept { return mImpl->getToType(); }

 protected:
  virtual ~IFillLayer() noexcept = default;
  apiv::VFillLayer* mImpl{nullptr};
};

//! Quantisation: round(x / scale) to the nearest, halves to even, plus the zero point, clamped to
//! the type. Input 1 is the scale: a scalar, a value for each slice of an axis, or one for each
//! block; input 2, optional, the zero point in the shape of the scale.
class IQuantizeLayer : public ILayer {
 public:
  //! The axis of the scale; -1 where it is a scalar.
  int32_t getAxis() const noexcept { return mImpl->getAxis(); }
  //! Sets the axis of the scale.
  void setAxis(int32_t axis) noexcept { mImpl->setAxis(axis); }

  //! Sets the extents of a block of one scale, in all axes of the input. Returns false for a shape
  //! that does not divide it.
  bool setBlockShape(const Dims& blockShape) noexcept { return mImpl->setBlockShape(blockShape); }
  //! The extents of a block; nbDims -1 where none are set.
  Dims getBlockShape() const noexcept { return mImpl->getBlockShape(); }

  //! Sets the type of the output: kINT8, kFP8, kINT4 or kFP4; kINT8 by default.
  void setToType(DataType toType) noexcept { mImpl->setToType(toType); }
  //! The type of the output.
  DataType getToType() const noexcept { return mImpl->getToType(); }

 protected:
  virtual ~IQuantizeLayer() noexcept = default;
  apiv::VQuantizeLayer* mImpl{nullptr};
};

//! Dequantisation: (x - zero point) * scale. Inputs as for IQuantizeLayer.
class IDequantizeLayer : public ILayer {
 public:
  //! The axis of the scale; -1 where it is a scalar.
  int32_t getAxis() const noexcept { return mImpl->getAxis(); }
  //! Sets the axis of the scale.
  void setAxis(int32_t axis) noexcept { mImpl->setAxis(axis); }

  //! Sets the extents of a block of one scale, in all axes of the input. Returns false for a shape
  //! that does not divide it.
  bool setBlockShape(const Dims& blockShape) noexcept { return mImpl->setBlockShape(blockShape); }
  //! The extents of a block; nbDims -1 where none are set.
  Dims getBlockShape() const noexcept { return mImpl->getBlockShape(); }

  //! Sets the type of the output: kFLOAT, kHALF or kBF16; kFLOAT by default.
  void setToType(DataType toType) noexcept { mImpl->setToType(toType); }
  //! The type of the output.
  DataType getToType() const noexcept { return mImpl->getToType(); }

 protected:
  virtual ~IDequantizeLayer() noexcept = default;
  apiv::VDequantizeLayer* mImpl{nullptr};
};

//! Quantisation with a scale for each block, computed from the values: output 0 the quantised
//! values, output 1 the scales. Input 1, optional, is a scale for the scales, a scalar.
class IDynamicQuantizeLayer : public ILayer {
 public:
  //! Sets the type of output 0: kFP4, kFP8 or kINT8.
  void setToType(DataType toType) noexcept { mImpl->setToType(toType); }
  //! The type of output 0.
  DataType getToType() const noexcept { return mImpl->getToType(); }

  //! Sets the type of output 1: kFP8, kE8M0 or kFLOAT.
  void setScaleType(DataType scaleType) noexcept { mImpl->setScaleType(scaleType); }
  //! The type of output 1.
  DataType getScaleType() const noexcept { return mImpl->getScaleType(); }

  //! Sets the axis that is cut into blocks. Deprecated: use setBlockShape().
  TRT_DEPRECATED void setAxis(int32_t axis) noexcept { mImpl->setAxis(axis); }
  //! The axis that is cut into blocks. Deprecated.
  TRT_DEPRECATED int32_t getAxis() const noexcept { return mImpl->getAxis(); }
  //! Sets the length of a block. Deprecated: use setBlockShape().
  TRT_DEPRECATED void setBlockSize(int32_t size) noexcept { mImpl->setBlockSize(size); }
  //! The length of a block. Deprecated.
  TRT_DEPRECATED int32_t getBlockSize() const noexcept { return mImpl->getBlockSize(); }

  //! Sets the extents of a block, in all axes of the input; -1 for a whole axis.
  void setBlockShape(const Dims& blockShape) noexcept { mImpl->setBlockShape(blockShape); }
  //! The extents of a block.
  Dims getBlockShape() const noexcept { return mImpl->getBlockShape(); }

 protected:
  virtual ~IDynamicQuantizeLayer() noexcept = default;
  apiv::VDynamicQuantizeLayer* mImpl{nullptr};
};

//! A sum of products over letters that name axes, as in "ij,jk->ik".
class IEinsumLayer : public ILayer {
 public:
  //! Sets the equation: small letters, one term for each input, an optional output term; copied.
  //! Returns false where it cannot be read.
  bool setEquation(const char* equation) noexcept { return mImpl->setEquation(equation); }
  //! The equation.
  const char* getEquation() const noexcept { return mImpl->getEquation(); }

 protected:
  virtual ~IEinsumLayer() noexcept = default;
  apiv::VEinsumLayer* mImpl{nullptr};
};

//! What indices of a scatter layer address.
enum class ScatterMode : int32_t {
  kELEMENT = 0,  //!< Single elements along one axis (ONNX ScatterElements).
  kND = 1,       //!< Slices by tuples of indices (ONNX ScatterND).
};

namespace impl {
template <>
struct EnumMaxImpl<ScatterMode> {
  static constexpr int32_t kVALUE = 2;
};
}  // namespace impl

//! Input 0 (data) with elements addressed by input 1 (indices, INT32 or INT64) replaced by those of
//! input 2 (updates). Which of two updates of one element wins is undefined.
class IScatterLayer : public ILayer {
 public:
  //! Sets what indices address.
  void setMode(ScatterMode mode) noexcept { mImpl->setMode(mode); }
  //! What indices address.
  ScatterMode getMode() const noexcept { return mImpl->getMode(); }

  //! Sets the axis of kELEMENT; 0 by default.
  void setAxis(int32_t axis) noexcept { mImpl->setAxis(axis); }
  //! The axis of kELEMENT.
  int32_t getAxis() const noexcept { return mImpl->getAxis(); }

 protected:
  apiv::VScatterLayer* mImpl{nullptr};
  virtual ~IScatterLayer() noexcept = default;
};

//! Indices (input 0) turned into rows of a value for "off" but one for "on": input 1 holds the two
//! values, input 2 the length of a row, a scalar.
class IOneHotLayer : public ILayer {
 public:
  //! Sets the axis of the output along which the rows lie; negative ones count from the end.
  void setAxis(int32_t axis) noexcept { mImpl->setAxis(axis); }
  //! The axis of the rows.
  int32_t getAxis() const noexcept { return mImpl->getAxis(); }

 protected:
  apiv::VOneHotLayer* mImpl{nullptr};
  virtual ~IOneHotLayer() noexcept = default;
};

//! Values of an image [N, C, H, W] at the coordinates of a grid [N, h, w, 2], which lie from -1 to
//! 1 and are (x, y); output [N, C, h, w].
class IGridSampleLayer : public ILayer {
 public:
  //! Sets how values are found; kLINEAR by default.
  void setInterpolationMode(InterpolationMode mode) noexcept { mImpl->setInterpolationMode(mode); }
  //! How values are found.
  InterpolationMode getInterpolationMode() const noexcept { return mImpl->getInterpolationMode(); }

  //! Sets whether -1 and 1 are the centres of the outermost elements rather than their outer edges;
  //! false by default.
  void setAlignCorners(bool alignCorners) noexcept { mImpl->setAlignCorners(alignCorners); }
  //! Whether -1 and 1 are centres.
  bool getAlignCorners() const noexcept { return mImpl->getAlignCorners(); }

  //! Sets what is read outside: kFILL (the default), kCLAMP or kREFLECT. Returns false for others.
  bool setSampleMode(SampleMode mode) noexcept { return mImpl->setSampleMode(mode); }
  //! What is read outside.
  SampleMode getSampleMode() const noexcept { return mImpl->getSampleMode(); }

 protected:
  apiv::VGridSampleLayer* mImpl{nullptr};
  virtual ~IGridSampleLayer() noexcept = default;
};

//! What the four numbers of a box are.
enum class BoundingBoxFormat : int32_t {
  kCORNER_PAIRS = 0,  //!< (x1, y1, x2, y2): two opposite corners.
  kCENTER_SIZES = 1,  //!< (x, y, width, height): the centre and the extents.
};

namespace impl {
template <>
struct EnumMaxImpl<BoundingBoxFormat> {
  static constexpr int32_t kVALUE = 2;
};
}  // namespace impl

//! Non-maximum suppression. Inputs: 0 boxes [batch, count, classes or 1, 4] or [batch, count, 4];
//! 1 scores [batch, count, classes]; 2 the most boxes kept of a class, a scalar; optional scalars:
//! 3 the largest overlap (intersection over union, 0 by default), 4 the least score. Outputs: 0
//! [kept, 3] of (batch, class, box), best first within a class; 1 the number kept, a scalar.
class INMSLayer : public ILayer {
 public:
  //! Sets what the numbers of a box are; kCORNER_PAIRS by default.
  void setBoundingBoxFormat(BoundingBoxFormat fmt) noexcept { mImpl->setBoundingBoxFormat(fmt); }
  //! What the numbers of a box are.
  BoundingBoxFormat getBoundingBoxFormat() const noexcept { return mImpl->getBoundingBoxFormat(); }

  //! Sets how many boxes with the best scores are considered for each batch and class.
  void setTopKBoxLimit(int32_t limit) noexcept { mImpl->setTopKBoxLimit(limit); }
  //! How many boxes are considered.
  int32_t getTopKBoxLimit() const noexcept { return mImpl->getTopKBoxLimit(); }

  //! Sets the type of output 0: kINT32 (the default) or kINT64. Returns false for others.
  bool setIndicesType(DataType type) noexcept { return mImpl->setIndicesType(type); }
  //! The type of output 0.
  DataType getIndicesType() const noexcept { return mImpl->getIndicesType(); }

 protected:
  apiv::VNMSLayer* mImpl{nullptr};
  virtual ~INMSLayer() noexcept = default;
};

//! Sequences reversed, each over its own length: input 1, [batch], holds the lengths.
class IReverseSequenceLayer : public ILayer {
 public:
  //! Sets the axis of the sequences; 1 by default.
  void setBatchAxis(int32_t batchAxis) noexcept { mImpl->setBatchAxis(batchAxis); }
  //! The axis of the sequences.
  int32_t getBatchAxis() const noexcept { return mImpl->getBatchAxis(); }

  //! Sets the axis along which they run; 0 by default.
  void setSequenceAxis(int32_t sequenceAxis) noexcept { mImpl->setSequenceAxis(sequenceAxis); }
  //! The axis along which they run.
  int32_t getSequenceAxis() const noexcept { return mImpl->getSequenceAxis(); }

 protected:
  apiv::VReverseSequenceLayer* mImpl{nullptr};
  virtual ~IReverseSequenceLayer() noexcept = default;
};

//! (x - mean) / sqrt(variance + epsilon) * scale + bias, mean and variance over axes: instance,
//! group and layer normalisation. Inputs 1 and 2 are scale and bias.
class INormalizationLayer : public ILayer {
 public:
  //! Sets what is added to the variance; 1e-5 by default.
  void setEpsilon(float eps) noexcept { mImpl->setEpsilon(eps); }
  //! What is added to the variance.
  float getEpsilon() const noexcept { return mImpl->getEpsilon(); }

  //! Sets the axes of mean and variance, as bits.
  void setAxes(uint32_t axesMask) noexcept { mImpl->setAxes(axesMask); }
  //! The axes of mean and variance, as bits.
  uint32_t getAxes() const noexcept { return mImpl->getAxes(); }

  //! Sets the number of groups that channels fall into; other than 1 (the default) only for axes
  //! that are all the spatial ones.
  void setNbGroups(int64_t nbGroups) noexcept { mImpl->setNbGroups(nbGroups); }
  //! The number of groups.
  int64_t getNbGroups() const noexcept { return mImpl->getNbGroups(); }

  //! Sets the precision of the sums: kFLOAT or kHALF. Deprecated: they are always computed in
  //! kFLOAT.
  TRT_DEPRECATED void setComputePrecision(DataType type) noexcept {
    mImpl->setComputePrecision(type);
  }
  //! The precision of the sums. Deprecated.
  TRT_DEPRECATED DataType getComputePrecision() const noexcept {
    return mImpl->getComputePrecision();
  }

  //! Whether the layer was added with addNormalizationV2(), so that scale and bias have the shape
  //! that ONNX gives them.
  bool isV2() const noexcept { return mImpl->isV2(); }

 protected:
  apiv::VNormalizationLayer* mImpl{nullptr};
  virtual ~INormalizationLayer() noexcept = default;
};

//! Input 0 without the axes that input 1 (constant, INT32 or INT64) lists; their extents are 1.
class ISqueezeLayer : public ILayer {
 protected:
  apiv::VSqueezeLayer* mImpl{nullptr};
  virtual ~ISqueezeLayer() noexcept = default;
};

//! Input 0 with axes of extent 1 put in where input 1 (constant, INT32 or INT64) says; places are
//! those in the output.
class IUnsqueezeLayer : public ILayer {
 protected:
  apiv::VUnsqueezeLayer* mImpl{nullptr};
  virtual ~IUnsqueezeLayer() noexcept = default;
};

//! What a cumulative layer computes.
enum class CumulativeOperation : int32_t {
  kSUM = 0,  //!< Running sums.
};

namespace impl {
template <>
struct EnumMaxImpl<CumulativeOperation> {
  static constexpr int32_t kVALUE = 1;
};
}  // namespace impl

//! Each element combined with those before it along the axis that input 1, a scalar, gives.
class ICumulativeLayer : public ILayer {
 public:
  //! Sets what is computed. Returns false for an invalid value.
  bool setOperation(CumulativeOperation op) noexcept { return mImpl->setOperation(op); }
  //! What is computed.
  CumulativeOperation getOperation() const noexcept { return mImpl->getOperation(); }

  //! Sets whether an element itself is left out.
  void setExclusive(bool exclusive) noexcept { mImpl->setExclusive(exclusive); }
  //! Whether an element itself is left out.
  bool getExclusive() const noexcept { return mImpl->getExclusive(); }

  //! Sets whether it starts from the end.
  void setReverse(bool reverse) noexcept { mImpl->setReverse(reverse); }
  //! Whether it starts from the end.
  bool getReverse() const noexcept { return mImpl->getReverse(); }

 protected:
  apiv::VCumulativeLayer* mImpl{nullptr};
  virtual ~ICumulativeLayer() noexcept = default;
};

//! What attention does to the scores of a query.
enum class AttentionNormalizationOp : int32_t {
  kNONE = 0,     //!< Nothing.
  kSOFTMAX = 1,  //!< Softmax over the keys.
};

namespace impl {
template <>
struct EnumMaxImpl<AttentionNormalizationOp> {
  static constexpr int32_t kVALUE = 2;
};
}  // namespace impl

//! Base of the layers that are the border of an attention.
class IAttentionBoundaryLayer : public ILayer {
 public:
  //! The attention.
  IAttention* getAttention() const noexcept { return mBoundary->getAttention(); }

 protected:
  virtual ~IAttentionBoundaryLayer() noexcept = default;
  apiv::VAttentionBoundaryLayer* mBoundary{nullptr};
};

//! Takes the tensors of an attention.
class IAttentionInputLayer : public IAttentionBoundaryLayer {
 protected:
  virtual ~IAttentionInputLayer() noexcept = default;
  apiv::VAttentionInputLayer* mImpl{nullptr};
};

//! Gives the result of an attention.
class IAttentionOutputLayer : public IAttentionBoundaryLayer {
 protected:
  virtual ~IAttentionOutputLayer() noexcept = default;
  apiv::VAttentionOutputLayer* mImpl{nullptr};
};

//! Attention: normalise(query x key^T + mask) x value. Query [B, heads, S, D]; key and value
//! [B, kv heads, T, D], heads a multiple of kv heads; result like the query. Scaling is up to the
//! network.
class IAttention : public INoCopy {
 public:
  //! Sets what is done to the scores. Returns false for an invalid value.
  bool setNormalizationOperation(AttentionNormalizationOp op) noexcept {
    return mImpl->setNormalizationOperation(op);
  }
  //! What is done to the scores; kSOFTMAX by default.
  AttentionNormalizationOp getNormalizationOperation() const noexcept {
    return mImpl->getNormalizationOperation();
  }

  //! Sets a mask whose extents are those of the scores [B, heads, S, T] or 1: booleans, false
  //! leaves a score out; or numbers, which are added. Returns false together with setCausal(true).
  bool setMask(ITensor& mask) noexcept { return mImpl->setMask(mask); }
  //! The mask; null where none is set.
  ITensor* getMask() noexcept { return mImpl->getMask(); }

  //! Sets whether a query sees no later keys. Returns false together with a mask.
  bool setCausal(bool isCausal) noexcept { return mImpl->setCausal(isCausal); }
  //! Whether a query sees no later keys; false by default.
  bool getCausal() const noexcept { return mImpl->getCausal(); }

  //! Sets whether it may run as several kernels where there is no fused one; otherwise the build
  //! fails. False by default.
  bool setDecomposable(bool decomposable) noexcept { return mImpl->setDecomposable(decomposable); }
  //! Whether it may run as several kernels.
  bool getDecomposable() const noexcept { return mImpl->getDecomposable(); }

  //! Sets the query (0), key (1) or value (2). Returns false for another index.
  bool setInput(int32_t index, ITensor& input) noexcept { return mImpl->setInput(index, input); }
  //! The number of inputs: 3, and more where a mask or a scale is set.
  int32_t getNbInputs() const noexcept { return mImpl->getNbInputs(); }
  //! An input; null where the index is out of range.
  ITensor* getInput(int32_t index) const noexcept { return mImpl->getInput(index); }
  //! The number of outputs: 1.
  int32_t getNbOutputs() const noexcept { return mImpl->getNbOutputs(); }
  //! The result, for index 0; null otherwise.
  ITensor* getOutput(int32_t index) const noexcept { return mImpl->getOutput(index); }

  //! Sets the name for messages, at most 4096 bytes with its zero; copied. Returns false where it
  //! is too long.
  bool setName(const char* name) noexcept { return mImpl->setName(name); }
  //! The name.
  const char* getName() const noexcept { return mImpl->getName(); }

  //! Sets the scale with which normalised scores are quantised, a scalar or a vector.
  //! Returns false for a wrong type.
  bool setNormalizationQuantizeScale(ITensor& tensor) noexcept {
    return mImpl->setNormalizationQuantizeScale(tensor);
  }
  //! The scale; null where normalised scores are not quantised.
  ITensor* getNormalizationQuantizeScale() const noexcept {
    return mImpl->getNormalizationQuantizeScale();
  }
  //! Sets the type they are quantised to: kFP8 or kINT8. Returns false for others.
  bool setNormalizationQuantizeToType(DataType type) noexcept {
    return mImpl->setNormalizationQuantizeToType(type);
  }
  //! The type they are quantised to; kFP8 by default.
  DataType getNormalizationQuantizeToType() const noexcept {
    return mImpl->getNormalizationQuantizeToType();
  }

  //! Sets text that goes into the engine's layer information; copied. Returns false for null.
  bool setMetadata(const char* metadata) noexcept { return mImpl->setMetadata(metadata); }
  //! The text; empty where none was set.
  const char* getMetadata() const noexcept { return mImpl->getMetadata(); }

  //! Sets the number of devices that share the heads, at least 1. Returns false for less.
  bool setNbRanks(int32_t nbRanks) noexcept { return mImpl->setNbRanks(nbRanks); }
  //! The number of devices that share the heads; 1 by default.
  int32_t getNbRanks() const noexcept { return mImpl->getNbRanks(); }

 protected:
  apiv::VAttention* mImpl{nullptr};
  virtual ~IAttention() noexcept = default;
};

//! Rotary position embedding: pairs of elements of [B, heads, S, D] turned by angles whose cosines
//! (input 1) and sines (input 2) are [B, S, R / 2], or [positions, R / 2] looked up with input 3,
//! [B, S], where set.
class IRotaryEmbeddingLayer : public ILayer {
 public:
  //! Sets whether pairs are neighbours rather than R / 2 apart.
  void setInterleaved(bool interleaved) noexcept { mImpl->setInterleaved(interleaved); }
  //! Whether pairs are neighbours.
  bool getInterleaved() const noexcept { return mImpl->getInterleaved(); }

  //! Sets how many of the D elements are turned, R, even; 0 for all. Returns false for an odd or
  //! negative number.
  bool setRotaryEmbeddingDim(int32_t rotaryEmbeddingDim) noexcept {
    return mImpl->setRotaryEmbeddingDim(rotaryEmbeddingDim);
  }
  //! How many elements are turned; 0 for all.
  int32_t getRotaryEmbeddingDim() const noexcept { return mImpl->getRotaryEmbeddingDim(); }

 protected:
  apiv::VRotaryEmbeddingLayer* mImpl{nullptr};
  virtual ~IRotaryEmbeddingLayer() noexcept = default;
};

//! How a key-value cache is laid out.
enum class KVCacheMode : int32_t {
  kLINEAR = 0,  //!< Positions one after another.
};

namespace impl {
template <>
struct EnumMaxImpl<KVCacheMode> {
  static constexpr int32_t kVALUE = 1;
};
}  // namespace impl

//! Writes new keys or values (input 1, [B, heads, S, D]) into a cache (input 0, a network input,
//! [B, heads, capacity, D]) from the positions in input 2, [B]. The output, a network output,
//! shares the memory of the cache.
class IKVCacheUpdateLayer : public ILayer {
 public:
  //! Sets the layout of the cache. Returns false for an invalid value.
  bool setCacheMode(KVCacheMode cacheMode) noexcept { return mImpl->setCacheMode(cacheMode); }
  //! The layout of the cache.
  KVCacheMode getCacheMode() const noexcept { return mImpl->getCacheMode(); }

 protected:
  apiv::VKVCacheUpdateLayer* mImpl{nullptr};
  virtual ~IKVCacheUpdateLayer() noexcept = default;
};

//! The activation between the products of an expert.
enum class MoEActType : int32_t {
  kNONE = 0,  //!< None.
  kSILU = 1,  //!< x / (1 + exp(-x)).
};

namespace impl {
template <>
struct EnumMaxImpl<MoEActType> {
  static constexpr int32_t kVALUE = 2;
};
}  // namespace impl

//! A mixture of experts: each token of the hidden states [B, S, H] goes through the experts
//! selected for it [B, S, k], whose results are summed with their scores [B, S, k]. An expert is
//! down(activation(gate(x)) * up(x)).
class IMoELayer : public ILayer {
 public:
  //! Sets the weights of all experts: gate and up [experts, H, I], down [experts, I, H]; and the
  //! activation.
  void setGatedWeights(ITensor& fcGateWeights, ITensor& fcUpWeights, ITensor& fcDownWeights,
                       MoEActType activationType) noexcept {
    mImpl->setGatedWeights(fcGateWeights, fcUpWeights, fcDownWeights, activationType);
  }
  //! Sets the biases of all experts: gate and up [experts, I], down [experts, H].
  void setGatedBiases(ITensor& fcGateBiases, ITensor& fcUpBiases, ITensor& fcDownBiases) noexcept {
    mImpl->setGatedBiases(fcGateBiases, fcUpBiases, fcDownBiases);
  }

  //! Sets the activation.
  void setActivationType(MoEActType activationType) noexcept {
    mImpl->setActivationType(activationType);
  }
  //! The activation.
  MoEActType getActivationType() const noexcept { return mImpl->getActivationType(); }

  //! Quantises the input of `down` with a given scale to a type.
  void setQuantizationStatic(ITensor& fcDownActivationScale, DataType dataType) noexcept {
    mImpl->setQuantizationStatic(fcDownActivationScale, dataType);
  }
  //! Quantises the input of `down` to a type with scales computed for each block, themselves of a
  //! type and quantised with a given scale.
  void setQuantizationDynamicDblQ(ITensor& fcDownActivationDblQScale, DataType dataType,
                                  const Dims& blockShape, DataType dynQOutputScaleType) noexcept {
    mImpl->setQuantizationDynamicDblQ(fcDownActivationDblQScale, dataType, blockShape,
                                      dynQOutputScaleType);
  }

  //! Sets the type that the input of `down` is quantised to.
  void setQuantizationToType(DataType type) noexcept { mImpl->setQuantizationToType(type); }
  //! That type.
  DataType getQuantizationToType() const noexcept { return mImpl->getQuantizationToType(); }
  //! Sets the extents of a block of one scale.
  void setQuantizationBlockShape(const Dims& blockShape) noexcept {
    mImpl->setQuantizationBlockShape(blockShape);
  }
  //! The extents of a block.
  Dims getQuantizationBlockShape() const noexcept { return mImpl->getQuantizationBlockShape(); }
  //! Sets the type of computed scales.
  void setDynQOutputScaleType(DataType type) noexcept { mImpl->setDynQOutputScaleType(type); }
  //! The type of computed scales.
  DataType getDynQOutputScaleType() const noexcept { return mImpl->getDynQOutputScaleType(); }

  //! Sets all parameters of the gated activation at once.
  void setSwigluParams(float limit, float alpha, float beta) noexcept {
    mImpl->setSwigluParams(limit, alpha, beta);
  }
  //! Sets the magnitude to which its inputs are clamped; infinity by default.
  void setSwigluParamLimit(float limit) noexcept { mImpl->setSwigluParamLimit(limit); }
  //! That magnitude.
  float getSwigluParamLimit() const noexcept { return mImpl->getSwigluParamLimit(); }
  //! Sets the factor inside the sigmoid; 1 by default.
  void setSwigluParamAlpha(float alpha) noexcept { mImpl->setSwigluParamAlpha(alpha); }
  //! That factor.
  float getSwigluParamAlpha() const noexcept { return mImpl->getSwigluParamAlpha(); }
  //! Sets what is added to up(x); 0 by default.
  void setSwigluParamBeta(float beta) noexcept { mImpl->setSwigluParamBeta(beta); }
  //! What is added.
  float getSwigluParamBeta() const noexcept { return mImpl->getSwigluParamBeta(); }

  //! Replaces the hidden states (0), the selected experts (1) or their scores (2).
  void setInput(int32_t index, ITensor& tensor) noexcept { mImpl->setInput(index, tensor); }

 protected:
  apiv::VMoELayer* mImpl{nullptr};
  virtual ~IMoELayer() noexcept = default;
};

//! What devices that run a network together do with their tensors.
enum class CollectiveOperation : int32_t {
  kALL_REDUCE = 0,      //!< Reduces them; all get the result.
  kALL_GATHER = 1,      //!< Puts them one after another; all get the result.
  kBROADCAST = 2,       //!< All get that of the root.
  kREDUCE = 3,          //!< Reduces them; the root gets the result.
  kREDUCE_SCATTER = 4,  //!< Reduces them; each gets its part of the result.
};

namespace impl {
template <>
struct EnumMaxImpl<CollectiveOperation> {
  static constexpr int32_t kVALUE = 5;
};
}  // namespace impl

//! A collective operation over several devices.
class IDistCollectiveLayer : public ILayer {
 protected:
  apiv::VDistCollectiveLayer* mImpl{nullptr};
  virtual ~IDistCollectiveLayer() noexcept = default;
};

//! A property that a network has from the start.
enum class NetworkDefinitionCreationFlag : int32_t {
  kEXPLICIT_BATCH = 0,             //!< No effect: the batch is always an axis like any other.
  kSTRONGLY_TYPED = 1,             //!< Types follow from the inputs and the layers alone.
  kPREFER_JIT_PYTHON_PLUGINS = 2,  //!< Of a Python plugin with both, take the call into Python.
  kPREFER_AOT_PYTHON_PLUGINS = 3,  //!< Of a Python plugin with both, take the compiled kernel.
};

namespace impl {
template <>
struct EnumMaxImpl<NetworkDefinitionCreationFlag> {
  static constexpr int32_t kVALUE = 4;
};
}  // namespace impl

using NetworkDefinitionCreationFlags =
    uint32_t;  //!< NetworkDefinitionCreationFlag bits: 1U << flag.

//! A network to build an engine from: inputs, layers, outputs. Made by IBuilder::createNetworkV2();
//! freed with `delete`, before its builder. Weights that are passed in must stay alive, unchanged,
//! until the engine is built.
class INetworkDefinition : public INoCopy {
 public:
  virtual ~INetworkDefinition() noexcept = default;

  //! Adds an input: a name of its own, a type, extents with -1 for those that vary (they need an
  //! optimisation profile).
  ITensor* addInput(const char* name, DataType type, const Dims& dimensions) noexcept {
    return mImpl->addInput(name, type, dimensions);
  }

  //! Makes a tensor an output; it needs a name of its own and may not be an input.
  void markOutput(ITensor& tensor) noexcept { mImpl->markOutput(tensor); }

  //! Makes a tensor visible to an IDebugListener. Returns false where it cannot be.
  bool markDebug(ITensor& tensor) noexcept { return mImpl->markDebug(tensor); }
  //! Takes markDebug() back. Returns false where it was not marked.
  bool unmarkDebug(ITensor& tensor) noexcept { return mImpl->unmarkDebug(tensor); }
  //! Whether a tensor is marked for debugging.
  bool isDebugTensor(const ITensor& tensor) const noexcept { return mImpl->isDebugTensor(tensor); }
  //! Makes visible all tensors that exist after fusion, without changing the fusions. Returns false
  //! on failure.
  bool markUnfusedTensorsAsDebugTensors() noexcept {
    return mImpl->markUnfusedTensorsAsDebugTensors();
  }
  //! Takes markUnfusedTensorsAsDebugTensors() back. Returns false where it was not called.
  bool unmarkUnfusedTensorsAsDebugTensors() noexcept {
    return mImpl->unmarkUnfusedTensorsAsDebugTensors();
  }

  //! Adds a function of each element.
  IActivationLayer* addActivation(ITensor& input, ActivationType type) noexcept {
    return mImpl->addActivation(input, type);
  }

  //! Adds local response normalisation over `window` channels.
  ILRNLayer* addLRN(ITensor& input, int64_t window, float alpha, float beta, float k) noexcept {
    return mImpl->addLRN(input, window, alpha, beta, k);
  }

  //! Adds (x * scale + shift)^power; the channels of kCHANNEL are those of axis 1.
  IScaleLayer* addScale(ITensor& input, ScaleMode mode, Weights shift, Weights scale,
                        Weights power) noexcept {
    return mImpl->addScale(input, mode, shift, scale, power);
  }

  //! Adds softmax; see ISoftMaxLayer::setAxes() for the axis.
  ISoftMaxLayer* addSoftMax(ITensor& input) noexcept { return mImpl->addSoftMax(input); }

  //! Puts tensors one after another; see IConcatenationLayer::setAxis() for the axis.
  IConcatenationLayer* addConcatenation(ITensor* const* inputs, int32_t nbInputs) noexcept {
    return mImpl->addConcatenation(inputs, nbInputs);
  }

  //! Combines two tensors of one rank, element by element.
  IElementWiseLayer* addElementWise(ITensor& input1, ITensor& input2,
                                    ElementWiseOperation op) noexcept {
    return mImpl->addElementWise(input1, input2, op);
  }

  //! Adds a function of each element.
  IUnaryLayer* addUnary(ITensor& input, UnaryOperation operation) noexcept {
    return mImpl->addUnary(input, operation);
  }

  //! Adds a transposition and reshape, to be set on the layer.
  IShuffleLayer* addShuffle(ITensor& input) noexcept { return mImpl->addShuffle(input); }

  //! Turns indices into rows of `depth` elements along an axis.
  IOneHotLayer* addOneHot(ITensor& indices, ITensor& values, ITensor& depth,
                          int32_t axis) noexcept {
    return mImpl->addOneHot(indices, values, depth, axis);
  }

  //! The number of layers.
  int32_t getNbLayers() const noexcept { return mImpl->getNbLayers(); }
  //! A layer, in the order they were added; null where the index is out of range.
  ILayer* getLayer(int32_t index) const noexcept { return mImpl->getLayer(index); }

  //! The number of inputs.
  int32_t getNbInputs() const noexcept { return mImpl->getNbInputs(); }
  //! An input, in the order they were added; null where the index is out of range.
  ITensor* getInput(int32_t index) const noexcept { return mImpl->getInput(index); }

  //! The number of outputs, of those marked with markOutput() or markOutputForShapes().
  int32_t getNbOutputs() const noexcept { return mImpl->getNbOutputs(); }
  //! An output, in the order they were marked; null where the index is out of range.
  ITensor* getOutput(int32_t index) const noexcept { return mImpl->getOutput(index); }

  //! Reduces a tensor along axes, given as bits.
  IReduceLayer* addReduce(ITensor& input, ReduceOperation operation, uint32_t reduceAxes,
                          bool keepDimensions) noexcept {
    return mImpl->addReduce(input, operation, reduceAxes, keepDimensions);
  }

  //! Keeps the k largest or smallest along an axis, given as a bit; indices are INT32. Deprecated:
  //! give the type of the indices.
  TRT_DEPRECATED ITopKLayer* addTopK(ITensor& input, TopKOperation op, int32_t k,
                                     uint32_t reduceAxes) noexcept {
    return mImpl->addTopK(input, op, k, reduceAxes);
  }
  //! Keeps the k largest or smallest along an axis, given as a bit; indices are kINT32 or kINT64.
  ITopKLayer* addTopK(ITensor& input, TopKOperation op, int32_t k, uint32_t reduceAxes,
                      DataType indicesType) noexcept {
    return mImpl->addTopKV2(input, op, k, reduceAxes, indicesType);
  }

  //! Selects slices along an axis, GatherMode::kDEFAULT.
  IGatherLayer* addGather(ITensor& data, ITensor& indices, int32_t axis) noexcept {
    return mImpl->addGather(data, indices, axis);
  }
  //! Selects elements or slices; the axis is 0.
  IGatherLayer* addGatherV2(ITensor& data, ITensor& indices, GatherMode mode) noexcept {
    return mImpl->addGatherV2(data, indices, mode);
  }

  //! Adds softmax over rows of different lengths.
  IRaggedSoftMaxLayer* addRaggedSoftMax(ITensor& input, ITensor& bounds) noexcept {
    return mImpl->addRaggedSoftMax(input, bounds);
  }

  //! Multiplies two batches of matrices or vectors.
  IMatrixMultiplyLayer* addMatrixMultiply(ITensor& input0, MatrixOperation op0, ITensor& input1,
                                          MatrixOperation op1) noexcept {
    return mImpl->addMatrixMultiply(input0, op0, input1, op1);
  }

  //! Finds the elements that are not zero; coordinates are INT32. Deprecated: give the type of the
  //! coordinates.
  TRT_DEPRECATED INonZeroLayer* addNonZero(ITensor& input) noexcept {
    return mImpl->addNonZero(input);
  }
  //! Finds the elements that are not zero; coordinates are kINT32 or kINT64.
  INonZeroLayer* addNonZero(ITensor& input, DataType indicesType) noexcept {
    return mImpl->addNonZeroV2(input, indicesType);
  }

  //! Adds a tensor of constants.
  IConstantLayer* addConstant(const Dims& dimensions, Weights weights) noexcept {
    return mImpl->addConstant(dimensions, weights);
  }

  //! Adds a layer that passes its input on.
  IIdentityLayer* addIdentity(ITensor& input) noexcept { return mImpl->addIdentity(input); }

  //! Converts a tensor to another type.
  ICastLayer* addCast(ITensor& input, DataType toType) noexcept {
    return mImpl->addCast(input, toType);
  }

  //! Removes a tensor that nothing uses, or an input.
  void removeTensor(ITensor& tensor) noexcept { mImpl->removeTensor(tensor); }

  //! Takes markOutput() back.
  void unmarkOutput(ITensor& tensor) noexcept { mImpl->unmarkOutput(tensor); }

  //! Adds a clone of a second-generation plugin. Deprecated: use addPluginV3().
  TRT_DEPRECATED IPluginV2Layer* addPluginV2(ITensor* const* inputs, int32_t nbInputs,
                                             IPluginV2& plugin) noexcept {
    return mImpl->addPluginV2(inputs, nbInputs, plugin);
  }

  //! Adds a clone of a plugin, with inputs and shape inputs (shape tensors whose values decide its
  //! output shapes).
  IPluginV3Layer* addPluginV3(ITensor* const* inputs, int32_t nbInputs, ITensor* const* shapeInputs,
                              int32_t nbShapeInputs, IPluginV3& plugin) noexcept {
    return mImpl->addPluginV3(inputs, nbInputs, shapeInputs, nbShapeInputs, plugin);
  }

  //! Takes a strided box of a tensor.
  ISliceLayer* addSlice(ITensor& input, const Dims& start, const Dims& size,
                        const Dims& stride) noexcept {
    return mImpl->addSlice(input, start, size, stride);
  }

  //! Sets the name of the network, which the engine keeps; copied.
  void setName(const char* name) noexcept { mImpl->setName(name); }
  //! The name of the network.
  const char* getName() const noexcept { return mImpl->getName(); }

  //! Adds the extents of a tensor as a tensor of INT64.
  IShapeLayer* addShape(ITensor& input) noexcept { return mImpl->addShape(input); }

  //! Always false: the batch is an axis like any other. Deprecated.
  TRT_DEPRECATED bool hasImplicitBatchDimension() const noexcept {
    return mImpl->hasImplicitBatchDimension();
  }

  //! The flags the network was made with, as bits.
  NetworkDefinitionCreationFlags getFlags() const noexcept { return mImpl->getFlags(); }
  //! Whether the network was made with a flag.
  bool getFlag(NetworkDefinitionCreationFlag networkDefinitionCreationFlag) const noexcept {
    return mImpl->getFlag(networkDefinitionCreationFlag);
  }

  //! Makes a shape tensor an output, read on the host. Returns false where it cannot be.
  bool markOutputForShapes(ITensor& tensor) noexcept { return mImpl->markOutputForShapes(tensor); }
  //! Takes markOutputForShapes() back. Returns false where it was not marked.
  bool unmarkOutputForShapes(ITensor& tensor) noexcept {
    return mImpl->unmarkOutputForShapes(tensor);
  }

  //! Adds x where x >= 0, else slope * x.
  IParametricReLULayer* addParametricReLU(ITensor& input, ITensor& slope) noexcept {
    return mImpl->addParametricReLU(input, slope);
  }

  //! Adds a convolution with `nbOutputMaps` channels; the bias may be empty.
  IConvolutionLayer* addConvolutionNd(ITensor& input, int64_t nbOutputMaps, const Dims& kernelSize,
                                      Weights kernelWeights, Weights biasWeights) noexcept {
    return mImpl->addConvolutionNd(input, nbOutputMaps, kernelSize, kernelWeights, biasWeights);
  }

  //! Adds pooling.
  IPoolingLayer* addPoolingNd(ITensor& input, PoolingType type, const Dims& windowSize) noexcept {
    return mImpl->addPoolingNd(input, type, windowSize);
  }

  //! Adds a transposed convolution with `nbOutputMaps` channels; the bias may be empty.
  IDeconvolutionLayer* addDeconvolutionNd(ITensor& input, int64_t nbOutputMaps, Dims kernelSize,
                                          Weights kernelWeights, Weights biasWeights) noexcept {
    return mImpl->addDeconvolutionNd(input, nbOutputMaps, kernelSize, kernelWeights, biasWeights);
  }

  //! Adds (x * scale + shift)^power with channels on any axis.
  IScaleLayer* addScaleNd(ITensor& input, ScaleMode mode, Weights shift, Weights scale,
                          Weights power, int32_t channelAxis) noexcept {
    return mImpl->addScaleNd(input, mode, shift, scale, power, channelAxis);
  }

  //! Adds a resize, to be set on the layer.
  IResizeLayer* addResize(ITensor& input) noexcept { return mImpl->addResize(input); }

  //! Adds a loop.
  ILoop* addLoop() noexcept { return mImpl->addLoop(); }

  //! Adds a conditional.
  IIfConditional* addIfConditional() noexcept { return mImpl->addIfConditional(); }

  //! Chooses between two tensors, element by element.
  ISelectLayer* addSelect(ITensor& condition, ITensor& thenInput, ITensor& elseInput) noexcept {
    return mImpl->addSelect(condition, thenInput, elseInput);
  }

  //! Adds a check: the text is the error where a condition is false.
  IAssertionLayer* addAssertion(ITensor& condition, const char* message) noexcept {
    return mImpl->addAssertion(condition, message);
  }

  //! Makes a tensor of floats. Deprecated: give the type.
  TRT_DEPRECATED IFillLayer* addFill(const Dims& dimensions, FillOperation op) noexcept {
    return mImpl->addFill(dimensions, op);
  }
  //! Makes a tensor; extents may be given later as input 0.
  IFillLayer* addFill(const Dims& dimensions, FillOperation op, DataType outputType) noexcept {
    return mImpl->addFillV2(dimensions, op, outputType);
  }

  //! Puts zeros around the last two axes.
  IPaddingLayer* addPaddingNd(ITensor& input, const Dims& prePadding,
                              const Dims& postPadding) noexcept {
    return mImpl->addPaddingNd(input, prePadding, postPadding);
  }

  //! Names weights of a layer for refitting, at most 4096 bytes with its zero; copied. Returns
  //! false where no layer uses them.
  bool setWeightsName(Weights weights, const char* name) noexcept {
    return mImpl->setWeightsName(weights, name);
  }

  //! Sets the recorder of errors; null for none. Its reference count is kept.
  void setErrorRecorder(IErrorRecorder* recorder) noexcept { mImpl->setErrorRecorder(recorder); }
  //! The recorder of errors; by default that of the builder.
  IErrorRecorder* getErrorRecorder() const noexcept { return mImpl->getErrorRecorder(); }

  //! Dequantises to floats. Deprecated: give the type.
  TRT_DEPRECATED IDequantizeLayer* addDequantize(ITensor& input, ITensor& scale) noexcept {
    return mImpl->addDequantize(input, scale);
  }
  //! Dequantises to kFLOAT, kHALF or kBF16.
  IDequantizeLayer* addDequantize(ITensor& input, ITensor& scale, DataType outputType) noexcept {
    return mImpl->addDequantizeV2(input, scale, outputType);
  }

  //! Replaces elements of a tensor.
  IScatterLayer* addScatter(ITensor& data, ITensor& indices, ITensor& updates,
                            ScatterMode mode) noexcept {
    return mImpl->addScatter(data, indices, updates, mode);
  }

  //! Quantises to INT8. Deprecated: give the type.
  TRT_DEPRECATED IQuantizeLayer* addQuantize(ITensor& input, ITensor& scale) noexcept {
    return mImpl->addQuantize(input, scale);
  }
  //! Quantises to kINT8, kFP8, kINT4 or kFP4.
  IQuantizeLayer* addQuantize(ITensor& input, ITensor& scale, DataType outputType) noexcept {
    return mImpl->addQuantizeV2(input, scale, outputType);
  }

  //! Quantises with scales computed for blocks along an axis. Deprecated: use
  //! addDynamicQuantizeV2().
  TRT_DEPRECATED IDynamicQuantizeLayer* addDynamicQuantize(ITensor& input, int32_t axis,
                                                           int32_t blockSize, DataType outputType,
                                                           DataType scaleType) noexcept {
    return mImpl->addDynamicQuantize(input, axis, blockSize, outputType, scaleType);
  }
  //! Quantises with scales computed for blocks of a shape.
  IDynamicQuantizeLayer* addDynamicQuantizeV2(ITensor& input, const Dims& blockShape,
                                              DataType outputType, DataType scaleType) noexcept {
    return mImpl->addDynamicQuantizeV2(input, blockShape, outputType, scaleType);
  }

  //! Adds a sum of products over named axes.
  IEinsumLayer* addEinsum(ITensor* const* inputs, int32_t nbInputs, const char* equation) noexcept {
    return mImpl->addEinsum(inputs, nbInputs, equation);
  }

  //! Samples an image at the coordinates of a grid.
  IGridSampleLayer* addGridSample(ITensor& input, ITensor& grid) noexcept {
    return mImpl->addGridSample(input, grid);
  }

  //! Adds non-maximum suppression; indices are INT32. Deprecated: give the type of the indices.
  TRT_DEPRECATED INMSLayer* addNMS(ITensor& boxes, ITensor& scores,
                                   ITensor& maxOutputBoxesPerClass) noexcept {
    return mImpl->addNMS(boxes, scores, maxOutputBoxesPerClass);
  }
  //! Adds non-maximum suppression; indices are kINT32 or kINT64.
  INMSLayer* addNMS(ITensor& boxes, ITensor& scores, ITensor& maxOutputBoxesPerClass,
                    DataType indicesType) noexcept {
    return mImpl->addNMSV2(boxes, scores, maxOutputBoxesPerClass, indicesType);
  }

  //! Reverses sequences, each over its own length.
  IReverseSequenceLayer* addReverseSequence(ITensor& input, ITensor& sequenceLens) noexcept {
    return mImpl->addReverseSequence(input, sequenceLens);
  }

  //! Normalises over axes, given as bits; scale and bias have the rank of the input. Deprecated:
  //! use addNormalizationV2().
  TRT_DEPRECATED INormalizationLayer* addNormalization(ITensor& input, ITensor& scale,
                                                       ITensor& bias, uint32_t axesMask) noexcept {
    return mImpl->addNormalization(input, scale, bias, axesMask);
  }

  //! Adds running sums along an axis, a constant scalar.
  ICumulativeLayer* addCumulative(ITensor& input, ITensor& axis, CumulativeOperation operation,
                                  bool exclusive, bool reverse) noexcept {
    return mImpl->addCumulative(input, axis, operation, exclusive, reverse);
  }

  //! Adds attention.
  IAttention* addAttention(ITensor& query, ITensor& key, ITensor& value,
                           AttentionNormalizationOp normOp, bool causal) noexcept {
    return mImpl->addAttention(query, key, value, normOp, causal);
  }

  //! Adds rotary position embedding.
  IRotaryEmbeddingLayer* addRotaryEmbedding(ITensor& input, ITensor& cosCache, ITensor& sinCache,
                                            bool interleaved, int32_t rotaryEmbeddingDim) noexcept {
    return mImpl->addRotaryEmbedding(input, cosCache, sinCache, interleaved, rotaryEmbeddingDim);
  }

  //! Writes into a key-value cache in place.
  IKVCacheUpdateLayer* addKVCacheUpdate(ITensor& cache, ITensor& update, ITensor& writeIndices,
                                        KVCacheMode cacheMode) noexcept {
    return mImpl->addKVCacheUpdate(cache, update, writeIndices, cacheMode);
  }

  //! Adds a mixture of experts, to be given weights on the layer.
  IMoELayer* addMoE(ITensor& hiddenStates, ITensor& selectedExpertsForTokens,
                    ITensor& scoresForSelectedExperts) noexcept {
    return mImpl->addMoE(hiddenStates, selectedExpertsForTokens, scoresForSelectedExperts);
  }

  //! Adds a collective operation over devices: `reduceOp` is kNONE where nothing is reduced, `root`
  //! -1 where there is none; `groups` lists `groupSize` ranks, null for all.
  IDistCollectiveLayer* addDistCollective(ITensor& input, CollectiveOperation distCollectiveOp,
                                          ReduceOperation reduceOp, int64_t root, int64_t* groups,
                                          int64_t groupSize) noexcept {
    return mImpl->addDistCollective(input, distCollectiveOp, reduceOp, root, groups, groupSize);
  }

  //! The builder that made the network.
  virtual IBuilder& getBuilder() const noexcept { return mImpl->getBuilder(); }

  //! Makes weights of that name refittable, under BuilderFlag::kREFIT_INDIVIDUAL. Returns false for
  //! an unknown name.
  bool markWeightsRefittable(const char* name) noexcept {
    return mImpl->markWeightsRefittable(name);
  }
  //! Takes markWeightsRefittable() back. Returns false for an unknown name.
  bool unmarkWeightsRefittable(const char* name) noexcept {
    return mImpl->unmarkWeightsRefittable(name);
  }
  //! Whether weights of that name are marked.
  bool areWeightsMarkedRefittable(const char* name) const noexcept {
    return mImpl->areWeightsMarkedRefittable(name);
  }

  //! Takes axes of extent 1 away; the axes are a constant.
  ISqueezeLayer* addSqueeze(ITensor& input, ITensor& axes) noexcept {
    return mImpl->addSqueeze(input, axes);
  }
  //! Puts axes of extent 1 in; the axes are a constant.
  IUnsqueezeLayer* addUnsqueeze(ITensor& input, ITensor& axes) noexcept {
    return mImpl->addUnsqueeze(input, axes);
  }

  //! Normalises over axes, given as bits; scale and bias have the shape that the ONNX operators
  //! give them.
  INormalizationLayer* addNormalizationV2(ITensor& input, ITensor& scale, ITensor& bias,
                                          uint32_t axesMask) noexcept {
    return mImpl->addNormalizationV2(input, scale, bias, axesMask);
  }

 protected:
  apiv::VNetworkDefinition* mImpl{nullptr};
};

//! How a calibrator finds the range of a tensor.
enum class CalibrationAlgoType : int32_t {
  kLEGACY_CALIBRATION = 0,     //!< A quantile of the histogram, with a cutoff.
  kENTROPY_CALIBRATION = 1,    //!< Least loss of information.
  kENTROPY_CALIBRATION_2 = 2,  //!< Least loss of information, for tensors after fusion.
  kMINMAX_CALIBRATION = 3,     //!< The least and greatest values seen.
};

namespace impl {
template <>
struct EnumMaxImpl<CalibrationAlgoType> {
  static constexpr int32_t kVALUE = 4;
};
}  // namespace impl

//! Base of the calibrators: gives batches of sample inputs to find the ranges of tensors for INT8.
//! Implemented by programs through one of the classes below.
class IInt8Calibrator : public IVersionedInterface {
 public:
  //! The number of samples in a batch. Deprecated: it is part of the shapes.
  TRT_DEPRECATED virtual int32_t getBatchSize() const noexcept = 0;

  //! Writes the device address of the next batch of each input into `bindings`, in the order of
  //! `names`. Returns false where there is no further batch.
  virtual bool getBatch(void* bindings[], const char* names[], int32_t nbBindings) noexcept = 0;

  //! A cache that was written earlier, and its size in bytes, so that calibration is left out; null
  //! for none.
  virtual const void* readCalibrationCache(std::size_t& length) noexcept = 0;

  //! Stores the ranges that were found, as text.
  virtual void writeCalibrationCache(const void* ptr, std::size_t length) noexcept = 0;

  //! How ranges are found.
  virtual CalibrationAlgoType getAlgorithm() noexcept = 0;

  ~IInt8Calibrator() noexcept override = default;
};

namespace v_1_0 {

//! Calibrates for least loss of information, tensors before fusion.
class IInt8EntropyCalibrator : public IInt8Calibrator {
 public:
  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"IInt8EntropyCalibrator", 1, 0};
  }

  CalibrationAlgoType getAlgorithm() noexcept override {
    return CalibrationAlgoType::kENTROPY_CALIBRATION;
  }

  ~IInt8EntropyCalibrator() noexcept override = default;
};

//! Calibrates for least loss of information, tensors after fusion: the one to begin with.
class IInt8EntropyCalibrator2 : public IInt8Calibrator {
 public:
  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"IInt8EntropyCalibrator2", 1, 0};
  }

  CalibrationAlgoType getAlgorithm() noexcept override {
    return CalibrationAlgoType::kENTROPY_CALIBRATION_2;
  }

  ~IInt8EntropyCalibrator2() noexcept override = default;
};

//! Calibrates to the least and greatest values seen.
class IInt8MinMaxCalibrator : public IInt8Calibrator {
 public:
  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"IInt8MinMaxCalibrator", 1, 0};
  }

  CalibrationAlgoType getAlgorithm() noexcept override {
    return CalibrationAlgoType::kMINMAX_CALIBRATION;
  }

  ~IInt8MinMaxCalibrator() noexcept override = default;
};

//! Calibrates to a quantile of the values seen.
class IInt8LegacyCalibrator : public IInt8Calibrator {
 public:
  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"IInt8Calibrator", 1, 0};
  }

  CalibrationAlgoType getAlgorithm() noexcept override {
    return CalibrationAlgoType::kLEGACY_CALIBRATION;
  }

  //! The share of values inside of the range, 0 to 1.
  virtual double getQuantile() const noexcept = 0;

  //! The share of the range at which regression cuts off, 0 to 1.
  virtual double getRegressionCutoff() const noexcept = 0;

  //! A histogram that was written earlier, and its size in bytes; null for none.
  virtual const void* readHistogramCache(std::size_t& length) noexcept = 0;

  //! Stores the histogram.
  virtual void writeHistogramCache(const void* ptr, std::size_t length) noexcept = 0;

  ~IInt8LegacyCalibrator() noexcept override = default;
};

}  // namespace v_1_0

using IInt8EntropyCalibrator = v_1_0::IInt8EntropyCalibrator;
using IInt8EntropyCalibrator2 = v_1_0::IInt8EntropyCalibrator2;
using IInt8MinMaxCalibrator = v_1_0::IInt8MinMaxCalibrator;
using IInt8LegacyCalibrator = v_1_0::IInt8LegacyCalibrator;

//! The type and layout of an input or output of an algorithm.
class IAlgorithmIOInfo : public INoCopy {
 public:
  //! The type of the elements.
  DataType getDataType() const noexcept { return mImpl->getDataType(); }

  //! The distance of neighbours along each axis, in vectors.
  Dims getStrides() const noexcept { return mImpl->getStrides(); }

  //! The axis that is vectorised; -1 for none.
  int64_t getVectorizedDim() const noexcept { return mImpl->getVectorizedDim(); }

  //! The elements in a vector; 1 where none is.
  int64_t getComponentsPerElement() const noexcept { return mImpl->getComponentsPerElement(); }

 protected:
  virtual ~IAlgorithmIOInfo() noexcept = default;
  apiv::VAlgorithmIOInfo* mImpl{nullptr};
};

//! Names an algorithm, the same from one build to the next.
class IAlgorithmVariant : public INoCopy {
 public:
  //! The number of the implementation.
  int64_t getImplementation() const noexcept { return mImpl->getImplementation(); }

  //! The number of the tactic within it.
  int64_t getTactic() const noexcept { return mImpl->getTactic(); }

 protected:
  virtual ~IAlgorithmVariant() noexcept = default;
  apiv::VAlgorithmVariant* mImpl{nullptr};
};

//! The layer that an algorithm is chosen for.
class IAlgorithmContext : public INoCopy {
 public:
  //! The name of the layer.
  const char* getName() const noexcept { return mImpl->getName(); }

  //! The least, tuned or greatest extents of a tensor: inputs first, then outputs.
  Dims getDimensions(int32_t index, OptProfileSelector select) const noexcept {
    return mImpl->getDimensions(index, select);
  }

  //! The number of inputs.
  int32_t getNbInputs() const noexcept { return mImpl->getNbInputs(); }
  //! The number of outputs.
  int32_t getNbOutputs() const noexcept { return mImpl->getNbOutputs(); }

 protected:
  virtual ~IAlgorithmContext() noexcept = default;
  apiv::VAlgorithmContext* mImpl{nullptr};
};

//! A way to run a layer, with what it costs.
class IAlgorithm : public INoCopy {
 public:
  //! Which algorithm this is.
  const IAlgorithmVariant& getAlgorithmVariant() const noexcept {
    return mImpl->getAlgorithmVariant();
  }

  //! The time it takes in milliseconds; 0 where it was not measured.
  float getTimingMSec() const noexcept { return mImpl->getTimingMSec(); }

  //! The bytes of scratch memory it needs.
  std::size_t getWorkspaceSize() const noexcept { return mImpl->getWorkspaceSize(); }

  //! A tensor as it wants it: inputs first, then outputs; null where the index is out of range.
  const IAlgorithmIOInfo* getAlgorithmIOInfoByIndex(int32_t index) const noexcept {
    return mImpl->getAlgorithmIOInfoByIndex(index);
  }

 protected:
  virtual ~IAlgorithm() noexcept = default;
  apiv::VAlgorithm* mImpl{nullptr};
};

namespace v_1_0 {

//! Chooses among the algorithms of each layer. Implemented by programs.
class IAlgorithmSelector : public IVersionedInterface {
 public:
  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"IAlgorithmSelector", 1, 0};
  }

  //! Writes the indices of the choices to consider for a layer. Returns their number; 0 leaves the
  //! choice to the builder, unless BuilderFlag::kREJECT_EMPTY_ALGORITHMS is set.
  virtual int32_t selectAlgorithms(const IAlgorithmContext& context,
                                   const IAlgorithm* const* choices, int32_t nbChoices,
                                   int32_t* selection) noexcept = 0;

  //! Told the algorithm that was taken for each layer, at the end of the build.
  virtual void reportAlgorithms(const IAlgorithmContext* const* algoContexts,
                                const IAlgorithm* const* algoChoices,
                                int32_t nbAlgorithms) noexcept = 0;

  virtual ~IAlgorithmSelector() noexcept = default;
};

}  // namespace v_1_0

using IAlgorithmSelector = v_1_0::IAlgorithmSelector;

//! A detail of how INT8 quantisation is done.
enum class QuantizationFlag : int32_t {
  kCALIBRATE_BEFORE_FUSION = 0,  //!< Calibrate tensors before fusion.
};

namespace impl {
template <>
struct EnumMaxImpl<QuantizationFlag> {
  static constexpr int32_t kVALUE = 1;
};
}  // namespace impl

using QuantizationFlags = uint32_t;  //!< QuantizationFlag values as bits: 1U << flag.

//! The platform that an engine is built for.
enum class RuntimePlatform : int32_t {
  kSAME_AS_BUILD = 0,  //!< The one it is built on.
  kWINDOWS_AMD64 = 1,  //!< Windows on x86-64, built on Linux.
};

namespace impl {
template <>
struct EnumMaxImpl<RuntimePlatform> {
  static constexpr int32_t kVALUE = 2;
};
}  // namespace impl

using BuilderFlags = uint32_t;  //!< BuilderFlag values as bits: 1U << flag.

//! What a builder may or must do.
enum class BuilderFlag : int32_t {
  kFP16 = 0,                           //!< Layers may compute in FP16.
  kINT8 = 1,                           //!< Layers may compute in INT8, as calibrated.
  kDEBUG = 2,                          //!< Wait after each layer while running.
  kGPU_FALLBACK = 3,                   //!< What the DLA cannot run goes to the device.
  kREFIT = 4,                          //!< All weights can be replaced later.
  kDISABLE_TIMING_CACHE = 5,           //!< Measure even what was measured in this build.
  kTF32 = 6,                           //!< FP32 products may round inputs to TF32; set by default.
  kSPARSE_WEIGHTS = 7,                 //!< Use 2:4 sparsity of weights where it is faster.
  kSAFETY_SCOPE = 8,                   //!< Only what EngineCapability::kSAFETY has.
  kOBEY_PRECISION_CONSTRAINTS = 9,     //!< Fail where a precision asked for cannot be had.
  kPREFER_PRECISION_CONSTRAINTS = 10,  //!< Warn where a precision asked for cannot be had.
  kDIRECT_IO = 11,                     //!< No conversion between a layer and an input or output.
  kREJECT_EMPTY_ALGORITHMS = 12,       //!< Fail where an algorithm selector chooses nothing.
  kVERSION_COMPATIBLE = 13,            //!< The engine runs on later versions too.
  kEXCLUDE_LEAN_RUNTIME = 14,          //!< Such an engine without a runtime inside.
  kFP8 = 15,                           //!< Layers may compute in FP8.
  kERROR_ON_TIMING_CACHE_MISS = 16,    //!< Fail where a measurement is not in the cache.
  kBF16 = 17,                          //!< Layers may compute in BF16.
  kDISABLE_COMPILATION_CACHE = 18,     //!< Leave compiled code out of the timing cache.
  kSTRIP_PLAN = 19,                    //!< A plan without the weights that can be refitted.
  kWEIGHTLESS = kSTRIP_PLAN,           //!< Older name of kSTRIP_PLAN.
  kREFIT_IDENTICAL = 20,               //!< Weights can be put back, but not replaced by others.
  kWEIGHT_STREAMING = 21,              //!< Weights may be copied to the device as they are needed.
  kINT4 = 22,                          //!< Weights may be INT4.
  kREFIT_INDIVIDUAL = 23,              //!< The weights that are marked can be replaced later.
  kSTRICT_NANS = 24,                   //!< No simplification that changes what becomes of NaN.
  kMONITOR_MEMORY = 25,                //!< Report the memory used while building.
  kFP4 = 26,                           //!< Layers may compute in FP4.
  kEDITABLE_TIMING_CACHE = 27,         //!< The timing cache can be queried and updated.
  kDISTRIBUTIVE_INDEPENDENCE = 28,     //!< Results do not depend on where in a batch an item is.
};

namespace impl {
template <>
struct EnumMaxImpl<BuilderFlag> {
  static constexpr int32_t kVALUE = 29;
};
}  // namespace impl

namespace v_1_0 {

//! Names a measurement in a timing cache.
struct TimingCacheKey {
  uint8_t data[16];  //!< A hash.
};

//! A measurement in a timing cache.
struct TimingCacheValue {
  static constexpr uint64_t kINVALID_TACTIC_HASH = UINT64_MAX;  //!< Not a tactic.

  uint64_t tacticHash;  //!< Names the best tactic.
  float timingMSec;     //!< Its time in milliseconds.
};

}  // namespace v_1_0

using TimingCacheKey = v_1_0::TimingCacheKey;
using TimingCacheValue = v_1_0::TimingCacheValue;

//! Measurements of tactics, kept from build to build. Made by IBuilderConfig::createTimingCache();
//! freed with `delete`.
class ITimingCache : public INoCopy {
 public:
  virtual ~ITimingCache() noexcept = default;

  //! The cache as bytes, to be freed with `delete`; null on failure.
  IHostMemory* serialize() const noexcept { return mImpl->serialize(); }

  //! Adds the measurements of another cache; those here win. Returns false, and changes nothing,
  //! where it comes from another device, unless that is to be ignored.
  bool combine(const ITimingCache& inputCache, bool ignoreMismatch) noexcept {
    return mImpl->combine(inputCache, ignoreMismatch);
  }

  //! Empties the cache. Returns whether it could.
  bool reset() noexcept { return mImpl->reset(); }

  //! Writes up to `capacity` keys; the buffer may be null. Returns how many there are in all; -1 on
  //! an error.
  int64_t queryKeys(TimingCacheKey* keyBuffer, int64_t capacity) const noexcept {
    return mImpl->queryKeys(keyBuffer, capacity);
  }

  //! The measurement under a key; kINVALID_TACTIC_HASH where there is none.
  TimingCacheValue query(const TimingCacheKey& key) const noexcept { return mImpl->query(key); }

  //! Replaces the measurement under a key. Returns false where there is none or the value is not
  //! valid; needs BuilderFlag::kEDITABLE_TIMING_CACHE.
  bool update(const TimingCacheKey& key, const TimingCacheValue& value) noexcept {
    return mImpl->update(key, value);
  }

 protected:
  apiv::VTimingCache* mImpl{nullptr};
};

//! A kind of memory that has a limit.
enum class MemoryPoolType : int32_t {
  kWORKSPACE = 0,             //!< Scratch memory of a layer; by default all that the device has.
  kDLA_MANAGED_SRAM = 1,      //!< Fast memory on a DLA core.
  kDLA_LOCAL_DRAM = 2,        //!< Host memory for activations of a DLA.
  kDLA_GLOBAL_DRAM = 3,       //!< Host memory for weights of a DLA.
  kTACTIC_DRAM = 4,           //!< Device memory that a tactic may use while it is timed.
  kTACTIC_SHARED_MEMORY = 5,  //!< Shared memory of a multiprocessor that a tactic may use.
};

namespace impl {
template <>
struct EnumMaxImpl<MemoryPoolType> {
  static constexpr int32_t kVALUE = 6;
};
}  // namespace impl

//! Something new that has to be switched on. The last digits are the version that brought it.
enum class PreviewFeature : int32_t {
  kPROFILE_SHARING_0806 = 0,             //!< Contexts may share a profile; always on.
  kALIASED_PLUGIN_IO_10_03 = 1,          //!< Plugins may write an output over an input.
  kRUNTIME_ACTIVATION_RESIZE_10_10 = 2,  //!< updateDeviceMemorySizeForShapes() may shrink memory.
  kMULTIDEVICE_RUNTIME_10_16 = 3,        //!< An engine may run on several devices together.
};

namespace impl {
template <>
struct EnumMaxImpl<PreviewFeature> {
  static constexpr int32_t kVALUE = 4;
};
}  // namespace impl

//! The devices that an engine runs on besides the one it was built on.
enum class HardwareCompatibilityLevel : int32_t {
  kNONE = 0,                     //!< None.
  kAMPERE_PLUS = 1,              //!< Every GPU from Ampere on.
  kSAME_COMPUTE_CAPABILITY = 2,  //!< Every GPU of the same compute capability.
};

namespace impl {
template <>
struct EnumMaxImpl<HardwareCompatibilityLevel> {
  static constexpr int32_t kVALUE = 3;
};
}  // namespace impl

//! How hard the builder tries to keep data in the cache across layers.
enum class TilingOptimizationLevel : int32_t {
  kNONE = 0,      //!< Not at all.
  kFAST = 1,      //!< By rules of thumb.
  kMODERATE = 2,  //!< With some search.
  kFULL = 3,      //!< With a wide search.
};

namespace impl {
template <>
struct EnumMaxImpl<TilingOptimizationLevel> {
  static constexpr int32_t kVALUE = 4;
};
}  // namespace impl

namespace v_1_0 {

//! Told how a build gets on; may stop it. Implemented by programs; called from several threads, so
//! members must be thread safe. Phases nest.
class IProgressMonitor : public IVersionedInterface {
 public:
  IProgressMonitor() = default;
  virtual ~IProgressMonitor() noexcept = default;

  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"IProgressMonitor", 1, 0};
  }

  //! A phase of `nbSteps` steps begins, inside of `parentPhase` or, where that is null, at the top.
  virtual void phaseStart(const char* phaseName, const char* parentPhase,
                          int32_t nbSteps) noexcept = 0;

  //! A step (from 0) of a phase is done. Return false to stop the build.
  virtual bool stepComplete(const char* phaseName, int32_t step) noexcept = 0;

  //! A phase has ended, possibly before its last step.
  virtual void phaseFinish(const char* phaseName) noexcept = 0;
};

}  // namespace v_1_0

using IProgressMonitor = v_1_0::IProgressMonitor;

//! How a network is to be built. Made by IBuilder::createBuilderConfig(); freed with `delete`,
//! before its builder.
class IBuilderConfig : public INoCopy {
 public:
  virtual ~IBuilderConfig() noexcept = default;

  //! Sets over how many runs a time is averaged, at least 1 (the default).
  virtual void setAvgTimingIterations(int32_t avgTiming) noexcept {
    mImpl->setAvgTimingIterations(avgTiming);
  }
  //! Over how many runs a time is averaged.
  int32_t getAvgTimingIterations() const noexcept { return mImpl->getAvgTimingIterations(); }

  //! Sets what the engine is to run on; kSTANDARD by default.
  void setEngineCapability(EngineCapability capability) noexcept {
    mImpl->setEngineCapability(capability);
  }
  //! What the engine is to run on.
  EngineCapability getEngineCapability() const noexcept { return mImpl->getEngineCapability(); }

  //! Sets the calibrator for INT8, which must live until the build is done; null for none.
  //! Deprecated: quantise explicitly.
  TRT_DEPRECATED void setInt8Calibrator(IInt8Calibrator* calibrator) noexcept {
    mImpl->setInt8Calibrator(calibrator);
  }
  //! The calibrator; null by default. Deprecated.
  TRT_DEPRECATED IInt8Calibrator* getInt8Calibrator() const noexcept {
    return mImpl->getInt8Calibrator();
  }

  //! Sets all flags at once, as bits.
  void setFlags(BuilderFlags builderFlags) noexcept { mImpl->setFlags(builderFlags); }
  //! All flags, as bits; kTF32 by default.
  BuilderFlags getFlags() const noexcept { return mImpl->getFlags(); }
  //! Clears a flag.
  void clearFlag(BuilderFlag builderFlag) noexcept { mImpl->clearFlag(builderFlag); }
  //! Sets a flag.
  void setFlag(BuilderFlag builderFlag) noexcept { mImpl->setFlag(builderFlag); }
  //! Whether a flag is set.
  bool getFlag(BuilderFlag builderFlag) const noexcept { return mImpl->getFlag(builderFlag); }

  //! Sets what a layer runs on.
  void setDeviceType(const ILayer* layer, DeviceType deviceType) noexcept {
    mImpl->setDeviceType(layer, deviceType);
  }
  //! What a layer runs on: as set, else the default.
  DeviceType getDeviceType(const ILayer* layer) const noexcept {
    return mImpl->getDeviceType(layer);
  }
  //! Whether it is set for a layer.
  bool isDeviceTypeSet(const ILayer* layer) const noexcept { return mImpl->isDeviceTypeSet(layer); }
  //! Takes setDeviceType() back.
  void resetDeviceType(const ILayer* layer) noexcept { mImpl->resetDeviceType(layer); }
  //! Whether a layer can run on a DLA; false where there is none.
  bool canRunOnDLA(const ILayer* layer) const noexcept { return mImpl->canRunOnDLA(layer); }
  //! Sets the DLA core; -1, the default, for none.
  void setDLACore(int32_t dlaCore) noexcept { mImpl->setDLACore(dlaCore); }
  //! The DLA core; -1 for none.
  int32_t getDLACore() const noexcept { return mImpl->getDLACore(); }
  //! Sets what layers run on unless set for each; kGPU by default.
  void setDefaultDeviceType(DeviceType deviceType) noexcept {
    mImpl->setDefaultDeviceType(deviceType);
  }
  //! What layers run on unless set for each.
  DeviceType getDefaultDeviceType() const noexcept { return mImpl->getDefaultDeviceType(); }

  //! Puts everything back to its default.
  void reset() noexcept { mImpl->reset(); }

  //! Sets the stream on which tactics are timed; one of its own for null.
  void setProfileStream(const cudaStream_t stream) noexcept { mImpl->setProfileStream(stream); }
  //! The stream on which tactics are timed; null by default.
  cudaStream_t getProfileStream() const noexcept { return mImpl->getProfileStream(); }

  //! Adds a valid profile, which must live until the build is done. Returns its index; -1 where it
  //! is not valid.
  int32_t addOptimizationProfile(const IOptimizationProfile* profile) noexcept {
    return mImpl->addOptimizationProfile(profile);
  }
  //! The number of profiles added.
  int32_t getNbOptimizationProfiles() const noexcept { return mImpl->getNbOptimizationProfiles(); }

  //! Sets how much the engine will tell of its layers; kLAYER_NAMES_ONLY by default.
  void setProfilingVerbosity(ProfilingVerbosity verbosity) noexcept {
    mImpl->setProfilingVerbosity(verbosity);
  }
  //! How much the engine will tell of its layers.
  ProfilingVerbosity getProfilingVerbosity() const noexcept {
    return mImpl->getProfilingVerbosity();
  }

  //! Sets what chooses algorithms; null for the builder. Deprecated: edit the timing cache.
  TRT_DEPRECATED void setAlgorithmSelector(IAlgorithmSelector* selector) noexcept {
    mImpl->setAlgorithmSelector(selector);
  }
  //! What chooses algorithms; null by default. Deprecated.
  TRT_DEPRECATED IAlgorithmSelector* getAlgorithmSelector() const noexcept {
    return mImpl->getAlgorithmSelector();
  }

  //! Sets the profile whose tuned extents calibration uses; the first one otherwise. Returns false
  //! where it is not valid. Deprecated: quantise explicitly.
  TRT_DEPRECATED bool setCalibrationProfile(const IOptimizationProfile* profile) noexcept {
    return mImpl->setCalibrationProfile(profile);
  }
  //! The profile for calibration; null by default. Deprecated.
  TRT_DEPRECATED const IOptimizationProfile* getCalibrationProfile() noexcept {
    return mImpl->getCalibrationProfile();
  }

  //! Sets all quantisation flags at once, as bits. Deprecated.
  TRT_DEPRECATED void setQuantizationFlags(QuantizationFlags flags) noexcept {
    mImpl->setQuantizationFlags(flags);
  }
  //! All quantisation flags, as bits; none by default. Deprecated.
  TRT_DEPRECATED QuantizationFlags getQuantizationFlags() const noexcept {
    return mImpl->getQuantizationFlags();
  }
  //! Clears a quantisation flag. Deprecated.
  TRT_DEPRECATED void clearQuantizationFlag(QuantizationFlag flag) noexcept {
    mImpl->clearQuantizationFlag(flag);
  }
  //! Sets a quantisation flag. Deprecated.
  TRT_DEPRECATED void setQuantizationFlag(QuantizationFlag flag) noexcept {
    mImpl->setQuantizationFlag(flag);
  }
  //! Whether a quantisation flag is set. Deprecated.
  TRT_DEPRECATED bool getQuantizationFlag(QuantizationFlag flag) const noexcept {
    return mImpl->getQuantizationFlag(flag);
  }

  //! Sets the families of tactics to use, as bits. Returns false where one is not available.
  bool setTacticSources(TacticSources tacticSources) noexcept {
    return mImpl->setTacticSources(tacticSources);
  }
  //! The families of tactics to use, as bits.
  TacticSources getTacticSources() const noexcept { return mImpl->getTacticSources(); }

  //! A cache from what ITimingCache::serialize() gave, or an empty one for size 0, to be freed with
  //! `delete`. Returns null where the bytes are no cache or of another version.
  ITimingCache* createTimingCache(const void* blob, std::size_t size) const noexcept {
    return mImpl->createTimingCache(blob, size);
  }
  //! Sets the cache to read from and to write to, which must live until the build is done. Returns
  //! false where it comes from another device, unless that is to be ignored.
  bool setTimingCache(const ITimingCache& cache, bool ignoreMismatch) noexcept {
    return mImpl->setTimingCache(cache, ignoreMismatch);
  }
  //! The cache; after a build without one, the one it made. Null where there is none.
  const ITimingCache* getTimingCache() const noexcept { return mImpl->getTimingCache(); }

  //! Sets the most bytes of a kind of memory.
  void setMemoryPoolLimit(MemoryPoolType pool, std::size_t poolSize) noexcept {
    mImpl->setMemoryPoolLimit(pool, poolSize);
  }
  //! The most bytes of a kind of memory.
  std::size_t getMemoryPoolLimit(MemoryPoolType pool) const noexcept {
    return mImpl->getMemoryPoolLimit(pool);
  }

  //! Switches a preview feature on or off.
  void setPreviewFeature(PreviewFeature feature, bool enable) noexcept {
    mImpl->setPreviewFeature(feature, enable);
  }
  //! Whether a preview feature is on.
  bool getPreviewFeature(PreviewFeature feature) const noexcept {
    return mImpl->getPreviewFeature(feature);
  }

  //! Sets how long to search for fast tactics: 0 (first that works) to 5 (most); 3 by default.
  void setBuilderOptimizationLevel(int32_t level) noexcept {
    mImpl->setBuilderOptimizationLevel(level);
  }
  //! How long to search for fast tactics.
  int32_t getBuilderOptimizationLevel() noexcept { return mImpl->getBuilderOptimizationLevel(); }

  //! Sets which other devices the engine is to run on; kNONE by default.
  void setHardwareCompatibilityLevel(
      HardwareCompatibilityLevel hardwareCompatibilityLevel) noexcept {
    mImpl->setHardwareCompatibilityLevel(hardwareCompatibilityLevel);
  }
  //! Which other devices the engine is to run on.
  HardwareCompatibilityLevel getHardwareCompatibilityLevel() const noexcept {
    return mImpl->getHardwareCompatibilityLevel();
  }

  //! Sets the plugin libraries that go into the plan; the paths are copied.
  void setPluginsToSerialize(const char* const* paths, int32_t nbPaths) noexcept {
    mImpl->setPluginsToSerialize(paths, nbPaths);
  }
  //! The path of a plugin library; null where the index is out of range.
  const char* getPluginToSerialize(int32_t index) const noexcept {
    return mImpl->getPluginToSerialize(index);
  }
  //! The number of plugin libraries that go into the plan.
  int32_t getNbPluginsToSerialize() const noexcept { return mImpl->getNbPluginsToSerialize(); }

  //! Sets the most auxiliary streams for a context; by default up to the builder, 0 for none.
  void setMaxAuxStreams(int32_t nbStreams) noexcept { mImpl->setMaxAuxStreams(nbStreams); }
  //! The most auxiliary streams for a context.
  int32_t getMaxAuxStreams() const noexcept { return mImpl->getMaxAuxStreams(); }

  //! Sets what is told of progress, which must live until the build is done; null for none.
  void setProgressMonitor(IProgressMonitor* monitor) noexcept {
    mImpl->setProgressMonitor(monitor);
  }
  //! What is told of progress; null by default.
  IProgressMonitor* getProgressMonitor() const noexcept { return mImpl->getProgressMonitor(); }

  //! Sets the platform to build for; kSAME_AS_BUILD by default.
  void setRuntimePlatform(RuntimePlatform runtimePlatform) noexcept {
    mImpl->setRuntimePlatform(runtimePlatform);
  }
  //! The platform to build for.
  RuntimePlatform getRuntimePlatform() const noexcept { return mImpl->getRuntimePlatform(); }

  //! Sets the most tactics to time for a layer; by default as the optimisation level says.
  void setMaxNbTactics(int32_t maxNbTactics) noexcept { mImpl->setMaxNbTactics(maxNbTactics); }
  //! The most tactics to time for a layer; -1 by default.
  int32_t getMaxNbTactics() const noexcept { return mImpl->getMaxNbTactics(); }

  //! Sets how hard to try to keep data in the cache across layers; kNONE by default. Returns false
  //! for an invalid value.
  bool setTilingOptimizationLevel(TilingOptimizationLevel level) noexcept {
    return mImpl->setTilingOptimizationLevel(level);
  }
  //! How hard to try to keep data in the cache.
  TilingOptimizationLevel getTilingOptimizationLevel() const noexcept {
    return mImpl->getTilingOptimizationLevel();
  }
  //! Sets the bytes of cache that tiling may count on; by default as the device says. Returns false
  //! for a bad size.
  bool setL2LimitForTiling(int64_t size) noexcept { return mImpl->setL2LimitForTiling(size); }
  //! The bytes of cache that tiling may count on; -1 by default.
  int64_t getL2LimitForTiling() const noexcept { return mImpl->getL2LimitForTiling(); }

  //! Sets where tactics are timed when not here, as text. Returns false where it cannot be read.
  bool setRemoteAutoTuningConfig(const char* config) noexcept {
    return mImpl->setRemoteAutoTuningConfig(config);
  }
  //! Where tactics are timed when not here; null by default.
  const char* getRemoteAutoTuningConfig() const noexcept {
    return mImpl->getRemoteAutoTuningConfig();
  }

 protected:
  apiv::VBuilderConfig* mImpl{nullptr};
};

//! Makes networks, configurations and engines. Made by createInferBuilder(); freed with `delete`,
//! after its networks and configurations; its engines may outlive it.
class IBuilder : public INoCopy {
 public:
  virtual ~IBuilder() noexcept = default;

  //! Whether the device computes faster in FP16 than in FP32. Deprecated.
  TRT_DEPRECATED bool platformHasFastFp16() const noexcept { return mImpl->platformHasFastFp16(); }
  //! Whether the device computes faster in INT8 than in FP32. Deprecated.
  TRT_DEPRECATED bool platformHasFastInt8() const noexcept { return mImpl->platformHasFastInt8(); }

  //! The largest batch that a DLA takes; 0 where there is none.
  int32_t getMaxDLABatchSize() const noexcept { return mImpl->getMaxDLABatchSize(); }
  //! The number of DLA cores; 0 where the device has none.
  int32_t getNbDLACores() const noexcept { return mImpl->getNbDLACores(); }

  //! Sets the allocator of device memory, which must outlive the builder and its engines; null for
  //! the built-in one.
  void setGpuAllocator(IGpuAllocator* allocator) noexcept { mImpl->setGpuAllocator(allocator); }

  //! A configuration with defaults, to be freed with `delete`; null on failure.
  IBuilderConfig* createBuilderConfig() noexcept { return mImpl->createBuilderConfig(); }

  //! An empty network, to be freed with `delete`; null on failure. `flags` are
  //! NetworkDefinitionCreationFlag bits.
  INetworkDefinition* createNetworkV2(NetworkDefinitionCreationFlags flags) noexcept {
    return mImpl->createNetworkV2(flags);
  }

  //! An empty profile, which belongs to the builder.
  IOptimizationProfile* createOptimizationProfile() noexcept {
    return mImpl->createOptimizationProfile();
  }

  //! Sets the recorder of errors, for this object and what it makes from now on; null for none. Its
  //! reference count is kept.
  void setErrorRecorder(IErrorRecorder* recorder) noexcept { mImpl->setErrorRecorder(recorder); }
  //! The recorder of errors; null by default.
  IErrorRecorder* getErrorRecorder() const noexcept { return mImpl->getErrorRecorder(); }

  //! Puts everything back to its default.
  void reset() noexcept { mImpl->reset(); }

  //! Whether the device computes products in TF32. Deprecated.
  TRT_DEPRECATED bool platformHasTf32() const noexcept { return mImpl->platformHasTf32(); }

  //! The plan of a network, to be freed with `delete`; null on failure.
  IHostMemory* buildSerializedNetwork(INetworkDefinition& network,
                                      IBuilderConfig& config) noexcept {
    return mImpl->buildSerializedNetwork(network, config);
  }
  //! Writes the plan of a network to a stream. Returns false on failure.
  bool buildSerializedNetworkToStream(INetworkDefinition& network, IBuilderConfig& config,
                                      IStreamWriter& writer) noexcept {
    return mImpl->buildSerializedNetworkToStream(network, config, writer);
  }
  //! The plan of a network and, in `kernelText`, the source of kernels made for it (null where
  //! there is none); both to be freed with `delete`. Null on failure.
  IHostMemory* buildSerializedNetwork(INetworkDefinition& network, IBuilderConfig& config,
                                      IHostMemory*& kernelText) noexcept {
    return mImpl->buildSerializedNetworkWithKernelText(network, config, kernelText);
  }
  //! An engine of a network, ready to run, to be freed with `delete`; null on failure.
  ICudaEngine* buildEngineWithConfig(INetworkDefinition& network, IBuilderConfig& config) noexcept {
    return mImpl->buildEngineWithConfig(network, config);
  }

  //! Whether a network can be built as a configuration says: what a DLA or a restricted capability
  //! lacks, for instance, is logged.
  bool isNetworkSupported(const INetworkDefinition& network,
                          const IBuilderConfig& config) const noexcept {
    return mImpl->isNetworkSupported(network, config);
  }

  //! The logger given to createInferBuilder().
  ILogger* getLogger() const noexcept { return mImpl->getLogger(); }

  //! Sets the most threads to use, at least 1. Returns false for less.
  bool setMaxThreads(int32_t maxThreads) noexcept { return mImpl->setMaxThreads(maxThreads); }
  //! The most threads to use.
  int32_t getMaxThreads() const noexcept { return mImpl->getMaxThreads(); }

  //! The registry of this builder, whose parent is the global one. It lives as long as the builder.
  IPluginRegistry& getPluginRegistry() noexcept { return mImpl->getPluginRegistry(); }

 protected:
  apiv::VBuilder* mImpl{nullptr};
};

}  // namespace nvinfer1

//! What createInferBuilder() calls: an IBuilder* for an ILogger*, for programs made for `version`.
//! Null for a version that is not supported.
extern "C" TENSORRTAPI void* createInferBuilder_INTERNAL(void* logger, int32_t version) noexcept;

namespace nvinfer1 {

// In a namespace without a name, so that each program calls with the version it was compiled for.
namespace {

//! A builder that reports to a logger, to be freed with `delete`; null on failure.
inline IBuilder* createInferBuilder(ILogger& logger) noexcept {
  return static_cast<IBuilder*>(createInferBuilder_INTERNAL(&logger, NV_TENSORRT_VERSION));
}

}  // namespace

//! The global plugin registry for building with a capability; null for one without plugins.
extern "C" TENSORRTAPI nvinfer1::IPluginRegistry* getBuilderPluginRegistry(
    nvinfer1::EngineCapability capability) noexcept;

namespace safe {
class IPluginRegistry;
}

//! The plugin registry for building safe engines; null, since there is none.
extern "C" TENSORRTAPI nvinfer1::safe::IPluginRegistry* getBuilderSafePluginRegistry(
    nvinfer1::EngineCapability capability) noexcept;

//! Sets the folder where libraries that are loaded while building are found. Returns false for null
//! or no folder.
extern "C" TENSORRTAPI bool setInternalLibraryPath(const AsciiChar* path) noexcept;

}  // namespace nvinfer1
