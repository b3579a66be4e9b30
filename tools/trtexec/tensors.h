// Facts about the tensors of an engine, and their values on the host.
#pragma once

#include <NvInferRuntime.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "trtexec/spec.h"

namespace tenon::trtexec {

Shape to_shape(const nvinfer1::Dims& dims);
nvinfer1::Dims to_dims(const Shape& shape);  // throws Error beyond the API's rank of 8
bool is_fixed(const Shape& shape);           // no dimension is -1
Shape with_free_as_one(Shape shape);
int64_t volume(const Shape& shape);

// Bytes of that many elements; types below a byte are packed.
size_t bytes_of(nvinfer1::DataType type, int64_t count);
const char* name_of(nvinfer1::DataType type);

// The values as numbers. Throws Error for a type that cannot be shown (8 and 4 bit floats).
std::vector<double> values_of(std::span<const std::byte> data, nvinfer1::DataType type);

// Fills with values drawn from a seed: floats from -1 to 1, integers and booleans 0 or 1, which are
// valid indices too.
void fill_random(std::span<std::byte> data, nvinfer1::DataType type, uint64_t seed);

// A tensor's values as trtexec writes them.
struct OutputTensor {
  std::string name;
  Shape shape;
  std::vector<double> values;
};

}  // namespace tenon::trtexec
