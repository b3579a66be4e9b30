#pragma once

#include <limits>
#include <optional>
#include <set>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ir/graph.h"
#include "onnx/import.h"

namespace tenon::onnx_format {
class AttributeProto;
class NodeProto;
}  // namespace tenon::onnx_format

namespace tenon {

class GraphImporter;
struct Frame;

// An Error that knows which kind of problem it is.
struct ImportError : Error {
  ImportError(ImportFault fault, const std::string& message);
  ImportFault fault;
};

// One extent of a shape to build: `factor * x.dims[axis] / divisor`, or just `factor` without axis.
struct ShapePiece {
  int axis = -1;
  int64_t factor = 1;
  int64_t divisor = 1;
};

// A node of the file as an importer sees it: attributes, operands, and the graph to add to. Every
// accessor throws ImportError, saying what is wrong with which attribute or operand.
class NodeContext {
 public:
  NodeContext(GraphImporter& importer, const Frame& frame, const onnx_format::NodeProto& node,
              std::string layer, int64_t opset)
      : importer_(importer), frame_(frame), node_(node), layer_(std::move(layer)), opset_(opset) {}

  std::string_view op() const;
  int64_t opset() const { return opset_; }  // of the node's domain

  // ---- attributes
  bool has_attribute(std::string_view name) const;
  int64_t integer(std::string_view name, int64_t otherwise) const;
  int64_t integer(std::string_view name) const;  // must be there
  bool flag(std::string_view name, bool otherwise) const;
  float number(std::string_view name, float otherwise) const;
  std::string text(std::string_view name, std::string_view otherwise) const;
  std::vector<int64_t> integers(std::string_view name) const;  // empty when left out
  std::vector<float> numbers(std::string_view name) const;     // likewise
  std::optional<Tensor> tensor(std::string_view name) const;
  // Reads nothing: the attribute does not matter here.
  void ignore(std::string_view name) const { read_.emplace(name); }
  // The attributes of the file that the importer did not ask for.
  std::vector<std::string> unread_attributes() const;

  // ---- operands
  size_t input_count() const;
  bool has_input(size_t i) const;
  ValueId input(size_t i) const;           // throws when left out
  ValueId optional_input(size_t i) const;  // kNone when left out
  std::vector<ValueId> inputs() const;     // all that the node lists
  const TensorType& type(ValueId value) const;
  const TensorType& type(size_t i) const { return type(input(i)); }
  const Shape& dims(size_t i) const { return type(i).dims; }
  int rank(size_t i) const { return static_cast<int>(dims(i).size()); }
  DataType dtype(size_t i) const { return type(i).dtype; }
  // `axis` as in ONNX (negative counts from the end) as 0 .. rank-1.
  int64_t axis(int64_t axis, int rank) const;

  // The operand's elements where they follow from constants and known dims.
  std::optional<Tensor> constant(ValueId value) const;
  // Operand i, which `what` names in the message when it is left out or not constant.
  Tensor constant_input(size_t i, std::string_view what) const;
  std::vector<int64_t> constant_integers(size_t i, std::string_view what) const;
  std::vector<float> constant_numbers(size_t i, std::string_view what) const;

  // ---- results
  // Adds a node that is part of this layer: "layer/part". Returns its output.
  ValueId add(std::string_view part, Op op, std::vector<ValueId> inputs);
  ValueId add_constant(std::string_view part, Tensor value);
  ValueId add_integers(std::string_view part, const std::vector<int64_t>& values);
  // A scalar of a type, converted from `value`.
  ValueId add_scalar(std::string_view part, DataType dtype, double value);
  // A shape operand put together from the dims of `x`; computed at run time where they are not
  // known.
  ValueId add_shape(std::string_view part, ValueId x, const std::vector<ShapePiece>& pieces);
  // Output i of the node that computes the value.
  ValueId output_of(ValueId value, size_t i) const;
  // Adds the node that carries the layer's name and computes the outputs.
  void result(Op op, std::vector<ValueId> inputs);
  // Names an added value as the file's output i.
  void set_output(size_t i, ValueId value);
  size_t output_count() const;
  bool wants_output(size_t i) const;  // whether the file names output i
  // Throws when the file uses one of the outputs from `first` on.
  void refuse_outputs(size_t first, std::string_view why) const;
  const std::vector<ValueId>& outputs() const { return outputs_; }

  void warn(std::string_view message) const;

  // ---- problems
  template <typename... Args>
  [[noreturn]] void invalid(fmt::format_string<Args...> format, Args&&... args) const {
    throw ImportError(ImportFault::kInvalidNode, fmt::format(format, std::forward<Args>(args)...));
  }
  template <typename... Args>
  [[noreturn]] void unsupported(ImportFault fault, fmt::format_string<Args...> format,
                                Args&&... args) const {
    throw ImportError(fault, fmt::format(format, std::forward<Args>(args)...));
  }

 private:
  const onnx_format::AttributeProto* find(std::string_view name, int kind,
                                          std::string_view kind_name) const;

  GraphImporter& importer_;
  const Frame& frame_;
  const onnx_format::NodeProto& node_;
  std::string layer_;
  int64_t opset_;
  mutable std::set<std::string, std::less<>> read_;
  std::vector<ValueId> outputs_;
};

using ImportFunction = void (*)(NodeContext&);
inline constexpr int kNoEnd = std::numeric_limits<int>::max();

// A row of a family's table: the function imports the operator as opsets since .. until define it.
struct Importer {
  constexpr Importer(std::string_view op, int since, int until, ImportFunction import,
                     std::source_location where = std::source_location::current())
      : op(op), since(since), until(until), import(import), where(where) {}

  std::string_view op;
  int since;
  int until;
  ImportFunction import;
  std::source_location where;
};

// The families, one a file.
std::span<const Importer> activation_importers();
std::span<const Importer> conv_importers();
std::span<const Importer> data_importers();
std::span<const Importer> elementwise_importers();
std::span<const Importer> matmul_importers();
std::span<const Importer> normalization_importers();
std::span<const Importer> pool_importers();
std::span<const Importer> reduce_importers();
std::span<const Importer> resize_importers();
std::span<const Importer> shape_importers();

// nullptr when there is none for this opset.
const Importer* find_importer(std::string_view op, int64_t opset);

}  // namespace tenon
