#pragma once

#include <NvOnnxParser.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/network/network.h"
#include "onnx/import.h"

namespace tenon::api {

// One problem of a model, as programs read it.
class ParserError : public nvonnxparser::IParserError {
 public:
  explicit ParserError(ImportProblem problem);
  ~ParserError() override = default;
  nvonnxparser::ErrorCode code() const override;
  const char* desc() const override { return problem_.message.c_str(); }
  const char* file() const override { return problem_.source_file.c_str(); }
  int line() const override { return problem_.source_line; }
  const char* func() const override { return problem_.source_function.c_str(); }
  int node() const override { return problem_.node; }
  const char* nodeName() const override { return problem_.node_name.c_str(); }
  const char* nodeOperator() const override { return problem_.op.c_str(); }
  const char* const* localFunctionStack() const override;
  int32_t localFunctionStackSize() const override;

 private:
  ImportProblem problem_;
  std::vector<const char*> functions_;
};

// Reads ONNX models into a network. A model that cannot be read leaves the network as it was.
class OnnxParser : public nvonnxparser::IParser {
 public:
  OnnxParser(Network& network, nvinfer1::ILogger& logger);
  ~OnnxParser() noexcept override = default;

  bool parse(const void* data, size_t size, const char* path) noexcept override;
  bool parseFromFile(const char* file, int verbosity) noexcept override;
  bool supportsModel(const void* data, size_t size, SubGraphCollection_t& parts,
                     const char* path) noexcept override;
  bool parseWithWeightDescriptors(const void* data, size_t size) noexcept override;
  bool supportsOperator(const char* op) const noexcept override;
  int getNbErrors() const noexcept override { return static_cast<int>(errors_.size()); }
  const nvonnxparser::IParserError* getError(int index) const noexcept override;
  void clearErrors() noexcept override { errors_.clear(); }
  const char* const* getUsedVCPluginLibraries(int64_t& count) const noexcept override;
  void setFlags(nvonnxparser::OnnxParserFlags flags) noexcept override { flags_ = flags; }
  nvonnxparser::OnnxParserFlags getFlags() const noexcept override { return flags_; }
  void clearFlag(nvonnxparser::OnnxParserFlag flag) noexcept override;
  void setFlag(nvonnxparser::OnnxParserFlag flag) noexcept override;
  bool getFlag(nvonnxparser::OnnxParserFlag flag) const noexcept override;
  const nvinfer1::ITensor* getLayerOutputTensor(const char* name, int64_t i) noexcept override;
  bool supportsModelV2(const void* data, size_t size, const char* path) noexcept override;
  int64_t getNbSubgraphs() noexcept override { return static_cast<int64_t>(parts_.size()); }
  bool isSubgraphSupported(int64_t index) noexcept override;
  int64_t* getSubgraphNodes(int64_t index, int64_t& length) noexcept override;
  bool loadModelProto(const void* data, size_t size, const char* path) noexcept override;
  bool loadInitializer(const char* name, const void* data, size_t size) noexcept override;
  bool parseModelProto() noexcept override;
  bool setBuilderConfig(const nvinfer1::IBuilderConfig* config) noexcept override;

 private:
  // Runs a call's body, which says whether it succeeded; what it throws becomes an error of the
  // parser with this fault.
  template <typename Body>
  bool attempt(const char* call, ImportFault fault, Body&& body) noexcept;
  void add_error(ImportProblem problem);
  // Messages of the importer but for errors, which add_error() logs.
  Log log() const;
  std::optional<OnnxModel> read(const char* call, const void* data, size_t size,
                                const char* path) noexcept;
  bool take(const OnnxModel& model);
  bool examine(const OnnxModel& model);

  Network& network_;
  Reporter reporter_;
  int verbosity_ = static_cast<int>(nvinfer1::ILogger::Severity::kVERBOSE);
  nvonnxparser::OnnxParserFlags flags_ =
      1U << static_cast<uint32_t>(nvonnxparser::OnnxParserFlag::kNATIVE_INSTANCENORM);
  std::vector<std::unique_ptr<ParserError>> errors_;
  std::vector<ImportSubgraph> parts_;
  std::optional<OnnxModel> model_;  // between loadModelProto() and parseModelProto()
};

}  // namespace tenon::api
