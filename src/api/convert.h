#pragma once

#include <NvInferRuntimeBase.h>

#include "base/tensor.h"

namespace tenon::api {

// The internal element type; throws Error{kUnsupported} for one that has none.
DataType to_internal(nvinfer1::DataType type);
nvinfer1::DataType to_public(DataType type);

// Throws Error for a number of dims outside of [0, 8] or a negative dim.
Dims to_internal(const nvinfer1::Dims& dims);
nvinfer1::Dims to_public(const Dims& dims);
// Dims that are no numbers become -1.
nvinfer1::Dims to_public(const Shape& shape);
// What functions return that fail: nbDims == -1.
nvinfer1::Dims invalid_dims();
std::vector<int64_t> to_vector(const nvinfer1::Dims& dims);

}  // namespace tenon::api
