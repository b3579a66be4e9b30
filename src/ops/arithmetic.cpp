#include "ops/arithmetic.h"

#include <cmath>
#include <limits>
#include <type_traits>

#include "ops/broadcast_index.h"

namespace tenon {

Arithmetic arithmetic_of(DataType dtype) {
  switch (dtype) {
    case DataType::kF32:
    case DataType::kF16:
    case DataType::kBF16: return Arithmetic::kFloat;
    case DataType::kF64: return Arithmetic::kDouble;
    case DataType::kI8:
    case DataType::kU8:
    case DataType::kI32:
    case DataType::kI64:
    case DataType::kBool: return Arithmetic::kInteger;
    default:
      fail(ErrorCode::kUnsupported, "there is no arithmetic on elements of type {}",
           name_of(dtype));
  }
}

IntegerRange integer_range(DataType dtype) {
  switch (dtype) {
    case DataType::kI8: return {INT8_MIN, INT8_MAX};
    case DataType::kU8: return {0, UINT8_MAX};
    case DataType::kI32: return {INT32_MIN, INT32_MAX};
    case DataType::kI64: return {INT64_MIN, INT64_MAX};
    case DataType::kBool: return {0, 1};
    default: fail(ErrorCode::kUnsupported, "{} is no type of integers", name_of(dtype));
  }
}

namespace {

template <typename From, typename To, typename Convert>
void convert_array(const void* in, To* out, int64_t n, Convert convert) {
  const From* source = static_cast<const From*>(in);
  for (int64_t i = 0; i < n; ++i) out[i] = static_cast<To>(convert(source[i]));
}

template <typename T>
void load(const TensorView& v, T* out) {
  const int64_t n = v.volume();
  const auto same = [](auto x) { return x; };
  switch (v.dtype) {
    case DataType::kF32: return convert_array<float>(v.data, out, n, same);
    case DataType::kF64: return convert_array<double>(v.data, out, n, same);
    case DataType::kF16: return convert_array<uint16_t>(v.data, out, n, f16_to_f32);
    case DataType::kBF16: return convert_array<uint16_t>(v.data, out, n, bf16_to_f32);
    case DataType::kI64: return convert_array<int64_t>(v.data, out, n, same);
    case DataType::kI32: return convert_array<int32_t>(v.data, out, n, same);
    case DataType::kI8: return convert_array<int8_t>(v.data, out, n, same);
    case DataType::kU8: return convert_array<uint8_t>(v.data, out, n, same);
    case DataType::kBool:
      return convert_array<uint8_t>(v.data, out, n, [](uint8_t x) { return x != 0; });
    default: arithmetic_of(v.dtype);
  }
}

template <typename To, typename From>
To narrow(From value) {
  if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // Truncation towards zero, saturation, NaN as 0.
    if (std::isnan(value)) return 0;
    if (value <= static_cast<From>(std::numeric_limits<To>::min())) {
      return std::numeric_limits<To>::min();
    }
    if (value >= static_cast<From>(std::numeric_limits<To>::max())) {
      return std::numeric_limits<To>::max();
    }
  }
  return static_cast<To>(value);
}

template <typename T>
void store(const TensorView& v, const T* in) {
  const int64_t n = v.volume();
  switch (v.dtype) {
    case DataType::kF32: return convert_array<T>(in, v.as<float>(), n, narrow<float, T>);
    case DataType::kF64: return convert_array<T>(in, v.as<double>(), n, narrow<double, T>);
    case DataType::kF16:
      return convert_array<T>(in, v.as<uint16_t>(), n,
                              [](T x) { return f32_to_f16(static_cast<float>(x)); });
    case DataType::kBF16:
      return convert_array<T>(in, v.as<uint16_t>(), n,
                              [](T x) { return f32_to_bf16(static_cast<float>(x)); });
    case DataType::kI64: return convert_array<T>(in, v.as<int64_t>(), n, narrow<int64_t, T>);
    case DataType::kI32: return convert_array<T>(in, v.as<int32_t>(), n, narrow<int32_t, T>);
    case DataType::kI8: return convert_array<T>(in, v.as<int8_t>(), n, narrow<int8_t, T>);
    case DataType::kU8: return convert_array<T>(in, v.as<uint8_t>(), n, narrow<uint8_t, T>);
    case DataType::kBool:
      return convert_array<T>(in, v.as<uint8_t>(), n, [](T x) { return x != T(0); });
    default: arithmetic_of(v.dtype);
  }
}

template <typename T>
constexpr DataType kNative = std::is_same_v<T, float>    ? DataType::kF32
                             : std::is_same_v<T, double> ? DataType::kF64
                                                         : DataType::kI64;

}  // namespace

template <typename T>
ReadElements<T>::ReadElements(const TensorView& view) {
  if (view.data == nullptr) return;
  if (view.dtype == kNative<T>) {
    data_ = view.as<T>();
    return;
  }
  // One element at least, so that data() of an empty operand is no nullptr.
  converted_.resize(static_cast<size_t>(std::max<int64_t>(view.volume(), 1)));
  load(view, converted_.data());
  data_ = converted_.data();
}

template <typename T>
WriteElements<T>::WriteElements(const TensorView& view) : view_(view) {
  if (view.dtype == kNative<T>) {
    data_ = view.as<T>();
    return;
  }
  arithmetic_of(view.dtype);
  pending_.resize(static_cast<size_t>(view.volume()));
  data_ = pending_.data();
}

template <typename T>
void WriteElements<T>::commit() {
  if (view_.dtype != kNative<T>) store(view_, pending_.data());
}

template class ReadElements<float>;
template class ReadElements<double>;
template class ReadElements<int64_t>;
template class WriteElements<float>;
template class WriteElements<double>;
template class WriteElements<int64_t>;

void convert_elements(const TensorView& in, const TensorView& out) {
  if (in.dtype == out.dtype) return copy_bytes(in, out);
  with_arithmetic(in.dtype, [&](auto zero) {
    const ReadElements<decltype(zero)> source(in);
    store(out, source.data());
  });
}

}  // namespace tenon
