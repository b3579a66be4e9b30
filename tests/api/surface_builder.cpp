// Every public member of the classes for building: calibrators, configuration, builder.
#include "NvInfer.h"

#include "surface.h"

using namespace nvinfer1;

namespace {

void part_1() {
  CONST_MEMBER(IInt8Calibrator, getBatchSize, int32_t, ());
  MEMBER(IInt8Calibrator, getBatch, bool, (void**, const char**, int32_t));
  MEMBER(IInt8Calibrator, readCalibrationCache, const void*, (size_t&));
  MEMBER(IInt8Calibrator, writeCalibrationCache, void, (const void*, size_t));
  MEMBER(IInt8Calibrator, getAlgorithm, CalibrationAlgoType, ());

  CONST_MEMBER(IInt8EntropyCalibrator, getInterfaceInfo, InterfaceInfo, ());
  MEMBER(IInt8EntropyCalibrator, getAlgorithm, CalibrationAlgoType, ());

  CONST_MEMBER(IInt8EntropyCalibrator2, getInterfaceInfo, InterfaceInfo, ());
  MEMBER(IInt8EntropyCalibrator2, getAlgorithm, CalibrationAlgoType, ());

  CONST_MEMBER(IInt8MinMaxCalibrator, getInterfaceInfo, InterfaceInfo, ());
  MEMBER(IInt8MinMaxCalibrator, getAlgorithm, CalibrationAlgoType, ());

  CONST_MEMBER(IInt8LegacyCalibrator, getInterfaceInfo, InterfaceInfo, ());
  MEMBER(IInt8LegacyCalibrator, getAlgorithm, CalibrationAlgoType, ());
  CONST_MEMBER(IInt8LegacyCalibrator, getQuantile, double, ());
  CONST_MEMBER(IInt8LegacyCalibrator, getRegressionCutoff, double, ());
  MEMBER(IInt8LegacyCalibrator, readHistogramCache, const void*, (size_t&));
  MEMBER(IInt8LegacyCalibrator, writeHistogramCache, void, (const void*, size_t));

  CONST_MEMBER(IAlgorithmIOInfo, getDataType, DataType, ());
  CONST_MEMBER(IAlgorithmIOInfo, getStrides, Dims, ());
  CONST_MEMBER(IAlgorithmIOInfo, getVectorizedDim, int64_t, ());
  CONST_MEMBER(IAlgorithmIOInfo, getComponentsPerElement, int64_t, ());

  CONST_MEMBER(IAlgorithmVariant, getImplementation, int64_t, ());
  CONST_MEMBER(IAlgorithmVariant, getTactic, int64_t, ());

  CONST_MEMBER(IAlgorithmContext, getName, const char*, ());
  CONST_MEMBER(IAlgorithmContext, getDimensions, Dims, (int32_t, OptProfileSelector));
  CONST_MEMBER(IAlgorithmContext, getNbInputs, int32_t, ());
  CONST_MEMBER(IAlgorithmContext, getNbOutputs, int32_t, ());

  CONST_MEMBER(IAlgorithm, getAlgorithmVariant, const IAlgorithmVariant&, ());
  CONST_MEMBER(IAlgorithm, getTimingMSec, float, ());
  CONST_MEMBER(IAlgorithm, getWorkspaceSize, size_t, ());
  CONST_MEMBER(IAlgorithm, getAlgorithmIOInfoByIndex, const IAlgorithmIOInfo*, (int32_t));

  CONST_MEMBER(IAlgorithmSelector, getInterfaceInfo, InterfaceInfo, ());
  MEMBER(IAlgorithmSelector, selectAlgorithms, int32_t,
         (const IAlgorithmContext&, const IAlgorithm* const*, int32_t, int32_t*));
  MEMBER(IAlgorithmSelector, reportAlgorithms, void,
         (const IAlgorithmContext* const*, const IAlgorithm* const*, int32_t));

  CONST_MEMBER(ITimingCache, serialize, IHostMemory*, ());
  MEMBER(ITimingCache, combine, bool, (const ITimingCache&, bool));
  MEMBER(ITimingCache, reset, bool, ());
  CONST_MEMBER(ITimingCache, queryKeys, int64_t, (TimingCacheKey*, int64_t));
  CONST_MEMBER(ITimingCache, query, TimingCacheValue, (const TimingCacheKey&));
  MEMBER(ITimingCache, update, bool, (const TimingCacheKey&, const TimingCacheValue&));

  CONST_MEMBER(IProgressMonitor, getInterfaceInfo, InterfaceInfo, ());
  MEMBER(IProgressMonitor, phaseStart, void, (const char*, const char*, int32_t));
  MEMBER(IProgressMonitor, stepComplete, bool, (const char*, int32_t));
  MEMBER(IProgressMonitor, phaseFinish, void, (const char*));
}

void part_2() {
  MEMBER(IBuilderConfig, setAvgTimingIterations, void, (int32_t));
  CONST_MEMBER(IBuilderConfig, getAvgTimingIterations, int32_t, ());
  MEMBER(IBuilderConfig, setEngineCapability, void, (EngineCapability));
  CONST_MEMBER(IBuilderConfig, getEngineCapability, EngineCapability, ());
  MEMBER(IBuilderConfig, setInt8Calibrator, void, (IInt8Calibrator*));
  CONST_MEMBER(IBuilderConfig, getInt8Calibrator, IInt8Calibrator*, ());
  MEMBER(IBuilderConfig, setFlags, void, (BuilderFlags));
  CONST_MEMBER(IBuilderConfig, getFlags, BuilderFlags, ());
  MEMBER(IBuilderConfig, clearFlag, void, (BuilderFlag));
  MEMBER(IBuilderConfig, setFlag, void, (BuilderFlag));
  CONST_MEMBER(IBuilderConfig, getFlag, bool, (BuilderFlag));
  MEMBER(IBuilderConfig, setDeviceType, void, (const ILayer*, DeviceType));
  CONST_MEMBER(IBuilderConfig, getDeviceType, DeviceType, (const ILayer*));
  CONST_MEMBER(IBuilderConfig, isDeviceTypeSet, bool, (const ILayer*));
  MEMBER(IBuilderConfig, resetDeviceType, void, (const ILayer*));
  CONST_MEMBER(IBuilderConfig, canRunOnDLA, bool, (const ILayer*));
  MEMBER(IBuilderConfig, setDLACore, void, (int32_t));
  CONST_MEMBER(IBuilderConfig, getDLACore, int32_t, ());
  MEMBER(IBuilderConfig, setDefaultDeviceType, void, (DeviceType));
  CONST_MEMBER(IBuilderConfig, getDefaultDeviceType, DeviceType, ());
  MEMBER(IBuilderConfig, reset, void, ());
  MEMBER(IBuilderConfig, setProfileStream, void, (cudaStream_t));
  CONST_MEMBER(IBuilderConfig, getProfileStream, cudaStream_t, ());
  MEMBER(IBuilderConfig, addOptimizationProfile, int32_t, (const IOptimizationProfile*));
  CONST_MEMBER(IBuilderConfig, getNbOptimizationProfiles, int32_t, ());
  MEMBER(IBuilderConfig, setProfilingVerbosity, void, (ProfilingVerbosity));
  CONST_MEMBER(IBuilderConfig, getProfilingVerbosity, ProfilingVerbosity, ());
  MEMBER(IBuilderConfig, setAlgorithmSelector, void, (IAlgorithmSelector*));
  CONST_MEMBER(IBuilderConfig, getAlgorithmSelector, IAlgorithmSelector*, ());
  MEMBER(IBuilderConfig, setCalibrationProfile, bool, (const IOptimizationProfile*));
  MEMBER(IBuilderConfig, getCalibrationProfile, const IOptimizationProfile*, ());
  MEMBER(IBuilderConfig, setQuantizationFlags, void, (QuantizationFlags));
  CONST_MEMBER(IBuilderConfig, getQuantizationFlags, QuantizationFlags, ());
  MEMBER(IBuilderConfig, clearQuantizationFlag, void, (QuantizationFlag));
  MEMBER(IBuilderConfig, setQuantizationFlag, void, (QuantizationFlag));
  CONST_MEMBER(IBuilderConfig, getQuantizationFlag, bool, (QuantizationFlag));
  MEMBER(IBuilderConfig, setTacticSources, bool, (TacticSources));
  CONST_MEMBER(IBuilderConfig, getTacticSources, TacticSources, ());
  CONST_MEMBER(IBuilderConfig, createTimingCache, ITimingCache*, (const void*, size_t));
  MEMBER(IBuilderConfig, setTimingCache, bool, (const ITimingCache&, bool));
  CONST_MEMBER(IBuilderConfig, getTimingCache, const ITimingCache*, ());
  MEMBER(IBuilderConfig, setMemoryPoolLimit, void, (MemoryPoolType, size_t));
  CONST_MEMBER(IBuilderConfig, getMemoryPoolLimit, size_t, (MemoryPoolType));
  MEMBER(IBuilderConfig, setPreviewFeature, void, (PreviewFeature, bool));
  CONST_MEMBER(IBuilderConfig, getPreviewFeature, bool, (PreviewFeature));
  MEMBER(IBuilderConfig, setBuilderOptimizationLevel, void, (int32_t));
  MEMBER(IBuilderConfig, getBuilderOptimizationLevel, int32_t, ());
  MEMBER(IBuilderConfig, setHardwareCompatibilityLevel, void, (HardwareCompatibilityLevel));
  CONST_MEMBER(IBuilderConfig, getHardwareCompatibilityLevel, HardwareCompatibilityLevel, ());
  MEMBER(IBuilderConfig, setPluginsToSerialize, void, (const char* const*, int32_t));
  CONST_MEMBER(IBuilderConfig, getPluginToSerialize, const char*, (int32_t));
  CONST_MEMBER(IBuilderConfig, getNbPluginsToSerialize, int32_t, ());
  MEMBER(IBuilderConfig, setMaxAuxStreams, void, (int32_t));
  CONST_MEMBER(IBuilderConfig, getMaxAuxStreams, int32_t, ());
  MEMBER(IBuilderConfig, setProgressMonitor, void, (IProgressMonitor*));
  CONST_MEMBER(IBuilderConfig, getProgressMonitor, IProgressMonitor*, ());
  MEMBER(IBuilderConfig, setRuntimePlatform, void, (RuntimePlatform));
  CONST_MEMBER(IBuilderConfig, getRuntimePlatform, RuntimePlatform, ());
  MEMBER(IBuilderConfig, setMaxNbTactics, void, (int32_t));
  CONST_MEMBER(IBuilderConfig, getMaxNbTactics, int32_t, ());
  MEMBER(IBuilderConfig, setTilingOptimizationLevel, bool, (TilingOptimizationLevel));
  CONST_MEMBER(IBuilderConfig, getTilingOptimizationLevel, TilingOptimizationLevel, ());
  MEMBER(IBuilderConfig, setL2LimitForTiling, bool, (int64_t));
  CONST_MEMBER(IBuilderConfig, getL2LimitForTiling, int64_t, ());
  MEMBER(IBuilderConfig, setRemoteAutoTuningConfig, bool, (const char*));
  CONST_MEMBER(IBuilderConfig, getRemoteAutoTuningConfig, const char*, ());
}

void part_3() {
  CONST_MEMBER(IBuilder, platformHasFastFp16, bool, ());
  CONST_MEMBER(IBuilder, platformHasFastInt8, bool, ());
  CONST_MEMBER(IBuilder, getMaxDLABatchSize, int32_t, ());
  CONST_MEMBER(IBuilder, getNbDLACores, int32_t, ());
  MEMBER(IBuilder, setGpuAllocator, void, (IGpuAllocator*));
  MEMBER(IBuilder, createBuilderConfig, IBuilderConfig*, ());
  MEMBER(IBuilder, createNetworkV2, INetworkDefinition*, (NetworkDefinitionCreationFlags));
  MEMBER(IBuilder, createOptimizationProfile, IOptimizationProfile*, ());
  MEMBER(IBuilder, setErrorRecorder, void, (IErrorRecorder*));
  CONST_MEMBER(IBuilder, getErrorRecorder, IErrorRecorder*, ());
  MEMBER(IBuilder, reset, void, ());
  CONST_MEMBER(IBuilder, platformHasTf32, bool, ());
  MEMBER(IBuilder, buildSerializedNetwork, IHostMemory*, (INetworkDefinition&, IBuilderConfig&));
  MEMBER(IBuilder, buildSerializedNetworkToStream, bool,
         (INetworkDefinition&, IBuilderConfig&, IStreamWriter&));
  MEMBER(IBuilder, buildSerializedNetwork, IHostMemory*,
         (INetworkDefinition&, IBuilderConfig&, IHostMemory*&));
  MEMBER(IBuilder, buildEngineWithConfig, ICudaEngine*, (INetworkDefinition&, IBuilderConfig&));
  CONST_MEMBER(IBuilder, isNetworkSupported, bool,
               (const INetworkDefinition&, const IBuilderConfig&));
  CONST_MEMBER(IBuilder, getLogger, ILogger*, ());
  MEMBER(IBuilder, setMaxThreads, bool, (int32_t));
  CONST_MEMBER(IBuilder, getMaxThreads, int32_t, ());
  MEMBER(IBuilder, getPluginRegistry, IPluginRegistry&, ());
}

}  // namespace

void surface_of_builder() {
  part_1();
  part_2();
  part_3();
}
