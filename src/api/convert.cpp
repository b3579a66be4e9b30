#include "api/convert.h"

#include <algorithm>

namespace tenon::api {

// The two enumerations agree in number (see DataType); the public one has no f64.
static_assert(static_cast<int>(nvinfer1::DataType::kFLOAT) == static_cast<int>(DataType::kF32));
static_assert(static_cast<int>(nvinfer1::DataType::kINT64) == static_cast<int>(DataType::kI64));

DataType to_internal(nvinfer1::DataType type) {
  using P = nvinfer1::DataType;
  switch (type) {
    case P::kFLOAT: return DataType::kF32;
    case P::kHALF: return DataType::kF16;
    case P::kBF16: return DataType::kBF16;
    case P::kINT8: return DataType::kI8;
    case P::kINT32: return DataType::kI32;
    case P::kBOOL: return DataType::kBool;
    case P::kUINT8: return DataType::kU8;
    case P::kFP8: return DataType::kF8;
    case P::kINT64: return DataType::kI64;
    case P::kINT4: return DataType::kI4;
    case P::kFP4: return DataType::kF4;
    case P::kE8M0: return DataType::kE8M0;
  }
  fail("{} is no data type", static_cast<int>(type));
}

nvinfer1::DataType to_public(DataType type) {
  using P = nvinfer1::DataType;
  switch (type) {
    case DataType::kF32:
    case DataType::kF64: return P::kFLOAT;
    case DataType::kF16: return P::kHALF;
    case DataType::kBF16: return P::kBF16;
    case DataType::kI8: return P::kINT8;
    case DataType::kI32: return P::kINT32;
    case DataType::kBool: return P::kBOOL;
    case DataType::kU8: return P::kUINT8;
    case DataType::kF8: return P::kFP8;
    case DataType::kI64: return P::kINT64;
    case DataType::kI4: return P::kINT4;
    case DataType::kF4: return P::kFP4;
    case DataType::kE8M0: return P::kE8M0;
  }
  return P::kFLOAT;
}

Dims to_internal(const nvinfer1::Dims& dims) {
  if (dims.nbDims < 0 || dims.nbDims > nvinfer1::Dims::MAX_DIMS) {
    fail("{} dims are outside of 0 to {}", dims.nbDims, nvinfer1::Dims::MAX_DIMS);
  }
  const auto count = static_cast<size_t>(dims.nbDims);
  for (size_t i = 0; i < count; ++i) {
    if (dims.d[i] < 0) fail("dim {} is negative: {}", i, dims.d[i]);
  }
  return Dims(std::span<const int64_t>(dims.d, count));
}

nvinfer1::Dims to_public(const Dims& dims) {
  nvinfer1::Dims result{};
  result.nbDims = dims.rank();
  std::copy(dims.begin(), dims.end(), result.d);
  return result;
}

nvinfer1::Dims to_public(const Shape& shape) {
  nvinfer1::Dims result{};
  result.nbDims = static_cast<int32_t>(shape.size());
  for (size_t i = 0; i < shape.size(); ++i) {
    result.d[i] = shape[i].is_constant() ? shape[i].value() : -1;
  }
  return result;
}

nvinfer1::Dims invalid_dims() {
  nvinfer1::Dims result{};
  result.nbDims = -1;
  return result;
}

std::vector<int64_t> to_vector(const nvinfer1::Dims& dims) {
  return {dims.d, dims.d + std::clamp<int32_t>(dims.nbDims, 0, nvinfer1::Dims::MAX_DIMS)};
}

}  // namespace tenon::api
