#pragma once

#include <optional>
#include <vector>

#include "ir/graph.h"

namespace tenon {

// All elements as doubles, in row-major order. Throws Error on types element() cannot read.
std::vector<double> to_doubles(const Tensor& tensor);
// A tensor of `dtype` with these elements, rounded to the type.
Tensor from_doubles(DataType dtype, const Dims& dims, const std::vector<double>& values);

// The one number that every element equals; nullopt when they differ or there is none.
std::optional<double> uniform_value(const Tensor& tensor);
// Likewise of a value of the graph; nullopt when it is no constant.
std::optional<double> uniform_value(const Graph& graph, ValueId value);

// The elements along `axis` of a rank-`rank` tensor that a constant broadcasts to (from the right)
// when it varies along that axis alone: `extent` numbers, a uniform constant repeated.
// nullopt when it varies along another axis or has a larger rank.
std::optional<std::vector<double>> along_axis(const Tensor& tensor, int rank, int axis,
                                              int64_t extent);

}  // namespace tenon
