// Every enumerator with its value, underlying types, numbers of values, sizes of classes.
#include "NvInferPlugin.h"
#include "NvOnnxConfig.h"
#include "NvOnnxParser.h"

#include "surface.h"

using namespace nvinfer1;
using nvinfer1::plugin::CodeTypeSSD;

UNDERLYING(DataType, int32_t);
COUNT(DataType, 12);
VALUE(DataType, kFLOAT, 0);
VALUE(DataType, kHALF, 1);
VALUE(DataType, kINT8, 2);
VALUE(DataType, kINT32, 3);
VALUE(DataType, kBOOL, 4);
VALUE(DataType, kUINT8, 5);
VALUE(DataType, kFP8, 6);
VALUE(DataType, kBF16, 7);
VALUE(DataType, kINT64, 8);
VALUE(DataType, kINT4, 9);
VALUE(DataType, kFP4, 10);
VALUE(DataType, kE8M0, 11);

UNDERLYING(APILanguage, int32_t);
COUNT(APILanguage, 2);
VALUE(APILanguage, kCPP, 0);
VALUE(APILanguage, kPYTHON, 1);

UNDERLYING(ErrorCode, int32_t);
COUNT(ErrorCode, 11);
VALUE(ErrorCode, kSUCCESS, 0);
VALUE(ErrorCode, kUNSPECIFIED_ERROR, 1);
VALUE(ErrorCode, kINTERNAL_ERROR, 2);
VALUE(ErrorCode, kINVALID_ARGUMENT, 3);
VALUE(ErrorCode, kINVALID_CONFIG, 4);
VALUE(ErrorCode, kFAILED_ALLOCATION, 5);
VALUE(ErrorCode, kFAILED_INITIALIZATION, 6);
VALUE(ErrorCode, kFAILED_EXECUTION, 7);
VALUE(ErrorCode, kFAILED_COMPUTATION, 8);
VALUE(ErrorCode, kINVALID_STATE, 9);
VALUE(ErrorCode, kUNSUPPORTED_STATE, 10);

UNDERLYING(TensorIOMode, int32_t);
COUNT(TensorIOMode, 3);
VALUE(TensorIOMode, kNONE, 0);
VALUE(TensorIOMode, kINPUT, 1);
VALUE(TensorIOMode, kOUTPUT, 2);

UNDERLYING(PluginFieldType, int32_t);
VALUE(PluginFieldType, kFLOAT16, 0);
VALUE(PluginFieldType, kFLOAT32, 1);
VALUE(PluginFieldType, kFLOAT64, 2);
VALUE(PluginFieldType, kINT8, 3);
VALUE(PluginFieldType, kINT16, 4);
VALUE(PluginFieldType, kINT32, 5);
VALUE(PluginFieldType, kCHAR, 6);
VALUE(PluginFieldType, kDIMS, 7);
VALUE(PluginFieldType, kUNKNOWN, 8);
VALUE(PluginFieldType, kBF16, 9);
VALUE(PluginFieldType, kINT64, 10);
VALUE(PluginFieldType, kFP8, 11);
VALUE(PluginFieldType, kINT4, 12);
VALUE(PluginFieldType, kFP4, 13);

UNDERLYING(TensorRTPhase, int32_t);
COUNT(TensorRTPhase, 2);
VALUE(TensorRTPhase, kBUILD, 0);
VALUE(TensorRTPhase, kRUNTIME, 1);

UNDERLYING(PluginCapabilityType, int32_t);
COUNT(PluginCapabilityType, 3);
VALUE(PluginCapabilityType, kCORE, 0);
VALUE(PluginCapabilityType, kBUILD, 1);
VALUE(PluginCapabilityType, kRUNTIME, 2);

UNDERLYING(TensorFormat, int32_t);
COUNT(TensorFormat, 13);
VALUE(TensorFormat, kLINEAR, 0);
VALUE(TensorFormat, kCHW2, 1);
VALUE(TensorFormat, kHWC8, 2);
VALUE(TensorFormat, kCHW4, 3);
VALUE(TensorFormat, kCHW16, 4);
VALUE(TensorFormat, kCHW32, 5);
VALUE(TensorFormat, kDHWC8, 6);
VALUE(TensorFormat, kCDHW32, 7);
VALUE(TensorFormat, kHWC, 8);
VALUE(TensorFormat, kDLA_LINEAR, 9);
VALUE(TensorFormat, kDLA_HWC4, 10);
VALUE(TensorFormat, kHWC16, 11);
VALUE(TensorFormat, kDHWC, 12);

UNDERLYING(PluginVersion, uint8_t);
VALUE(PluginVersion, kV2, 0);
VALUE(PluginVersion, kV2_EXT, 1);
VALUE(PluginVersion, kV2_IOEXT, 2);
VALUE(PluginVersion, kV2_DYNAMICEXT, 3);
VALUE(PluginVersion, kV2_DYNAMICEXT_PYTHON, 67);

UNDERLYING(PluginCreatorVersion, int32_t);
VALUE(PluginCreatorVersion, kV1, 0);
VALUE(PluginCreatorVersion, kV1_PYTHON, 64);

UNDERLYING(ActivationType, int32_t);
COUNT(ActivationType, 14);
VALUE(ActivationType, kRELU, 0);
VALUE(ActivationType, kSIGMOID, 1);
VALUE(ActivationType, kTANH, 2);
VALUE(ActivationType, kLEAKY_RELU, 3);
VALUE(ActivationType, kELU, 4);
VALUE(ActivationType, kSELU, 5);
VALUE(ActivationType, kSOFTSIGN, 6);
VALUE(ActivationType, kSOFTPLUS, 7);
VALUE(ActivationType, kCLIP, 8);
VALUE(ActivationType, kHARD_SIGMOID, 9);
VALUE(ActivationType, kSCALED_TANH, 10);
VALUE(ActivationType, kTHRESHOLDED_RELU, 11);
VALUE(ActivationType, kGELU_ERF, 12);
VALUE(ActivationType, kGELU_TANH, 13);

UNDERLYING(AttentionNormalizationOp, int32_t);
COUNT(AttentionNormalizationOp, 2);
VALUE(AttentionNormalizationOp, kNONE, 0);
VALUE(AttentionNormalizationOp, kSOFTMAX, 1);

UNDERLYING(BoundingBoxFormat, int32_t);
COUNT(BoundingBoxFormat, 2);
VALUE(BoundingBoxFormat, kCORNER_PAIRS, 0);
VALUE(BoundingBoxFormat, kCENTER_SIZES, 1);

UNDERLYING(BuilderFlag, int32_t);
COUNT(BuilderFlag, 29);
VALUE(BuilderFlag, kFP16, 0);
VALUE(BuilderFlag, kINT8, 1);
VALUE(BuilderFlag, kDEBUG, 2);
VALUE(BuilderFlag, kGPU_FALLBACK, 3);
VALUE(BuilderFlag, kREFIT, 4);
VALUE(BuilderFlag, kDISABLE_TIMING_CACHE, 5);
VALUE(BuilderFlag, kTF32, 6);
VALUE(BuilderFlag, kSPARSE_WEIGHTS, 7);
VALUE(BuilderFlag, kSAFETY_SCOPE, 8);
VALUE(BuilderFlag, kOBEY_PRECISION_CONSTRAINTS, 9);
VALUE(BuilderFlag, kPREFER_PRECISION_CONSTRAINTS, 10);
VALUE(BuilderFlag, kDIRECT_IO, 11);
VALUE(BuilderFlag, kREJECT_EMPTY_ALGORITHMS, 12);
VALUE(BuilderFlag, kVERSION_COMPATIBLE, 13);
VALUE(BuilderFlag, kEXCLUDE_LEAN_RUNTIME, 14);
VALUE(BuilderFlag, kFP8, 15);
VALUE(BuilderFlag, kERROR_ON_TIMING_CACHE_MISS, 16);
VALUE(BuilderFlag, kBF16, 17);
VALUE(BuilderFlag, kDISABLE_COMPILATION_CACHE, 18);
VALUE(BuilderFlag, kSTRIP_PLAN, 19);
VALUE(BuilderFlag, kWEIGHTLESS, 19);
VALUE(BuilderFlag, kREFIT_IDENTICAL, 20);
VALUE(BuilderFlag, kWEIGHT_STREAMING, 21);
VALUE(BuilderFlag, kINT4, 22);
VALUE(BuilderFlag, kREFIT_INDIVIDUAL, 23);
VALUE(BuilderFlag, kSTRICT_NANS, 24);
VALUE(BuilderFlag, kMONITOR_MEMORY, 25);
VALUE(BuilderFlag, kFP4, 26);
VALUE(BuilderFlag, kEDITABLE_TIMING_CACHE, 27);
VALUE(BuilderFlag, kDISTRIBUTIVE_INDEPENDENCE, 28);

UNDERLYING(CalibrationAlgoType, int32_t);
COUNT(CalibrationAlgoType, 4);
VALUE(CalibrationAlgoType, kLEGACY_CALIBRATION, 0);
VALUE(CalibrationAlgoType, kENTROPY_CALIBRATION, 1);
VALUE(CalibrationAlgoType, kENTROPY_CALIBRATION_2, 2);
VALUE(CalibrationAlgoType, kMINMAX_CALIBRATION, 3);

UNDERLYING(CumulativeOperation, int32_t);
COUNT(CumulativeOperation, 1);
VALUE(CumulativeOperation, kSUM, 0);

UNDERLYING(DeviceType, int32_t);
COUNT(DeviceType, 2);
VALUE(DeviceType, kGPU, 0);
VALUE(DeviceType, kDLA, 1);

UNDERLYING(DimensionOperation, int32_t);
COUNT(DimensionOperation, 9);
VALUE(DimensionOperation, kSUM, 0);
VALUE(DimensionOperation, kPROD, 1);
VALUE(DimensionOperation, kMAX, 2);
VALUE(DimensionOperation, kMIN, 3);
VALUE(DimensionOperation, kSUB, 4);
VALUE(DimensionOperation, kEQUAL, 5);
VALUE(DimensionOperation, kLESS, 6);
VALUE(DimensionOperation, kFLOOR_DIV, 7);
VALUE(DimensionOperation, kCEIL_DIV, 8);

UNDERLYING(ElementWiseOperation, int32_t);
COUNT(ElementWiseOperation, 14);
VALUE(ElementWiseOperation, kSUM, 0);
VALUE(ElementWiseOperation, kPROD, 1);
VALUE(ElementWiseOperation, kMAX, 2);
VALUE(ElementWiseOperation, kMIN, 3);
VALUE(ElementWiseOperation, kSUB, 4);
VALUE(ElementWiseOperation, kDIV, 5);
VALUE(ElementWiseOperation, kPOW, 6);
VALUE(ElementWiseOperation, kFLOOR_DIV, 7);
VALUE(ElementWiseOperation, kAND, 8);
VALUE(ElementWiseOperation, kOR, 9);
VALUE(ElementWiseOperation, kXOR, 10);
VALUE(ElementWiseOperation, kEQUAL, 11);
VALUE(ElementWiseOperation, kGREATER, 12);
VALUE(ElementWiseOperation, kLESS, 13);

UNDERLYING(EngineCapability, int32_t);
COUNT(EngineCapability, 3);
VALUE(EngineCapability, kSTANDARD, 0);
VALUE(EngineCapability, kSAFETY, 1);
VALUE(EngineCapability, kDLA_STANDALONE, 2);

UNDERLYING(FillOperation, int32_t);
COUNT(FillOperation, 3);
VALUE(FillOperation, kLINSPACE, 0);
VALUE(FillOperation, kRANDOM_UNIFORM, 1);
VALUE(FillOperation, kRANDOM_NORMAL, 2);

UNDERLYING(GatherMode, int32_t);
COUNT(GatherMode, 3);
VALUE(GatherMode, kDEFAULT, 0);
VALUE(GatherMode, kELEMENT, 1);
VALUE(GatherMode, kND, 2);

UNDERLYING(KVCacheMode, int32_t);
COUNT(KVCacheMode, 1);
VALUE(KVCacheMode, kLINEAR, 0);

UNDERLYING(LayerInformationFormat, int32_t);
COUNT(LayerInformationFormat, 2);
VALUE(LayerInformationFormat, kONELINE, 0);
VALUE(LayerInformationFormat, kJSON, 1);

UNDERLYING(LayerType, int32_t);
COUNT(LayerType, 57);
VALUE(LayerType, kCONVOLUTION, 0);
VALUE(LayerType, kCAST, 1);
VALUE(LayerType, kACTIVATION, 2);
VALUE(LayerType, kPOOLING, 3);
VALUE(LayerType, kLRN, 4);
VALUE(LayerType, kSCALE, 5);
VALUE(LayerType, kSOFTMAX, 6);
VALUE(LayerType, kDECONVOLUTION, 7);
VALUE(LayerType, kCONCATENATION, 8);
VALUE(LayerType, kELEMENTWISE, 9);
VALUE(LayerType, kPLUGIN, 10);
VALUE(LayerType, kUNARY, 11);
VALUE(LayerType, kPADDING, 12);
VALUE(LayerType, kSHUFFLE, 13);
VALUE(LayerType, kREDUCE, 14);
VALUE(LayerType, kTOPK, 15);
VALUE(LayerType, kGATHER, 16);
VALUE(LayerType, kMATRIX_MULTIPLY, 17);
VALUE(LayerType, kRAGGED_SOFTMAX, 18);
VALUE(LayerType, kCONSTANT, 19);
VALUE(LayerType, kIDENTITY, 20);
VALUE(LayerType, kPLUGIN_V2, 21);
VALUE(LayerType, kSLICE, 22);
VALUE(LayerType, kSHAPE, 23);
VALUE(LayerType, kPARAMETRIC_RELU, 24);
VALUE(LayerType, kRESIZE, 25);
VALUE(LayerType, kTRIP_LIMIT, 26);
VALUE(LayerType, kRECURRENCE, 27);
VALUE(LayerType, kITERATOR, 28);
VALUE(LayerType, kLOOP_OUTPUT, 29);
VALUE(LayerType, kSELECT, 30);
VALUE(LayerType, kFILL, 31);
VALUE(LayerType, kQUANTIZE, 32);
VALUE(LayerType, kDEQUANTIZE, 33);
VALUE(LayerType, kCONDITION, 34);
VALUE(LayerType, kCONDITIONAL_INPUT, 35);
VALUE(LayerType, kCONDITIONAL_OUTPUT, 36);
VALUE(LayerType, kSCATTER, 37);
VALUE(LayerType, kEINSUM, 38);
VALUE(LayerType, kASSERTION, 39);
VALUE(LayerType, kONE_HOT, 40);
VALUE(LayerType, kNON_ZERO, 41);
VALUE(LayerType, kGRID_SAMPLE, 42);
VALUE(LayerType, kNMS, 43);
VALUE(LayerType, kREVERSE_SEQUENCE, 44);
VALUE(LayerType, kNORMALIZATION, 45);
VALUE(LayerType, kPLUGIN_V3, 46);
VALUE(LayerType, kSQUEEZE, 47);
VALUE(LayerType, kUNSQUEEZE, 48);
VALUE(LayerType, kCUMULATIVE, 49);
VALUE(LayerType, kDYNAMIC_QUANTIZE, 50);
VALUE(LayerType, kATTENTION_INPUT, 51);
VALUE(LayerType, kATTENTION_OUTPUT, 52);
VALUE(LayerType, kROTARY_EMBEDDING, 53);
VALUE(LayerType, kKVCACHE_UPDATE, 54);
VALUE(LayerType, kMOE, 55);
VALUE(LayerType, kDIST_COLLECTIVE, 56);

UNDERLYING(LoopOutput, int32_t);
COUNT(LoopOutput, 3);
VALUE(LoopOutput, kLAST_VALUE, 0);
VALUE(LoopOutput, kCONCATENATE, 1);
VALUE(LoopOutput, kREVERSE, 2);

UNDERLYING(MatrixOperation, int32_t);
COUNT(MatrixOperation, 3);
VALUE(MatrixOperation, kNONE, 0);
VALUE(MatrixOperation, kTRANSPOSE, 1);
VALUE(MatrixOperation, kVECTOR, 2);

UNDERLYING(MemoryPoolType, int32_t);
COUNT(MemoryPoolType, 6);
VALUE(MemoryPoolType, kWORKSPACE, 0);
VALUE(MemoryPoolType, kDLA_MANAGED_SRAM, 1);
VALUE(MemoryPoolType, kDLA_LOCAL_DRAM, 2);
VALUE(MemoryPoolType, kDLA_GLOBAL_DRAM, 3);
VALUE(MemoryPoolType, kTACTIC_DRAM, 4);
VALUE(MemoryPoolType, kTACTIC_SHARED_MEMORY, 5);

UNDERLYING(MoEActType, int32_t);
COUNT(MoEActType, 2);
VALUE(MoEActType, kNONE, 0);
VALUE(MoEActType, kSILU, 1);

UNDERLYING(NetworkDefinitionCreationFlag, int32_t);
COUNT(NetworkDefinitionCreationFlag, 4);
VALUE(NetworkDefinitionCreationFlag, kEXPLICIT_BATCH, 0);
VALUE(NetworkDefinitionCreationFlag, kSTRONGLY_TYPED, 1);
VALUE(NetworkDefinitionCreationFlag, kPREFER_JIT_PYTHON_PLUGINS, 2);
VALUE(NetworkDefinitionCreationFlag, kPREFER_AOT_PYTHON_PLUGINS, 3);

UNDERLYING(OptProfileSelector, int32_t);
COUNT(OptProfileSelector, 3);
VALUE(OptProfileSelector, kMIN, 0);
VALUE(OptProfileSelector, kOPT, 1);
VALUE(OptProfileSelector, kMAX, 2);

UNDERLYING(PaddingMode, int32_t);
COUNT(PaddingMode, 4);
VALUE(PaddingMode, kEXPLICIT_ROUND_DOWN, 0);
VALUE(PaddingMode, kEXPLICIT_ROUND_UP, 1);
VALUE(PaddingMode, kSAME_UPPER, 2);
VALUE(PaddingMode, kSAME_LOWER, 3);

UNDERLYING(PoolingType, int32_t);
COUNT(PoolingType, 3);
VALUE(PoolingType, kMAX, 0);
VALUE(PoolingType, kAVERAGE, 1);
VALUE(PoolingType, kMAX_AVERAGE_BLEND, 2);

UNDERLYING(ProfilingVerbosity, int32_t);
COUNT(ProfilingVerbosity, 3);
VALUE(ProfilingVerbosity, kLAYER_NAMES_ONLY, 0);
VALUE(ProfilingVerbosity, kNONE, 1);
VALUE(ProfilingVerbosity, kDETAILED, 2);

UNDERLYING(QuantizationFlag, int32_t);
COUNT(QuantizationFlag, 1);
VALUE(QuantizationFlag, kCALIBRATE_BEFORE_FUSION, 0);

UNDERLYING(ReduceOperation, int32_t);
COUNT(ReduceOperation, 6);
VALUE(ReduceOperation, kSUM, 0);
VALUE(ReduceOperation, kPROD, 1);
VALUE(ReduceOperation, kMAX, 2);
VALUE(ReduceOperation, kMIN, 3);
VALUE(ReduceOperation, kAVG, 4);
VALUE(ReduceOperation, kNONE, 5);

UNDERLYING(CollectiveOperation, int32_t);
COUNT(CollectiveOperation, 5);
VALUE(CollectiveOperation, kALL_REDUCE, 0);
VALUE(CollectiveOperation, kALL_GATHER, 1);
VALUE(CollectiveOperation, kBROADCAST, 2);
VALUE(CollectiveOperation, kREDUCE, 3);
VALUE(CollectiveOperation, kREDUCE_SCATTER, 4);

UNDERLYING(ResizeCoordinateTransformation, int32_t);
COUNT(ResizeCoordinateTransformation, 3);
VALUE(ResizeCoordinateTransformation, kALIGN_CORNERS, 0);
VALUE(ResizeCoordinateTransformation, kASYMMETRIC, 1);
VALUE(ResizeCoordinateTransformation, kHALF_PIXEL, 2);

UNDERLYING(InterpolationMode, int32_t);
COUNT(InterpolationMode, 3);
VALUE(InterpolationMode, kNEAREST, 0);
VALUE(InterpolationMode, kLINEAR, 1);
VALUE(InterpolationMode, kCUBIC, 2);

UNDERLYING(ResizeRoundMode, int32_t);
COUNT(ResizeRoundMode, 4);
VALUE(ResizeRoundMode, kHALF_UP, 0);
VALUE(ResizeRoundMode, kHALF_DOWN, 1);
VALUE(ResizeRoundMode, kFLOOR, 2);
VALUE(ResizeRoundMode, kCEIL, 3);

UNDERLYING(ResizeSelector, int32_t);
COUNT(ResizeSelector, 2);
VALUE(ResizeSelector, kFORMULA, 0);
VALUE(ResizeSelector, kUPPER, 1);

UNDERLYING(ScaleMode, int32_t);
COUNT(ScaleMode, 3);
VALUE(ScaleMode, kUNIFORM, 0);
VALUE(ScaleMode, kCHANNEL, 1);
VALUE(ScaleMode, kELEMENTWISE, 2);

UNDERLYING(ScatterMode, int32_t);
COUNT(ScatterMode, 2);
VALUE(ScatterMode, kELEMENT, 0);
VALUE(ScatterMode, kND, 1);

UNDERLYING(SampleMode, int32_t);
COUNT(SampleMode, 5);
VALUE(SampleMode, kSTRICT_BOUNDS, 0);
VALUE(SampleMode, kWRAP, 1);
VALUE(SampleMode, kCLAMP, 2);
VALUE(SampleMode, kFILL, 3);
VALUE(SampleMode, kREFLECT, 4);

UNDERLYING(SerializationFlag, int32_t);
COUNT(SerializationFlag, 3);
VALUE(SerializationFlag, kEXCLUDE_WEIGHTS, 0);
VALUE(SerializationFlag, kEXCLUDE_LEAN_RUNTIME, 1);
VALUE(SerializationFlag, kINCLUDE_REFIT, 2);

UNDERLYING(TensorLocation, int32_t);
COUNT(TensorLocation, 2);
VALUE(TensorLocation, kDEVICE, 0);
VALUE(TensorLocation, kHOST, 1);

UNDERLYING(TopKOperation, int32_t);
COUNT(TopKOperation, 2);
VALUE(TopKOperation, kMAX, 0);
VALUE(TopKOperation, kMIN, 1);

UNDERLYING(TripLimit, int32_t);
COUNT(TripLimit, 2);
VALUE(TripLimit, kCOUNT, 0);
VALUE(TripLimit, kWHILE, 1);

UNDERLYING(UnaryOperation, int32_t);
COUNT(UnaryOperation, 25);
VALUE(UnaryOperation, kEXP, 0);
VALUE(UnaryOperation, kLOG, 1);
VALUE(UnaryOperation, kSQRT, 2);
VALUE(UnaryOperation, kRECIP, 3);
VALUE(UnaryOperation, kABS, 4);
VALUE(UnaryOperation, kNEG, 5);
VALUE(UnaryOperation, kSIN, 6);
VALUE(UnaryOperation, kCOS, 7);
VALUE(UnaryOperation, kTAN, 8);
VALUE(UnaryOperation, kSINH, 9);
VALUE(UnaryOperation, kCOSH, 10);
VALUE(UnaryOperation, kASIN, 11);
VALUE(UnaryOperation, kACOS, 12);
VALUE(UnaryOperation, kATAN, 13);
VALUE(UnaryOperation, kASINH, 14);
VALUE(UnaryOperation, kACOSH, 15);
VALUE(UnaryOperation, kATANH, 16);
VALUE(UnaryOperation, kCEIL, 17);
VALUE(UnaryOperation, kFLOOR, 18);
VALUE(UnaryOperation, kERF, 19);
VALUE(UnaryOperation, kNOT, 20);
VALUE(UnaryOperation, kSIGN, 21);
VALUE(UnaryOperation, kROUND, 22);
VALUE(UnaryOperation, kISINF, 23);
VALUE(UnaryOperation, kISNAN, 24);

UNDERLYING(WeightsRole, int32_t);
COUNT(WeightsRole, 6);
VALUE(WeightsRole, kKERNEL, 0);
VALUE(WeightsRole, kBIAS, 1);
VALUE(WeightsRole, kSHIFT, 2);
VALUE(WeightsRole, kSCALE, 3);
VALUE(WeightsRole, kCONSTANT, 4);
VALUE(WeightsRole, kANY, 5);

UNDERLYING(PreviewFeature, int32_t);
COUNT(PreviewFeature, 4);
VALUE(PreviewFeature, kPROFILE_SHARING_0806, 0);
VALUE(PreviewFeature, kALIASED_PLUGIN_IO_10_03, 1);
VALUE(PreviewFeature, kRUNTIME_ACTIVATION_RESIZE_10_10, 2);
VALUE(PreviewFeature, kMULTIDEVICE_RUNTIME_10_16, 3);

UNDERLYING(HardwareCompatibilityLevel, int32_t);
COUNT(HardwareCompatibilityLevel, 3);
VALUE(HardwareCompatibilityLevel, kNONE, 0);
VALUE(HardwareCompatibilityLevel, kAMPERE_PLUS, 1);
VALUE(HardwareCompatibilityLevel, kSAME_COMPUTE_CAPABILITY, 2);

UNDERLYING(ExecutionContextAllocationStrategy, int32_t);
COUNT(ExecutionContextAllocationStrategy, 3);
VALUE(ExecutionContextAllocationStrategy, kSTATIC, 0);
VALUE(ExecutionContextAllocationStrategy, kON_PROFILE_CHANGE, 1);
VALUE(ExecutionContextAllocationStrategy, kUSER_MANAGED, 2);

UNDERLYING(RuntimePlatform, int32_t);
COUNT(RuntimePlatform, 2);
VALUE(RuntimePlatform, kSAME_AS_BUILD, 0);
VALUE(RuntimePlatform, kWINDOWS_AMD64, 1);

UNDERLYING(TilingOptimizationLevel, int32_t);
COUNT(TilingOptimizationLevel, 4);
VALUE(TilingOptimizationLevel, kNONE, 0);
VALUE(TilingOptimizationLevel, kFAST, 1);
VALUE(TilingOptimizationLevel, kMODERATE, 2);
VALUE(TilingOptimizationLevel, kFULL, 3);

UNDERLYING(EngineStat, int32_t);
COUNT(EngineStat, 2);
VALUE(EngineStat, kTOTAL_WEIGHTS_SIZE, 0);
VALUE(EngineStat, kSTRIPPED_WEIGHTS_SIZE, 1);

UNDERLYING(SeekPosition, int32_t);
COUNT(SeekPosition, 3);
VALUE(SeekPosition, kSET, 0);
VALUE(SeekPosition, kCUR, 1);
VALUE(SeekPosition, kEND, 2);

UNDERLYING(TempfileControlFlag, int32_t);
COUNT(TempfileControlFlag, 2);
VALUE(TempfileControlFlag, kALLOW_IN_MEMORY_FILES, 0);
VALUE(TempfileControlFlag, kALLOW_TEMPORARY_FILES, 1);

UNDERLYING(AllocatorFlag, int32_t);
COUNT(AllocatorFlag, 1);
VALUE(AllocatorFlag, kRESIZABLE, 0);

UNDERLYING(ILogger::Severity, int32_t);
COUNT(ILogger::Severity, 5);
VALUE(ILogger::Severity, kINTERNAL_ERROR, 0);
VALUE(ILogger::Severity, kERROR, 1);
VALUE(ILogger::Severity, kWARNING, 2);
VALUE(ILogger::Severity, kINFO, 3);
VALUE(ILogger::Severity, kVERBOSE, 4);

UNDERLYING(TacticSource, int32_t);
COUNT(TacticSource, 5);
VALUE(TacticSource, kCUBLAS, 0);
VALUE(TacticSource, kCUBLAS_LT, 1);
VALUE(TacticSource, kCUDNN, 2);
VALUE(TacticSource, kEDGE_MASK_CONVOLUTIONS, 3);
VALUE(TacticSource, kJIT_CONVOLUTIONS, 4);

UNDERLYING(CodeTypeSSD, int32_t);
VALUE(CodeTypeSSD, CORNER, 0);
VALUE(CodeTypeSSD, CENTER_SIZE, 1);
VALUE(CodeTypeSSD, CORNER_SIZE, 2);
VALUE(CodeTypeSSD, TF_CENTER, 3);

UNDERLYING(nvonnxparser::ErrorCode, int);
static_assert(nvonnxparser::EnumMax<nvonnxparser::ErrorCode>() == 15, "EnumMax");
VALUE(nvonnxparser::ErrorCode, kSUCCESS, 0);
VALUE(nvonnxparser::ErrorCode, kINTERNAL_ERROR, 1);
VALUE(nvonnxparser::ErrorCode, kMEM_ALLOC_FAILED, 2);
VALUE(nvonnxparser::ErrorCode, kMODEL_DESERIALIZE_FAILED, 3);
VALUE(nvonnxparser::ErrorCode, kINVALID_VALUE, 4);
VALUE(nvonnxparser::ErrorCode, kINVALID_GRAPH, 5);
VALUE(nvonnxparser::ErrorCode, kINVALID_NODE, 6);
VALUE(nvonnxparser::ErrorCode, kUNSUPPORTED_GRAPH, 7);
VALUE(nvonnxparser::ErrorCode, kUNSUPPORTED_NODE, 8);
VALUE(nvonnxparser::ErrorCode, kUNSUPPORTED_NODE_ATTR, 9);
VALUE(nvonnxparser::ErrorCode, kUNSUPPORTED_NODE_INPUT, 10);
VALUE(nvonnxparser::ErrorCode, kUNSUPPORTED_NODE_DATATYPE, 11);
VALUE(nvonnxparser::ErrorCode, kUNSUPPORTED_NODE_DYNAMIC, 12);
VALUE(nvonnxparser::ErrorCode, kUNSUPPORTED_NODE_SHAPE, 13);
VALUE(nvonnxparser::ErrorCode, kREFIT_FAILED, 14);

UNDERLYING(nvonnxparser::OnnxParserFlag, int32_t);
static_assert(nvonnxparser::EnumMax<nvonnxparser::OnnxParserFlag>() == 5, "EnumMax");
VALUE(nvonnxparser::OnnxParserFlag, kNATIVE_INSTANCENORM, 0);
VALUE(nvonnxparser::OnnxParserFlag, kENABLE_UINT8_AND_ASYMMETRIC_QUANTIZATION_DLA, 1);
VALUE(nvonnxparser::OnnxParserFlag, kREPORT_CAPABILITY_DLA, 2);
VALUE(nvonnxparser::OnnxParserFlag, kENABLE_PLUGIN_OVERRIDE, 3);
VALUE(nvonnxparser::OnnxParserFlag, kADJUST_FOR_DLA, 4);
