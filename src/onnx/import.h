#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.h"
#include "ir/graph.h"

namespace tenon {

// ONNX file -> Graph. Standard operators of opsets kOldestOpset to kNewestOpset; newer opsets are
// tried with a warning. Nothing is optimised: constant subexpressions stay nodes.
inline constexpr int kOldestOpset = 7;
inline constexpr int kNewestOpset = 22;

// Why a model cannot be imported. The values are those of the public parser's error codes.
enum class ImportFault {
  kInternal = 1,
  kOutOfMemory = 2,
  kMalformedFile = 3,     // not a model, or cut off
  kInvalidValue = 4,      // an initializer, an argument
  kInvalidGraph = 5,      // names that nothing produces, cycles
  kInvalidNode = 6,       // the operator's own rules are broken
  kUnsupportedGraph = 7,  // opset, inputs
  kUnsupportedNode = 8,   // no such operator here
  kUnsupportedAttribute = 9,
  kUnsupportedInput = 10,  // an operand that would have to be constant
  kUnsupportedDataType = 11,
  kUnsupportedDynamic = 12,  // a dim that would have to be known
  kUnsupportedShape = 13,
};

// One thing that keeps a model from being imported.
struct ImportProblem {
  ImportFault fault = ImportFault::kInternal;
  // Complete: `node 17 "/layer1/Conv" (Conv): 3 groups do not divide 64 channels`.
  std::string message;
  int node = -1;          // index in the model's node list; -1: not about a node
  std::string node_name;  // as in the file, may be empty
  std::string op;
  // The local functions that lead to the node, outermost first, as "domain:name".
  std::vector<std::string> functions;
  // The importer that found it.
  std::string source_file;
  std::string source_function;
  int source_line = 0;
};

// Consecutive nodes, in the order of execution, that can (or cannot) be imported.
struct ImportSubgraph {
  std::vector<int64_t> nodes;
  bool supported = true;
};

// What became of a model. The graph is complete when there are no problems; otherwise it is to be
// thrown away.
struct Imported {
  Graph graph;
  std::vector<ImportProblem> problems;
  std::vector<ImportSubgraph> subgraphs;  // one, supported, when there are no problems
  std::vector<std::string> unsupported;   // the operators without an importer, each once

  bool ok() const { return problems.empty(); }
};

struct ImportOptions {
  // Where files of external data lie. They must be inside of it: absolute paths and ".." are
  // refused. Empty: the model may not refer to external data.
  std::filesystem::path folder;
};

struct ModelInfo {
  std::string producer;  // "pytorch 2.9.0"
  std::string graph_name;
  int64_t ir_version = 0;
  int64_t model_version = 0;
  std::vector<std::pair<std::string, int64_t>> opsets;  // by domain; "" is the standard one
};

// A parsed file, before import, for one thread at a time. Large tensors take its bytes over and
// outlive it.
class OnnxModel {
 public:
  // Throws Error when the bytes are no ONNX model, or when parsing them would take more than ten
  // times their size plus 64 MiB. The bytes are not needed afterwards.
  explicit OnnxModel(std::span<const std::byte> bytes, ImportOptions options = {});
  // Like that; the error names the file, external data is looked up beside it.
  static OnnxModel from_file(const std::filesystem::path& path);
  ~OnnxModel();
  OnnxModel(OnnxModel&&) noexcept;
  OnnxModel& operator=(OnnxModel&&) noexcept;

  const ModelInfo& info() const;
  std::vector<std::string> initializer_names() const;
  // The initializer's elements (f64 as f32, see DataType); nullopt when there is none of the name.
  // Throws Error naming it when its data is missing or of the wrong size.
  std::optional<Tensor> initializer(std::string_view name) const;
  // Replaces an initializer's elements by a copy of `bytes`, which are in the file's element type.
  // Throws Error when there is none of the name or the size is wrong.
  void set_initializer(std::string_view name, std::span<const std::byte> bytes);

  // Imports and reports every problem found, not just the first; throws for none of them.
  Imported import(const Log& log) const;

  struct State;

 private:
  explicit OnnxModel(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The graph, or an Error that lists all problems, one a line.
Graph import_onnx(std::span<const std::byte> model, const ImportOptions& options, const Log& log);
Graph import_onnx_file(const std::filesystem::path& path, const Log& log);

// Whether a standard operator has an importer, for at least one opset.
bool supports_operator(std::string_view op);
// All of them, in alphabetical order.
std::vector<std::string_view> supported_operators();

}  // namespace tenon
