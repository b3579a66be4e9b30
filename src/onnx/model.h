#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "onnx/import.h"

// The parsed messages, for the sources of this folder that read them.
namespace google::protobuf {
class Arena;
}
namespace tenon::onnx_format {
class FunctionProto;
class ModelProto;
class TensorProto;
}  // namespace tenon::onnx_format

namespace tenon {

struct OnnxModel::State {
  std::unique_ptr<google::protobuf::Arena> arena;
  onnx_format::ModelProto* proto = nullptr;  // lives in the arena
  ImportOptions options;
  ModelInfo info;
  std::unordered_map<std::string, onnx_format::TensorProto*> initializers;
  // Tensors made so far. Large ones take over the message's bytes, so each is made once.
  mutable std::unordered_map<const onnx_format::TensorProto*, Tensor> tensors;

  // Throws Error (not naming the tensor).
  const Tensor& tensor(const onnx_format::TensorProto& proto) const;

  ~State();
};

}  // namespace tenon
