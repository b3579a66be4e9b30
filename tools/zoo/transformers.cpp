#include "transformers.h"

#include <cmath>
#include <limits>

namespace tenon::zoo {
namespace {

using Value = ModelBuilder::Value;
using Ints = std::vector<int64_t>;

constexpr float kBranchGain = 0.25F;  // a residual branch adds a quarter of the variance

// x / 2 * (1 + erf(x / sqrt(2))), as it is exported where there is no operator for it.
Value gelu(ModelBuilder& b, const Value& x) {
  const Value inner = b.node("Erf", {b.node("Div", {x, b.constant(x + ".root", std::sqrt(2.0F))})});
  const Value product = b.node("Mul", {x, b.add(inner, b.constant(x + ".one", 1))});
  return b.node("Mul", {product, b.constant(x + ".half", 0.5F)});
}

// (x - mean) / sqrt(variance + epsilon) * scale + bias
Value layer_norm_in_primitives(ModelBuilder& b, const Value& x, int64_t width) {
  const ModelBuilder::Attribute last{"axes", Ints{-1}};
  const Value centred = b.node("Sub", {x, b.node("ReduceMean", {x}, {last})});
  const Value square = b.node("Pow", {centred, b.constant(x + ".two", 2)});
  const Value variance = b.node("ReduceMean", {square}, {last});
  const Value root = b.node("Sqrt", {b.add(variance, b.constant(x + ".epsilon", 1e-12F))});
  const Value scaled =
      b.node("Mul", {b.node("Div", {centred, root}), b.vector(x + ".scale", {width}, 0.1F, 1)});
  return b.add(scaled, b.vector(x + ".bias", {width}, 0.1F));
}

Value layer_norm(ModelBuilder& b, const Value& x, int64_t width) {
  return b.node("LayerNormalization",
                {x, b.vector(x + ".scale", {width}, 0.1F, 1), b.vector(x + ".bias", {width}, 0.1F)},
                {{"axis", int64_t{-1}}, {"epsilon", 1e-6F}});
}

Value feed_forward(ModelBuilder& b, const Value& x, int64_t width) {
  const Value wide = gelu(b, b.project(x, width, 4 * width, 1));
  return b.project(wide, 4 * width, width, kBranchGain);
}

Value bert_attention(ModelBuilder& b, const Value& x, const Value& mask, const BertSpec& spec) {
  const Value split = b.integers(x + ".heads", {0, 0, spec.heads, spec.width / spec.heads});
  const auto heads = [&](const Ints& perm) {
    const Value rows = b.node("Reshape", {b.project(x, spec.width, spec.width, 1), split});
    return b.node("Transpose", {rows}, {{"perm", perm}});
  };
  const Value q = heads({0, 2, 1, 3});
  const Value k = heads({0, 2, 3, 1});
  const Value v = heads({0, 2, 1, 3});
  const auto size = static_cast<float>(spec.width / spec.heads);
  const Value scores =
      b.node("Div", {b.node("MatMul", {q, k}), b.constant(x + ".size", std::sqrt(size))});
  const Value seen = b.node("Softmax", {b.add(scores, mask)}, {{"axis", int64_t{-1}}});
  const Value planes =
      b.node("Transpose", {b.node("MatMul", {seen, v})}, {{"perm", Ints{0, 2, 1, 3}}});
  const Value rows = b.node("Reshape", {planes, b.integers(x + ".rows", {0, 0, spec.width})});
  return b.project(rows, spec.width, spec.width, kBranchGain);
}

Value vit_attention(ModelBuilder& b, const Value& x, int64_t tokens, const VitSpec& spec) {
  const int64_t size = spec.width / spec.heads;
  const Value split = b.integers(x + ".heads", {0, tokens, 3, spec.heads, size});
  const Value rows = b.node("Reshape", {b.project(x, spec.width, 3 * spec.width, 1), split});
  const Value parts = b.node("Transpose", {rows}, {{"perm", Ints{2, 0, 3, 1, 4}}});
  const auto part = [&](const char* name, int64_t i) {
    return b.node("Gather", {parts, b.integer(x + name, i)}, {{"axis", int64_t{0}}});
  };
  const Value q = part(".q", 0), k = part(".k", 1), v = part(".v", 2);
  const Value scale = b.constant(x + ".scaling", 1 / std::sqrt(static_cast<float>(size)));
  const Value keys = b.node("Transpose", {k}, {{"perm", Ints{0, 1, 3, 2}}});
  const Value scores = b.node("MatMul", {b.node("Mul", {q, scale}), keys});
  const Value seen = b.node("Softmax", {scores}, {{"axis", int64_t{-1}}});
  const Value planes =
      b.node("Transpose", {b.node("MatMul", {seen, v})}, {{"perm", Ints{0, 2, 1, 3}}});
  const Value joined =
      b.node("Reshape", {planes, b.integers(x + ".rows", {0, tokens, spec.width})});
  return b.project(joined, spec.width, spec.width, kBranchGain);
}

// The class token for every image of the batch, in front of the patches.
Value with_class_token(ModelBuilder& b, const Value& patches, int64_t width) {
  const Value batch = b.node("Slice", {b.node("Shape", {patches}), b.integers("batch.begin", {0}),
                                       b.integers("batch.end", {1})});
  const Value dims =
      b.node("Concat", {batch, b.integers("token.dims", {1, width})}, {{"axis", int64_t{0}}});
  const Value token = b.node("Expand", {b.vector("token", {1, 1, width}, 0.5F), dims});
  return b.node("Concat", {token, patches}, {{"axis", int64_t{1}}});
}

}  // namespace

void bert(ModelBuilder& b, const BertSpec& spec) {
  const Value ids = b.tokens("input_ids");
  const Value hidden = b.tokens("attention_mask");
  const Value length = b.node("Gather", {b.node("Shape", {ids}), b.integer("length.axis", 1)});
  const Value places = b.node("Range", {b.integer("first", 0), length, b.integer("step", 1)});
  const Value words = b.node("Gather", {b.vector("words", {spec.words, spec.width}, 0.5F), ids});
  const Value positions =
      b.node("Gather", {b.vector("positions", {spec.positions, spec.width}, 0.5F), places});
  Value x = layer_norm_in_primitives(b, b.add(words, positions), spec.width);
  const Value seen =
      b.node("Cast", {b.node("Unsqueeze", {hidden, b.integers("mask.axes", {1, 2})})},
             {{"to", int64_t{9}}});  // booleans
  const Value mask = b.node(
      "Where",
      {seen, b.constant("seen", 0), b.constant("unseen", -std::numeric_limits<float>::infinity())});
  for (int64_t i = 0; i < spec.layers; ++i) {
    x = layer_norm_in_primitives(b, b.add(bert_attention(b, x, mask, spec), x), spec.width);
    x = layer_norm_in_primitives(b, b.add(feed_forward(b, x, spec.width), x), spec.width);
  }
  b.output(x, {kLength, spec.width});
}

void vit(ModelBuilder& b, const VitSpec& spec) {
  const int64_t side = spec.image / spec.patch;
  const int64_t tokens = side * side + 1;
  const Value image = b.input(3, spec.image, spec.image);
  const Value grid =
      b.conv(image, {spec.width, {spec.patch, spec.patch}, spec.patch, {0, 0}, 1, 1});
  const Value flat = b.node("Reshape", {grid, b.integers("flat", {0, spec.width, -1})});
  const Value patches = b.node("Transpose", {flat}, {{"perm", Ints{0, 2, 1}}});
  Value x = b.add(with_class_token(b, patches, spec.width),
                  b.vector("places", {1, tokens, spec.width}, 0.5F));
  for (int64_t i = 0; i < spec.layers; ++i) {
    x = b.add(x, vit_attention(b, layer_norm(b, x, spec.width), tokens, spec));
    x = b.add(x, feed_forward(b, layer_norm(b, x, spec.width), spec.width));
  }
  const Value first = b.node("Gather", {layer_norm(b, x, spec.width), b.integer("first", 0)},
                             {{"axis", int64_t{1}}});
  b.output(b.dense(first, spec.width, spec.classes, 1), {spec.classes});
}

}  // namespace tenon::zoo
