#pragma once

#include <memory>

#include "device/launch.h"
#include "device/topk_lines.h"

namespace tenon {

struct TopKShape : TopKLines {
  DataType type = DataType::kF32;
  bool largest = true;
  bool last_first = false;
  bool wide = true;  // indices are i64, else i32
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
