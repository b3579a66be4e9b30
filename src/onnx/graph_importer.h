#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "onnx/constants.h"
#include "onnx/model.h"
#include "onnx/node_context.h"

namespace tenon {

// A scope of names: the main graph, or the body of a local function while a node calls it.
struct Frame {
  const Frame* caller = nullptr;
  const onnx_format::NodeProto* call = nullptr;
  const onnx_format::FunctionProto* function = nullptr;
  std::string prefix;                               // of layer and value names
  std::unordered_map<std::string, int64_t> opsets;  // by domain
  std::unordered_map<std::string, ValueId> values;
};

// One import of one model.
class GraphImporter {
 public:
  GraphImporter(const OnnxModel::State& model, const Log& log) : model_(model), log_(log) {}
  Imported run();

  // ---- for NodeContext
  Graph& graph() { return imported_.graph; }
  const Log& log() const { return log_; }
  ConstantTracker& constants() { return constants_; }
  const Tensor& tensor(const onnx_format::TensorProto& proto) const { return model_.tensor(proto); }
  std::string unique_name(const std::string& wanted);
  // Adds a node of layer `layer`.
  ValueId add(const std::string& layer, const std::string& name, Op op,
              std::vector<ValueId> inputs);

 private:
  // A name that a node with a problem would have produced.
  static constexpr ValueId kPoisoned = -2;

  void check_versions();
  void import_inputs(Frame& frame);
  void import_initializers(Frame& frame);
  void import_outputs(Frame& frame);
  std::vector<int> node_order(const Frame& frame);
  bool import_node(Frame& frame, const onnx_format::NodeProto& node, int index);
  void import_operator(Frame& frame, const onnx_format::NodeProto& node);
  void import_call(Frame& frame, const onnx_format::NodeProto& node,
                   const onnx_format::FunctionProto& function, int index);
  const onnx_format::FunctionProto* find_function(const onnx_format::NodeProto& node) const;
  std::string layer_name(const Frame& frame, const onnx_format::NodeProto& node);
  void poison_outputs(Frame& frame, const onnx_format::NodeProto& node);
  void note_subgraph(int node, bool supported);
  void problem(ImportFault fault, const std::string& message);
  void node_problem(const Frame& frame, const onnx_format::NodeProto& node, int index,
                    ImportFault fault, const std::string& reason);

  const OnnxModel::State& model_;
  const Log& log_;
  Imported imported_;
  ConstantTracker constants_;
  std::unordered_set<std::string> names_;  // of nodes
  int unnamed_ = 0;
};

}  // namespace tenon
