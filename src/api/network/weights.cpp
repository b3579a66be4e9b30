#include "api/network/weights.h"

#include "api/convert.h"

namespace tenon::api {

HeldWeights::HeldWeights(const nvinfer1::Weights& weights, std::string_view what)
    : type_(weights.type), source_(weights.values) {
  if (weights.count < 0 || weights.count > (int64_t{1} << 40)) {
    fail("{} have a count of {}", what, weights.count);
  }
  const DataType dtype = to_internal(weights.type);
  if (weights.count == 0) {
    values_ = Tensor::zeros(dtype, Dims{0});
    return;
  }
  if (weights.values == nullptr) {
    fail("{} have {} values, but the pointer is null", what, weights.count);
  }
  values_ = Tensor(dtype, Dims{weights.count},
                   {static_cast<const std::byte*>(weights.values), bytes_of(dtype, weights.count)});
}

HeldWeights::HeldWeights(const Tensor& values)
    : values_(values.reshaped(Dims{values.volume()})), type_(to_public(values.dtype())) {}

nvinfer1::Weights HeldWeights::given() const {
  if (empty()) return {type_, nullptr, 0};
  return {type_, values_.bytes().data(), values_.volume()};
}

bool HeldWeights::is(const void* values) const {
  return values != nullptr && !empty() && (values == source_ || values == values_.bytes().data());
}

Tensor HeldWeights::shaped(Dims dims, DataType dtype, std::string_view what) const {
  if (dims.volume() != count()) {
    fail("{} have {} values, but {} needs {}", what, count(), to_string(dims), dims.volume());
  }
  const Tensor values = values_.reshaped(dims);
  return is_float(values.dtype()) && is_float(dtype) ? converted(values, dtype) : values;
}

Tensor converted(const Tensor& values, DataType dtype) {
  if (values.dtype() == dtype) return values;
  return Tensor::make(dtype, values.dims(), [&](const TensorView& to) {
    const TensorView from = values.view();
    for (int64_t i = 0; i < from.volume(); ++i) set_element(to, i, element(from, i));
  });
}

Tensor filled(DataType dtype, Dims dims, double value) {
  return Tensor::make(dtype, dims, [&](const TensorView& to) {
    for (int64_t i = 0; i < to.volume(); ++i) set_element(to, i, value);
  });
}

}  // namespace tenon::api
