#include "trtexec/tensors.h"

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "base/error.h"

namespace tenon::trtexec {

using nvinfer1::DataType;

namespace {

template <typename T>
std::vector<double> widened(std::span<const std::byte> data, double (*widen)(T)) {
  std::vector<double> values(data.size() / sizeof(T));
  for (size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, data.data() + i * sizeof(T), sizeof(T));
    values[i] = widen(value);
  }
  return values;
}

template <typename T, typename Draw>
void fill(std::span<std::byte> data, Draw&& draw) {
  for (size_t at = 0; at + sizeof(T) <= data.size(); at += sizeof(T)) {
    const T value = draw();
    std::memcpy(data.data() + at, &value, sizeof(T));
  }
}

int bits_of(DataType type) {
  switch (type) {
    case DataType::kINT64: return 64;
    case DataType::kFLOAT:
    case DataType::kINT32: return 32;
    case DataType::kHALF:
    case DataType::kBF16: return 16;
    case DataType::kINT4:
    case DataType::kFP4: return 4;
    default: return 8;
  }
}

}  // namespace

Shape to_shape(const nvinfer1::Dims& dims) { return {dims.d, dims.d + std::max(dims.nbDims, 0)}; }

nvinfer1::Dims to_dims(const Shape& shape) {
  nvinfer1::Dims dims{};
  if (shape.size() > static_cast<size_t>(nvinfer1::Dims::MAX_DIMS)) {
    fail("the shape {} has more than {} dimensions", shape_text(shape),
         int{nvinfer1::Dims::MAX_DIMS});
  }
  dims.nbDims = static_cast<int32_t>(shape.size());
  std::copy(shape.begin(), shape.end(), dims.d);
  return dims;
}

bool is_fixed(const Shape& shape) {
  return std::none_of(shape.begin(), shape.end(), [](int64_t extent) { return extent < 0; });
}

Shape with_free_as_one(Shape shape) {
  std::replace(shape.begin(), shape.end(), int64_t{-1}, int64_t{1});
  return shape;
}

int64_t volume(const Shape& shape) {
  int64_t count = 1;
  for (const int64_t extent : shape) count *= extent;
  return count;
}

size_t bytes_of(DataType type, int64_t count) {
  return (static_cast<size_t>(count) * static_cast<size_t>(bits_of(type)) + 7) / 8;
}

const char* name_of(DataType type) {
  switch (type) {
    case DataType::kFLOAT: return "FP32";
    case DataType::kHALF: return "FP16";
    case DataType::kBF16: return "BF16";
    case DataType::kINT8: return "Int8";
    case DataType::kUINT8: return "UInt8";
    case DataType::kINT32: return "Int32";
    case DataType::kINT64: return "Int64";
    case DataType::kBOOL: return "Bool";
    case DataType::kFP8: return "FP8";
    case DataType::kINT4: return "Int4";
    case DataType::kFP4: return "FP4";
    default: return "E8M0";
  }
}

std::vector<double> values_of(std::span<const std::byte> data, DataType type) {
  const auto as_is = [](auto value) { return static_cast<double>(value); };
  switch (type) {
    case DataType::kFLOAT: return widened<float>(data, as_is);
    case DataType::kHALF:
      return widened<__half>(data, [](__half v) { return double{__half2float(v)}; });
    case DataType::kBF16:
      return widened<__nv_bfloat16>(data,
                                    [](__nv_bfloat16 v) { return double{__bfloat162float(v)}; });
    case DataType::kINT8: return widened<int8_t>(data, as_is);
    case DataType::kUINT8:
    case DataType::kBOOL: return widened<uint8_t>(data, as_is);
    case DataType::kINT32: return widened<int32_t>(data, as_is);
    case DataType::kINT64: return widened<int64_t>(data, as_is);
    default: fail(ErrorCode::kUnsupported, "values of type {} cannot be shown", name_of(type));
  }
}

void fill_random(std::span<std::byte> data, DataType type, uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto real = [&] {
    // Not a standard distribution: the same on every standard library.
    return static_cast<float>(static_cast<double>(random() >> 11) * 0x1p-52 - 1.0);
  };
  switch (type) {
    case DataType::kFLOAT: return fill<float>(data, real);
    case DataType::kHALF: return fill<__half>(data, [&] { return __float2half(real()); });
    case DataType::kBF16:
      return fill<__nv_bfloat16>(data, [&] { return __float2bfloat16(real()); });
    case DataType::kINT32: return fill<int32_t>(data, [&] { return int32_t(random() & 1); });
    case DataType::kINT64: return fill<int64_t>(data, [&] { return int64_t(random() & 1); });
    default: return fill<uint8_t>(data, [&] { return uint8_t(random() & 1); });
  }
}

}  // namespace tenon::trtexec
