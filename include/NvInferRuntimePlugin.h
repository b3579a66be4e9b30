// Plugins of the second generation and what describes a tensor to any plugin.
#pragma once

#include "NvInferPluginBase.h"

// Opaque handles of libraries that a plugin may use; null where there is none to hand out.
struct cudnnContext;
struct cublasContext;

namespace nvinfer1 {

namespace v_1_0 {
class IGpuAllocator;
}
using IGpuAllocator = v_1_0::IGpuAllocator;

//! How the elements of a tensor lie in memory. "xN" formats pack N channels side by side, so that a
//! tensor takes the space of its channel count rounded up to a multiple of N.
enum class TensorFormat : int32_t {
  kLINEAR = 0,      //!< Row-major, innermost axis last: NCHW for images.
  kCHW2 = 1,        //!< Channels in pairs: N, C/2, H, W, 2.
  kHWC8 = 2,        //!< Channels last, padded to a multiple of 8: N, H, W, C.
  kCHW4 = 3,        //!< Channels in fours: N, C/4, H, W, 4.
  kCHW16 = 4,       //!< Channels in sixteens: N, C/16, H, W, 16.
  kCHW32 = 5,       //!< Channels in thirty-twos: N, C/32, H, W, 32.
  kDHWC8 = 6,       //!< As kHWC8 for volumes: N, D, H, W, C.
  kCDHW32 = 7,      //!< As kCHW32 for volumes: N, C/32, D, H, W, 32.
  kHWC = 8,         //!< Channels last, not padded: N, H, W, C.
  kDLA_LINEAR = 9,  //!< Planar with rows aligned, for the DLA.
  kDLA_HWC4 = 10,   //!< Channels last in fours, rows aligned, for image inputs of the DLA.
  kHWC16 = 11,      //!< Channels last, padded to a multiple of 16: N, H, W, C.
  kDHWC = 12,       //!< Channels last for volumes, not padded: N, D, H, W, C.
};

using PluginFormat = TensorFormat;  //!< The name that plugins use for it.

namespace impl {
template <>
struct EnumMaxImpl<TensorFormat> {
  static constexpr int32_t kVALUE = 13;
};
}  // namespace impl

//! What a plugin is told of one of its tensors.
struct PluginTensorDesc {
  Dims dims;            //!< The extents.
  DataType type;        //!< The type of an element.
  TensorFormat format;  //!< How the elements lie in memory.
  float scale;          //!< Real value of one step of a quantised INT8 tensor; undefined otherwise.
};

//! The generation of a second-generation plugin, as the top byte of getTensorRTVersion() holds it.
enum class PluginVersion : uint8_t {
  kV2 = 0,                     //!< IPluginV2.
  kV2_EXT = 1,                 //!< IPluginV2Ext.
  kV2_IOEXT = 2,               //!< IPluginV2IOExt.
  kV2_DYNAMICEXT = 3,          //!< IPluginV2DynamicExt.
  kV2_DYNAMICEXT_PYTHON = 67,  //!< IPluginV2DynamicExt implemented in Python.
};

//! The generation of a plugin creator.
enum class PluginCreatorVersion : int32_t {
  kV1 = 0,          //!< IPluginCreator.
  kV1_PYTHON = 64,  //!< IPluginCreator implemented in Python.
};

//! A layer that a program brings itself, of the oldest kind still understood: fixed shapes and one
//! type and format for all tensors. New plugins implement IPluginV3.
class IPluginV2 {
 public:
  //! The API version the plugin was compiled for, with its PluginVersion in the top byte. Not to be
  //! overridden by plugins.
  virtual int32_t getTensorRTVersion() const noexcept { return NV_TENSORRT_VERSION; }

  //! The name that finds the creator again; at most 1024 bytes with its zero.
  virtual const AsciiChar* getPluginType() const noexcept = 0;

  //! The version that finds the creator again; at most 1024 bytes with its zero.
  virtual const AsciiChar* getPluginVersion() const noexcept = 0;

  //! The number of outputs.
  virtual int32_t getNbOutputs() const noexcept = 0;

  //! The extents of an output from those of the inputs, without the batch axis.
  virtual Dims getOutputDimensions(int32_t index, const Dims* inputs,
                                   int32_t nbInputDims) noexcept = 0;

  //! Whether all tensors may have this type and format.
  virtual bool supportsFormat(DataType type, PluginFormat format) const noexcept = 0;

  //! Tells the shapes, the type and the format chosen, and the largest batch.
  virtual void configureWithFormat(const Dims* inputDims, int32_t nbInputs, const Dims* outputDims,
                                   int32_t nbOutputs, DataType type, PluginFormat format,
                                   int32_t maxBatchSize) noexcept = 0;

  //! Prepares for enqueue(), once for each context or engine. Returns 0 for success.
  virtual int32_t initialize() noexcept = 0;

  //! Undoes initialize().
  virtual void terminate() noexcept = 0;

  //! The bytes of scratch memory that enqueue() needs for a batch of that size.
  virtual size_t getWorkspaceSize(int32_t maxBatchSize) const noexcept = 0;

  //! Queues the work on a stream: device pointers of inputs and outputs, and scratch memory.
  //! Returns 0 for success.
  virtual int32_t enqueue(int32_t batchSize, const void* const* inputs, void* const* outputs,
                          void* workspace, cudaStream_t stream) noexcept = 0;

  //! The bytes that serialize() writes.
  virtual size_t getSerializationSize() const noexcept = 0;

  //! Writes the state of the plugin into a buffer of getSerializationSize() bytes.
  virtual void serialize(void* buffer) const noexcept = 0;

  //! Deletes the plugin.
  virtual void destroy() noexcept = 0;

  //! A copy with the same configuration, owned by the caller; null on failure.
  virtual IPluginV2* clone() const noexcept = 0;

  //! Sets the namespace the plugin belongs to; one creator of a name and version in each.
  virtual void setPluginNamespace(const AsciiChar* pluginNamespace) noexcept = 0;

  //! The namespace of the plugin.
  virtual const AsciiChar* getPluginNamespace() const noexcept = 0;

  IPluginV2() = default;
  virtual ~IPluginV2() noexcept = default;

 protected:
  IPluginV2(const IPluginV2&) = default;
  IPluginV2(IPluginV2&&) = default;
  IPluginV2& operator=(const IPluginV2&) & = default;
  IPluginV2& operator=(IPluginV2&&) & = default;
};

//! IPluginV2 with a type for each output and access to the resources of the context.
class IPluginV2Ext : public IPluginV2 {
 public:
  //! The type of an output from the types of the inputs.
  virtual DataType getOutputDataType(int32_t index, const DataType* inputTypes,
                                     int32_t nbInputs) const noexcept = 0;

  //! Whether an output is the same for the whole batch. Never so with an explicit batch axis.
  TRT_DEPRECATED virtual bool isOutputBroadcastAcrossBatch(int32_t outputIndex,
                                                           const bool* inputIsBroadcasted,
                                                           int32_t nbInputs) const noexcept = 0;

  //! Whether an input that is the same for the whole batch may be passed once. Never asked with an
  //! explicit batch axis.
  TRT_DEPRECATED virtual bool canBroadcastInputAcrossBatch(int32_t inputIndex) const noexcept = 0;

  //! Tells shapes, types, broadcast inputs and outputs, the format of the floating-point tensors,
  //! and the largest batch.
  virtual void configurePlugin(const Dims* inputDims, int32_t nbInputs, const Dims* outputDims,
                               int32_t nbOutputs, const DataType* inputTypes,
                               const DataType* outputTypes, const bool* inputIsBroadcast,
                               const bool* outputIsBroadcast, PluginFormat floatFormat,
                               int32_t maxBatchSize) noexcept = 0;

  IPluginV2Ext() = default;
  ~IPluginV2Ext() override = default;

  //! Hands over the library handles (null where there are none) and the allocator of a context.
  virtual void attachToContext(cudnnContext* /*cudnn*/, cublasContext* /*cublas*/,
                               IGpuAllocator* /*allocator*/) noexcept {}

  //! Takes them back before the context goes.
  virtual void detachFromContext() noexcept {}

  IPluginV2Ext* clone() const noexcept override = 0;

 protected:
  IPluginV2Ext(const IPluginV2Ext&) = default;
  IPluginV2Ext(IPluginV2Ext&&) = default;
  IPluginV2Ext& operator=(const IPluginV2Ext&) & = default;
  IPluginV2Ext& operator=(IPluginV2Ext&&) & = default;

  //! The API version, and kV2_EXT in the top byte.
  int32_t getTensorRTVersion() const noexcept override {
    return static_cast<int32_t>((static_cast<uint32_t>(PluginVersion::kV2_EXT) << 24U) |
                                (static_cast<uint32_t>(NV_TENSORRT_VERSION) & 0xFFFFFFU));
  }

  //! Not called on this kind of plugin: configurePlugin() takes its place.
  void configureWithFormat(const Dims* /*inputDims*/, int32_t /*nbInputs*/,
                           const Dims* /*outputDims*/, int32_t /*nbOutputs*/, DataType /*type*/,
                           PluginFormat /*format*/, int32_t /*maxBatchSize*/) noexcept override {}
};

//! IPluginV2Ext with a type and format for each input and output.
class IPluginV2IOExt : public IPluginV2Ext {
 public:
  //! Tells the description of every input and output.
  virtual void configurePlugin(const PluginTensorDesc* in, int32_t nbInput,
                               const PluginTensorDesc* out, int32_t nbOutput) noexcept = 0;

  //! Whether the tensor at `pos` (inputs first, then outputs) may have the type and format in
  //! `inOut[pos]`, given those before it.
  virtual bool supportsFormatCombination(int32_t pos, const PluginTensorDesc* inOut,
                                         int32_t nbInputs, int32_t nbOutputs) const noexcept = 0;

  IPluginV2IOExt() = default;
  ~IPluginV2IOExt() override = default;

 protected:
  IPluginV2IOExt(const IPluginV2IOExt&) = default;
  IPluginV2IOExt(IPluginV2IOExt&&) = default;
  IPluginV2IOExt& operator=(const IPluginV2IOExt&) & = default;
  IPluginV2IOExt& operator=(IPluginV2IOExt&&) & = default;

  //! The API version, and kV2_IOEXT in the top byte.
  int32_t getTensorRTVersion() const noexcept override {
    return static_cast<int32_t>((static_cast<uint32_t>(PluginVersion::kV2_IOEXT) << 24U) |
                                (static_cast<uint32_t>(NV_TENSORRT_VERSION) & 0xFFFFFFU));
  }

 private:
  // Replaced by the members above; nothing calls these.
  void configurePlugin(const Dims*, int32_t, const Dims*, int32_t, const DataType*, const DataType*,
                       const bool*, const bool*, PluginFormat, int32_t) noexcept final {}
  bool supportsFormat(DataType, PluginFormat) const noexcept final { return false; }
};

namespace v_1_0 {

//! Makes second-generation plugins by name, from attributes or from serialised state.
class IPluginCreator : public IPluginCreatorInterface {
 public:
  //! The name of the plugin; at most 1024 bytes with its zero.
  virtual const AsciiChar* getPluginName() const noexcept = 0;

  //! The version of the plugin; at most 1024 bytes with its zero.
  virtual const AsciiChar* getPluginVersion() const noexcept = 0;

  //! The attributes that createPlugin() understands.
  virtual const PluginFieldCollection* getFieldNames() noexcept = 0;

  //! A new plugin from attributes, under the given layer name; null on failure.
  virtual IPluginV2* createPlugin(const AsciiChar* name,
                                  const PluginFieldCollection* fc) noexcept = 0;

  //! A new plugin from what IPluginV2::serialize() wrote; null on failure.
  virtual IPluginV2* deserializePlugin(const AsciiChar* name, const void* serialData,
                                       size_t serialLength) noexcept = 0;

  //! Sets the namespace that the creator is registered under.
  virtual void setPluginNamespace(const AsciiChar* pluginNamespace) noexcept = 0;

  //! The namespace that the creator is registered under.
  virtual const AsciiChar* getPluginNamespace() const noexcept = 0;

  IPluginCreator() = default;
  ~IPluginCreator() override = default;

  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"PLUGIN CREATOR_V1", 1, 0};
  }

 protected:
  IPluginCreator(const IPluginCreator&) = default;
  IPluginCreator(IPluginCreator&&) = default;
  IPluginCreator& operator=(const IPluginCreator&) & = default;
  IPluginCreator& operator=(IPluginCreator&&) & = default;
};

}  // namespace v_1_0

using IPluginCreator = v_1_0::IPluginCreator;

}  // namespace nvinfer1
