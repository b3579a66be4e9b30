#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/dim.h"
#include "base/dtype.h"
#include "base/error.h"

namespace tenon {

inline constexpr int kMaxRank = 8;

// Concrete extents, at most kMaxRank of them, without allocation.
class Dims {
 public:
  Dims() = default;
  Dims(std::initializer_list<int64_t> dims) : Dims(std::span(dims.begin(), dims.size())) {}
  explicit Dims(std::span<const int64_t> dims);

  int rank() const { return rank_; }
  int64_t operator[](int i) const { return d_[static_cast<size_t>(i)]; }
  int64_t& operator[](int i) { return d_[static_cast<size_t>(i)]; }
  const int64_t* begin() const { return d_.data(); }
  const int64_t* end() const { return d_.data() + rank_; }
  int64_t* begin() { return d_.data(); }
  int64_t* end() { return d_.data() + rank_; }
  void push_back(int64_t d);
  int64_t volume() const;  // 1 for a scalar

  friend bool operator==(const Dims& a, const Dims& b) {
    return std::span(a.begin(), a.end()).size() == std::span(b.begin(), b.end()).size() &&
           std::equal(a.begin(), a.end(), b.begin());
  }

 private:
  std::array<int64_t, kMaxRank> d_{};
  int rank_ = 0;
};

std::string to_string(const Dims& dims);
Shape to_shape(const Dims& dims);
// TENON_CHECKs that every dim is a number.
Dims to_dims(const Shape& shape);

// What is known of a tensor before it exists.
struct TensorType {
  DataType dtype = DataType::kF32;
  Shape dims;

  friend bool operator==(const TensorType&, const TensorType&) = default;
};

std::string to_string(const TensorType& type);  // "f32[N,3,8,8]"

// Dense, row-major elements owned by somebody else.
struct TensorView {
  DataType dtype = DataType::kF32;
  Dims dims;
  void* data = nullptr;

  int64_t volume() const { return dims.volume(); }
  size_t bytes() const { return bytes_of(dtype, volume()); }
  template <typename T>
  T* as() const {
    return static_cast<T*>(data);
  }
};

// Immutable dense elements with shared ownership: weights and constants. Copies share the bytes.
class Tensor {
 public:
  Tensor() = default;
  // Copies the bytes. Throws Error when their number is not that of the type and dims, as do all
  // that make a tensor when a dim is negative (kOutOfMemory when there is no memory).
  Tensor(DataType dtype, Dims dims, std::span<const std::byte> bytes);
  // Keeps `bytes`, which `owner` holds alive, without a copy.
  Tensor(DataType dtype, Dims dims, std::span<const std::byte> bytes,
         std::shared_ptr<const void> owner);
  template <typename T>
  static Tensor of(DataType dtype, Dims dims, std::span<const T> values) {
    return Tensor(dtype, dims, std::as_bytes(values));
  }
  static Tensor f32(Dims dims, const std::vector<float>& values);
  static Tensor i64(Dims dims, const std::vector<int64_t>& values);

  // A tensor whose elements `fill(view)` writes before anyone else sees it.
  template <typename Fill>
  static Tensor make(DataType dtype, Dims dims, Fill&& fill) {
    Tensor t = zeros(dtype, dims);
    fill(TensorView{dtype, dims, const_cast<std::byte*>(t.bytes_.data())});
    return t;
  }
  static Tensor zeros(DataType dtype, Dims dims);

  DataType dtype() const { return dtype_; }
  const Dims& dims() const { return dims_; }
  int64_t volume() const { return dims_.volume(); }
  std::span<const std::byte> bytes() const { return bytes_; }
  template <typename T>
  std::span<const T> as() const {
    return {reinterpret_cast<const T*>(bytes_.data()), bytes_.size() / sizeof(T)};
  }
  // For readers only: the view's pointer must not be written through.
  TensorView view() const { return {dtype_, dims_, const_cast<std::byte*>(bytes_.data())}; }
  TensorType type() const { return {dtype_, to_shape(dims_)}; }
  // The same bytes with other dims of the same volume.
  Tensor reshaped(Dims dims) const;
  // Of type, dims and contents; computed once for all copies.
  uint64_t hash() const;

  friend bool operator==(const Tensor& a, const Tensor& b);

 private:
  DataType dtype_ = DataType::kF32;
  Dims dims_{0};
  std::span<const std::byte> bytes_;
  std::shared_ptr<const void> owner_;
  std::shared_ptr<std::atomic<uint64_t>> content_hash_;
};

// Element i as a number, whatever the type (kI4, kF4 and kF8 aside: throws Error).
double element(const TensorView& t, int64_t i);
int64_t integer_element(const TensorView& t, int64_t i);
// Stores a number, rounded to a floating type; truncated and saturated to an integer one.
void set_element(const TensorView& t, int64_t i, double value);
void set_integer_element(const TensorView& t, int64_t i, int64_t value);
// All elements as integers; throws Error when the type is not an integer one or bool.
std::vector<int64_t> to_integers(const Tensor& t);

}  // namespace tenon
