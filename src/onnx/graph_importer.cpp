#include "onnx/graph_importer.h"

#include <algorithm>
#include <new>
#include <queue>

#include "onnx/tensor_data.h"
#include "onnx_schema/onnx.pb.h"
#include "ops/constant.h"

namespace tenon {

using onnx_format::FunctionProto;
using onnx_format::GraphProto;
using onnx_format::NodeProto;
using onnx_format::TypeProto;
using onnx_format::ValueInfo;

namespace {

constexpr int kMaxCallDepth = 32;

std::string standard(const std::string& domain) { return domain == "ai.onnx" ? "" : domain; }

// The declared type; throws ImportError when it is none that a graph can have.
TensorType type_of(const ValueInfo& info) {
  if (info.type().value_case() != TypeProto::kTensorType) {
    throw ImportError(ImportFault::kUnsupportedGraph, "is no dense tensor");
  }
  const auto& tensor = info.type().tensor_type();
  const int elements = tensor.elem_type();
  if (!is_native_type(elements)) {
    throw ImportError(ImportFault::kUnsupportedDataType,
                      fmt::format("elements of type {} are supported in constants only",
                                  onnx_type_name(elements)));
  }
  TensorType type{.dtype = element_type(elements)};
  if (!tensor.has_shape()) {
    throw ImportError(ImportFault::kUnsupportedShape, "has no shape: its rank must be known");
  }
  if (tensor.shape().dim_size() > kMaxRank) {
    throw ImportError(
        ImportFault::kUnsupportedShape,
        fmt::format("has rank {}, the maximum is {}", tensor.shape().dim_size(), kMaxRank));
  }
  for (int i = 0; i < tensor.shape().dim_size(); ++i) {
    const auto& dim = tensor.shape().dim(i);
    if (!dim.dim_param().empty()) {
      type.dims.push_back(Dim::symbol(dim.dim_param()));
    } else if (dim.has_dim_value() && dim.dim_value() >= 0) {
      type.dims.emplace_back(dim.dim_value());
    } else {
      type.dims.push_back(Dim::symbol(fmt::format("{}.{}", info.name(), i)));
    }
  }
  int64_t volume = 1;
  for (const Dim& d : type.dims) {
    if (d.is_constant() && d.value() > 0 && __builtin_mul_overflow(volume, d.value(), &volume)) {
      throw ImportError(ImportFault::kUnsupportedShape, "is too large");
    }
  }
  return type;
}

ImportFault fault_of(const Error& error) {
  if (const auto* known = dynamic_cast<const ImportError*>(&error)) return known->fault;
  switch (error.code()) {
    case ErrorCode::kUnsupported: return ImportFault::kUnsupportedNode;
    case ErrorCode::kOutOfMemory: return ImportFault::kOutOfMemory;
    case ErrorCode::kInternal: return ImportFault::kInternal;
    default: return ImportFault::kInvalidNode;
  }
}

}  // namespace

// ---- adding to the graph

std::string GraphImporter::unique_name(const std::string& wanted) {
  if (names_.insert(wanted).second) return wanted;
  for (int i = 1;; ++i) {
    std::string name = fmt::format("{}_{}", wanted, i);
    if (names_.insert(name).second) return name;
  }
}

ValueId GraphImporter::add(const std::string& layer, const std::string& name, Op op,
                           std::vector<ValueId> inputs) {
  const NodeId id = graph().add_node(unique_name(name), std::move(op), std::move(inputs));
  graph().node(id).origins = {fmt::format("[ONNX Layer: {}]", layer)};
  constants_.note(graph(), id);
  return graph().node(id).outputs.at(0);
}

// ---- problems

void GraphImporter::problem(ImportFault fault, const std::string& message) {
  imported_.problems.push_back({.fault = fault, .message = message});
}

static std::string function_name(const FunctionProto& function) {
  return function.domain().empty() ? function.name()
                                   : fmt::format("{}:{}", function.domain(), function.name());
}

void GraphImporter::node_problem(const Frame& frame, const NodeProto& node, int index,
                                 ImportFault fault, const std::string& reason) {
  ImportProblem p{.fault = fault, .node = index, .node_name = node.name(), .op = node.op_type()};
  p.message = fmt::format("node {} \"{}\" ({}): {}", index, node.name(), node.op_type(), reason);
  for (const Frame* f = &frame; f->function != nullptr; f = f->caller) {
    p.functions.insert(p.functions.begin(), function_name(*f->function));
  }
  if (!p.functions.empty()) {
    p.message += fmt::format(" (in function {})", fmt::join(p.functions, " > "));
  }
  const auto opset = frame.opsets.find(standard(node.domain()));
  if (opset != frame.opsets.end()) {
    if (const Importer* importer = find_importer(node.op_type(), opset->second)) {
      p.source_file = importer->where.file_name();
      p.source_function = importer->op;
      p.source_line = static_cast<int>(importer->where.line());
    }
  }
  imported_.problems.push_back(std::move(p));
}

// ---- the parts of a model

void GraphImporter::check_versions() {
  for (const auto& [domain, version] : model_.info.opsets) {
    if (!domain.empty()) continue;
    if (version < kOldestOpset) {
      problem(ImportFault::kUnsupportedGraph,
              fmt::format("the model uses opset {}, the oldest supported is {}", version,
                          kOldestOpset));
    } else if (version > kNewestOpset) {
      log_.warning("the model uses opset {}, newer than {}, the newest known", version,
                   kNewestOpset);
    }
    return;
  }
  problem(ImportFault::kInvalidGraph, "the model does not say which opset it uses");
}

void GraphImporter::import_inputs(Frame& frame) {
  for (const ValueInfo& info : model_.proto->graph().input()) {
    if (model_.initializers.contains(info.name())) continue;  // a constant with a default, IR < 4
    try {
      if (info.name().empty()) throw ImportError(ImportFault::kInvalidGraph, "has no name");
      if (frame.values.contains(info.name())) {
        throw ImportError(ImportFault::kInvalidGraph, "is listed twice");
      }
      frame.values[info.name()] = graph().add_input(info.name(), type_of(info));
    } catch (const Error& error) {
      problem(fault_of(error), fmt::format("input \"{}\": {}", info.name(), error.what()));
      frame.values[info.name()] = kPoisoned;
    }
  }
}

void GraphImporter::import_initializers(Frame& frame) {
  const GraphProto& proto = model_.proto->graph();
  if (proto.sparse_initializer_size() > 0) {
    problem(ImportFault::kUnsupportedGraph, "sparse initializers are not supported");
  }
  std::unordered_set<std::string> used;
  for (const NodeProto& node : proto.node()) used.insert(node.input().begin(), node.input().end());
  for (const ValueInfo& info : proto.output()) used.insert(info.name());
  for (const auto& tensor : proto.initializer()) {
    if (!used.contains(tensor.name()) || frame.values.contains(tensor.name())) continue;
    try {
      const std::string name = unique_name(tensor.name());
      const ValueId value = graph().add_constant(name, model_.tensor(tensor));
      graph().value(value).name = tensor.name();
      frame.values[tensor.name()] = value;
    } catch (const Error& error) {
      problem(error.code() == ErrorCode::kUnsupported ? ImportFault::kUnsupportedDataType
                                                      : ImportFault::kInvalidValue,
              fmt::format("initializer \"{}\": {}", tensor.name(), error.what()));
      frame.values[tensor.name()] = kPoisoned;
    }
  }
}

void GraphImporter::import_outputs(Frame& frame) {
  std::unordered_set<std::string> seen;
  for (const ValueInfo& info : model_.proto->graph().output()) {
    const auto found = frame.values.find(info.name());
    if (found == frame.values.end()) {
      problem(ImportFault::kInvalidGraph,
              fmt::format("output \"{}\" is produced by no node", info.name()));
    } else if (!seen.insert(info.name()).second) {
      problem(ImportFault::kInvalidGraph,
              fmt::format("output \"{}\" is listed twice", info.name()));
    } else if (found->second != kPoisoned) {
      graph().add_output(found->second);
    }
  }
  if (seen.empty() && imported_.problems.empty()) {
    problem(ImportFault::kInvalidGraph, "the model has no outputs");
  }
}

// Files should list nodes in the order of execution; not all do. Among the nodes that are ready,
// the first in the file comes first; those on a cycle come last.
std::vector<int> GraphImporter::node_order(const Frame& frame) {
  const auto& nodes = model_.proto->graph().node();
  std::unordered_map<std::string, int> producers;
  for (int i = 0; i < nodes.size(); ++i) {
    for (const std::string& name : nodes[i].output()) {
      if (!name.empty() && !frame.values.contains(name)) producers.emplace(name, i);
    }
  }
  std::vector<int> waiting(static_cast<size_t>(nodes.size()), 0);
  std::vector<std::vector<int>> readers(static_cast<size_t>(nodes.size()));
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;
  for (int i = 0; i < nodes.size(); ++i) {
    for (const std::string& name : nodes[i].input()) {
      const auto producer = producers.find(name);
      if (name.empty() || producer == producers.end()) continue;
      readers[static_cast<size_t>(producer->second)].push_back(i);
      ++waiting[static_cast<size_t>(i)];
    }
    if (waiting[static_cast<size_t>(i)] == 0) ready.push(i);
  }
  std::vector<int> order;
  while (!ready.empty()) {
    const int i = ready.top();
    ready.pop();
    order.push_back(i);
    for (const int reader : readers[static_cast<size_t>(i)]) {
      if (--waiting[static_cast<size_t>(reader)] == 0) ready.push(reader);
    }
  }
  if (order.size() < static_cast<size_t>(nodes.size())) {
    problem(ImportFault::kInvalidGraph, "some nodes depend on their own outputs");
    for (int i = 0; i < nodes.size(); ++i) {
      if (waiting[static_cast<size_t>(i)] > 0) order.push_back(i);
    }
  }
  return order;
}

// ---- nodes

std::string GraphImporter::layer_name(const Frame& frame, const NodeProto& node) {
  if (!node.name().empty()) return frame.prefix + node.name();
  return fmt::format("{}(Unnamed Layer* {}) [{}]", frame.prefix, unnamed_++, node.op_type());
}

const FunctionProto* GraphImporter::find_function(const NodeProto& node) const {
  for (const FunctionProto& function : model_.proto->functions()) {
    if (function.name() == node.op_type() && function.domain() == node.domain() &&
        function.overload() == node.overload()) {
      return &function;
    }
  }
  return nullptr;
}

void GraphImporter::import_operator(Frame& frame, const NodeProto& node) {
  const std::string domain = standard(node.domain());
  const auto opset = frame.opsets.find(domain);
  const Importer* importer = nullptr;
  if (domain.empty() && opset != frame.opsets.end()) {
    importer = find_importer(node.op_type(), opset->second);
  }
  if (importer == nullptr) {
    const std::string full = domain.empty() ? node.op_type() : domain + "." + node.op_type();
    if (std::find(imported_.unsupported.begin(), imported_.unsupported.end(), full) ==
        imported_.unsupported.end()) {
      imported_.unsupported.push_back(full);
    }
    throw ImportError(ImportFault::kUnsupportedNode,
                      domain.empty() && supports_operator(node.op_type())
                          ? fmt::format("operator {} is not supported as of opset {}", full,
                                        opset == frame.opsets.end() ? 0 : opset->second)
                          : fmt::format("operator {} is not supported", full));
  }
  for (const std::string& name : node.input()) {
    if (const auto v = frame.values.find(name); v != frame.values.end() && v->second == kPoisoned) {
      poison_outputs(frame, node);
      return;
    }
  }
  NodeContext context(*this, frame, node, layer_name(frame, node), opset->second);
  importer->import(context);
  for (const std::string& name : context.unread_attributes()) {
    context.warn(fmt::format("attribute {} is not known and was ignored", name));
  }
  for (int i = 0; i < node.output_size(); ++i) {
    const std::string& name = node.output(i);
    if (name.empty()) continue;
    const auto& outputs = context.outputs();
    const auto index = static_cast<size_t>(i);
    if (index >= outputs.size() || outputs[index] == kNone) {
      throw ImportError(ImportFault::kInvalidNode, fmt::format("has no output {}", i));
    }
    graph().value(outputs[index]).name = frame.prefix + name;
    frame.values[name] = outputs[index];
  }
}

void GraphImporter::import_call(Frame& frame, const NodeProto& node, const FunctionProto& function,
                                int index) {
  int depth = 0;
  for (const Frame* f = &frame; f != nullptr; f = f->caller) ++depth;
  if (depth > kMaxCallDepth) {
    throw ImportError(ImportFault::kInvalidGraph, "functions call each other without end");
  }
  Frame body{.caller = &frame, .call = &node, .function = &function};
  body.prefix = layer_name(frame, node) + "/";
  for (const auto& opset : function.opset_import()) {
    body.opsets[standard(opset.domain())] = opset.version();
  }
  for (int i = 0; i < function.input_size() && i < node.input_size(); ++i) {
    if (!node.input(i).empty()) body.values[function.input(i)] = frame.values.at(node.input(i));
  }
  for (const NodeProto& inner : function.node()) import_node(body, inner, index);
  for (int i = 0; i < node.output_size(); ++i) {
    if (node.output(i).empty()) continue;
    const auto found =
        i < function.output_size() ? body.values.find(function.output(i)) : body.values.end();
    if (found == body.values.end()) {
      throw ImportError(ImportFault::kInvalidNode, fmt::format("the function has no output {}", i));
    }
    if (found->second >= 0) graph().value(found->second).name = frame.prefix + node.output(i);
    frame.values[node.output(i)] = found->second;
  }
}

// So that more problems can be found: what the failed node would have produced becomes an input of
// the graph where the file declares its type, and otherwise unknown.
void GraphImporter::poison_outputs(Frame& frame, const NodeProto& node) {
  for (const std::string& name : node.output()) {
    if (name.empty()) continue;
    frame.values[name] = kPoisoned;
    if (frame.function != nullptr) continue;
    const auto find_in = [&](const auto& infos) {
      for (const ValueInfo& info : infos) {
        if (info.name() != name) continue;
        try {
          frame.values[name] = graph().add_input(name, type_of(info));
        } catch (const Error&) {
          // Stays unknown: the declared type is none that a graph can have.
        }
      }
    };
    find_in(model_.proto->graph().value_info());
  }
}

bool GraphImporter::import_node(Frame& frame, const NodeProto& node, int index) {
  const size_t problems = imported_.problems.size();
  try {
    for (const std::string& name : node.input()) {
      if (!name.empty() && !frame.values.contains(name)) {
        throw ImportError(ImportFault::kInvalidGraph,
                          fmt::format("input \"{}\" is produced by no earlier node", name));
      }
    }
    for (const std::string& name : node.output()) {
      if (!name.empty() && frame.values.contains(name)) {
        throw ImportError(ImportFault::kInvalidGraph,
                          fmt::format("output \"{}\" has another producer already", name));
      }
    }
    if (const FunctionProto* function = find_function(node)) {
      import_call(frame, node, *function, index);
    } else {
      import_operator(frame, node);
    }
  } catch (const ImportError& error) {
    node_problem(frame, node, index, error.fault, error.what());
  } catch (const Error& error) {
    // Inference reports the graph's node first, whose name is known already.
    node_problem(frame, node, index, fault_of(error), error.message());
  } catch (const std::bad_alloc&) {
    node_problem(frame, node, index, ImportFault::kOutOfMemory, "not enough memory");
  }
  if (imported_.problems.size() == problems) return true;
  poison_outputs(frame, node);
  return false;
}

void GraphImporter::note_subgraph(int node, bool supported) {
  auto& subgraphs = imported_.subgraphs;
  if (subgraphs.empty() || subgraphs.back().supported != supported) {
    subgraphs.push_back({.nodes = {}, .supported = supported});
  }
  subgraphs.back().nodes.push_back(node);
}

Imported GraphImporter::run() {
  Frame frame;
  for (const auto& [domain, version] : model_.info.opsets) frame.opsets.emplace(domain, version);
  graph().name = model_.info.graph_name;
  check_versions();
  import_inputs(frame);
  import_initializers(frame);
  const auto& nodes = model_.proto->graph().node();
  for (const int i : node_order(frame)) note_subgraph(i, import_node(frame, nodes[i], i));
  import_outputs(frame);
  for (const ImportProblem& p : imported_.problems) log_.error("{}", p.message);
  return std::move(imported_);
}

}  // namespace tenon
