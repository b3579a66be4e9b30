#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace tenon::onnx_format {
class ModelProto;
}

namespace tenon::zoo {

inline constexpr int64_t kLength = -2;  // as a dim: the symbol S

struct BuilderOptions {
  int64_t batch = -1;       // of the input; -1: the symbol N
  uint64_t seed = 1;        // of the weights
  bool batch_norm = false;  // write BatchNormalization nodes instead of biases that hold them
};

// A convolution; the number of input channels follows from its input.
struct ConvSpec {
  int64_t out = 0;
  std::vector<int64_t> kernel{1, 1};
  int64_t stride = 1;
  std::vector<int64_t> pad{0, 0};  // on both sides of each axis
  int64_t groups = 1;
  // The variance of the output over that of the input: 2 makes up for a ReLU that follows, 1 keeps
  // a linear layer level, less lets a residual branch add little.
  float gain = 2;
};

// A square kernel with the padding that keeps the extent at stride 1.
ConvSpec same(int64_t out, int64_t kernel, int64_t stride = 1, int64_t groups = 1, float gain = 2);

// Writes an ONNX model (opset 17) node by node, with random weights that keep activations of order
// one through any depth. Values are named after the nodes that make them. The same calls with the
// same seed give the same bytes on every machine.
class ModelBuilder {
 public:
  using Value = std::string;
  using Attribute =
      std::pair<std::string_view, std::variant<int64_t, float, std::string, std::vector<int64_t>>>;

  ModelBuilder(std::string_view name, BuilderOptions options);
  ~ModelBuilder();

  Value input(int64_t channels, int64_t height, int64_t width);
  Value tokens(std::string_view name);  // integers [N, S]
  void output(const Value& value, const std::vector<int64_t>& dims_after_batch);

  Value conv(const Value& x, const ConvSpec& spec);  // with its bias or batch norm
  Value conv_relu(const Value& x, const ConvSpec& spec);
  Value up_conv(const Value& x, int64_t out);  // transposed, 2 x 2, stride 2
  Value dense(const Value& x, int64_t in, int64_t out, float gain);
  Value project(const Value& x, int64_t in, int64_t out, float gain);  // along the last axis
  Value relu(const Value& x) { return node("Relu", {x}); }
  Value add(const Value& a, const Value& b) { return node("Add", {a, b}); }
  Value concat(const std::vector<Value>& parts);
  // kind: MaxPool or AveragePool
  Value pool(std::string_view kind, const Value& x, int64_t kernel, int64_t stride, int64_t pad);
  // Any other node with one output, which has the channels of its first input.
  Value node(std::string_view op, const std::vector<Value>& inputs,
             const std::vector<Attribute>& attributes = {});
  Value constant(std::string_view name, float value);  // a scalar
  Value integer(std::string_view name, int64_t value);
  Value integers(std::string_view name, const std::vector<int64_t>& values);
  // Random numbers of this mean and standard deviation.
  Value vector(std::string_view name, const std::vector<int64_t>& dims, float deviation,
               float mean = 0) {
    return weights(name, dims, deviation, mean);
  }
  int64_t channels(const Value& value) const { return channels_.at(value); }

  std::string serialize() const;

 private:
  Value weights(std::string_view name, const std::vector<int64_t>& dims, float deviation,
                float mean = 0);
  Value batch_norm(const Value& x);

  BuilderOptions options_;
  std::unique_ptr<onnx_format::ModelProto> model_;
  std::unordered_map<Value, int64_t> channels_;
  std::unordered_map<std::string, int> count_;  // of nodes by op
  uint64_t random_;
};

}  // namespace tenon::zoo
