// Every public member of the classes for running: plugins, engines, execution contexts, what
// programs implement.
#include "NvInferLegacyDims.h"
#include "NvInferRuntime.h"

#include "surface.h"

using namespace nvinfer1;

namespace {

void part_1() {
  CONST_MEMBER(IVersionedInterface, getAPILanguage, APILanguage, ());
  CONST_MEMBER(IVersionedInterface, getInterfaceInfo, InterfaceInfo, ());

  CONST_MEMBER(IErrorRecorder, getInterfaceInfo, InterfaceInfo, ());
  CONST_MEMBER(IErrorRecorder, getNbErrors, int32_t, ());
  CONST_MEMBER(IErrorRecorder, getErrorCode, ErrorCode, (int32_t));
  CONST_MEMBER(IErrorRecorder, getErrorDesc, IErrorRecorder::ErrorDesc, (int32_t));
  CONST_MEMBER(IErrorRecorder, hasOverflowed, bool, ());
  MEMBER(IErrorRecorder, clear, void, ());
  MEMBER(IErrorRecorder, reportError, bool, (ErrorCode, IErrorRecorder::ErrorDesc));
  MEMBER(IErrorRecorder, incRefCount, IErrorRecorder::RefCount, ());
  MEMBER(IErrorRecorder, decRefCount, IErrorRecorder::RefCount, ());

  MEMBER_MAY_THROW(DimsHW, h, int64_t&, ());
  CONST_MEMBER_MAY_THROW(DimsHW, h, int64_t, ());
  MEMBER_MAY_THROW(DimsHW, w, int64_t&, ());
  CONST_MEMBER_MAY_THROW(DimsHW, w, int64_t, ());

  CONST_MEMBER(IPluginResource, getInterfaceInfo, InterfaceInfo, ());
  MEMBER(IPluginResource, release, int32_t, ());
  MEMBER(IPluginResource, clone, IPluginResource*, ());

  CONST_MEMBER(IPluginV3, getInterfaceInfo, InterfaceInfo, ());
  MEMBER(IPluginV3, getCapabilityInterface, IPluginCapability*, (PluginCapabilityType));
  MEMBER(IPluginV3, clone, IPluginV3*, ());

  CONST_MEMBER(IPluginV2, getTensorRTVersion, int32_t, ());
  CONST_MEMBER(IPluginV2, getPluginType, const AsciiChar*, ());
  CONST_MEMBER(IPluginV2, getPluginVersion, const AsciiChar*, ());
  CONST_MEMBER(IPluginV2, getNbOutputs, int32_t, ());
  MEMBER(IPluginV2, getOutputDimensions, Dims, (int32_t, const Dims*, int32_t));
  CONST_MEMBER(IPluginV2, supportsFormat, bool, (DataType, PluginFormat));
  MEMBER(IPluginV2, configureWithFormat, void,
         (const Dims*, int32_t, const Dims*, int32_t, DataType, PluginFormat, int32_t));
  MEMBER(IPluginV2, initialize, int32_t, ());
  MEMBER(IPluginV2, terminate, void, ());
  CONST_MEMBER(IPluginV2, getWorkspaceSize, size_t, (int32_t));
  MEMBER(IPluginV2, enqueue, int32_t,
         (int32_t, const void* const*, void* const*, void*, cudaStream_t));
  CONST_MEMBER(IPluginV2, getSerializationSize, size_t, ());
  CONST_MEMBER(IPluginV2, serialize, void, (void*));
  MEMBER(IPluginV2, destroy, void, ());
  CONST_MEMBER(IPluginV2, clone, IPluginV2*, ());
  MEMBER(IPluginV2, setPluginNamespace, void, (const AsciiChar*));
  CONST_MEMBER(IPluginV2, getPluginNamespace, const AsciiChar*, ());

  CONST_MEMBER(IPluginV2Ext, getOutputDataType, DataType, (int32_t, const DataType*, int32_t));
  CONST_MEMBER(IPluginV2Ext, isOutputBroadcastAcrossBatch, bool, (int32_t, const bool*, int32_t));
  CONST_MEMBER(IPluginV2Ext, canBroadcastInputAcrossBatch, bool, (int32_t));
  MEMBER(IPluginV2Ext, configurePlugin, void,
         (const Dims*, int32_t, const Dims*, int32_t, const DataType*, const DataType*, const bool*,
          const bool*, PluginFormat, int32_t));
  MEMBER(IPluginV2Ext, attachToContext, void, (cudnnContext*, cublasContext*, IGpuAllocator*));
  MEMBER(IPluginV2Ext, detachFromContext, void, ());
  CONST_MEMBER(IPluginV2Ext, clone, IPluginV2Ext*, ());

  MEMBER(IPluginV2IOExt, configurePlugin, void,
         (const PluginTensorDesc*, int32_t, const PluginTensorDesc*, int32_t));
  CONST_MEMBER(IPluginV2IOExt, supportsFormatCombination, bool,
               (int32_t, const PluginTensorDesc*, int32_t, int32_t));

  CONST_MEMBER(IPluginCreator, getPluginName, const AsciiChar*, ());
  CONST_MEMBER(IPluginCreator, getPluginVersion, const AsciiChar*, ());
  MEMBER(IPluginCreator, getFieldNames, const PluginFieldCollection*, ());
  MEMBER(IPluginCreator, createPlugin, IPluginV2*,
         (const AsciiChar*, const PluginFieldCollection*));
  MEMBER(IPluginCreator, deserializePlugin, IPluginV2*, (const AsciiChar*, const void*, size_t));
  MEMBER(IPluginCreator, setPluginNamespace, void, (const AsciiChar*));
  CONST_MEMBER(IPluginCreator, getPluginNamespace, const AsciiChar*, ());
  CONST_MEMBER(IPluginCreator, getInterfaceInfo, InterfaceInfo, ());
}

void part_2() {
  MEMBER(IPluginRegistry, registerCreator, bool, (IPluginCreator&, const AsciiChar*));
  CONST_MEMBER(IPluginRegistry, getPluginCreatorList, IPluginCreator* const*, (int32_t*));
  MEMBER(IPluginRegistry, getPluginCreator, IPluginCreator*,
         (const AsciiChar*, const AsciiChar*, const AsciiChar*));
  MEMBER(IPluginRegistry, setErrorRecorder, void, (IErrorRecorder*));
  CONST_MEMBER(IPluginRegistry, getErrorRecorder, IErrorRecorder*, ());
  MEMBER(IPluginRegistry, deregisterCreator, bool, (const IPluginCreator&));
  CONST_MEMBER_MAY_THROW(IPluginRegistry, isParentSearchEnabled, bool, ());
  MEMBER_MAY_THROW(IPluginRegistry, setParentSearchEnabled, void, (bool));
  MEMBER(IPluginRegistry, loadLibrary, IPluginRegistry::PluginLibraryHandle, (const AsciiChar*));
  MEMBER(IPluginRegistry, deregisterLibrary, void, (IPluginRegistry::PluginLibraryHandle));
  MEMBER(IPluginRegistry, registerCreator, bool, (IPluginCreatorInterface&, const AsciiChar*));
  CONST_MEMBER(IPluginRegistry, getAllCreators, IPluginCreatorInterface* const*, (int32_t*));
  MEMBER(IPluginRegistry, getCreator, IPluginCreatorInterface*,
         (const AsciiChar*, const AsciiChar*, const AsciiChar*));
  MEMBER(IPluginRegistry, deregisterCreator, bool, (const IPluginCreatorInterface&));
  MEMBER(IPluginRegistry, acquirePluginResource, IPluginResource*,
         (const AsciiChar*, IPluginResource*));
  MEMBER(IPluginRegistry, releasePluginResource, int32_t, (const AsciiChar*));
  MEMBER(IPluginRegistry, getAllCreatorsRecursive, IPluginCreatorInterface* const*, (int32_t*));

  CONST_MEMBER(IHostMemory, data, void*, ());
  CONST_MEMBER(IHostMemory, size, size_t, ());
  CONST_MEMBER(IHostMemory, type, DataType, ());

  CONST_MEMBER(IDimensionExpr, isConstant, bool, ());
  CONST_MEMBER(IDimensionExpr, getConstantValue, int64_t, ());
  CONST_MEMBER(IDimensionExpr, isSizeTensor, bool, ());

  MEMBER(IExprBuilder, constant, const IDimensionExpr*, (int64_t));
  MEMBER(IExprBuilder, operation, const IDimensionExpr*,
         (DimensionOperation, const IDimensionExpr&, const IDimensionExpr&));
  MEMBER_MAY_THROW(IExprBuilder, declareSizeTensor, const IDimensionExpr*,
                   (int32_t, const IDimensionExpr&, const IDimensionExpr&));

  CONST_MEMBER(IPluginV2DynamicExt, clone, IPluginV2DynamicExt*, ());
  MEMBER(IPluginV2DynamicExt, getOutputDimensions, DimsExprs,
         (int32_t, const DimsExprs*, int32_t, IExprBuilder&));
  MEMBER(IPluginV2DynamicExt, supportsFormatCombination, bool,
         (int32_t, const PluginTensorDesc*, int32_t, int32_t));
  MEMBER(IPluginV2DynamicExt, configurePlugin, void,
         (const DynamicPluginTensorDesc*, int32_t, const DynamicPluginTensorDesc*, int32_t));
  CONST_MEMBER(IPluginV2DynamicExt, getWorkspaceSize, size_t,
               (const PluginTensorDesc*, int32_t, const PluginTensorDesc*, int32_t));
  MEMBER(IPluginV2DynamicExt, enqueue, int32_t,
         (const PluginTensorDesc*, const PluginTensorDesc*, const void* const*, void* const*, void*,
          cudaStream_t));

  CONST_MEMBER(IStreamReader, getInterfaceInfo, InterfaceInfo, ());
  MEMBER_MAY_THROW(IStreamReader, read, int64_t, (void*, int64_t));

  CONST_MEMBER(IStreamWriter, getInterfaceInfo, InterfaceInfo, ());
  MEMBER_MAY_THROW(IStreamWriter, write, int64_t, (const void*, int64_t));

  CONST_MEMBER(IStreamReaderV2, getInterfaceInfo, InterfaceInfo, ());
  MEMBER(IStreamReaderV2, read, int64_t, (void*, int64_t, cudaStream_t));
  MEMBER(IStreamReaderV2, seek, bool, (int64_t, SeekPosition));

  CONST_MEMBER(IPluginResourceContext, getGpuAllocator, IGpuAllocator*, ());
  CONST_MEMBER(IPluginResourceContext, getErrorRecorder, IErrorRecorder*, ());

  CONST_MEMBER(IPluginV3OneCore, getInterfaceInfo, InterfaceInfo, ());
  CONST_MEMBER(IPluginV3OneCore, getPluginName, const AsciiChar*, ());
  CONST_MEMBER(IPluginV3OneCore, getPluginVersion, const AsciiChar*, ());
  CONST_MEMBER(IPluginV3OneCore, getPluginNamespace, const AsciiChar*, ());

  CONST_MEMBER(IPluginV3OneBuild, getInterfaceInfo, InterfaceInfo, ());
  MEMBER(IPluginV3OneBuild, configurePlugin, int32_t,
         (const DynamicPluginTensorDesc*, int32_t, const DynamicPluginTensorDesc*, int32_t));
  CONST_MEMBER(IPluginV3OneBuild, getOutputDataTypes, int32_t,
               (DataType*, int32_t, const DataType*, int32_t));
  MEMBER(
      IPluginV3OneBuild, getOutputShapes, int32_t,
      (const DimsExprs*, int32_t, const DimsExprs*, int32_t, DimsExprs*, int32_t, IExprBuilder&));
  MEMBER(IPluginV3OneBuild, supportsFormatCombination, bool,
         (int32_t, const DynamicPluginTensorDesc*, int32_t, int32_t));
  CONST_MEMBER(IPluginV3OneBuild, getNbOutputs, int32_t, ());
  CONST_MEMBER(IPluginV3OneBuild, getWorkspaceSize, size_t,
               (const DynamicPluginTensorDesc*, int32_t, const DynamicPluginTensorDesc*, int32_t));
  MEMBER(IPluginV3OneBuild, getValidTactics, int32_t, (int32_t*, int32_t));
  MEMBER(IPluginV3OneBuild, getNbTactics, int32_t, ());
  MEMBER(IPluginV3OneBuild, getTimingCacheID, const char*, ());
  MEMBER(IPluginV3OneBuild, getFormatCombinationLimit, int32_t, ());
  MEMBER(IPluginV3OneBuild, getMetadataString, const char*, ());

  CONST_MEMBER(IPluginV3OneRuntime, getInterfaceInfo, InterfaceInfo, ());
  MEMBER(IPluginV3OneRuntime, setTactic, int32_t, (int32_t));
  MEMBER(IPluginV3OneRuntime, onShapeChange, int32_t,
         (const PluginTensorDesc*, int32_t, const PluginTensorDesc*, int32_t));
  MEMBER(IPluginV3OneRuntime, enqueue, int32_t,
         (const PluginTensorDesc*, const PluginTensorDesc*, const void* const*, void* const*, void*,
          cudaStream_t));
  MEMBER(IPluginV3OneRuntime, attachToContext, IPluginV3*, (IPluginResourceContext*));
  MEMBER(IPluginV3OneRuntime, getFieldsToSerialize, const PluginFieldCollection*, ());
}

void part_3() {
  CONST_MEMBER(IPluginV3OneBuildV2, getInterfaceInfo, InterfaceInfo, ());
  MEMBER(IPluginV3OneBuildV2, getAliasedInput, int32_t, (int32_t));

  MEMBER(IProfiler, reportLayerTime, void, (const char*, float));

  MEMBER(ILogger, log, void, (ILogger::Severity, const AsciiChar*));

  MEMBER(IGpuAllocator, allocate, void*, (uint64_t, uint64_t, AllocatorFlags));
  MEMBER(IGpuAllocator, reallocate, void*, (void*, uint64_t, uint64_t));
  MEMBER(IGpuAllocator, deallocate, bool, (void*));
  MEMBER(IGpuAllocator, allocateAsync, void*, (uint64_t, uint64_t, AllocatorFlags, cudaStream_t));
  MEMBER(IGpuAllocator, deallocateAsync, bool, (void*, cudaStream_t));
  CONST_MEMBER(IGpuAllocator, getInterfaceInfo, InterfaceInfo, ());

  MEMBER(IRuntime, setDLACore, void, (int32_t));
  CONST_MEMBER(IRuntime, getDLACore, int32_t, ());
  CONST_MEMBER(IRuntime, getNbDLACores, int32_t, ());
  MEMBER(IRuntime, setGpuAllocator, void, (IGpuAllocator*));
  MEMBER(IRuntime, setErrorRecorder, void, (IErrorRecorder*));
  CONST_MEMBER(IRuntime, getErrorRecorder, IErrorRecorder*, ());
  MEMBER(IRuntime, deserializeCudaEngine, ICudaEngine*, (const void*, size_t));
  MEMBER_MAY_THROW(IRuntime, deserializeCudaEngine, ICudaEngine*, (IStreamReader&));
  MEMBER_MAY_THROW(IRuntime, deserializeCudaEngine, ICudaEngine*, (IStreamReaderV2&));
  CONST_MEMBER(IRuntime, getLogger, ILogger*, ());
  MEMBER(IRuntime, setMaxThreads, bool, (int32_t));
  CONST_MEMBER(IRuntime, getMaxThreads, int32_t, ());
  MEMBER(IRuntime, setTemporaryDirectory, void, (const char*));
  CONST_MEMBER(IRuntime, getTemporaryDirectory, const char*, ());
  MEMBER(IRuntime, setTempfileControlFlags, void, (TempfileControlFlags));
  CONST_MEMBER(IRuntime, getTempfileControlFlags, TempfileControlFlags, ());
  MEMBER(IRuntime, getPluginRegistry, IPluginRegistry&, ());
  MEMBER(IRuntime, loadRuntime, IRuntime*, (const char*));
  MEMBER(IRuntime, setEngineHostCodeAllowed, void, (bool));
  CONST_MEMBER(IRuntime, getEngineHostCodeAllowed, bool, ());

  MEMBER(IRefitter, setWeights, bool, (const char*, WeightsRole, Weights));
  MEMBER(IRefitter, refitCudaEngine, bool, ());
  MEMBER(IRefitter, getMissing, int32_t, (int32_t, const char**, WeightsRole*));
  MEMBER(IRefitter, getAll, int32_t, (int32_t, const char**, WeightsRole*));
  MEMBER(IRefitter, setDynamicRange, bool, (const char*, float, float));
  CONST_MEMBER(IRefitter, getDynamicRangeMin, float, (const char*));
  CONST_MEMBER(IRefitter, getDynamicRangeMax, float, (const char*));
  CONST_MEMBER(IRefitter, getTensorsWithDynamicRange, int32_t, (int32_t, const char**));
  MEMBER(IRefitter, setErrorRecorder, void, (IErrorRecorder*));
  CONST_MEMBER(IRefitter, getErrorRecorder, IErrorRecorder*, ());
  MEMBER(IRefitter, setNamedWeights, bool, (const char*, Weights));
  MEMBER(IRefitter, getMissingWeights, int32_t, (int32_t, const char**));
  MEMBER(IRefitter, getAllWeights, int32_t, (int32_t, const char**));
  CONST_MEMBER(IRefitter, getLogger, ILogger*, ());
  MEMBER(IRefitter, setMaxThreads, bool, (int32_t));
  CONST_MEMBER(IRefitter, getMaxThreads, int32_t, ());
  MEMBER(IRefitter, setNamedWeights, bool, (const char*, Weights, TensorLocation));
  CONST_MEMBER(IRefitter, getNamedWeights, Weights, (const char*));
  CONST_MEMBER(IRefitter, getWeightsLocation, TensorLocation, (const char*));
  MEMBER(IRefitter, unsetNamedWeights, bool, (const char*));
  MEMBER(IRefitter, setWeightsValidation, void, (bool));
  CONST_MEMBER(IRefitter, getWeightsValidation, bool, ());
  MEMBER(IRefitter, refitCudaEngineAsync, bool, (cudaStream_t));
  CONST_MEMBER(IRefitter, getWeightsPrototype, Weights, (const char*));

  MEMBER(IOptimizationProfile, setDimensions, bool, (const char*, OptProfileSelector, const Dims&));
  CONST_MEMBER(IOptimizationProfile, getDimensions, Dims, (const char*, OptProfileSelector));
  MEMBER(IOptimizationProfile, setShapeValues, bool,
         (const char*, OptProfileSelector, const int32_t*, int32_t));
  CONST_MEMBER(IOptimizationProfile, getNbShapeValues, int32_t, (const char*));
  CONST_MEMBER(IOptimizationProfile, getShapeValues, const int32_t*,
               (const char*, OptProfileSelector));
  MEMBER(IOptimizationProfile, setExtraMemoryTarget, bool, (float));
  CONST_MEMBER(IOptimizationProfile, getExtraMemoryTarget, float, ());
  CONST_MEMBER(IOptimizationProfile, isValid, bool, ());
  MEMBER(IOptimizationProfile, setShapeValuesV2, bool,
         (const char*, OptProfileSelector, const int64_t*, int32_t));
  CONST_MEMBER(IOptimizationProfile, getShapeValuesV2, const int64_t*,
               (const char*, OptProfileSelector));

  MEMBER(ISerializationConfig, setFlags, bool, (SerializationFlags));
  CONST_MEMBER(ISerializationConfig, getFlags, SerializationFlags, ());
  MEMBER(ISerializationConfig, clearFlag, bool, (SerializationFlag));
  MEMBER(ISerializationConfig, setFlag, bool, (SerializationFlag));
  CONST_MEMBER(ISerializationConfig, getFlag, bool, (SerializationFlag));
}

void part_4() {
  MEMBER(IRuntimeConfig, setExecutionContextAllocationStrategy, void,
         (ExecutionContextAllocationStrategy));
  CONST_MEMBER(IRuntimeConfig, getExecutionContextAllocationStrategy,
               ExecutionContextAllocationStrategy, ());

  CONST_MEMBER(ICudaEngine, getTensorShape, Dims, (const char*));
  CONST_MEMBER(ICudaEngine, getTensorDataType, DataType, (const char*));
  CONST_MEMBER(ICudaEngine, getNbLayers, int32_t, ());
  CONST_MEMBER(ICudaEngine, serialize, IHostMemory*, ());
  MEMBER(ICudaEngine, createExecutionContext, IExecutionContext*,
         (ExecutionContextAllocationStrategy));
  CONST_MEMBER(ICudaEngine, getTensorLocation, TensorLocation, (const char*));
  CONST_MEMBER(ICudaEngine, isShapeInferenceIO, bool, (const char*));
  CONST_MEMBER(ICudaEngine, getTensorIOMode, TensorIOMode, (const char*));
  CONST_MEMBER(ICudaEngine, getAliasedInputTensor, const char*, (const char*));
  MEMBER(ICudaEngine, createExecutionContextWithoutDeviceMemory, IExecutionContext*, ());
  MEMBER(ICudaEngine, createExecutionContext, IExecutionContext*, (IRuntimeConfig*));
  MEMBER(ICudaEngine, createRuntimeConfig, IRuntimeConfig*, ());
  CONST_MEMBER(ICudaEngine, getDeviceMemorySize, size_t, ());
  CONST_MEMBER(ICudaEngine, getDeviceMemorySizeForProfile, size_t, (int32_t));
  CONST_MEMBER(ICudaEngine, getDeviceMemorySizeV2, int64_t, ());
  CONST_MEMBER(ICudaEngine, getDeviceMemorySizeForProfileV2, int64_t, (int32_t));
  CONST_MEMBER(ICudaEngine, isRefittable, bool, ());
  CONST_MEMBER(ICudaEngine, getTensorBytesPerComponent, int32_t, (const char*));
  CONST_MEMBER(ICudaEngine, getTensorBytesPerComponent, int32_t, (const char*, int32_t));
  CONST_MEMBER(ICudaEngine, getTensorComponentsPerElement, int32_t, (const char*));
  CONST_MEMBER(ICudaEngine, getTensorComponentsPerElement, int32_t, (const char*, int32_t));
  CONST_MEMBER(ICudaEngine, getTensorFormat, TensorFormat, (const char*));
  CONST_MEMBER(ICudaEngine, getTensorFormat, TensorFormat, (const char*, int32_t));
  CONST_MEMBER(ICudaEngine, getTensorFormatDesc, const char*, (const char*));
  CONST_MEMBER(ICudaEngine, getTensorFormatDesc, const char*, (const char*, int32_t));
  CONST_MEMBER(ICudaEngine, getTensorVectorizedDim, int32_t, (const char*));
  CONST_MEMBER(ICudaEngine, getTensorVectorizedDim, int32_t, (const char*, int32_t));
  CONST_MEMBER(ICudaEngine, getName, const char*, ());
  CONST_MEMBER(ICudaEngine, getNbOptimizationProfiles, int32_t, ());
  CONST_MEMBER(ICudaEngine, getProfileShape, Dims, (const char*, int32_t, OptProfileSelector));
  CONST_MEMBER(ICudaEngine, getProfileTensorValues, const int32_t*,
               (const char*, int32_t, OptProfileSelector));
  CONST_MEMBER(ICudaEngine, getEngineCapability, EngineCapability, ());
  MEMBER(ICudaEngine, setErrorRecorder, void, (IErrorRecorder*));
  CONST_MEMBER(ICudaEngine, getErrorRecorder, IErrorRecorder*, ());
  CONST_MEMBER(ICudaEngine, hasImplicitBatchDimension, bool, ());
  CONST_MEMBER(ICudaEngine, getTacticSources, TacticSources, ());
  CONST_MEMBER(ICudaEngine, getProfilingVerbosity, ProfilingVerbosity, ());
  CONST_MEMBER(ICudaEngine, createEngineInspector, IEngineInspector*, ());
  CONST_MEMBER(ICudaEngine, getNbIOTensors, int32_t, ());
  CONST_MEMBER(ICudaEngine, getIOTensorName, const char*, (int32_t));
  CONST_MEMBER(ICudaEngine, getHardwareCompatibilityLevel, HardwareCompatibilityLevel, ());
  CONST_MEMBER(ICudaEngine, getNbAuxStreams, int32_t, ());
  MEMBER(ICudaEngine, createSerializationConfig, ISerializationConfig*, ());
  CONST_MEMBER(ICudaEngine, serializeWithConfig, IHostMemory*, (ISerializationConfig&));
  MEMBER(ICudaEngine, setWeightStreamingBudget, bool, (int64_t));
  CONST_MEMBER(ICudaEngine, getWeightStreamingBudget, int64_t, ());
  CONST_MEMBER(ICudaEngine, getMinimumWeightStreamingBudget, int64_t, ());
  CONST_MEMBER(ICudaEngine, getStreamableWeightsSize, int64_t, ());
  MEMBER(ICudaEngine, setWeightStreamingBudgetV2, bool, (int64_t));
  CONST_MEMBER(ICudaEngine, getWeightStreamingBudgetV2, int64_t, ());
  CONST_MEMBER(ICudaEngine, getWeightStreamingAutomaticBudget, int64_t, ());
  CONST_MEMBER(ICudaEngine, getWeightStreamingScratchMemorySize, int64_t, ());
  CONST_MEMBER(ICudaEngine, isDebugTensor, bool, (const char*));
  CONST_MEMBER(ICudaEngine, getProfileTensorValuesV2, const int64_t*,
               (const char*, int32_t, OptProfileSelector));
  CONST_MEMBER(ICudaEngine, getEngineStat, int64_t, (EngineStat));

  CONST_MEMBER(IOutputAllocator, getInterfaceInfo, InterfaceInfo, ());
  MEMBER(IOutputAllocator, reallocateOutput, void*, (const char*, void*, uint64_t, uint64_t));
  MEMBER_MAY_THROW(IOutputAllocator, reallocateOutputAsync, void*,
                   (const char*, void*, uint64_t, uint64_t, cudaStream_t));
  MEMBER(IOutputAllocator, notifyShape, void, (const char*, const Dims&));

  CONST_MEMBER(IDebugListener, getInterfaceInfo, InterfaceInfo, ());
  MEMBER_MAY_THROW(IDebugListener, processDebugTensor, bool,
                   (const void*, TensorLocation, DataType, const Dims&, const char*, cudaStream_t));
}

void part_5() {
  MEMBER(IExecutionContext, setDebugSync, void, (bool));
  CONST_MEMBER(IExecutionContext, getDebugSync, bool, ());
  MEMBER(IExecutionContext, setProfiler, void, (IProfiler*));
  CONST_MEMBER(IExecutionContext, getProfiler, IProfiler*, ());
  CONST_MEMBER(IExecutionContext, getEngine, const ICudaEngine&, ());
  MEMBER(IExecutionContext, setName, void, (const char*));
  CONST_MEMBER(IExecutionContext, getName, const char*, ());
  MEMBER(IExecutionContext, setDeviceMemory, void, (void*));
  MEMBER(IExecutionContext, setDeviceMemoryV2, void, (void*, int64_t));
  CONST_MEMBER(IExecutionContext, getTensorStrides, Dims, (const char*));
  CONST_MEMBER(IExecutionContext, getOptimizationProfile, int32_t, ());
  MEMBER(IExecutionContext, setInputShape, bool, (const char*, const Dims&));
  CONST_MEMBER(IExecutionContext, getTensorShape, Dims, (const char*));
  CONST_MEMBER(IExecutionContext, allInputDimensionsSpecified, bool, ());
  CONST_MEMBER(IExecutionContext, allInputShapesSpecified, bool, ());
  MEMBER(IExecutionContext, setErrorRecorder, void, (IErrorRecorder*));
  CONST_MEMBER(IExecutionContext, getErrorRecorder, IErrorRecorder*, ());
  MEMBER(IExecutionContext, executeV2, bool, (void* const*));
  MEMBER(IExecutionContext, setOptimizationProfileAsync, bool, (int32_t, cudaStream_t));
  MEMBER(IExecutionContext, setEnqueueEmitsProfile, void, (bool));
  CONST_MEMBER(IExecutionContext, getEnqueueEmitsProfile, bool, ());
  CONST_MEMBER(IExecutionContext, reportToProfiler, bool, ());
  MEMBER(IExecutionContext, setTensorAddress, bool, (const char*, void*));
  CONST_MEMBER(IExecutionContext, getTensorAddress, const void*, (const char*));
  MEMBER(IExecutionContext, setOutputTensorAddress, bool, (const char*, void*));
  MEMBER(IExecutionContext, setInputTensorAddress, bool, (const char*, const void*));
  CONST_MEMBER(IExecutionContext, getOutputTensorAddress, void*, (const char*));
  MEMBER(IExecutionContext, inferShapes, int32_t, (int32_t, const char**));
  MEMBER(IExecutionContext, updateDeviceMemorySizeForShapes, size_t, ());
  MEMBER(IExecutionContext, setInputConsumedEvent, bool, (cudaEvent_t));
  CONST_MEMBER(IExecutionContext, getInputConsumedEvent, cudaEvent_t, ());
  MEMBER(IExecutionContext, setOutputAllocator, bool, (const char*, IOutputAllocator*));
  CONST_MEMBER(IExecutionContext, getOutputAllocator, IOutputAllocator*, (const char*));
  CONST_MEMBER(IExecutionContext, getMaxOutputSize, int64_t, (const char*));
  MEMBER(IExecutionContext, setTemporaryStorageAllocator, bool, (IGpuAllocator*));
  CONST_MEMBER(IExecutionContext, getTemporaryStorageAllocator, IGpuAllocator*, ());
  MEMBER(IExecutionContext, enqueueV3, bool, (cudaStream_t));
  MEMBER(IExecutionContext, setPersistentCacheLimit, void, (size_t));
  CONST_MEMBER(IExecutionContext, getPersistentCacheLimit, size_t, ());
  MEMBER(IExecutionContext, setNvtxVerbosity, bool, (ProfilingVerbosity));
  CONST_MEMBER(IExecutionContext, getNvtxVerbosity, ProfilingVerbosity, ());
  MEMBER(IExecutionContext, setAuxStreams, void, (cudaStream_t*, int32_t));
  MEMBER(IExecutionContext, setDebugListener, bool, (IDebugListener*));
  MEMBER(IExecutionContext, getDebugListener, IDebugListener*, ());
  MEMBER(IExecutionContext, setTensorDebugState, bool, (const char*, bool));
  CONST_MEMBER(IExecutionContext, getDebugState, bool, (const char*));
  CONST_MEMBER(IExecutionContext, getRuntimeConfig, IRuntimeConfig*, ());
  MEMBER(IExecutionContext, setAllTensorsDebugState, bool, (bool));
  MEMBER(IExecutionContext, setUnfusedTensorsDebugState, bool, (bool));
  CONST_MEMBER(IExecutionContext, getUnfusedTensorsDebugState, bool, ());
  MEMBER(IExecutionContext, setCommunicator, bool, (void*));

  MEMBER(IEngineInspector, setExecutionContext, bool, (const IExecutionContext*));
  CONST_MEMBER(IEngineInspector, getExecutionContext, const IExecutionContext*, ());
  CONST_MEMBER(IEngineInspector, getLayerInformation, const char*,
               (int32_t, LayerInformationFormat));
  CONST_MEMBER(IEngineInspector, getEngineInformation, const char*, (LayerInformationFormat));
  MEMBER(IEngineInspector, setErrorRecorder, void, (IErrorRecorder*));
  CONST_MEMBER(IEngineInspector, getErrorRecorder, IErrorRecorder*, ());

  MEMBER_MAY_THROW(ILoggerFinder, findLogger, ILogger*, ());

  MEMBER(IGpuAsyncAllocator, allocateAsync, void*,
         (uint64_t, uint64_t, AllocatorFlags, cudaStream_t));
  MEMBER(IGpuAsyncAllocator, deallocateAsync, bool, (void*, cudaStream_t));
  MEMBER(IGpuAsyncAllocator, allocate, void*, (uint64_t, uint64_t, AllocatorFlags));
  MEMBER(IGpuAsyncAllocator, deallocate, bool, (void*));
  CONST_MEMBER(IGpuAsyncAllocator, getInterfaceInfo, InterfaceInfo, ());

  CONST_MEMBER(IPluginCreatorV3One, getInterfaceInfo, InterfaceInfo, ());
  MEMBER(IPluginCreatorV3One, createPlugin, IPluginV3*,
         (const AsciiChar*, const PluginFieldCollection*, TensorRTPhase));
  MEMBER(IPluginCreatorV3One, getFieldNames, const PluginFieldCollection*, ());
  CONST_MEMBER(IPluginCreatorV3One, getPluginName, const AsciiChar*, ());
  CONST_MEMBER(IPluginCreatorV3One, getPluginVersion, const AsciiChar*, ());
  CONST_MEMBER(IPluginCreatorV3One, getPluginNamespace, const AsciiChar*, ());
}

}  // namespace

void surface_of_runtime() {
  part_1();
  part_2();
  part_3();
  part_4();
  part_5();
}
