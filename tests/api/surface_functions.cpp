// The free functions, types, constants and macros that programs use.
#include "NvInferPlugin.h"
#include "NvOnnxConfig.h"
#include "NvOnnxParser.h"
#include "surface.h"

using namespace nvinfer1;

// The symbols that a library has to export: exact types, nothing is linked here.
#define SYMBOL(name, ...) static_assert(std::is_same<decltype(&name), __VA_ARGS__>::value, #name)

SYMBOL(createInferBuilder_INTERNAL, void* (*)(void*, int32_t)NX);
SYMBOL(createInferRuntime_INTERNAL, void* (*)(void*, int32_t)NX);
SYMBOL(createInferRefitter_INTERNAL, void* (*)(void*, void*, int32_t)NX);
SYMBOL(createNvOnnxParser_INTERNAL, void* (*)(void*, void*, int)NX);
SYMBOL(createNvOnnxParserRefitter_INTERNAL, void* (*)(void*, void*, int32_t)NX);
SYMBOL(getInferLibVersion, int32_t (*)() NX);
SYMBOL(getInferLibMajorVersion, int32_t (*)() NX);
SYMBOL(getInferLibMinorVersion, int32_t (*)() NX);
SYMBOL(getInferLibPatchVersion, int32_t (*)() NX);
SYMBOL(getInferLibBuildVersion, int32_t (*)() NX);
SYMBOL(getNvOnnxParserVersion, int (*)() NX);
SYMBOL(getLogger, ILogger* (*)() NX);
SYMBOL(getPluginRegistry, IPluginRegistry* (*)() NX);
SYMBOL(initLibNvInferPlugins, bool (*)(void*, const char*));
SYMBOL(getBuilderPluginRegistry, IPluginRegistry* (*)(EngineCapability)NX);
SYMBOL(getBuilderSafePluginRegistry, nvinfer1::safe::IPluginRegistry* (*)(EngineCapability)NX);
SYMBOL(setInternalLibraryPath, bool (*)(const AsciiChar*) NX);
SYMBOL(nvonnxparser::createONNXConfig, nvonnxparser::IOnnxConfig* (*)());
SYMBOL(createInferBuilder, IBuilder* (*)(ILogger&)NX);
SYMBOL(createInferRuntime, IRuntime* (*)(ILogger&)NX);
SYMBOL(createInferRefitter, IRefitter* (*)(ICudaEngine&, ILogger&)NX);
SYMBOL(nvonnxparser::createParser, nvonnxparser::IParser* (*)(INetworkDefinition&, ILogger&)NX);
SYMBOL(nvonnxparser::createParserRefitter,
       nvonnxparser::IParserRefitter* (*)(IRefitter&, ILogger&)NX);

// Names that stand for other types.
#define ALIAS(name, type) static_assert(std::is_same<name, type>::value, #name)

ALIAS(Dims, Dims64);
ALIAS(AsciiChar, char);
ALIAS(InterfaceKind, const char*);
ALIAS(PluginFormat, TensorFormat);
ALIAS(BuilderFlags, uint32_t);
ALIAS(QuantizationFlags, uint32_t);
ALIAS(TacticSources, uint32_t);
ALIAS(TensorFormats, uint32_t);
ALIAS(AllocatorFlags, uint32_t);
ALIAS(SerializationFlags, uint32_t);
ALIAS(TempfileControlFlags, uint32_t);
ALIAS(NetworkDefinitionCreationFlags, uint32_t);
ALIAS(nvonnxparser::OnnxParserFlags, uint32_t);
ALIAS(IErrorRecorder::ErrorDesc, const char*);
ALIAS(IErrorRecorder::RefCount, int32_t);
ALIAS(IPluginRegistry::PluginLibraryHandle, void*);
ALIAS(SubGraphCollection_t, std::vector<SubGraph_t>);
ALIAS(IErrorRecorder, v_1_0::IErrorRecorder);
ALIAS(IGpuAllocator, v_1_0::IGpuAllocator);
ALIAS(IGpuAsyncAllocator, v_1_0::IGpuAsyncAllocator);
ALIAS(IOutputAllocator, v_1_0::IOutputAllocator);
ALIAS(IDebugListener, v_1_0::IDebugListener);
ALIAS(IProfiler, v_1_0::IProfiler);
ALIAS(IProgressMonitor, v_1_0::IProgressMonitor);
ALIAS(IAlgorithmSelector, v_1_0::IAlgorithmSelector);
ALIAS(IStreamReader, v_1_0::IStreamReader);
ALIAS(IStreamReaderV2, v_1_0::IStreamReaderV2);
ALIAS(IStreamWriter, v_1_0::IStreamWriter);
ALIAS(IPluginV3, v_1_0::IPluginV3);
ALIAS(IPluginV3OneBuildV2, v_2_0::IPluginV3OneBuild);
ALIAS(IPluginCreator, v_1_0::IPluginCreator);
ALIAS(IPluginCreatorV3One, v_1_0::IPluginCreatorV3One);
ALIAS(IInt8EntropyCalibrator2, v_1_0::IInt8EntropyCalibrator2);
ALIAS(TimingCacheKey, v_1_0::TimingCacheKey);
ALIAS(TimingCacheValue, v_1_0::TimingCacheValue);

// Constants and macros.
static_assert(NV_TENSORRT_MAJOR == 10 && NV_TENSORRT_MINOR == 16, "version");
static_assert(NV_TENSORRT_VERSION == 101600 + NV_TENSORRT_PATCH, "version");
static_assert(NV_TENSORRT_VERSION_INT(8, 6, 1) == 80601, "version");
static_assert(NV_ONNX_PARSER_VERSION == 100, "version");
static_assert(Dims::MAX_DIMS == 8, "MAX_DIMS");
static_assert(IErrorRecorder::kMAX_DESC_LENGTH == 127, "kMAX_DESC_LENGTH");
static_assert(IPluginV2DynamicExt::kFORMAT_COMBINATION_LIMIT == 100, "limit");
static_assert(IPluginV3OneBuild::kDEFAULT_FORMAT_COMBINATION_LIMIT == 100, "limit");
static_assert(TimingCacheValue::kINVALID_TACTIC_HASH == UINT64_MAX, "hash");

namespace {

// How programs fill in the plain structures.
void structures() {
  const Dims dims{3, {1, 2, 3}};
  const Weights weights{DataType::kFLOAT, nullptr, 0};
  const PluginField field{"name", &dims, PluginFieldType::kDIMS, 1};
  const PluginFieldCollection fields{1, &field};
  const InterfaceInfo info{"kind", 1, 0};
  const Permutation order{{1, 0}};
  const PluginTensorDesc desc{dims, DataType::kHALF, TensorFormat::kLINEAR, 1.0F};
  const DynamicPluginTensorDesc range{desc, dims, dims, dims};
  touch(&dims);
  touch(&weights);
  touch(&fields);
  touch(&info);
  touch(&order);
  touch(&range);
}

}  // namespace

void surface_of_functions() { structures(); }
