#include "ir/constant_value.h"

#include <algorithm>

namespace tenon {

std::vector<double> to_doubles(const Tensor& tensor) {
  std::vector<double> values(static_cast<size_t>(tensor.volume()));
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = element(tensor.view(), static_cast<int64_t>(i));
  }
  return values;
}

Tensor from_doubles(DataType dtype, const Dims& dims, const std::vector<double>& values) {
  TENON_CHECK(static_cast<int64_t>(values.size()) == dims.volume());
  return Tensor::make(dtype, dims, [&](const TensorView& view) {
    for (size_t i = 0; i < values.size(); ++i) {
      set_element(view, static_cast<int64_t>(i), values[i]);
    }
  });
}

std::optional<double> uniform_value(const Tensor& tensor) {
  if (tensor.volume() == 0 || bits_of(tensor.dtype()) < 8) return std::nullopt;
  if (tensor.dtype() == DataType::kF8 || tensor.dtype() == DataType::kE8M0) return std::nullopt;
  const double first = element(tensor.view(), 0);
  for (int64_t i = 1; i < tensor.volume(); ++i) {
    if (element(tensor.view(), i) != first) return std::nullopt;
  }
  return first;
}

std::optional<double> uniform_value(const Graph& graph, ValueId value) {
  const Tensor* tensor = graph.constant(value);
  return tensor ? uniform_value(*tensor) : std::nullopt;
}

std::optional<std::vector<double>> along_axis(const Tensor& tensor, int rank, int axis,
                                              int64_t extent) {
  if (!is_float(tensor.dtype()) || tensor.dims().rank() > rank) return std::nullopt;
  if (tensor.volume() == 1) {
    return std::vector<double>(static_cast<size_t>(extent), element(tensor.view(), 0));
  }
  const int missing = rank - tensor.dims().rank();
  for (int i = 0; i < tensor.dims().rank(); ++i) {
    const int64_t expected = i + missing == axis ? extent : 1;
    if (tensor.dims()[i] != expected) return std::nullopt;
  }
  return to_doubles(tensor);
}

}  // namespace tenon
