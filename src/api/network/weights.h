#pragma once

#include <NvInferRuntime.h>

#include <string_view>
#include <vector>

#include "base/tensor.h"

namespace tenon::api {

// Weights that a program gave to a layer. They are copied at once, so the program's memory may go.
class HeldWeights {
 public:
  HeldWeights() = default;
  // Throws Error naming `what` for a negative count, values that are null, an unknown type.
  HeldWeights(const nvinfer1::Weights& weights, std::string_view what);
  // The elements of an imported constant.
  explicit HeldWeights(const Tensor& values);

  bool empty() const { return values_.volume() == 0; }
  int64_t count() const { return values_.volume(); }
  DataType dtype() const { return values_.dtype(); }
  // What getters of the public classes return: points into the copy.
  nvinfer1::Weights given() const;
  // Whether a program means these weights: the pointer it gave, or the one it got back.
  bool is(const void* values) const;

  // The elements in these dims, converted when `dtype` is another floating type. Throws Error
  // naming `what` when their number is not that of the dims.
  Tensor shaped(Dims dims, DataType dtype, std::string_view what) const;

 private:
  Tensor values_;  // of rank 1
  nvinfer1::DataType type_ = nvinfer1::DataType::kFLOAT;
  const void* source_ = nullptr;
};

// The same elements in another floating type.
Tensor converted(const Tensor& values, DataType dtype);
// `count` elements of one value.
Tensor filled(DataType dtype, Dims dims, double value);

}  // namespace tenon::api
