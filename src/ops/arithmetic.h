#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/tensor.h"

namespace tenon {

// The numbers that an integer type (or bool) holds. Throws Error for other types.
struct IntegerRange {
  int64_t least;
  int64_t greatest;
};
IntegerRange integer_range(DataType dtype);

// The reference evaluations compute on plain arrays of one of three types: float for f32, f16 and
// bf16 (with double accumulators), double for f64, int64_t for integers and bool.
enum class Arithmetic { kFloat, kDouble, kInteger };

// Throws Error (kUnsupported) for types without arithmetic: i4, f4, f8, e8m0.
Arithmetic arithmetic_of(DataType dtype);

// Elements of a tensor as T: the tensor's own memory where it holds T, else a converted copy.
template <typename T>
class ReadElements {
 public:
  explicit ReadElements(const TensorView& view);
  ReadElements(ReadElements&&) = default;
  const T* data() const { return data_; }
  T operator[](int64_t i) const { return data_[i]; }
  explicit operator bool() const { return data_ != nullptr; }

 private:
  std::vector<T> converted_;
  const T* data_ = nullptr;  // nullptr for an absent operand
};

// Room for a tensor's elements as T; commit() converts them into the tensor where it does not hold
// T itself. Floats are rounded to floats and saturated to integers; integers wrap, as those of
// numpy and ONNX Runtime do; anything but 0 is true.
template <typename T>
class WriteElements {
 public:
  explicit WriteElements(const TensorView& view);
  T* data() { return data_; }
  T& operator[](int64_t i) { return data_[i]; }
  void commit();

 private:
  TensorView view_;
  std::vector<T> pending_;
  T* data_ = nullptr;
};

extern template class ReadElements<float>;
extern template class ReadElements<double>;
extern template class ReadElements<int64_t>;
extern template class WriteElements<float>;
extern template class WriteElements<double>;
extern template class WriteElements<int64_t>;

// Calls f with a value of the type to compute in.
template <typename F>
void with_arithmetic(DataType dtype, F&& f) {
  switch (arithmetic_of(dtype)) {
    case Arithmetic::kFloat: return f(float{});
    case Arithmetic::kDouble: return f(double{});
    case Arithmetic::kInteger: return f(int64_t{});
  }
}

// The same for ops that are defined on floating point only.
template <typename F>
void with_float_arithmetic(DataType dtype, F&& f) {
  if (arithmetic_of(dtype) == Arithmetic::kDouble) return f(double{});
  return f(float{});
}

// out[i] = in[i] in out's type, as the op Cast defines it.
void convert_elements(const TensorView& in, const TensorView& out);

}  // namespace tenon
