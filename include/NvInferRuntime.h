// Running engines: runtime, engine, execution context, refitting; and what programs implement for
// them: loggers, allocators, profilers, listeners, streams, third-generation plugins.
#pragma once

#include "NvInferImpl.h"
#include "NvInferPluginBase.h"
#include "NvInferRuntimeCommon.h"

namespace nvinfer1 {

//! Base of the objects that the library makes: they are neither copied nor moved. Each of them
//! forwards to an interface in nvinfer1::apiv through `mImpl` (and `mLayer`, `mBoundary`), which
//! the library sets.
class INoCopy {
 protected:
  INoCopy() = default;
  virtual ~INoCopy() = default;
  INoCopy(const INoCopy&) = delete;
  INoCopy(INoCopy&&) = delete;
  INoCopy& operator=(const INoCopy&) = delete;
  INoCopy& operator=(INoCopy&&) = delete;
};

//! What an engine is meant to run on, and what it may therefore contain.
enum class EngineCapability : int32_t {
  kSTANDARD = 0,        //!< The ordinary runtime, no restriction.
  kSAFETY = 1,          //!< The runtime for safety; only operations that it has.
  kDLA_STANDALONE = 2,  //!< A DLA loadable to be run outside this runtime.
};

namespace impl {
template <>
struct EnumMaxImpl<EngineCapability> {
  static constexpr int32_t kVALUE = 3;
};
}  // namespace impl

//! An array of constants that the caller keeps alive until the network that uses it is destroyed.
class Weights {
 public:
  DataType type;       //!< The type of an element.
  const void* values;  //!< The elements in host memory (on the device only where it says so).
  int64_t count;       //!< The number of elements; 0, with null values, stands for none.
};

//! A block of host memory that the library made: a plan or a timing cache. Freed with `delete`.
class IHostMemory : public INoCopy {
 public:
  virtual ~IHostMemory() noexcept = default;

  //! The first byte.
  void* data() const noexcept { return mImpl->data(); }

  //! The size in bytes.
  std::size_t size() const noexcept { return mImpl->size(); }

  //! The type of the elements; kINT8 for plans.
  DataType type() const noexcept { return mImpl->type(); }

 protected:
  apiv::VHostMemory* mImpl{nullptr};
};

//! How an IExprBuilder combines two extents.
enum class DimensionOperation : int32_t {
  kSUM = 0,        //!< a + b.
  kPROD = 1,       //!< a * b.
  kMAX = 2,        //!< The larger.
  kMIN = 3,        //!< The smaller.
  kSUB = 4,        //!< a - b.
  kEQUAL = 5,      //!< 1 where a equals b, else 0.
  kLESS = 6,       //!< 1 where a is less than b, else 0.
  kFLOOR_DIV = 7,  //!< a / b rounded down; b is positive.
  kCEIL_DIV = 8,   //!< a / b rounded up; b is positive.
};

namespace impl {
template <>
struct EnumMaxImpl<DimensionOperation> {
  static constexpr int32_t kVALUE = 9;
};
}  // namespace impl

//! Where the data of a tensor lives.
enum class TensorLocation : int32_t {
  kDEVICE = 0,  //!< In device memory.
  kHOST = 1,    //!< In host memory: shape tensors.
};

namespace impl {
template <>
struct EnumMaxImpl<TensorLocation> {
  static constexpr int32_t kVALUE = 2;
};
}  // namespace impl

//! An extent as a plugin sees it at build time: a number, or an expression of input extents. Owned
//! by the builder, valid during the call that handed it over.
class IDimensionExpr : public INoCopy {
 public:
  //! Whether the value is known at build time.
  bool isConstant() const noexcept { return mImpl->isConstant(); }

  //! The value where isConstant(); the smallest int64_t otherwise.
  int64_t getConstantValue() const noexcept { return mImpl->getConstantValue(); }

 protected:
  apiv::VDimensionExpr* mImpl{nullptr};
  virtual ~IDimensionExpr() noexcept = default;

 public:
  //! Whether the extent is an output of the plugin, known only after it has run.
  bool isSizeTensor() const noexcept { return mImpl->isSizeTensor(); }
};

//! Makes extents out of others, for the shapes of a plugin's outputs.
class IExprBuilder : public INoCopy {
 public:
  //! A number.
  const IDimensionExpr* constant(int64_t value) noexcept { return mImpl->constant(value); }

  //! The combination of two extents; null for an invalid operation.
  const IDimensionExpr* operation(DimensionOperation op, const IDimensionExpr& first,
                                  const IDimensionExpr& second) noexcept {
    return mImpl->operation(op, first, second);
  }

 protected:
  apiv::VExprBuilder* mImpl{nullptr};
  virtual ~IExprBuilder() noexcept = default;

 public:
  //! Declares an output of the plugin, a scalar of INT32 or INT64, as an extent computed at run
  //! time. `opt` is the value to tune for, `upper` the largest one. For IPluginV3 only.
  const IDimensionExpr* declareSizeTensor(int32_t outputIndex, const IDimensionExpr& opt,
                                          const IDimensionExpr& upper) {
    return mImpl->declareSizeTensor(outputIndex, opt, upper);
  }
};

//! Dims whose extents are expressions.
class DimsExprs {
 public:
  int32_t nbDims;                           //!< The rank.
  const IDimensionExpr* d[Dims::MAX_DIMS];  //!< The extents, outermost first.
};

//! What a plugin is told of a tensor whose extents may vary.
struct DynamicPluginTensorDesc {
  PluginTensorDesc desc;  //!< The tensor; -1 for an extent that varies.
  Dims min;               //!< The least extents it will be given.
  Dims max;               //!< The greatest extents it will be given.
  Dims opt;               //!< The extents to tune for.
};

//! A second-generation plugin for shapes that vary, with a type and format for each tensor.
class IPluginV2DynamicExt : public IPluginV2Ext {
 public:
  IPluginV2DynamicExt* clone() const noexcept override = 0;

  //! The extents of an output as expressions of those of the inputs.
  virtual DimsExprs getOutputDimensions(int32_t outputIndex, const DimsExprs* inputs,
                                        int32_t nbInputs, IExprBuilder& exprBuilder) noexcept = 0;

  //! The most combinations of types and formats that supportsFormatCombination() may accept.
  static constexpr int32_t kFORMAT_COMBINATION_LIMIT = 100;

  //! Whether the tensor at `pos` (inputs first, then outputs) may have the type and format in
  //! `inOut[pos]`, given those before it.
  virtual bool supportsFormatCombination(int32_t pos, const PluginTensorDesc* inOut,
                                         int32_t nbInputs, int32_t nbOutputs) noexcept = 0;

  //! Tells the descriptions of all tensors: their ranges while building, actual extents at run
  //! time.
  virtual void configurePlugin(const DynamicPluginTensorDesc* in, int32_t nbInputs,
                               const DynamicPluginTensorDesc* out, int32_t nbOutputs) noexcept = 0;

  //! The bytes of scratch memory that enqueue() needs with tensors of these or smaller extents.
  virtual size_t getWorkspaceSize(const PluginTensorDesc* inputs, int32_t nbInputs,
                                  const PluginTensorDesc* outputs,
                                  int32_t nbOutputs) const noexcept = 0;

  //! Queues the work on a stream, for tensors as described. Returns 0 for success.
  virtual int32_t enqueue(const PluginTensorDesc* inputDesc, const PluginTensorDesc* outputDesc,
                          const void* const* inputs, void* const* outputs, void* workspace,
                          cudaStream_t stream) noexcept = 0;

 protected:
  //! The API version, and kV2_DYNAMICEXT in the top byte.
  int32_t getTensorRTVersion() const noexcept override {
    return static_cast<int32_t>((static_cast<uint32_t>(PluginVersion::kV2_DYNAMICEXT) << 24U) |
                                (static_cast<uint32_t>(NV_TENSORRT_VERSION) & 0xFFFFFFU));
  }

  virtual ~IPluginV2DynamicExt() noexcept = default;

 private:
  // Replaced by the members above; nothing calls these.
  void configurePlugin(const Dims*, int32_t, const Dims*, int32_t, const DataType*, const DataType*,
                       const bool*, const bool*, PluginFormat, int32_t) noexcept override final {}
  bool supportsFormat(DataType, PluginFormat) const noexcept override final { return false; }
  Dims getOutputDimensions(int32_t, const Dims*, int32_t) noexcept override final {
    return Dims{-1, {}};
  }
  TRT_DEPRECATED bool isOutputBroadcastAcrossBatch(int32_t, const bool*,
                                                   int32_t) const noexcept override final {
    return false;
  }
  TRT_DEPRECATED bool canBroadcastInputAcrossBatch(int32_t) const noexcept override final {
    return true;
  }
  size_t getWorkspaceSize(int32_t) const noexcept override final { return 0; }
  int32_t enqueue(int32_t, const void* const*, void* const*, void*,
                  cudaStream_t) noexcept override final {
    return 1;
  }
};

namespace v_1_0 {

//! A source of bytes from which an engine is deserialised. Replaced by IStreamReaderV2.
class IStreamReader : public IVersionedInterface {
 public:
  ~IStreamReader() override = default;
  IStreamReader() = default;

  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"IStreamReader", 1, 0};
  }

  //! Reads up to `nbBytes` into host memory. Returns the number read; 0 at the end or on an error.
  virtual int64_t read(void* destination, int64_t nbBytes) = 0;

 protected:
  IStreamReader(const IStreamReader&) = default;
  IStreamReader(IStreamReader&&) = default;
  IStreamReader& operator=(const IStreamReader&) & = default;
  IStreamReader& operator=(IStreamReader&&) & = default;
};

//! A sink for the bytes of a plan.
class IStreamWriter : public IVersionedInterface {
 public:
  ~IStreamWriter() override = default;
  IStreamWriter() = default;

  InterfaceInfo getInterfaceInfo() const noexcept final {
    return InterfaceInfo{"IStreamWriter", 1, 0};
  }

  //! Writes `nbBytes` of host memory. Returns the number written; fewer means that it failed.
  virtual int64_t write(const void* data, int64_t nbBytes) = 0;

 protected:
  IStreamWriter(const IStreamWriter&) = default;
  IStreamWriter(IStreamWriter&&) = default;
  IStreamWriter& operator=(const IStreamWriter&) & = default;
  IStreamWriter& operator=(IStreamWriter&&) & = default;
};

}  // namespace v_1_0

using IStreamReader = v_1_0::IStreamReader;
using IStreamWriter = v_1_0::IStreamWriter;

//! What an offset given to IStreamReaderV2::seek() counts from.
enum class SeekPosition : int32_t {
  kSET = 0,  //!< The start.
  kCUR = 1,  //!< The present position.
  kEND = 2,  //!< The end.
};

namespace impl {
template <>
struct EnumMaxImpl<SeekPosition> {
  static constexpr int32_t kVALUE = 3;
};
}  // namespace impl

namespace v_1_0 {

//! A source of bytes that can be read out of order and straight into device memory.
class IStreamReaderV2 : public IVersionedInterface {
 public:
  ~IStreamReaderV2() override = default;
  IStreamReaderV2() = default;

  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"IStreamReaderV2", 1, 0};
  }

  //! Reads up to `nbBytes` into host or device memory, in the order of `stream` where that is
  //! device memory. Returns the number read; fewer at the end or on an error.
  virtual int64_t read(void* destination, int64_t nbBytes, cudaStream_t stream) noexcept = 0;

  //! Moves the position to `offset` bytes from `where`. Returns false on failure.
  virtual bool seek(int64_t offset, SeekPosition where) noexcept = 0;

 protected:
  IStreamReaderV2(const IStreamReaderV2&) = default;
  IStreamReaderV2(IStreamReaderV2&&) = default;
  IStreamReaderV2& operator=(const IStreamReaderV2&) & = default;
  IStreamReaderV2& operator=(IStreamReaderV2&&) & = default;
};

}  // namespace v_1_0

using IStreamReaderV2 = v_1_0::IStreamReaderV2;

//! What an execution context offers to a third-generation plugin.
class IPluginResourceContext {
 public:
  //! The allocator of the context.
  virtual IGpuAllocator* getGpuAllocator() const noexcept = 0;

  //! The recorder of errors of the context; null where there is none.
  virtual IErrorRecorder* getErrorRecorder() const noexcept = 0;

  virtual ~IPluginResourceContext() noexcept = default;

 protected:
  IPluginResourceContext() = default;
  IPluginResourceContext(const IPluginResourceContext&) = default;
  IPluginResourceContext(IPluginResourceContext&&) = default;
  IPluginResourceContext& operator=(const IPluginResourceContext&) & = default;
  IPluginResourceContext& operator=(IPluginResourceContext&&) & = default;
};

namespace v_1_0 {

//! The role of an IPluginV3 that names it.
class IPluginV3OneCore : public IPluginCapability {
 public:
  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"PLUGIN_V3ONE_CORE", 1, 0};
  }

  //! The name that finds the creator again; at most 1024 bytes with its zero.
  virtual const AsciiChar* getPluginName() const noexcept = 0;

  //! The version that finds the creator again; at most 1024 bytes with its zero.
  virtual const AsciiChar* getPluginVersion() const noexcept = 0;

  //! The namespace that finds the creator again; at most 1024 bytes with its zero.
  virtual const AsciiChar* getPluginNamespace() const noexcept = 0;
};

//! The role of an IPluginV3 that the builder uses. Members that return int32_t status return 0 for
//! success.
class IPluginV3OneBuild : public IPluginCapability {
 public:
  //! The most combinations of types and formats tried, unless getFormatCombinationLimit() says
  //! otherwise.
  static constexpr int32_t kDEFAULT_FORMAT_COMBINATION_LIMIT = 100;

  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"PLUGIN_V3ONE_BUILD", 1, 0};
  }

  //! Tells the types, formats and ranges of extents of all tensors, before tactics are timed.
  virtual int32_t configurePlugin(const DynamicPluginTensorDesc* in, int32_t nbInputs,
                                  const DynamicPluginTensorDesc* out,
                                  int32_t nbOutputs) noexcept = 0;

  //! Writes the types of the outputs, given those of the inputs.
  virtual int32_t getOutputDataTypes(DataType* outputTypes, int32_t nbOutputs,
                                     const DataType* inputTypes,
                                     int32_t nbInputs) const noexcept = 0;

  //! Writes the extents of the outputs as expressions of those of the inputs and of the values of
  //! the shape inputs.
  virtual int32_t getOutputShapes(const DimsExprs* inputs, int32_t nbInputs,
                                  const DimsExprs* shapeInputs, int32_t nbShapeInputs,
                                  DimsExprs* outputs, int32_t nbOutputs,
                                  IExprBuilder& exprBuilder) noexcept = 0;

  //! Whether the tensor at `pos` (inputs first, then outputs) may have the type and format in
  //! `inOut[pos].desc`, given those before it.
  virtual bool supportsFormatCombination(int32_t pos, const DynamicPluginTensorDesc* inOut,
                                         int32_t nbInputs, int32_t nbOutputs) noexcept = 0;

  //! The number of outputs.
  virtual int32_t getNbOutputs() const noexcept = 0;

  //! The bytes of scratch memory that enqueue() needs for the greatest extents; 0 by default.
  virtual size_t getWorkspaceSize(const DynamicPluginTensorDesc* /*inputs*/, int32_t /*nbInputs*/,
                                  const DynamicPluginTensorDesc* /*outputs*/,
                                  int32_t /*nbOutputs*/) const noexcept {
    return 0;
  }

  //! Writes the numbers (positive, unique) of the tactics to time, getNbTactics() of them.
  virtual int32_t getValidTactics(int32_t* /*tactics*/, int32_t /*nbTactics*/) noexcept {
    return 0;
  }

  //! The number of tactics of its own; 0, the default, stands for a single one numbered 0.
  virtual int32_t getNbTactics() noexcept { return 0; }

  //! What identifies the plugin's state in the timing cache; null, the default, keeps its timings
  //! out of the cache.
  virtual const char* getTimingCacheID() noexcept { return nullptr; }

  //! The most combinations of types and formats to try.
  virtual int32_t getFormatCombinationLimit() noexcept { return kDEFAULT_FORMAT_COMBINATION_LIMIT; }

  //! Text for the layer information of the engine; null, the default, for none.
  virtual const char* getMetadataString() noexcept { return nullptr; }
};

//! The role of an IPluginV3 that an execution context uses. Members that return int32_t status
//! return 0 for success.
class IPluginV3OneRuntime : public IPluginCapability {
 public:
  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"PLUGIN_V3ONE_RUNTIME", 1, 0};
  }

  //! Chooses the tactic for the calls of enqueue() that follow.
  virtual int32_t setTactic(int32_t /*tactic*/) noexcept { return 0; }

  //! Tells the actual extents, before enqueue() and whenever they change.
  virtual int32_t onShapeChange(const PluginTensorDesc* in, int32_t nbInputs,
                                const PluginTensorDesc* out, int32_t nbOutputs) noexcept = 0;

  //! Queues the work on a stream, for tensors as described.
  virtual int32_t enqueue(const PluginTensorDesc* inputDesc, const PluginTensorDesc* outputDesc,
                          const void* const* inputs, void* const* outputs, void* workspace,
                          cudaStream_t stream) noexcept = 0;

  //! A clone that belongs to one execution context and may use its resources; null on failure.
  virtual IPluginV3* attachToContext(IPluginResourceContext* context) noexcept = 0;

  //! The attributes from which a creator makes this plugin again at run time; owned by the plugin.
  virtual const PluginFieldCollection* getFieldsToSerialize() noexcept = 0;
};

}  // namespace v_1_0

using IPluginV3OneCore = v_1_0::IPluginV3OneCore;
using IPluginV3OneBuild = v_1_0::IPluginV3OneBuild;
using IPluginV3OneRuntime = v_1_0::IPluginV3OneRuntime;

namespace v_2_0 {

//! IPluginV3OneBuild for plugins that write an output over an input.
class IPluginV3OneBuild : public v_1_0::IPluginV3OneBuild {
 public:
  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"PLUGIN_V3ONE_BUILD", 2, 0};
  }

  //! The input that shares the memory of an output; -1, the default, for none. Needs the preview
  //! feature kALIASED_PLUGIN_IO_10_03.
  virtual int32_t getAliasedInput(int32_t /*outputIndex*/) noexcept { return -1; }
};

}  // namespace v_2_0

using IPluginV3OneBuildV2 = v_2_0::IPluginV3OneBuild;

namespace v_1_0 {

//! Told the time that each layer took. Implemented by programs.
class IProfiler {
 public:
  //! Called once for each layer after an inference, in order of execution; `ms` is milliseconds.
  virtual void reportLayerTime(const char* layerName, float ms) noexcept = 0;

  virtual ~IProfiler() noexcept = default;
};

}  // namespace v_1_0

using IProfiler = v_1_0::IProfiler;

//! What a layer does with its weights.
enum class WeightsRole : int32_t {
  kKERNEL = 0,    //!< The kernel of a convolution or deconvolution.
  kBIAS = 1,      //!< Its bias.
  kSHIFT = 2,     //!< The shift of a scale layer.
  kSCALE = 3,     //!< The scale of a scale layer.
  kCONSTANT = 4,  //!< The values of a constant layer.
  kANY = 5,       //!< Any of these: weights that have a name of their own.
};

namespace impl {
template <>
struct EnumMaxImpl<WeightsRole> {
  static constexpr int32_t kVALUE = 6;
};
}  // namespace impl

//! What a layer runs on.
enum class DeviceType : int32_t {
  kGPU = 0,  //!< The device of the engine.
  kDLA = 1,  //!< A deep learning accelerator beside it.
};

namespace impl {
template <>
struct EnumMaxImpl<DeviceType> {
  static constexpr int32_t kVALUE = 2;
};
}  // namespace impl

//! Where a runtime may put the files that loading a version-compatible engine needs.
enum class TempfileControlFlag : int32_t {
  kALLOW_IN_MEMORY_FILES = 0,  //!< Files that exist in memory only.
  kALLOW_TEMPORARY_FILES = 1,  //!< Files in the temporary directory.
};

namespace impl {
template <>
struct EnumMaxImpl<TempfileControlFlag> {
  static constexpr int32_t kVALUE = 2;
};
}  // namespace impl

using TempfileControlFlags = uint32_t;  //!< TempfileControlFlag values as bits: 1U << flag.

//! Makes engines out of plans. Freed with `delete`, after its engines. Thread safe, but for the
//! setters.
class IRuntime : public INoCopy {
 public:
  virtual ~IRuntime() noexcept = default;

  //! Sets the DLA core for engines deserialised from now on; 0 by default. Logs an error where
  //! there is no such core.
  void setDLACore(int32_t dlaCore) noexcept { mImpl->setDLACore(dlaCore); }

  //! The DLA core; 0 where there is none.
  int32_t getDLACore() const noexcept { return mImpl->getDLACore(); }

  //! The number of DLA cores; 0 where the device has none.
  int32_t getNbDLACores() const noexcept { return mImpl->getNbDLACores(); }

  //! Sets the allocator of device memory for engines deserialised from now on, which must outlive
  //! them; null for the built-in one.
  void setGpuAllocator(IGpuAllocator* allocator) noexcept { mImpl->setGpuAllocator(allocator); }

  //! Sets the recorder of errors, for this object and the engines that it makes from now on; null
  //! for none. Its reference count is kept.
  void setErrorRecorder(IErrorRecorder* recorder) noexcept { mImpl->setErrorRecorder(recorder); }
  //! The recorder of errors; null by default.
  IErrorRecorder* getErrorRecorder() const noexcept { return mImpl->getErrorRecorder(); }

  //! An engine from a plan of `size` bytes in host memory, which need not outlive the call. Returns
  //! null where the plan is damaged, foreign or of another version, or its plugins are missing.
  ICudaEngine* deserializeCudaEngine(const void* blob, std::size_t size) noexcept {
    return mImpl->deserializeCudaEngine(blob, size);
  }

  //! An engine from a plan that is read bit by bit. Deprecated: read through IStreamReaderV2.
  TRT_DEPRECATED ICudaEngine* deserializeCudaEngine(IStreamReader& streamReader) {
    return mImpl->deserializeCudaEngine(streamReader);
  }

  //! The logger given to createInferRuntime().
  ILogger* getLogger() const noexcept { return mImpl->getLogger(); }

  //! Sets the most threads to use, at least 1. Returns false for less.
  bool setMaxThreads(int32_t maxThreads) noexcept { return mImpl->setMaxThreads(maxThreads); }
  //! The most threads to use.
  int32_t getMaxThreads() const noexcept { return mImpl->getMaxThreads(); }

  //! Sets the directory for temporary files; null for the system's.
  void setTemporaryDirectory(const char* path) noexcept { mImpl->setTemporaryDirectory(path); }
  //! The directory set; null for the system's.
  const char* getTemporaryDirectory() const noexcept { return mImpl->getTemporaryDirectory(); }

  //! Sets which kinds of temporary files are allowed; both by default.
  void setTempfileControlFlags(TempfileControlFlags flags) noexcept {
    mImpl->setTempfileControlFlags(flags);
  }
  //! Which kinds of temporary files are allowed.
  TempfileControlFlags getTempfileControlFlags() const noexcept {
    return mImpl->getTempfileControlFlags();
  }

  //! The registry of this runtime, whose parent is the global one. It lives as long as the runtime.
  IPluginRegistry& getPluginRegistry() noexcept { return mImpl->getPluginRegistry(); }

  //! A runtime from another library file, for plans of its version; it must not outlive this one.
  //! Returns null on failure.
  IRuntime* loadRuntime(const char* path) noexcept { return mImpl->loadRuntime(path); }

  //! Sets whether plans that contain host code (a lean runtime, plugin libraries) may be loaded;
  //! false by default, since that runs code from the plan.
  void setEngineHostCodeAllowed(bool allowed) noexcept { mImpl->setEngineHostCodeAllowed(allowed); }
  //! Whether plans that contain host code may be loaded.
  bool getEngineHostCodeAllowed() const noexcept { return mImpl->getEngineHostCodeAllowed(); }

  //! An engine from a plan that is read piece by piece, weights straight into device memory.
  //! Returns null on failure.
  ICudaEngine* deserializeCudaEngine(IStreamReaderV2& streamReader) {
    return mImpl->deserializeCudaEngineV2(streamReader);
  }

 protected:
  apiv::VRuntime* mImpl{nullptr};
};

//! Replaces the weights of an engine that was built with BuilderFlag::kREFIT or one like it. Freed
//! with `delete`, before the engine. Weights given must stay alive until the refit is done.
class IRefitter : public INoCopy {
 public:
  virtual ~IRefitter() noexcept = default;

  //! Sets new weights for a layer, with the count and type of the original ones. Returns false
  //! where there is no such layer or role, or the weights do not fit.
  bool setWeights(const char* layerName, WeightsRole role, Weights weights) noexcept {
    return mImpl->setWeights(layerName, role, weights);
  }

  //! Puts the new weights into the engine and drops them here. Returns false where weights are
  //! missing or a context of the engine is running. Waits until it is done.
  bool refitCudaEngine() noexcept { return mImpl->refitCudaEngine(); }

  //! Writes up to `size` layers and roles that still need weights before the refit, since others
  //! that depend on them were set. Either array may be null. Returns how many there are in all.
  int32_t getMissing(int32_t size, const char** layerNames, WeightsRole* roles) noexcept {
    return mImpl->getMissing(size, layerNames, roles);
  }

  //! Writes up to `size` layers and roles that can be refitted. Either array may be null. Returns
  //! how many there are in all.
  int32_t getAll(int32_t size, const char** layerNames, WeightsRole* roles) noexcept {
    return mImpl->getAll(size, layerNames, roles);
  }

  //! Sets the range of values of a tensor that was calibrated. Returns false for an unknown tensor.
  //! Deprecated: quantise explicitly.
  TRT_DEPRECATED bool setDynamicRange(const char* tensorName, float min, float max) noexcept {
    return mImpl->setDynamicRange(tensorName, min, max);
  }
  //! The least value of a tensor's range; NaN where there is none. Deprecated.
  TRT_DEPRECATED float getDynamicRangeMin(const char* tensorName) const noexcept {
    return mImpl->getDynamicRangeMin(tensorName);
  }
  //! The greatest value of a tensor's range; NaN where there is none. Deprecated.
  TRT_DEPRECATED float getDynamicRangeMax(const char* tensorName) const noexcept {
    return mImpl->getDynamicRangeMax(tensorName);
  }
  //! Writes up to `size` names of tensors that have a range. Returns how many there are in all.
  //! Deprecated.
  TRT_DEPRECATED int32_t getTensorsWithDynamicRange(int32_t size,
                                                    const char** tensorNames) const noexcept {
    return mImpl->getTensorsWithDynamicRange(size, tensorNames);
  }

  //! Sets the recorder of errors; null for none. Its reference count is kept.
  void setErrorRecorder(IErrorRecorder* recorder) noexcept { mImpl->setErrorRecorder(recorder); }
  //! The recorder of errors; null by default.
  IErrorRecorder* getErrorRecorder() const noexcept { return mImpl->getErrorRecorder(); }

  //! Sets new weights under their name (INetworkDefinition::setWeightsName(), or that of an ONNX
  //! initialiser), from host memory. Returns false where the name is unknown or they do not fit.
  bool setNamedWeights(const char* name, Weights weights) noexcept {
    return mImpl->setNamedWeights(name, weights);
  }

  //! Writes up to `size` names of weights still needed. The array may be null. Returns how many
  //! there are in all.
  int32_t getMissingWeights(int32_t size, const char** weightsNames) noexcept {
    return mImpl->getMissingWeights(size, weightsNames);
  }

  //! Writes up to `size` names of weights that can be refitted. The array may be null. Returns how
  //! many there are in all.
  int32_t getAllWeights(int32_t size, const char** weightsNames) noexcept {
    return mImpl->getAllWeights(size, weightsNames);
  }

  //! The logger given to createInferRefitter().
  ILogger* getLogger() const noexcept { return mImpl->getLogger(); }

  //! Sets the most threads to use, at least 1. Returns false for less.
  bool setMaxThreads(int32_t maxThreads) noexcept { return mImpl->setMaxThreads(maxThreads); }
  //! The most threads to use.
  int32_t getMaxThreads() const noexcept { return mImpl->getMaxThreads(); }

  //! As setNamedWeights() with weights in host or in device memory.
  bool setNamedWeights(const char* name, Weights weights, TensorLocation location) noexcept {
    return mImpl->setNamedWeightsWithLocation(name, weights, location);
  }

  //! The weights that were set under a name; none (null, 0) where nothing was.
  Weights getNamedWeights(const char* weightsName) const noexcept {
    return mImpl->getNamedWeights(weightsName);
  }
  //! Where the weights that were set under a name are; kHOST where nothing was.
  TensorLocation getWeightsLocation(const char* weightsName) const noexcept {
    return mImpl->getWeightsLocation(weightsName);
  }
  //! Takes back weights that were set under a name. Returns false where nothing was.
  bool unsetNamedWeights(const char* weightsName) noexcept {
    return mImpl->unsetNamedWeights(weightsName);
  }

  //! Sets whether refitting checks the weights for values that the engine cannot hold; true by
  //! default.
  void setWeightsValidation(bool weightsValidation) noexcept {
    mImpl->setWeightsValidation(weightsValidation);
  }
  //! Whether refitting checks the weights.
  bool getWeightsValidation() const noexcept { return mImpl->getWeightsValidation(); }

  //! As refitCudaEngine(), queued on a stream. The weights and this object must live, and nothing
  //! may use the engine, until the stream gets there.
  bool refitCudaEngineAsync(cudaStream_t stream) noexcept {
    return mImpl->refitCudaEngineAsync(stream);
  }

  //! The type and count that the weights of a name need, with null values; count -1 where the name
  //! is unknown.
  Weights getWeightsPrototype(const char* weightsName) const noexcept {
    return mImpl->getWeightsPrototype(weightsName);
  }

 protected:
  apiv::VRefitter* mImpl{nullptr};
};

//! One of the three shapes of an optimisation profile.
enum class OptProfileSelector : int32_t {
  kMIN = 0,  //!< The least extents allowed.
  kOPT = 1,  //!< The extents to tune for.
  kMAX = 2,  //!< The greatest extents allowed.
};

namespace impl {
template <>
struct EnumMaxImpl<OptProfileSelector> {
  static constexpr int32_t kVALUE = 3;
};
}  // namespace impl

//! The ranges of extents, and of values of shape tensors, that inputs of a network may have. Made
//! by IBuilder::createOptimizationProfile() and owned by the builder.
class IOptimizationProfile : public INoCopy {
 public:
  //! Sets the least, tuned or greatest extents of an input. Fixed extents of the network must be
  //! kept. Returns false where they contradict what is set or the rank is wrong.
  bool setDimensions(const char* inputName, OptProfileSelector select, const Dims& dims) noexcept {
    return mImpl->setDimensions(inputName, select, dims);
  }
  //! The extents set for an input; nbDims -1 where none are.
  Dims getDimensions(const char* inputName, OptProfileSelector select) const noexcept {
    return mImpl->getDimensions(inputName, select);
  }

  //! Sets the least, tuned or greatest values of an input that is a shape tensor. Returns false
  //! where they contradict what is set. Deprecated: use setShapeValuesV2().
  TRT_DEPRECATED bool setShapeValues(const char* inputName, OptProfileSelector select,
                                     const int32_t* values, int32_t nbValues) noexcept {
    return mImpl->setShapeValues(inputName, select, values, nbValues);
  }

  //! The number of values set for an input; -1 where none are.
  int32_t getNbShapeValues(const char* inputName) const noexcept {
    return mImpl->getNbShapeValues(inputName);
  }

  //! The values set for an input; null where none are. Deprecated: use getShapeValuesV2().
  TRT_DEPRECATED const int32_t* getShapeValues(const char* inputName,
                                               OptProfileSelector select) const noexcept {
    return mImpl->getShapeValues(inputName, select);
  }

  //! Sets the share (0 to 1, the default) of further memory that tactics for varying shapes may
  //! use. Returns false out of that range.
  bool setExtraMemoryTarget(float target) noexcept { return mImpl->setExtraMemoryTarget(target); }
  //! The share of further memory.
  float getExtraMemoryTarget() const noexcept { return mImpl->getExtraMemoryTarget(); }

  //! Whether all that is set is consistent: least <= tuned <= greatest. Whether all inputs of a
  //! network are covered is checked when it is built.
  bool isValid() const noexcept { return mImpl->isValid(); }

  //! Sets the least, tuned or greatest values of an input that is a shape tensor; they are copied.
  //! Returns false where they contradict what is set.
  bool setShapeValuesV2(const char* inputName, OptProfileSelector select, const int64_t* values,
                        int32_t nbValues) noexcept {
    return mImpl->setShapeValuesV2(inputName, select, values, nbValues);
  }
  //! The values set for an input; null where none are.
  const int64_t* getShapeValuesV2(const char* inputName, OptProfileSelector select) const noexcept {
    return mImpl->getShapeValuesV2(inputName, select);
  }

 protected:
  apiv::VOptimizationProfile* mImpl{nullptr};
  virtual ~IOptimizationProfile() noexcept = default;
};

//! A family of tactics that may be switched off.
enum class TacticSource : int32_t {
  kCUBLAS = 0,                  //!< cuBLAS.
  kCUBLAS_LT = 1,               //!< cuBLASLt.
  kCUDNN = 2,                   //!< cuDNN.
  kEDGE_MASK_CONVOLUTIONS = 3,  //!< Convolutions with masks of the borders made ahead.
  kJIT_CONVOLUTIONS = 4,        //!< Convolutions whose code is made while building.
};

namespace impl {
template <>
struct EnumMaxImpl<TacticSource> {
  static constexpr int32_t kVALUE = 5;
};
}  // namespace impl

using TacticSources = uint32_t;  //!< TacticSource values as bits: 1U << source.

//! How much an engine tells of its layers, in the inspector, in profiles and in NVTX ranges.
enum class ProfilingVerbosity : int32_t {
  kLAYER_NAMES_ONLY = 0,  //!< The names of the layers.
  kNONE = 1,              //!< Nothing.
  kDETAILED = 2,          //!< Everything: shapes, tactics, parameters.
};

namespace impl {
template <>
struct EnumMaxImpl<ProfilingVerbosity> {
  static constexpr int32_t kVALUE = 3;
};
}  // namespace impl

//! What serialising an engine leaves out or adds.
enum class SerializationFlag : int32_t {
  kEXCLUDE_WEIGHTS = 0,       //!< Leaves out the weights that can be refitted.
  kEXCLUDE_LEAN_RUNTIME = 1,  //!< Leaves out the lean runtime.
  kINCLUDE_REFIT = 2,         //!< Keeps a stripped plan refittable after its weights are in.
};

namespace impl {
template <>
struct EnumMaxImpl<SerializationFlag> {
  static constexpr int32_t kVALUE = 3;
};
}  // namespace impl

using SerializationFlags = uint32_t;  //!< SerializationFlag values as bits: 1U << flag.

//! How an engine is to be serialised. Made by ICudaEngine::createSerializationConfig(); freed with
//! `delete`.
class ISerializationConfig : public INoCopy {
 public:
  virtual ~ISerializationConfig() noexcept = default;

  //! Sets all flags at once, as bits. Returns false for bits that mean nothing.
  bool setFlags(SerializationFlags serializationFlags) noexcept {
    return mImpl->setFlags(serializationFlags);
  }
  //! All flags, as bits; by default the engine's own.
  SerializationFlags getFlags() const noexcept { return mImpl->getFlags(); }

  //! Clears a flag. Returns false for an unknown one.
  bool clearFlag(SerializationFlag serializationFlag) noexcept {
    return mImpl->clearFlag(serializationFlag);
  }
  //! Sets a flag. Returns false for an unknown one.
  bool setFlag(SerializationFlag serializationFlag) noexcept {
    return mImpl->setFlag(serializationFlag);
  }
  //! Whether a flag is set.
  bool getFlag(SerializationFlag serializationFlag) const noexcept {
    return mImpl->getFlag(serializationFlag);
  }

 protected:
  apiv::VSerializationConfig* mImpl{nullptr};
};

//! When the activation memory of an execution context is allocated.
enum class ExecutionContextAllocationStrategy : int32_t {
  kSTATIC = 0,             //!< Once, for the greatest extents of all profiles.
  kON_PROFILE_CHANGE = 1,  //!< Anew with each profile, for its greatest extents.
  kUSER_MANAGED = 2,       //!< Never: the program gives the memory.
};

namespace impl {
template <>
struct EnumMaxImpl<ExecutionContextAllocationStrategy> {
  static constexpr int32_t kVALUE = 3;
};
}  // namespace impl

//! Settings for making an execution context. Made by ICudaEngine::createRuntimeConfig(); freed with
//! `delete`.
class IRuntimeConfig : public INoCopy {
 public:
  virtual ~IRuntimeConfig() noexcept = default;

  //! Sets when activation memory is allocated; kSTATIC by default.
  void setExecutionContextAllocationStrategy(ExecutionContextAllocationStrategy strategy) noexcept {
    mImpl->setExecutionContextAllocationStrategy(strategy);
  }
  //! When activation memory is allocated.
  ExecutionContextAllocationStrategy getExecutionContextAllocationStrategy() const noexcept {
    return mImpl->getExecutionContextAllocationStrategy();
  }

 protected:
  apiv::VRuntimeConfig* mImpl{nullptr};
};

//! A figure about an engine.
enum class EngineStat : int32_t {
  kTOTAL_WEIGHTS_SIZE = 0,     //!< The bytes of all weights.
  kSTRIPPED_WEIGHTS_SIZE = 1,  //!< The bytes of the weights left out of a stripped plan.
};

namespace impl {
template <>
struct EnumMaxImpl<EngineStat> {
  static constexpr int32_t kVALUE = 2;
};
}  // namespace impl

//! A network compiled for a device. Made by a builder or a runtime; freed with `delete`, after its
//! contexts. Thread safe. Tensors are named; a null or unknown name logs an error and gives the
//! value that each member states.
class ICudaEngine : public INoCopy {
 public:
  virtual ~ICudaEngine() noexcept = default;

  //! The extents of an input or output, -1 where they vary; nbDims -1 for an unknown name.
  Dims getTensorShape(const char* tensorName) const noexcept {
    return mImpl->getTensorShape(tensorName);
  }

  //! The type of an input or output; kFLOAT for an unknown name.
  DataType getTensorDataType(const char* tensorName) const noexcept {
    return mImpl->getTensorDataType(tensorName);
  }

  //! The number of layers after fusion, at most that of the network.
  int32_t getNbLayers() const noexcept { return mImpl->getNbLayers(); }

  //! The plan of the engine, to be freed with `delete`; null on failure.
  IHostMemory* serialize() const noexcept { return mImpl->serialize(); }

  //! A context that runs the engine, with memory of its own as the strategy says; the first one
  //! uses profile 0. Freed with `delete`, before the engine. Returns null on failure.
  IExecutionContext* createExecutionContext(
      ExecutionContextAllocationStrategy strategy =
          ExecutionContextAllocationStrategy::kSTATIC) noexcept {
    return mImpl->createExecutionContext(strategy);
  }

  //! Where the data of an input or output has to be: kHOST for shape tensors; kDEVICE for an
  //! unknown name.
  TensorLocation getTensorLocation(const char* tensorName) const noexcept {
    return mImpl->getTensorLocation(tensorName);
  }

  //! Whether an input's values decide shapes, or an output is such a value; false for an unknown
  //! name.
  bool isShapeInferenceIO(const char* tensorName) const noexcept {
    return mImpl->isShapeInferenceIO(tensorName);
  }

  //! Whether a name is an input or an output; kNONE for an unknown name.
  TensorIOMode getTensorIOMode(const char* tensorName) const noexcept {
    return mImpl->getTensorIOMode(tensorName);
  }

  //! The input that an output must share its memory with (a key-value cache updated in place); null
  //! where it need not.
  const char* getAliasedInputTensor(const char* tensorName) const noexcept {
    return mImpl->getAliasedInputTensor(tensorName);
  }

  //! A context whose activation memory the program gives with setDeviceMemoryV2(). Deprecated: pass
  //! kUSER_MANAGED to createExecutionContext().
  TRT_DEPRECATED IExecutionContext* createExecutionContextWithoutDeviceMemory() noexcept {
    return mImpl->createExecutionContextWithoutDeviceMemory();
  }

  //! A context with settings, which are copied. Returns null on failure.
  IExecutionContext* createExecutionContext(IRuntimeConfig* runtimeConfig) noexcept {
    return mImpl->createExecutionContextWithRuntimeConfig(runtimeConfig);
  }

  //! Settings for createExecutionContext(), to be freed with `delete`.
  IRuntimeConfig* createRuntimeConfig() noexcept { return mImpl->createRuntimeConfig(); }

  //! The bytes of activation memory that a context needs with any profile. Deprecated: use
  //! getDeviceMemorySizeV2().
  TRT_DEPRECATED size_t getDeviceMemorySize() const noexcept {
    return mImpl->getDeviceMemorySize();
  }

  //! The bytes of activation memory that a context needs with a profile. Deprecated: use
  //! getDeviceMemorySizeForProfileV2().
  TRT_DEPRECATED size_t getDeviceMemorySizeForProfile(int32_t profileIndex) const noexcept {
    return mImpl->getDeviceMemorySizeForProfile(profileIndex);
  }

  //! The bytes of activation memory that a context needs with any profile. Changes with the weight
  //! streaming budget.
  int64_t getDeviceMemorySizeV2() const noexcept { return mImpl->getDeviceMemorySizeV2(); }

  //! The bytes of activation memory that a context needs with a profile; 0 for an invalid index.
  int64_t getDeviceMemorySizeForProfileV2(int32_t profileIndex) const noexcept {
    return mImpl->getDeviceMemorySizeForProfileV2(profileIndex);
  }

  //! Whether weights can be replaced with an IRefitter.
  bool isRefittable() const noexcept { return mImpl->isRefittable(); }

  //! The bytes of a component of a vectorised tensor, with profile 0; -1 for an unknown name or a
  //! tensor that is not vectorised.
  int32_t getTensorBytesPerComponent(const char* tensorName) const noexcept {
    return mImpl->getTensorBytesPerComponent(tensorName);
  }
  //! The same with another profile.
  int32_t getTensorBytesPerComponent(const char* tensorName, int32_t profileIndex) const noexcept {
    return mImpl->getTensorBytesPerComponentV2(tensorName, profileIndex);
  }

  //! The number of components side by side in an element of a vectorised tensor, with profile 0; -1
  //! for an unknown name or a tensor that is not vectorised.
  int32_t getTensorComponentsPerElement(const char* tensorName) const noexcept {
    return mImpl->getTensorComponentsPerElement(tensorName);
  }
  //! The same with another profile.
  int32_t getTensorComponentsPerElement(const char* tensorName,
                                        int32_t profileIndex) const noexcept {
    return mImpl->getTensorComponentsPerElementV2(tensorName, profileIndex);
  }

  //! The format of an input or output with profile 0; kLINEAR for an unknown name.
  TensorFormat getTensorFormat(const char* tensorName) const noexcept {
    return mImpl->getTensorFormat(tensorName);
  }
  //! The same with another profile.
  TensorFormat getTensorFormat(const char* tensorName, int32_t profileIndex) const noexcept {
    return mImpl->getTensorFormatV2(tensorName, profileIndex);
  }

  //! The type and format of an input or output in words, with profile 0; an empty text for an
  //! unknown name.
  const char* getTensorFormatDesc(const char* tensorName) const noexcept {
    return mImpl->getTensorFormatDesc(tensorName);
  }
  //! The same with another profile.
  const char* getTensorFormatDesc(const char* tensorName, int32_t profileIndex) const noexcept {
    return mImpl->getTensorFormatDescV2(tensorName, profileIndex);
  }

  //! The axis that is vectorised, with profile 0; -1 for none and for an unknown name.
  int32_t getTensorVectorizedDim(const char* tensorName) const noexcept {
    return mImpl->getTensorVectorizedDim(tensorName);
  }
  //! The same with another profile.
  int32_t getTensorVectorizedDim(const char* tensorName, int32_t profileIndex) const noexcept {
    return mImpl->getTensorVectorizedDimV2(tensorName, profileIndex);
  }

  //! The name of the network; an empty text where it had none.
  const char* getName() const noexcept { return mImpl->getName(); }

  //! The number of optimisation profiles, at least 1.
  int32_t getNbOptimizationProfiles() const noexcept { return mImpl->getNbOptimizationProfiles(); }

  //! The least, tuned or greatest extents of an input in a profile; nbDims -1 for a bad name or
  //! index.
  Dims getProfileShape(const char* tensorName, int32_t profileIndex,
                       OptProfileSelector select) const noexcept {
    return mImpl->getProfileShape(tensorName, profileIndex, select);
  }

  //! The least, tuned or greatest values of a shape tensor in a profile; null for a bad name or
  //! index. Deprecated: use getProfileTensorValuesV2().
  TRT_DEPRECATED const int32_t* getProfileTensorValues(const char* tensorName, int32_t profileIndex,
                                                       OptProfileSelector select) const noexcept {
    return mImpl->getProfileTensorValues(tensorName, profileIndex, select);
  }

  //! What the engine was built to run on.
  EngineCapability getEngineCapability() const noexcept { return mImpl->getEngineCapability(); }

  //! Sets the recorder of errors, for this object and the contexts that it makes from now on; null
  //! for none. Its reference count is kept.
  void setErrorRecorder(IErrorRecorder* recorder) noexcept { mImpl->setErrorRecorder(recorder); }
  //! The recorder of errors; by default that of the runtime.
  IErrorRecorder* getErrorRecorder() const noexcept { return mImpl->getErrorRecorder(); }

  //! Always false: the batch is an axis like any other. Deprecated.
  TRT_DEPRECATED bool hasImplicitBatchDimension() const noexcept {
    return mImpl->hasImplicitBatchDimension();
  }

  //! The tactic sources that the engine was built with, as bits.
  TacticSources getTacticSources() const noexcept { return mImpl->getTacticSources(); }

  //! How much the engine tells of its layers.
  ProfilingVerbosity getProfilingVerbosity() const noexcept {
    return mImpl->getProfilingVerbosity();
  }

  //! An inspector of this engine, to be freed with `delete`; null on failure.
  IEngineInspector* createEngineInspector() const noexcept {
    return mImpl->createEngineInspector();
  }

  //! The number of inputs and outputs together.
  int32_t getNbIOTensors() const noexcept { return mImpl->getNbIOTensors(); }
  //! The name of an input or output: indices below getNbIOTensors(), inputs first; null past them.
  const char* getIOTensorName(int32_t index) const noexcept {
    return mImpl->getIOTensorName(index);
  }

  //! Which devices other than the one it was built on run the engine.
  HardwareCompatibilityLevel getHardwareCompatibilityLevel() const noexcept {
    return mImpl->getHardwareCompatibilityLevel();
  }

  //! The number of auxiliary streams that a context uses.
  int32_t getNbAuxStreams() const noexcept { return mImpl->getNbAuxStreams(); }

  //! Settings for serializeWithConfig(), to be freed with `delete`.
  ISerializationConfig* createSerializationConfig() noexcept {
    return mImpl->createSerializationConfig();
  }
  //! The plan of the engine as the settings say, to be freed with `delete`; null on failure.
  IHostMemory* serializeWithConfig(ISerializationConfig& config) const noexcept {
    return mImpl->serializeWithConfig(config);
  }

  //! Sets the bytes of device memory for weights. Deprecated: use setWeightStreamingBudgetV2().
  TRT_DEPRECATED bool setWeightStreamingBudget(int64_t gpuMemoryBudget) noexcept {
    return mImpl->setWeightStreamingBudget(gpuMemoryBudget);
  }
  //! The budget set. Deprecated: use getWeightStreamingBudgetV2().
  TRT_DEPRECATED int64_t getWeightStreamingBudget() const noexcept {
    return mImpl->getWeightStreamingBudget();
  }
  //! The least bytes of device memory for weights. Deprecated: it is 0.
  TRT_DEPRECATED int64_t getMinimumWeightStreamingBudget() const noexcept {
    return mImpl->getMinimumWeightStreamingBudget();
  }
  //! The bytes of the weights that can be streamed.
  int64_t getStreamableWeightsSize() const noexcept { return mImpl->getStreamableWeightsSize(); }

  //! Sets the bytes of device memory for weights, 0 to getStreamableWeightsSize(); the rest stays
  //! on the host and is copied as needed. Only while there is no context. Returns false where it
  //! cannot be kept.
  bool setWeightStreamingBudgetV2(int64_t gpuMemoryBudget) noexcept {
    return mImpl->setWeightStreamingBudgetV2(gpuMemoryBudget);
  }
  //! The budget set; getStreamableWeightsSize() by default, which turns streaming off.
  int64_t getWeightStreamingBudgetV2() const noexcept {
    return mImpl->getWeightStreamingBudgetV2();
  }
  //! A budget that fits the free device memory now.
  int64_t getWeightStreamingAutomaticBudget() const noexcept {
    return mImpl->getWeightStreamingAutomaticBudget();
  }
  //! The further bytes of activation memory that a context needs for streaming.
  int64_t getWeightStreamingScratchMemorySize() const noexcept {
    return mImpl->getWeightStreamingScratchMemorySize();
  }

  //! Whether a tensor was marked for debugging; false for an unknown name.
  bool isDebugTensor(const char* name) const noexcept { return mImpl->isDebugTensor(name); }

  //! The least, tuned or greatest values of a shape tensor in a profile; null for a bad name or
  //! index.
  const int64_t* getProfileTensorValuesV2(const char* tensorName, int32_t profileIndex,
                                          OptProfileSelector select) const noexcept {
    return mImpl->getProfileTensorValuesV2(tensorName, profileIndex, select);
  }

  //! A figure about the engine; -1 where it is not known.
  int64_t getEngineStat(EngineStat stat) const noexcept { return mImpl->getEngineStat(stat); }

 protected:
  apiv::VCudaEngine* mImpl{nullptr};
};

namespace v_1_0 {

//! Provides memory for an output whose extents are known only once it is computed. Implemented by
//! programs.
class IOutputAllocator : public IVersionedInterface {
 public:
  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"IOutputAllocator", 1, 0};
  }

  //! Memory of at least `size` bytes for an output; may be `currentMemory` where that is enough.
  //! Returns null on failure. Deprecated: implement reallocateOutputAsync().
  TRT_DEPRECATED virtual void* reallocateOutput(const char* /*tensorName*/, void* /*currentMemory*/,
                                                uint64_t /*size*/,
                                                uint64_t /*alignment*/) noexcept {
    return nullptr;
  }

  TENON_DEPRECATED_USE_BEGIN
  //! Memory of at least `size` bytes for an output, in the order of a stream; may be
  //! `currentMemory` where that is enough. Returns null on failure. Calls reallocateOutput() unless
  //! overridden.
  virtual void* reallocateOutputAsync(const char* tensorName, void* currentMemory, uint64_t size,
                                      uint64_t alignment, cudaStream_t /*stream*/) {
    return reallocateOutput(tensorName, currentMemory, size, alignment);
  }
  TENON_DEPRECATED_USE_END

  //! Tells the actual extents of an output, before the data is there.
  virtual void notifyShape(const char* tensorName, const Dims& dims) noexcept = 0;
};

//! Sees the values of debug tensors while a network runs. Implemented by programs.
class IDebugListener : public IVersionedInterface {
 public:
  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"IDebugListener", 1, 0};
  }

  //! Called when a debug tensor is computed; the data is valid in the order of the stream and only
  //! during the call. Returns whether it went well.
  virtual bool processDebugTensor(const void* addr, TensorLocation location, DataType type,
                                  const Dims& shape, const char* name, cudaStream_t stream) = 0;

  ~IDebugListener() override = default;
};

}  // namespace v_1_0

using IOutputAllocator = v_1_0::IOutputAllocator;
using IDebugListener = v_1_0::IDebugListener;

//! Runs an engine: holds shapes, addresses and activation memory for one inference at a time. Made
//! by an engine; freed with `delete`. Belongs to one thread at a time. Tensors are named; members
//! that return bool return false, and log an error, for a null or unknown name.
class IExecutionContext : public INoCopy {
 public:
  virtual ~IExecutionContext() noexcept = default;

  //! Sets whether executeV2() waits after each layer, so that errors show at the layer; false by
  //! default.
  void setDebugSync(bool sync) noexcept { mImpl->setDebugSync(sync); }
  //! Whether executeV2() waits after each layer.
  bool getDebugSync() const noexcept { return mImpl->getDebugSync(); }

  //! Sets the profiler that is told layer times; null for none. Must outlive its use.
  void setProfiler(IProfiler* profiler) noexcept { mImpl->setProfiler(profiler); }
  //! The profiler; null by default.
  IProfiler* getProfiler() const noexcept { return mImpl->getProfiler(); }

  //! The engine.
  const ICudaEngine& getEngine() const noexcept { return mImpl->getEngine(); }

  //! Sets a name for messages, at most 4096 bytes with its zero; copied.
  void setName(const char* name) noexcept { mImpl->setName(name); }
  //! The name; an empty text by default.
  const char* getName() const noexcept { return mImpl->getName(); }

  //! Gives activation memory of ICudaEngine::getDeviceMemorySize() bytes, aligned as cudaMalloc()
  //! does, to a context without its own. Must live until the work is done.
  void setDeviceMemory(void* memory) noexcept { mImpl->setDeviceMemory(memory); }
  //! Gives activation memory of `size` bytes, at least what the engine states or
  //! updateDeviceMemorySizeForShapes() returned, to a context without its own. Must live until the
  //! work is done.
  void setDeviceMemoryV2(void* memory, int64_t size) noexcept {
    mImpl->setDeviceMemoryV2(memory, size);
  }

  //! The distance of neighbours along each axis of a tensor, in elements (of vectors for vectorised
  //! formats), for the shapes set now; nbDims -1 for an unknown name.
  Dims getTensorStrides(const char* tensorName) const noexcept {
    return mImpl->getTensorStrides(tensorName);
  }

  //! The profile in use; -1 where none is yet.
  int32_t getOptimizationProfile() const noexcept { return mImpl->getOptimizationProfile(); }

  //! Sets the actual extents of an input. Returns false outside the profile's range or where a
  //! fixed extent differs.
  bool setInputShape(const char* tensorName, const Dims& dims) noexcept {
    return mImpl->setInputShape(tensorName, dims);
  }

  //! The actual extents of a tensor; -1 where they are not known yet; nbDims -1 for an unknown
  //! name.
  Dims getTensorShape(const char* tensorName) const noexcept {
    return mImpl->getTensorShape(tensorName);
  }

  //! Whether the extents of all inputs are set.
  bool allInputDimensionsSpecified() const noexcept { return mImpl->allInputDimensionsSpecified(); }

  //! Whether the values of all input shape tensors are set. Deprecated: use inferShapes().
  TRT_DEPRECATED bool allInputShapesSpecified() const noexcept {
    return mImpl->allInputShapesSpecified();
  }

  //! Sets the recorder of errors; null for none. Its reference count is kept.
  void setErrorRecorder(IErrorRecorder* recorder) noexcept { mImpl->setErrorRecorder(recorder); }
  //! The recorder of errors; by default that of the engine.
  IErrorRecorder* getErrorRecorder() const noexcept { return mImpl->getErrorRecorder(); }

  //! Runs the network and waits. `bindings` holds the address of each input and output, in the
  //! order of ICudaEngine::getIOTensorName(). Returns false on failure.
  bool executeV2(void* const* bindings) noexcept { return mImpl->executeV2(bindings); }

  //! Chooses the profile, copying what it needs in the order of a stream; input shapes must be set
  //! again. Returns false for a bad index.
  bool setOptimizationProfileAsync(int32_t profileIndex, cudaStream_t stream) noexcept {
    return mImpl->setOptimizationProfileAsync(profileIndex, stream);
  }

  //! Sets whether enqueueV3() reports to the profiler and so waits for the work; true by default.
  //! Otherwise reportToProfiler() does.
  void setEnqueueEmitsProfile(bool enqueueEmitsProfile) noexcept {
    mImpl->setEnqueueEmitsProfile(enqueueEmitsProfile);
  }
  //! Whether enqueueV3() reports to the profiler.
  bool getEnqueueEmitsProfile() const noexcept { return mImpl->getEnqueueEmitsProfile(); }

  //! Reports the layer times of the last inference to the profiler, waiting for it to end; also
  //! after a captured graph was launched. Returns false where there is none to report.
  bool reportToProfiler() const noexcept { return mImpl->reportToProfiler(); }

  //! Sets the address of an input or output: device memory, or host memory for shape tensors,
  //! aligned to 256 bytes on the device. Must live until the work is done.
  bool setTensorAddress(const char* tensorName, void* data) noexcept {
    return mImpl->setTensorAddress(tensorName, data);
  }
  //! The address set for an input or output; null where none is.
  const void* getTensorAddress(const char* tensorName) const noexcept {
    return mImpl->getTensorAddress(tensorName);
  }

  //! As setTensorAddress(), for outputs only.
  bool setOutputTensorAddress(const char* tensorName, void* data) noexcept {
    return mImpl->setOutputTensorAddress(tensorName, data);
  }

  //! As setTensorAddress(), for inputs only, which are not written to.
  bool setInputTensorAddress(const char* tensorName, const void* data) noexcept {
    return mImpl->setInputTensorAddress(tensorName, data);
  }

  //! The address set for an output; null where none is or it is no output.
  void* getOutputTensorAddress(const char* tensorName) const noexcept {
    return mImpl->getOutputTensorAddress(tensorName);
  }

  //! Computes the extents of all tensors that follow from what is set. Returns 0 when that worked,
  //! -1 on an error, else the number of inputs that lack a shape or an address and writes up to
  //! `nbMaxNames` of their names.
  int32_t inferShapes(int32_t nbMaxNames, const char** tensorNames) noexcept {
    return mImpl->inferShapes(nbMaxNames, tensorNames);
  }

  //! The bytes of activation memory for the shapes set now, for contexts without their own; 0 on an
  //! error.
  size_t updateDeviceMemorySizeForShapes() noexcept {
    return mImpl->updateDeviceMemorySizeForShapes();
  }

  //! Sets an event to be recorded once all inputs have been read, so that they may be overwritten;
  //! null for none.
  bool setInputConsumedEvent(cudaEvent_t event) noexcept {
    return mImpl->setInputConsumedEvent(event);
  }
  //! The event for inputs that have been read; null by default.
  cudaEvent_t getInputConsumedEvent() const noexcept { return mImpl->getInputConsumedEvent(); }

  //! Sets the allocator for an output, used instead of an address; null for none.
  bool setOutputAllocator(const char* tensorName, IOutputAllocator* outputAllocator) noexcept {
    return mImpl->setOutputAllocator(tensorName, outputAllocator);
  }
  //! The allocator for an output; null where none is set.
  IOutputAllocator* getOutputAllocator(const char* name) const noexcept {
    return mImpl->getOutputAllocator(name);
  }

  //! An upper bound on the bytes of an output for the input shapes set now; -1 where there is none
  //! or on an error.
  int64_t getMaxOutputSize(const char* tensorName) const noexcept {
    return mImpl->getMaxOutputSize(tensorName);
  }

  //! Sets the allocator of temporary memory inside an inference; null for that of the engine. Must
  //! outlive its use.
  bool setTemporaryStorageAllocator(IGpuAllocator* allocator) noexcept {
    return mImpl->setTemporaryStorageAllocator(allocator);
  }
  //! The allocator of temporary memory.
  IGpuAllocator* getTemporaryStorageAllocator() const noexcept {
    return mImpl->getTemporaryStorageAllocator();
  }

  //! Queues one inference on a stream, with the addresses set. Addresses and shapes may be changed
  //! for the next one as soon as it returns; the context must not run on two streams at a time.
  //! Returns false on failure.
  bool enqueueV3(cudaStream_t stream) noexcept { return mImpl->enqueueV3(stream); }

  //! Sets the most bytes of the device's L2 cache that activations may pin; 0 by default.
  void setPersistentCacheLimit(size_t size) noexcept { mImpl->setPersistentCacheLimit(size); }
  //! The most bytes of L2 cache that activations may pin.
  size_t getPersistentCacheLimit() const noexcept { return mImpl->getPersistentCacheLimit(); }

  //! Sets the detail of NVTX ranges, at most that of the engine. Returns false for more.
  bool setNvtxVerbosity(ProfilingVerbosity verbosity) noexcept {
    return mImpl->setNvtxVerbosity(verbosity);
  }
  //! The detail of NVTX ranges; that of the engine by default.
  ProfilingVerbosity getNvtxVerbosity() const noexcept { return mImpl->getNvtxVerbosity(); }

  //! Gives the auxiliary streams to use instead of streams of its own; those past
  //! ICudaEngine::getNbAuxStreams() are ignored.
  void setAuxStreams(cudaStream_t* auxStreams, int32_t nbStreams) noexcept {
    mImpl->setAuxStreams(auxStreams, nbStreams);
  }

  //! Sets what sees debug tensors; null for none. Returns false on failure.
  bool setDebugListener(IDebugListener* listener) noexcept {
    return mImpl->setDebugListener(listener);
  }
  //! What sees debug tensors; null by default.
  IDebugListener* getDebugListener() noexcept { return mImpl->getDebugListener(); }
  //! Switches a debug tensor on or off; off by default. Returns false where it is not marked.
  bool setTensorDebugState(const char* name, bool flag) noexcept {
    return mImpl->setTensorDebugState(name, flag);
  }
  //! Whether a debug tensor is on; false for an unknown name.
  bool getDebugState(const char* name) const noexcept { return mImpl->getDebugState(name); }

  //! The settings the context was made with, owned by it.
  IRuntimeConfig* getRuntimeConfig() const noexcept { return mImpl->getRuntimeConfig(); }

  //! Switches all tensors that were marked one by one on or off.
  bool setAllTensorsDebugState(bool flag) noexcept { return mImpl->setAllTensorsDebugState(flag); }
  //! Switches debugging of all unfused tensors on or off. Returns false where the network did not
  //! mark them.
  bool setUnfusedTensorsDebugState(bool flag) noexcept {
    return mImpl->setUnfusedTensorsDebugState(flag);
  }
  //! Whether debugging of all unfused tensors is on.
  bool getUnfusedTensorsDebugState() const noexcept { return mImpl->getUnfusedTensorsDebugState(); }

  //! Gives the communicator (ncclComm_t) for collective layers. Returns false on failure.
  bool setCommunicator(void* communicator) noexcept { return mImpl->setCommunicator(communicator); }

 protected:
  apiv::VExecutionContext* mImpl{nullptr};
};

//! The form in which an inspector tells.
enum class LayerInformationFormat : int32_t {
  kONELINE = 0,  //!< One line for each layer.
  kJSON = 1,     //!< JSON.
};

namespace impl {
template <>
struct EnumMaxImpl<LayerInformationFormat> {
  static constexpr int32_t kVALUE = 2;
};
}  // namespace impl

//! Tells what an engine consists of, as far as its ProfilingVerbosity allows. Made by
//! ICudaEngine::createEngineInspector(); freed with `delete`. Texts are valid until the next call.
class IEngineInspector : public INoCopy {
 public:
  virtual ~IEngineInspector() noexcept = default;

  //! Sets a context whose shapes are told too; null for none. Returns false on failure.
  bool setExecutionContext(const IExecutionContext* context) noexcept {
    return mImpl->setExecutionContext(context);
  }
  //! The context; null by default.
  const IExecutionContext* getExecutionContext() const noexcept {
    return mImpl->getExecutionContext();
  }

  //! One layer (index below ICudaEngine::getNbLayers()) in words; null for a bad index.
  const char* getLayerInformation(int32_t layerIndex,
                                  LayerInformationFormat format) const noexcept {
    return mImpl->getLayerInformation(layerIndex, format);
  }

  //! All layers, with inputs and outputs, in words.
  const char* getEngineInformation(LayerInformationFormat format) const noexcept {
    return mImpl->getEngineInformation(format);
  }

  //! Sets the recorder of errors; null for none. Its reference count is kept.
  void setErrorRecorder(IErrorRecorder* recorder) noexcept { mImpl->setErrorRecorder(recorder); }
  //! The recorder of errors; by default that of the engine.
  IErrorRecorder* getErrorRecorder() const noexcept { return mImpl->getErrorRecorder(); }

 protected:
  apiv::VEngineInspector* mImpl{nullptr};
};

//! What kinds of memory an allocator is asked for.
enum class AllocatorFlag : int32_t {
  kRESIZABLE = 0,  //!< Memory that reallocate() may later be asked to enlarge.
};

namespace impl {
template <>
struct EnumMaxImpl<AllocatorFlag> {
  static constexpr int32_t kVALUE = 1;
};
}  // namespace impl

using AllocatorFlags = uint32_t;  //!< AllocatorFlag values as bits: 1U << flag.

//! Receives messages. Implemented by programs; called from several threads at a time, so log() must
//! be thread safe. The first logger given to a builder, runtime or refitter must outlive all.
class ILogger {
 public:
  //! How grave a message is.
  enum class Severity : int32_t {
    kINTERNAL_ERROR = 0,  //!< A mistake of the library itself; execution cannot go on.
    kERROR = 1,           //!< Something asked for could not be done.
    kWARNING = 2,         //!< Something was done in a way that may surprise.
    kINFO = 3,            //!< What happens, step by step.
    kVERBOSE = 4,         //!< Detail for developers.
  };

  //! Receives one message; the text is valid during the call.
  virtual void log(Severity severity, const AsciiChar* msg) noexcept = 0;

  ILogger() = default;
  virtual ~ILogger() = default;

 protected:
  ILogger(const ILogger&) = default;
  ILogger(ILogger&&) = default;
  ILogger& operator=(const ILogger&) & = default;
  ILogger& operator=(ILogger&&) & = default;
};

namespace impl {
template <>
struct EnumMaxImpl<ILogger::Severity> {
  static constexpr int32_t kVALUE = 5;
};
}  // namespace impl

namespace v_1_0 {

TENON_DEPRECATED_USE_BEGIN
//! Provides device memory. Implemented by programs; called from several threads, so members must be
//! thread safe.
class IGpuAllocator : public IVersionedInterface {
 public:
  //! Memory of `size` bytes at a multiple of `alignment`, a power of two; null for size 0 and on
  //! failure. Deprecated: implement allocateAsync().
  TRT_DEPRECATED virtual void* allocate(const uint64_t size, const uint64_t alignment,
                                        const AllocatorFlags flags) noexcept = 0;

  ~IGpuAllocator() override = default;
  IGpuAllocator() = default;

  //! The block at `baseAddr`, allocated as kRESIZABLE, with `newSize` bytes and its old contents,
  //! moved where need be. Returns null, and leaves the block alone, where that cannot be done: the
  //! default.
  virtual void* reallocate(void* const /*baseAddr*/, uint64_t /*alignment*/,
                           uint64_t /*newSize*/) noexcept {
    return nullptr;
  }

  //! Frees memory; null is allowed. Returns false on failure. Deprecated: implement
  //! deallocateAsync().
  TRT_DEPRECATED virtual bool deallocate(void* const memory) noexcept = 0;

  //! Memory for use in the order of a stream. Calls allocate() unless overridden.
  virtual void* allocateAsync(const uint64_t size, const uint64_t alignment,
                              const AllocatorFlags flags, cudaStream_t /*stream*/) noexcept {
    return allocate(size, alignment, flags);
  }

  //! Frees memory in the order of a stream. Calls deallocate() unless overridden.
  virtual bool deallocateAsync(void* const memory, cudaStream_t /*stream*/) noexcept {
    return deallocate(memory);
  }

  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"IGpuAllocator", 1, 0};
  }

 protected:
  IGpuAllocator(const IGpuAllocator&) = default;
  IGpuAllocator(IGpuAllocator&&) = default;
  IGpuAllocator& operator=(const IGpuAllocator&) & = default;
  IGpuAllocator& operator=(IGpuAllocator&&) & = default;
};

//! An IGpuAllocator that works in the order of streams only.
class IGpuAsyncAllocator : public IGpuAllocator {
 public:
  IGpuAsyncAllocator() = default;
  ~IGpuAsyncAllocator() override = default;

  //! Memory of `size` bytes at a multiple of `alignment`, a power of two, for use in the order of a
  //! stream; null for size 0 and on failure.
  void* allocateAsync(const uint64_t size, const uint64_t alignment, const AllocatorFlags flags,
                      cudaStream_t stream) noexcept override = 0;

  //! Frees memory in the order of a stream; null is allowed. Returns false on failure.
  bool deallocateAsync(void* const memory, cudaStream_t stream) noexcept override = 0;

  //! allocateAsync() on the default stream. Deprecated.
  TRT_DEPRECATED void* allocate(const uint64_t size, const uint64_t alignment,
                                const AllocatorFlags flags) noexcept override {
    return allocateAsync(size, alignment, flags, nullptr);
  }

  //! deallocateAsync() on the default stream. Deprecated.
  TRT_DEPRECATED bool deallocate(void* const memory) noexcept override {
    return deallocateAsync(memory, nullptr);
  }

  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"IGpuAllocator", 1, 0};
  }
};
TENON_DEPRECATED_USE_END

//! Makes third-generation plugins by name, from attributes.
class IPluginCreatorV3One : public IPluginCreatorInterface {
 public:
  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"PLUGIN CREATOR_V3ONE", 1, 0};
  }

  //! A new plugin from attributes (the user's while building, those it serialised at run time), to
  //! be deleted by the caller; null on failure.
  virtual IPluginV3* createPlugin(const AsciiChar* name, const PluginFieldCollection* fc,
                                  TensorRTPhase phase) noexcept = 0;

  //! The attributes that createPlugin() understands.
  virtual const PluginFieldCollection* getFieldNames() noexcept = 0;

  //! The name of the plugin; at most 1024 bytes with its zero.
  virtual const AsciiChar* getPluginName() const noexcept = 0;

  //! The version of the plugin; at most 1024 bytes with its zero.
  virtual const AsciiChar* getPluginVersion() const noexcept = 0;

  //! The namespace of the plugin; at most 1024 bytes with its zero.
  virtual const AsciiChar* getPluginNamespace() const noexcept = 0;

  IPluginCreatorV3One() = default;
  ~IPluginCreatorV3One() override = default;

 protected:
  IPluginCreatorV3One(const IPluginCreatorV3One&) = default;
  IPluginCreatorV3One(IPluginCreatorV3One&&) = default;
  IPluginCreatorV3One& operator=(const IPluginCreatorV3One&) & = default;
  IPluginCreatorV3One& operator=(IPluginCreatorV3One&&) & = default;
};

}  // namespace v_1_0

using IGpuAsyncAllocator = v_1_0::IGpuAsyncAllocator;
using IPluginCreatorV3One = v_1_0::IPluginCreatorV3One;

//! Lets a library of plugins find the logger of the program that loaded it.
class ILoggerFinder {
 public:
  //! The logger; null where there is none.
  virtual ILogger* findLogger() = 0;

 protected:
  virtual ~ILoggerFinder() = default;
};

}  // namespace nvinfer1

//! What createInferRuntime() calls: an IRuntime* for an ILogger*, for programs made for `version`.
//! Null for a version that is not supported.
extern "C" TENSORRTAPI void* createInferRuntime_INTERNAL(void* logger, int32_t version) noexcept;

//! What createInferRefitter() calls: an IRefitter* for an ICudaEngine* and an ILogger*.
extern "C" TENSORRTAPI void* createInferRefitter_INTERNAL(void* engine, void* logger,
                                                          int32_t version) noexcept;

//! The global plugin registry.
extern "C" TENSORRTAPI nvinfer1::IPluginRegistry* getPluginRegistry() noexcept;

//! The logger that was given to the first builder, runtime or refitter; null where there is none.
extern "C" TENSORRTAPI nvinfer1::ILogger* getLogger() noexcept;

extern "C" TENSORRTAPI int32_t getInferLibMajorVersion() noexcept;  //!< NV_TENSORRT_MAJOR.
extern "C" TENSORRTAPI int32_t getInferLibMinorVersion() noexcept;  //!< NV_TENSORRT_MINOR.
extern "C" TENSORRTAPI int32_t getInferLibPatchVersion() noexcept;  //!< NV_TENSORRT_PATCH.
extern "C" TENSORRTAPI int32_t getInferLibBuildVersion() noexcept;  //!< NV_TENSORRT_BUILD.

namespace nvinfer1 {

// In a namespace without a name, so that each program calls with the version it was compiled for.
namespace {

//! A runtime that reports to a logger, to be freed with `delete`; null on failure.
inline IRuntime* createInferRuntime(ILogger& logger) noexcept {
  return static_cast<IRuntime*>(createInferRuntime_INTERNAL(&logger, NV_TENSORRT_VERSION));
}

//! A refitter of an engine, to be freed with `delete`; null where the engine cannot be refitted.
inline IRefitter* createInferRefitter(ICudaEngine& engine, ILogger& logger) noexcept {
  return static_cast<IRefitter*>(
      createInferRefitter_INTERNAL(&engine, &logger, NV_TENSORRT_VERSION));
}

}  // namespace

TENON_DEPRECATED_USE_BEGIN
//! A static object of this class registers plugin creator T in the default namespace.
template <typename T>
class PluginRegistrar {
 public:
  PluginRegistrar() { getPluginRegistry()->registerCreator(instance, ""); }

 private:
  T instance{};
};
TENON_DEPRECATED_USE_END

}  // namespace nvinfer1

//! Registers a class of plugin creators when the program or library is loaded.
#define REGISTER_TENSORRT_PLUGIN(name) \
  static nvinfer1::PluginRegistrar<name> pluginRegistrar##name {}
