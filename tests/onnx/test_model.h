#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "onnx/import.h"

namespace tenon::onnx_format {
class ModelProto;
class NodeProto;
class TensorProto;
}  // namespace tenon::onnx_format

namespace tenon::testing {

using AttributeValue =
    std::variant<int64_t, float, std::string, std::vector<int64_t>, std::vector<float>, Tensor>;
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;

// A small ONNX model put together in a test.
class TestModel {
 public:
  explicit TestModel(int opset = 17);
  ~TestModel();

  // "f32[N,3,8,8]"; an entry "?" is a dim of which nothing is known.
  TestModel& input(const std::string& name, std::string_view type);
  TestModel& constant(const std::string& name, const Tensor& value);
  TestModel& output(const std::string& name);
  // Returns the message for what this class does not cover.
  onnx_format::NodeProto& node(const std::string& op, const std::vector<std::string>& inputs,
                               const std::vector<std::string>& outputs,
                               const Attributes& attributes = {});
  onnx_format::TensorProto& add_initializer(const std::string& name);
  onnx_format::ModelProto& proto() { return *proto_; }

  std::string bytes() const;
  Imported import(const ImportOptions& options = {}, const Log& log = {}) const;
  // The messages of import(), one a line.
  std::string problems() const;
  // Imports and runs; throws Error when there are problems.
  std::vector<Tensor> run(const std::vector<Tensor>& inputs) const;

 private:
  std::unique_ptr<onnx_format::ModelProto> proto_;
};

// One node from inputs "x0", "x1", ... to "y", run: the inputs past the first are initializers
// where `constants` is set.
Tensor run_node(int opset, const std::string& op, const std::vector<Tensor>& inputs,
                const Attributes& attributes = {}, bool constants = true);

std::span<const std::byte> as_bytes(const std::string& text);
std::vector<double> numbers(const Tensor& tensor);
// Every element within tolerance * max(1, |b|).
void expect_near(const Tensor& a, const std::vector<double>& b, double tolerance = 1e-5);

// 0, 1, 2, ... times scale.
Tensor iota(Dims dims, float scale = 1);

}  // namespace tenon::testing
