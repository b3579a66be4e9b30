// Reading ONNX models into networks, and weights of ONNX models into engines.
#pragma once

#include <stddef.h>

#include <string>
#include <utility>
#include <vector>

#include "NvInfer.h"

#define NV_ONNX_PARSER_MAJOR 0  //!< Changes when compiled programs stop working.
#define NV_ONNX_PARSER_MINOR 1  //!< Changes when something is added.
#define NV_ONNX_PARSER_PATCH 0  //!< Changes when something is corrected.

//! The version of the parser as one number.
static constexpr int32_t NV_ONNX_PARSER_VERSION =
    ((NV_ONNX_PARSER_MAJOR * 10000) + (NV_ONNX_PARSER_MINOR * 100) + NV_ONNX_PARSER_PATCH);

//! The indices of the nodes of a part of a model, in order, and whether all of it is supported.
typedef std::pair<std::vector<size_t>, bool> SubGraph_t;

//! The parts of a model.
typedef std::vector<SubGraph_t> SubGraphCollection_t;

//! The ONNX parser.
namespace nvonnxparser {

//! The number of values of enumeration T: valid values are 0 to EnumMax<T>() - 1.
template <typename T>
constexpr int32_t EnumMax() noexcept;

//! What kind of error a parser met.
enum class ErrorCode : int {
  kSUCCESS = 0,                     //!< No error.
  kINTERNAL_ERROR = 1,              //!< A mistake of the library itself.
  kMEM_ALLOC_FAILED = 2,            //!< No memory.
  kMODEL_DESERIALIZE_FAILED = 3,    //!< The model, or data outside of it, cannot be read.
  kINVALID_VALUE = 4,               //!< A value in the model is out of range.
  kINVALID_GRAPH = 5,               //!< The graph is not valid: names not unique, no order.
  kINVALID_NODE = 6,                //!< A node is not valid: inputs, attributes.
  kUNSUPPORTED_GRAPH = 7,           //!< A property of the graph is not supported.
  kUNSUPPORTED_NODE = 8,            //!< The operator of a node is not supported.
  kUNSUPPORTED_NODE_ATTR = 9,       //!< An attribute of a node is not supported.
  kUNSUPPORTED_NODE_INPUT = 10,     //!< An input of a node is not supported.
  kUNSUPPORTED_NODE_DATATYPE = 11,  //!< A type at a node is not supported.
  kUNSUPPORTED_NODE_DYNAMIC = 12,   //!< What a node needs as constant is computed.
  kUNSUPPORTED_NODE_SHAPE = 13,     //!< A shape at a node is not supported.
  kREFIT_FAILED = 14,               //!< New weights could not be put into the engine.
};

template <>
constexpr int32_t EnumMax<ErrorCode>() noexcept {
  return 15;
}

//! How models are read.
enum class OnnxParserFlag : int32_t {
  kNATIVE_INSTANCENORM = 0,  //!< InstanceNormalization as a layer, not a plugin; set by default.
  kENABLE_UINT8_AND_ASYMMETRIC_QUANTIZATION_DLA = 1,  //!< UINT8 and zero points, for the DLA only.
  kREPORT_CAPABILITY_DLA = 2,   //!< supportsModelV2() says what a DLA can run.
  kENABLE_PLUGIN_OVERRIDE = 3,  //!< A plugin named like a standard operator replaces it.
  kADJUST_FOR_DLA = 4,          //!< Build networks in forms that a DLA can run.
};

template <>
constexpr int32_t EnumMax<OnnxParserFlag>() noexcept {
  return 5;
}

using OnnxParserFlags = uint32_t;  //!< OnnxParserFlag values as bits: 1U << flag.

//! An error that a parser met. Belongs to the parser, until its errors are cleared.
class IParserError {
 public:
  virtual ErrorCode code() const = 0;        //!< What kind of error it is.
  virtual const char* desc() const = 0;      //!< What is wrong, in words.
  virtual const char* file() const = 0;      //!< The source file of the parser that noticed.
  virtual int line() const = 0;              //!< The line in it.
  virtual const char* func() const = 0;      //!< The function in it.
  virtual int node() const = 0;              //!< The index of the node in the graph; -1 for none.
  virtual const char* nodeName() const = 0;  //!< The name of the node; empty for none.
  virtual const char* nodeOperator() const = 0;  //!< The operator of the node; empty for none.

  //! The local functions that the node is in, outermost first; null for none.
  virtual const char* const* localFunctionStack() const = 0;

  //! How many local functions that are.
  virtual int32_t localFunctionStackSize() const = 0;

 protected:
  virtual ~IParserError() {}
};

//! Reads ONNX models into a network. Made by createParser(); freed with `delete`; the network must
//! not be destroyed before it is built, and the parser, which holds weights, not before that.
class IParser {
 public:
  //! Reads a serialised model (an ONNX ModelProto) into the network. `modelPath`, where given, is
  //! the model's file name, next to which external data is found. Returns false on failure; see
  //! getError().
  virtual bool parse(const void* serialized_onnx_model, size_t serialized_onnx_model_size,
                     const char* modelPath = nullptr) noexcept = 0;

  //! Reads a model file into the network. `verbosity` is an ILogger::Severity: messages down to it
  //! are logged. Returns false on failure.
  virtual bool parseFromFile(const char* onnxModelFile, int verbosity) noexcept = 0;

  //! Finds the parts of a model that are supported. Returns whether it is all of it. Deprecated:
  //! use supportsModelV2().
  TRT_DEPRECATED virtual bool supportsModel(const void* serialized_onnx_model,
                                            size_t serialized_onnx_model_size,
                                            SubGraphCollection_t& sub_graph_collection,
                                            const char* model_path = nullptr) noexcept = 0;

  //! Reads a model whose weights are descriptors. Deprecated: use parse() or loadInitializer().
  TRT_DEPRECATED virtual bool parseWithWeightDescriptors(
      const void* serialized_onnx_model, size_t serialized_onnx_model_size) noexcept = 0;

  //! Whether an operator of that name can be read, at least in some uses.
  virtual bool supportsOperator(const char* op_name) const noexcept = 0;

  //! The number of errors since clearErrors().
  virtual int getNbErrors() const noexcept = 0;

  //! An error; null where the index is out of range.
  virtual const IParserError* getError(int index) const noexcept = 0;

  //! Forgets all errors.
  virtual void clearErrors() noexcept = 0;

  virtual ~IParser() noexcept = default;

  //! The plugin libraries that a version-compatible engine of the network needs, and their number
  //! in `nbPluginLibs`. Belongs to the parser; null where there are none.
  virtual const char* const* getUsedVCPluginLibraries(int64_t& nbPluginLibs) const noexcept = 0;

  //! Sets all flags at once, as bits.
  virtual void setFlags(OnnxParserFlags onnxParserFlags) noexcept = 0;

  //! All flags, as bits.
  virtual OnnxParserFlags getFlags() const noexcept = 0;

  //! Clears a flag.
  virtual void clearFlag(OnnxParserFlag onnxParserFlag) noexcept = 0;

  //! Sets a flag.
  virtual void setFlag(OnnxParserFlag onnxParserFlag) noexcept = 0;

  //! Whether a flag is set.
  virtual bool getFlag(OnnxParserFlag onnxParserFlag) const noexcept = 0;

  //! The tensor that output `i` of the node of that name became; null where there is none. Where
  //! several nodes have the name, the first one counts.
  virtual const nvinfer1::ITensor* getLayerOutputTensor(const char* name, int64_t i) noexcept = 0;

  //! Finds the parts of a model that are supported; see getNbSubgraphs(). Returns whether it is all
  //! of it.
  virtual bool supportsModelV2(const void* serializedOnnxModel, size_t serializedOnnxModelSize,
                               const char* modelPath = nullptr) noexcept = 0;

  //! The number of parts that supportsModelV2() found.
  virtual int64_t getNbSubgraphs() noexcept = 0;

  //! Whether a part is supported; false where the index is out of range.
  virtual bool isSubgraphSupported(const int64_t index) noexcept = 0;

  //! The indices of the nodes of a part, and their number in `subgraphLength`. Belongs to the
  //! parser; null where the index is out of range.
  virtual int64_t* getSubgraphNodes(const int64_t index, int64_t& subgraphLength) noexcept = 0;

  //! Takes in a serialised model, whose initialisers may then be given with loadInitializer(),
  //! before parseModelProto(). Returns false on failure.
  virtual bool loadModelProto(const void* serializedOnnxModel, size_t serializedOnnxModelSize,
                              const char* modelPath = nullptr) noexcept = 0;

  //! Gives the data of an initialiser that is outside of the model, `size` bytes that must live
  //! until the engine is built. Returns false where the name or the size does not fit.
  virtual bool loadInitializer(const char* name, const void* data, size_t size) noexcept = 0;

  //! Reads the model taken in by loadModelProto() into the network. Returns false on failure.
  virtual bool parseModelProto() noexcept = 0;

  //! Sets the configuration that the network will be built with, which decides what is supported.
  //! Returns false on failure.
  virtual bool setBuilderConfig(const nvinfer1::IBuilderConfig* const builderConfig) noexcept = 0;
};

//! Puts the weights of ONNX models into an engine. Made by createParserRefitter(); freed with
//! `delete`, before its refitter.
class IParserRefitter {
 public:
  //! Takes weights from a serialised model; `modelPath` as for IParser::parse(). Then call
  //! IRefitter::refitCudaEngine(). Returns false on failure; see getError().
  virtual bool refitFromBytes(const void* serializedOnnxModel, size_t serializedOnnxModelSize,
                              const char* modelPath = nullptr) noexcept = 0;

  //! Takes weights from a model file. Returns false on failure.
  virtual bool refitFromFile(const char* onnxModelFile) noexcept = 0;

  //! The number of errors since clearErrors().
  virtual int32_t getNbErrors() const noexcept = 0;

  //! An error; null where the index is out of range.
  virtual const IParserError* getError(int32_t index) const noexcept = 0;

  //! Forgets all errors.
  virtual void clearErrors() = 0;

  virtual ~IParserRefitter() noexcept = default;

  //! Takes in a serialised model, whose initialisers may then be given with loadInitializer(),
  //! before refitModelProto(). Returns false on failure.
  virtual bool loadModelProto(const void* serializedOnnxModel, size_t serializedOnnxModelSize,
                              const char* modelPath = nullptr) noexcept = 0;

  //! Gives the data of an initialiser that is outside of the model, `size` bytes that must live
  //! until the refit is done. Returns false where the name or the size does not fit.
  virtual bool loadInitializer(const char* name, const void* data, size_t size) noexcept = 0;

  //! Takes weights from the model taken in by loadModelProto(). Returns false on failure.
  virtual bool refitModelProto() noexcept = 0;
};

}  // namespace nvonnxparser

//! What createParser() calls: an IParser* for an INetworkDefinition* and an ILogger*.
extern "C" TENSORRTAPI void* createNvOnnxParser_INTERNAL(void* network, void* logger,
                                                         int version) noexcept;

//! What createParserRefitter() calls: an IParserRefitter* for an IRefitter* and an ILogger*.
extern "C" TENSORRTAPI void* createNvOnnxParserRefitter_INTERNAL(void* refitter, void* logger,
                                                                 int32_t version) noexcept;

//! The version of the loaded parser as NV_ONNX_PARSER_VERSION counts it.
extern "C" TENSORRTAPI int getNvOnnxParserVersion() noexcept;

namespace nvonnxparser {

// In a namespace without a name, so that each program calls with the version it was compiled for.
namespace {

//! A parser that fills a network, to be freed with `delete`; null on failure.
inline IParser* createParser(nvinfer1::INetworkDefinition& network,
                             nvinfer1::ILogger& logger) noexcept {
  return static_cast<IParser*>(
      createNvOnnxParser_INTERNAL(&network, &logger, NV_ONNX_PARSER_VERSION));
}

//! A parser that gives weights to a refitter, to be freed with `delete`; null on failure.
inline IParserRefitter* createParserRefitter(nvinfer1::IRefitter& refitter,
                                             nvinfer1::ILogger& logger) noexcept {
  return static_cast<IParserRefitter*>(
      createNvOnnxParserRefitter_INTERNAL(&refitter, &logger, NV_ONNX_PARSER_VERSION));
}

}  // namespace

}  // namespace nvonnxparser
