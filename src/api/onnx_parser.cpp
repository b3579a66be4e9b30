#include "api/onnx_parser.h"

#include "api/exports.h"

namespace tenon::api {

namespace nv = nvinfer1;
using nvonnxparser::OnnxParserFlag;

// The two enumerations agree in number.
static_assert(static_cast<int>(ImportFault::kInternal) ==
              static_cast<int>(nvonnxparser::ErrorCode::kINTERNAL_ERROR));
static_assert(static_cast<int>(ImportFault::kMalformedFile) ==
              static_cast<int>(nvonnxparser::ErrorCode::kMODEL_DESERIALIZE_FAILED));
static_assert(static_cast<int>(ImportFault::kUnsupportedShape) ==
              static_cast<int>(nvonnxparser::ErrorCode::kUNSUPPORTED_NODE_SHAPE));

// ---- errors

ParserError::ParserError(ImportProblem problem) : problem_(std::move(problem)) {
  for (const std::string& function : problem_.functions) functions_.push_back(function.c_str());
}

nvonnxparser::ErrorCode ParserError::code() const {
  return static_cast<nvonnxparser::ErrorCode>(problem_.fault);
}

const char* const* ParserError::localFunctionStack() const {
  return functions_.empty() ? nullptr : functions_.data();
}

int32_t ParserError::localFunctionStackSize() const {
  return static_cast<int32_t>(functions_.size());
}

OnnxParser::OnnxParser(Network& network, nv::ILogger& logger)
    : network_(network), reporter_(&logger) {}

void OnnxParser::add_error(ImportProblem problem) {
  reporter_.log(nv::ILogger::Severity::kERROR, problem.message.c_str());
  errors_.push_back(std::make_unique<ParserError>(std::move(problem)));
}

template <typename Body>
bool OnnxParser::attempt(const char* call, ImportFault fault, Body&& body) noexcept {
  return guarded(reporter_, call, false, [&] {
    try {
      return body();
    } catch (const Error& error) {
      const bool memory = error.code() == ErrorCode::kOutOfMemory;
      const bool internal = error.code() == ErrorCode::kInternal;
      add_error({.fault = memory     ? ImportFault::kOutOfMemory
                          : internal ? ImportFault::kInternal
                                     : fault,
                 .message = fmt::format("{}: {}", call, error.what())});
    } catch (const std::bad_alloc&) {
      add_error(
          {.fault = ImportFault::kOutOfMemory, .message = fmt::format("{}: out of memory", call)});
    }
    return false;
  });
}

const nvonnxparser::IParserError* OnnxParser::getError(int index) const noexcept {
  if (index < 0 || index >= getNbErrors()) return nullptr;
  return errors_[static_cast<size_t>(index)].get();
}

Log OnnxParser::log() const {
  return Log([this](Severity severity, std::string_view message) {
    if (severity == Severity::kError || static_cast<int>(severity) > verbosity_) return;
    reporter_.log(static_cast<nv::ILogger::Severity>(severity), std::string(message).c_str());
  });
}

// ---- reading

std::optional<OnnxModel> OnnxParser::read(const char* call, const void* data, size_t size,
                                          const char* path) noexcept {
  std::optional<OnnxModel> model;
  attempt(call, ImportFault::kMalformedFile, [&] {
    const auto* bytes = static_cast<const std::byte*>(data);
    non_null(bytes, "the model");
    ImportOptions options;
    if (path != nullptr) {
      options.folder = std::filesystem::path(path).parent_path();
      if (options.folder.empty()) options.folder = ".";
    }
    model.emplace(std::span(bytes, size), std::move(options));
    return true;
  });
  return model;
}

bool OnnxParser::take(const OnnxModel& model) {
  Imported imported = model.import(log());
  for (ImportProblem& problem : imported.problems) add_error(std::move(problem));
  if (!imported.problems.empty()) return false;
  network_.adopt(std::move(imported.graph));
  return true;
}

bool OnnxParser::parse(const void* data, size_t size, const char* path) noexcept {
  constexpr const char* kCall = "IParser::parse";
  const auto model = read(kCall, data, size, path);
  return model && attempt(kCall, ImportFault::kInvalidGraph, [&] { return take(*model); });
}

bool OnnxParser::parseFromFile(const char* file, int verbosity) noexcept {
  constexpr const char* kCall = "IParser::parseFromFile";
  std::optional<OnnxModel> model;
  const int before = verbosity_;
  verbosity_ = verbosity;
  const bool read = attempt(kCall, ImportFault::kMalformedFile, [&] {
    model = OnnxModel::from_file(&non_null(file, "onnxModelFile"));
    return true;
  });
  const bool taken =
      read && attempt(kCall, ImportFault::kInvalidGraph, [&] { return take(*model); });
  verbosity_ = before;
  return taken;
}

bool OnnxParser::parseWithWeightDescriptors(const void*, size_t) noexcept {
  return not_implemented(reporter_, "IParser::parseWithWeightDescriptors", false);
}

bool OnnxParser::loadModelProto(const void* data, size_t size, const char* path) noexcept {
  model_ = read("IParser::loadModelProto", data, size, path);
  return model_.has_value();
}

bool OnnxParser::loadInitializer(const char* name, const void* data, size_t size) noexcept {
  return attempt("IParser::loadInitializer", ImportFault::kInvalidValue, [&] {
    if (!model_) fail(ErrorCode::kInvalidState, "no model is loaded: call loadModelProto()");
    non_null(name, "name");
    const auto* bytes = static_cast<const std::byte*>(data);
    if (size > 0) non_null(bytes, "data");
    model_->set_initializer(name, {bytes, size});
    return true;
  });
}

bool OnnxParser::parseModelProto() noexcept {
  return attempt("IParser::parseModelProto", ImportFault::kInvalidGraph, [&] {
    if (!model_) fail(ErrorCode::kInvalidState, "no model is loaded: call loadModelProto()");
    const OnnxModel model = std::move(*model_);
    model_.reset();
    return take(model);
  });
}

// ---- what is supported

bool OnnxParser::supportsOperator(const char* op) const noexcept {
  return guarded(reporter_, "IParser::supportsOperator", false,
                 [&] { return supports_operator(&non_null(op, "op_name")); });
}

bool OnnxParser::examine(const OnnxModel& model) {
  Imported imported = model.import(log());
  for (ImportProblem& problem : imported.problems) add_error(std::move(problem));
  parts_ = std::move(imported.subgraphs);
  return imported.problems.empty();
}

bool OnnxParser::supportsModelV2(const void* data, size_t size, const char* path) noexcept {
  constexpr const char* kCall = "IParser::supportsModelV2";
  parts_.clear();
  const auto model = read(kCall, data, size, path);
  return model && attempt(kCall, ImportFault::kInvalidGraph, [&] { return examine(*model); });
}

bool OnnxParser::supportsModel(const void* data, size_t size, SubGraphCollection_t& parts,
                               const char* path) noexcept {
  return attempt("IParser::supportsModel", ImportFault::kInvalidGraph, [&] {
    const bool all = supportsModelV2(data, size, path);
    parts.clear();
    for (const ImportSubgraph& part : parts_) {
      parts.emplace_back(std::vector<size_t>(part.nodes.begin(), part.nodes.end()), part.supported);
    }
    return all;
  });
}

bool OnnxParser::isSubgraphSupported(int64_t index) noexcept {
  return index >= 0 && index < getNbSubgraphs() && parts_[static_cast<size_t>(index)].supported;
}

int64_t* OnnxParser::getSubgraphNodes(int64_t index, int64_t& length) noexcept {
  length = 0;
  if (index < 0 || index >= getNbSubgraphs()) return nullptr;
  std::vector<int64_t>& nodes = parts_[static_cast<size_t>(index)].nodes;
  length = static_cast<int64_t>(nodes.size());
  return nodes.data();
}

// ---- the rest

const nv::ITensor* OnnxParser::getLayerOutputTensor(const char* name, int64_t i) noexcept {
  return guarded(reporter_, "IParser::getLayerOutputTensor",
                 static_cast<const nv::ITensor*>(nullptr), [&]() -> const nv::ITensor* {
                   non_null(name, "name");
                   for (const auto& layer : network_.layers()) {
                     if (std::string_view(layer->getName()) != name) continue;
                     return i == 0 ? layer->getOutput(0) : nullptr;
                   }
                   return nullptr;
                 });
}

const char* const* OnnxParser::getUsedVCPluginLibraries(int64_t& count) const noexcept {
  count = 0;
  return nullptr;
}

void OnnxParser::setFlag(OnnxParserFlag flag) noexcept {
  const auto number = static_cast<uint32_t>(flag);
  if (number < 32) flags_ |= 1U << number;
}

void OnnxParser::clearFlag(OnnxParserFlag flag) noexcept {
  const auto number = static_cast<uint32_t>(flag);
  if (number < 32) flags_ &= ~(1U << number);
}

bool OnnxParser::getFlag(OnnxParserFlag flag) const noexcept {
  const auto number = static_cast<uint32_t>(flag);
  return number < 32 && (flags_ >> number & 1U) != 0;
}

bool OnnxParser::setBuilderConfig(const nv::IBuilderConfig* config) noexcept {
  // Every configuration supports the same operators.
  return guarded(reporter_, "IParser::setBuilderConfig", false, [&] {
    non_null(config, "builderConfig");
    return true;
  });
}

}  // namespace tenon::api

using namespace tenon::api;

void* createNvOnnxParser_INTERNAL(void* network, void* logger, int version) noexcept {
  constexpr const char* kCall = "createNvOnnxParser";
  auto* const log = static_cast<nvinfer1::ILogger*>(logger);
  // The parser counts versions of its own; only the logger is to be checked.
  if (!accepts_version(log, NV_TENSORRT_VERSION, kCall)) return nullptr;
  return guarded(Reporter(log), kCall, static_cast<nvonnxparser::IParser*>(nullptr), [&] {
    if (version / 10000 != NV_ONNX_PARSER_MAJOR) {
      tenon::fail(tenon::ErrorCode::kInitialization,
                  "the program was compiled for version {} of the parser, this library has {}",
                  version, NV_ONNX_PARSER_VERSION);
    }
    auto* const definition = static_cast<nvinfer1::INetworkDefinition*>(network);
    non_null(definition, "network");
    return new OnnxParser(non_null(dynamic_cast<Network*>(definition), "network"), *log);
  });
}

void* createNvOnnxParserRefitter_INTERNAL(void*, void* logger, int32_t) noexcept {
  constexpr const char* kCall = "createNvOnnxParserRefitter";
  auto* const log = static_cast<nvinfer1::ILogger*>(logger);
  if (!accepts_version(log, NV_TENSORRT_VERSION, kCall)) return nullptr;
  return not_implemented(Reporter(log), kCall, static_cast<void*>(nullptr));
}

int getNvOnnxParserVersion() noexcept { return NV_ONNX_PARSER_VERSION; }
