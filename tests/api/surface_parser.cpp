// Every public member of the classes for reading ONNX models.
#include "NvOnnxConfig.h"
#include "NvOnnxParser.h"

#include "surface.h"

using namespace nvinfer1;
using nvonnxparser::IOnnxConfig;
using nvonnxparser::IParser;
using nvonnxparser::IParserError;
using nvonnxparser::IParserRefitter;
using nvonnxparser::OnnxParserFlag;
using nvonnxparser::OnnxParserFlags;

namespace {

void part_1() {
  MEMBER(IOnnxConfig, setModelDtype, void, (DataType));
  CONST_MEMBER(IOnnxConfig, getModelDtype, DataType, ());
  CONST_MEMBER(IOnnxConfig, getModelFileName, const char*, ());
  MEMBER(IOnnxConfig, setModelFileName, void, (const char*));
  CONST_MEMBER(IOnnxConfig, getVerbosityLevel, IOnnxConfig::Verbosity, ());
  MEMBER(IOnnxConfig, addVerbosity, void, ());
  MEMBER(IOnnxConfig, reduceVerbosity, void, ());
  MEMBER(IOnnxConfig, setVerbosityLevel, void, (IOnnxConfig::Verbosity));
  CONST_MEMBER(IOnnxConfig, getTextFileName, const char*, ());
  MEMBER(IOnnxConfig, setTextFileName, void, (const char*));
  CONST_MEMBER(IOnnxConfig, getFullTextFileName, const char*, ());
  MEMBER(IOnnxConfig, setFullTextFileName, void, (const char*));
  CONST_MEMBER(IOnnxConfig, getPrintLayerInfo, bool, ());
  MEMBER(IOnnxConfig, setPrintLayerInfo, void, (bool));

  CONST_MEMBER_MAY_THROW(IParserError, code, nvonnxparser::ErrorCode, ());
  CONST_MEMBER_MAY_THROW(IParserError, desc, const char*, ());
  CONST_MEMBER_MAY_THROW(IParserError, file, const char*, ());
  CONST_MEMBER_MAY_THROW(IParserError, line, int, ());
  CONST_MEMBER_MAY_THROW(IParserError, func, const char*, ());
  CONST_MEMBER_MAY_THROW(IParserError, node, int, ());
  CONST_MEMBER_MAY_THROW(IParserError, nodeName, const char*, ());
  CONST_MEMBER_MAY_THROW(IParserError, nodeOperator, const char*, ());
  CONST_MEMBER_MAY_THROW(IParserError, localFunctionStack, const char* const*, ());
  CONST_MEMBER_MAY_THROW(IParserError, localFunctionStackSize, int32_t, ());

  MEMBER(IParser, parse, bool, (const void*, size_t, const char*));
  MEMBER(IParser, parseFromFile, bool, (const char*, int));
  MEMBER(IParser, supportsModel, bool, (const void*, size_t, SubGraphCollection_t&, const char*));
  MEMBER(IParser, parseWithWeightDescriptors, bool, (const void*, size_t));
  CONST_MEMBER(IParser, supportsOperator, bool, (const char*));
  CONST_MEMBER(IParser, getNbErrors, int, ());
  CONST_MEMBER(IParser, getError, const IParserError*, (int));
  MEMBER(IParser, clearErrors, void, ());
  CONST_MEMBER(IParser, getUsedVCPluginLibraries, const char* const*, (int64_t&));
  MEMBER(IParser, setFlags, void, (OnnxParserFlags));
  CONST_MEMBER(IParser, getFlags, OnnxParserFlags, ());
  MEMBER(IParser, clearFlag, void, (OnnxParserFlag));
  MEMBER(IParser, setFlag, void, (OnnxParserFlag));
  CONST_MEMBER(IParser, getFlag, bool, (OnnxParserFlag));
  MEMBER(IParser, getLayerOutputTensor, const ITensor*, (const char*, int64_t));
  MEMBER(IParser, supportsModelV2, bool, (const void*, size_t, const char*));
  MEMBER(IParser, getNbSubgraphs, int64_t, ());
  MEMBER(IParser, isSubgraphSupported, bool, (int64_t));
  MEMBER(IParser, getSubgraphNodes, int64_t*, (int64_t, int64_t&));
  MEMBER(IParser, loadModelProto, bool, (const void*, size_t, const char*));
  MEMBER(IParser, loadInitializer, bool, (const char*, const void*, size_t));
  MEMBER(IParser, parseModelProto, bool, ());
  MEMBER(IParser, setBuilderConfig, bool, (const IBuilderConfig*));

  MEMBER(IParserRefitter, refitFromBytes, bool, (const void*, size_t, const char*));
  MEMBER(IParserRefitter, refitFromFile, bool, (const char*));
  CONST_MEMBER(IParserRefitter, getNbErrors, int32_t, ());
  CONST_MEMBER(IParserRefitter, getError, const IParserError*, (int32_t));
  MEMBER_MAY_THROW(IParserRefitter, clearErrors, void, ());
  MEMBER(IParserRefitter, loadModelProto, bool, (const void*, size_t, const char*));
  MEMBER(IParserRefitter, loadInitializer, bool, (const char*, const void*, size_t));
  MEMBER(IParserRefitter, refitModelProto, bool, ());
}

}  // namespace

void surface_of_parser() { part_1(); }
