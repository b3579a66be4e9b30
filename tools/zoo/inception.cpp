#include "inception.h"

namespace tenon::zoo {
namespace {

using Value = ModelBuilder::Value;

// A chain of convolutions with ReLU.
Value chain(ModelBuilder& b, Value x, std::initializer_list<ConvSpec> specs) {
  for (const ConvSpec& spec : specs) x = b.conv_relu(x, spec);
  return x;
}

ConvSpec one(int64_t out) { return same(out, 1); }
ConvSpec row(int64_t out, int64_t k) { return {out, {1, k}, 1, {0, k / 2}}; }
ConvSpec column(int64_t out, int64_t k) { return {out, {k, 1}, 1, {k / 2, 0}}; }
ConvSpec valid(int64_t out, int64_t stride) { return {out, {3, 3}, stride, {0, 0}}; }

Value averaged(ModelBuilder& b, const Value& x, int64_t out) {
  return chain(b, b.pool("AveragePool", x, 3, 1, 1), {one(out)});
}

// 35 x 35
Value block_a(ModelBuilder& b, const Value& x, int64_t pooled) {
  return b.concat({chain(b, x, {one(64)}), chain(b, x, {one(48), same(64, 5)}),
                   chain(b, x, {one(64), same(96, 3), same(96, 3)}), averaged(b, x, pooled)});
}

// 17 x 17
Value block_b(ModelBuilder& b, const Value& x, int64_t w) {
  return b.concat({chain(b, x, {one(192)}), chain(b, x, {one(w), row(w, 7), column(192, 7)}),
                   chain(b, x, {one(w), column(w, 7), row(w, 7), column(w, 7), row(192, 7)}),
                   averaged(b, x, 192)});
}

// 8 x 8
Value block_c(ModelBuilder& b, const Value& x) {
  const Value left = chain(b, x, {one(384)});
  const Value right = chain(b, x, {one(448), same(384, 3)});
  return b.concat({chain(b, x, {one(320)}), chain(b, left, {row(384, 3)}),
                   chain(b, left, {column(384, 3)}), chain(b, right, {row(384, 3)}),
                   chain(b, right, {column(384, 3)}), averaged(b, x, 192)});
}

}  // namespace

Value inception_v3_features(ModelBuilder& b) {
  Value x = chain(b, b.input(3, 299, 299), {valid(32, 2), valid(32, 1), same(64, 3)});
  x = chain(b, b.pool("MaxPool", x, 3, 2, 0), {one(80), valid(192, 1)});
  x = b.pool("MaxPool", x, 3, 2, 0);
  for (const int64_t pooled : {32, 64, 64}) x = block_a(b, x, pooled);
  x = b.concat({chain(b, x, {valid(384, 2)}), chain(b, x, {one(64), same(96, 3), valid(96, 2)}),
                b.pool("MaxPool", x, 3, 2, 0)});
  for (const int64_t width : {128, 160, 160, 192}) x = block_b(b, x, width);
  x = b.concat({chain(b, x, {one(192), valid(320, 2)}),
                chain(b, x, {one(192), row(192, 7), column(192, 7), valid(192, 2)}),
                b.pool("MaxPool", x, 3, 2, 0)});
  x = block_c(b, x);
  return block_c(b, x);
}

}  // namespace tenon::zoo
