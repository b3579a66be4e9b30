#include "ops/broadcast_index.h"

#include <cstring>

namespace tenon {

Strides dense_strides(const Dims& dims) {
  Strides strides{};
  int64_t step = 1;
  for (int i = dims.rank() - 1; i >= 0; --i) {
    strides[static_cast<size_t>(i)] = step;
    step *= dims[i];
  }
  return strides;
}

Strides broadcast_strides(const Dims& from, const Dims& to) {
  const int missing = to.rank() - from.rank();
  const Strides dense = dense_strides(from);
  Strides strides{};
  for (int i = 0; i < from.rank(); ++i) {
    const int64_t target = missing >= 0 ? to[i + missing] : -1;
    if (from[i] != target && (from[i] != 1 || missing < 0)) {
      fail("dims {} do not broadcast to {}", to_string(from), to_string(to));
    }
    strides[static_cast<size_t>(i + missing)] = from[i] == 1 ? 0 : dense[static_cast<size_t>(i)];
  }
  return strides;
}

size_t element_bytes(DataType dtype) {
  const int bits = bits_of(dtype);
  if (bits < 8) {
    fail(ErrorCode::kUnsupported, "elements of type {} cannot be moved one by one", name_of(dtype));
  }
  return static_cast<size_t>(bits) / 8;
}

namespace {

template <typename T>
void copy_strided_as(const TensorView& out, const void* in, int64_t offset,
                     const Strides& strides) {
  const T* source = static_cast<const T*>(in) + offset;
  T* target = out.as<T>();
  const int64_t step = row_step(strides, out.dims);
  for_each_row(out.dims, std::span(&strides, 1),
               [&](int64_t first, int64_t count, std::span<const int64_t> at) {
                 const T* from = source + at[0];
                 T* to = target + first;
                 if (step == 1) {
                   std::memcpy(to, from, static_cast<size_t>(count) * sizeof(T));
                 } else {
                   for (int64_t i = 0; i < count; ++i) to[i] = from[i * step];
                 }
               });
}

}  // namespace

void copy_strided(const TensorView& out, const void* in, int64_t offset, const Strides& strides) {
  const size_t bytes = element_bytes(out.dtype);
  if (out.volume() == 0) return;
  switch (bytes) {
    case 1: return copy_strided_as<uint8_t>(out, in, offset, strides);
    case 2: return copy_strided_as<uint16_t>(out, in, offset, strides);
    case 4: return copy_strided_as<uint32_t>(out, in, offset, strides);
    default: return copy_strided_as<uint64_t>(out, in, offset, strides);
  }
}

void copy_bytes(const TensorView& in, const TensorView& out) {
  TENON_CHECK(in.bytes() == out.bytes());
  if (in.bytes() != 0 && in.data != out.data) std::memcpy(out.data, in.data, in.bytes());
}

}  // namespace tenon
