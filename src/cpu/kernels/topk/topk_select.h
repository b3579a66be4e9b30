#pragma once

#include <memory>

#include "device/launch.h"

namespace tenon {

// Lines of n elements that are `inner` apart: [outer, n, inner] -> [outer, k, inner].
struct TopKShape {
  DataType type = DataType::kF32;
  int64_t outer = 1;
  int64_t n = 1;
  int64_t inner = 1;
  int64_t k = 1;
  bool largest = true;
  bool last_first = false;
  bool wide = true;  // indices are i64, else i32

  int64_t lines() const { return outer * inner; }
};

// Any k, in f32, f16, bf16, i32 and i64; n < 2^31.
std::unique_ptr<Launch> bind_topk_select(const TopKShape& shape);

// Writes the j-th of a line: the input's element at `place`, and the place.
template <typename T>
void write_topk(const TopKShape& s, const LaunchArgs& args, int64_t line, int64_t j,
                int64_t place) {
  const int64_t o = line / s.inner;
  const int64_t i = line % s.inner;
  const int64_t to = (o * s.k + j) * s.inner + i;
  output<T>(args, 0)[to] = input<T>(args, 0)[(o * s.n + place) * s.inner + i];
  if (s.wide) {
    output<int64_t>(args, 1)[to] = place;
  } else {
    output<int32_t>(args, 1)[to] = static_cast<int32_t>(place);
  }
}

}  // namespace tenon
