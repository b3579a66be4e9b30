#include "base/tensor.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <new>

#include "base/hash.h"

namespace tenon {

Dims::Dims(std::span<const int64_t> dims) {
  if (dims.size() > kMaxRank) {
    fail(ErrorCode::kUnsupported, "rank {} is over the maximum of {}", dims.size(), kMaxRank);
  }
  std::copy(dims.begin(), dims.end(), d_.begin());
  rank_ = static_cast<int>(dims.size());
}

void Dims::push_back(int64_t d) {
  if (rank_ == kMaxRank) fail(ErrorCode::kUnsupported, "rank is over the maximum of {}", kMaxRank);
  d_[static_cast<size_t>(rank_++)] = d;
}

int64_t Dims::volume() const {
  int64_t v = 1;
  for (const int64_t d : *this) {
    if (__builtin_mul_overflow(v, d, &v)) fail("tensor {} is too large", to_string(*this));
  }
  return v;
}

std::string to_string(const Dims& dims) { return to_string(to_shape(dims)); }

Shape to_shape(const Dims& dims) { return Shape(dims.begin(), dims.end()); }

Dims to_dims(const Shape& shape) {
  Dims dims;
  for (const Dim& d : shape) dims.push_back(d.value());
  return dims;
}

std::string to_string(const TensorType& type) {
  return std::string(name_of(type.dtype)) + to_string(type.dims);
}

static void check_dims(const Dims& dims) {
  for (const int64_t d : dims) {
    if (d < 0) fail("a tensor cannot have the dims {}", to_string(dims));
  }
}

Tensor::Tensor(DataType dtype, Dims dims, std::span<const std::byte> bytes)
    : Tensor(zeros(dtype, dims)) {
  if (bytes.size() != bytes_.size()) {
    fail("a tensor {}{} takes {} bytes, {} given", name_of(dtype), to_string(dims), bytes_.size(),
         bytes.size());
  }
  if (!bytes.empty())
    std::memcpy(const_cast<std::byte*>(bytes_.data()), bytes.data(), bytes.size());
}

Tensor::Tensor(DataType dtype, Dims dims, std::span<const std::byte> bytes,
               std::shared_ptr<const void> owner)
    : dtype_(dtype),
      dims_(dims),
      bytes_(bytes),
      owner_(std::move(owner)),
      content_hash_(std::make_shared<std::atomic<uint64_t>>(0)) {
  check_dims(dims);
  if (bytes.size() != bytes_of(dtype, dims.volume())) {
    fail("a tensor {}{} takes {} bytes, {} given", name_of(dtype), to_string(dims),
         bytes_of(dtype, dims.volume()), bytes.size());
  }
}

Tensor Tensor::zeros(DataType dtype, Dims dims) {
  check_dims(dims);
  const size_t bytes = bytes_of(dtype, dims.volume());
  // Cache-line aligned, so that kernels may read constants in place.
  constexpr std::align_val_t kAlignment{64};
  constexpr size_t kAddressable = size_t{1} << 46;  // what no machine has need not be tried
  void* memory = bytes > kAddressable
                     ? nullptr
                     : ::operator new(std::max<size_t>(bytes, 1), kAlignment, std::nothrow);
  auto* data = static_cast<std::byte*>(memory);
  if (data == nullptr) {
    fail(ErrorCode::kOutOfMemory, "no memory for a tensor {}{} of {} bytes", name_of(dtype),
         to_string(dims), bytes);
  }
  std::shared_ptr<const void> owner(
      data, [](const void* p) { ::operator delete(const_cast<void*>(p), kAlignment); });
  std::memset(data, 0, bytes);
  return Tensor(dtype, dims, {data, bytes}, std::move(owner));
}

Tensor Tensor::f32(Dims dims, const std::vector<float>& values) {
  return of<float>(DataType::kF32, dims, values);
}

Tensor Tensor::i64(Dims dims, const std::vector<int64_t>& values) {
  return of<int64_t>(DataType::kI64, dims, values);
}

Tensor Tensor::reshaped(Dims dims) const {
  check_dims(dims);
  Tensor t = *this;
  if (dims.volume() != volume()) {
    fail("{} elements cannot take the shape {}", volume(), to_string(dims));
  }
  t.dims_ = dims;
  return t;
}

uint64_t Tensor::hash() const {
  uint64_t content = content_hash_ ? content_hash_->load(std::memory_order_relaxed) : 0;
  if (content == 0) {
    content = hash_bytes(bytes_) | 1;
    if (content_hash_) content_hash_->store(content, std::memory_order_relaxed);
  }
  uint64_t h = hash_combine(content, static_cast<uint64_t>(dtype_));
  for (const int64_t d : dims_) h = hash_combine(h, static_cast<uint64_t>(d));
  return h;
}

bool operator==(const Tensor& a, const Tensor& b) {
  if (a.dtype_ != b.dtype_ || !(a.dims_ == b.dims_)) return false;
  // Type and dims decide the size.
  return a.bytes_.empty() || a.bytes_.data() == b.bytes_.data() ||
         std::memcmp(a.bytes_.data(), b.bytes_.data(), a.bytes_.size()) == 0;
}

double element(const TensorView& t, int64_t i) {
  switch (t.dtype) {
    case DataType::kF32: return t.as<float>()[i];
    case DataType::kF64: return t.as<double>()[i];
    case DataType::kF16: return f16_to_f32(t.as<uint16_t>()[i]);
    case DataType::kBF16: return bf16_to_f32(t.as<uint16_t>()[i]);
    case DataType::kI64: return static_cast<double>(t.as<int64_t>()[i]);
    default: return static_cast<double>(integer_element(t, i));
  }
}

int64_t integer_element(const TensorView& t, int64_t i) {
  switch (t.dtype) {
    case DataType::kI64: return t.as<int64_t>()[i];
    case DataType::kI32: return t.as<int32_t>()[i];
    case DataType::kI8: return t.as<int8_t>()[i];
    case DataType::kU8: return t.as<uint8_t>()[i];
    case DataType::kBool: return t.as<uint8_t>()[i] != 0;
    default:
      fail(ErrorCode::kUnsupported, "elements of type {} cannot be read as integers",
           name_of(t.dtype));
  }
}

template <typename T>
static T saturate(double value) {
  if (std::isnan(value)) return 0;
  constexpr auto lo = static_cast<double>(std::numeric_limits<T>::min());
  constexpr auto hi = static_cast<double>(std::numeric_limits<T>::max());
  if (value <= lo) return std::numeric_limits<T>::min();
  if (value >= hi) return std::numeric_limits<T>::max();
  return static_cast<T>(value);
}

void set_element(const TensorView& t, int64_t i, double value) {
  switch (t.dtype) {
    case DataType::kF32: t.as<float>()[i] = static_cast<float>(value); return;
    case DataType::kF64: t.as<double>()[i] = value; return;
    case DataType::kF16: t.as<uint16_t>()[i] = f32_to_f16(static_cast<float>(value)); return;
    case DataType::kBF16: t.as<uint16_t>()[i] = f32_to_bf16(static_cast<float>(value)); return;
    case DataType::kI64: t.as<int64_t>()[i] = saturate<int64_t>(value); return;
    case DataType::kI32: t.as<int32_t>()[i] = saturate<int32_t>(value); return;
    case DataType::kI8: t.as<int8_t>()[i] = saturate<int8_t>(value); return;
    case DataType::kU8: t.as<uint8_t>()[i] = saturate<uint8_t>(value); return;
    case DataType::kBool: t.as<uint8_t>()[i] = value != 0; return;
    default:
      fail(ErrorCode::kUnsupported, "elements of type {} cannot be written", name_of(t.dtype));
  }
}

void set_integer_element(const TensorView& t, int64_t i, int64_t value) {
  if (t.dtype == DataType::kI64) {
    t.as<int64_t>()[i] = value;
  } else {
    set_element(t, i, static_cast<double>(value));
  }
}

std::vector<int64_t> to_integers(const Tensor& t) {
  std::vector<int64_t> values(static_cast<size_t>(t.volume()));
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = integer_element(t.view(), static_cast<int64_t>(i));
  }
  return values;
}

}  // namespace tenon
