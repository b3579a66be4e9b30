#include "models.h"

#include <algorithm>

#include "base/error.h"
#include "inception.h"
#include "transformers.h"

namespace tenon::zoo {
namespace {

using Value = ModelBuilder::Value;

// Global average, and one dense layer to the classes of ImageNet.
void classify(ModelBuilder& b, const Value& x) {
  const int64_t features = b.channels(x);
  const Value pooled = b.node("GlobalAveragePool", {x});
  const Value flat = b.node("Flatten", {pooled}, {{"axis", int64_t{1}}});
  b.output(b.dense(flat, features, 1000, 1), {1000});
}

// ---- ResNet (He et al., Deep residual learning for image recognition, 2015; the stride of a
// bottleneck is in its 3 x 3 convolution)

constexpr float kBranchGain = 0.25F;  // a residual branch adds a quarter of the variance

Value basic_block(ModelBuilder& b, const Value& x, int64_t width, int64_t stride) {
  Value y = b.conv_relu(x, same(width, 3, stride));
  y = b.conv(y, same(width, 3, 1, 1, kBranchGain));
  const bool keeps = stride == 1 && b.channels(x) == width;
  return b.relu(b.add(y, keeps ? x : b.conv(x, same(width, 1, stride, 1, 1))));
}

Value bottleneck(ModelBuilder& b, const Value& x, int64_t width, int64_t stride) {
  Value y = b.conv_relu(x, same(width, 1));
  y = b.conv_relu(y, same(width, 3, stride));
  y = b.conv(y, same(4 * width, 1, 1, 1, kBranchGain));
  const bool keeps = stride == 1 && b.channels(x) == 4 * width;
  return b.relu(b.add(y, keeps ? x : b.conv(x, same(4 * width, 1, stride, 1, 1))));
}

void resnet(ModelBuilder& b, Value (*block)(ModelBuilder&, const Value&, int64_t, int64_t),
            std::initializer_list<int> counts) {
  Value x = b.conv_relu(b.input(3, 224, 224), same(64, 7, 2));
  x = b.pool("MaxPool", x, 3, 2, 1);
  int64_t width = 64;
  for (const int count : counts) {
    for (int i = 0; i < count; ++i) x = block(b, x, width, i == 0 && width > 64 ? 2 : 1);
    width *= 2;
  }
  classify(b, x);
}

void resnet18(ModelBuilder& b) { resnet(b, basic_block, {2, 2, 2, 2}); }
void resnet50(ModelBuilder& b) { resnet(b, bottleneck, {3, 4, 6, 3}); }
void resnet152(ModelBuilder& b) { resnet(b, bottleneck, {3, 8, 36, 3}); }

// ---- MobileNet v2 (Sandler et al., Inverted residuals and linear bottlenecks, 2018)

Value relu6(ModelBuilder& b, const Value& x) {
  const std::string name = x + ".bounds";
  return b.node("Clip", {x, b.constant(name + ".low", 0), b.constant(name + ".high", 6)});
}

Value inverted_residual(ModelBuilder& b, const Value& x, int64_t expand, int64_t out,
                        int64_t stride) {
  const int64_t wide = b.channels(x) * expand;
  Value y = x;
  if (expand > 1) y = relu6(b, b.conv(y, same(wide, 1)));
  y = relu6(b, b.conv(y, same(wide, 3, stride, wide)));
  const bool adds = stride == 1 && b.channels(x) == out;
  y = b.conv(y, same(out, 1, 1, 1, adds ? kBranchGain : 1));
  return adds ? b.add(x, y) : y;
}

void mobilenet_v2(ModelBuilder& b) {
  struct Stage {
    int64_t expand, out, count, stride;
  };
  Value x = relu6(b, b.conv(b.input(3, 224, 224), same(32, 3, 2)));
  for (const auto& [expand, out, count, stride] :
       {Stage{1, 16, 1, 1}, Stage{6, 24, 2, 2}, Stage{6, 32, 3, 2}, Stage{6, 64, 4, 2},
        Stage{6, 96, 3, 1}, Stage{6, 160, 3, 2}, Stage{6, 320, 1, 1}}) {
    for (int64_t i = 0; i < count; ++i) x = inverted_residual(b, x, expand, out, i ? 1 : stride);
  }
  classify(b, relu6(b, b.conv(x, same(1280, 1))));
}

// ---- VGG-19 (Simonyan, Zisserman, Very deep convolutional networks, 2014)

void vgg19(ModelBuilder& b) {
  Value x = b.input(3, 224, 224);
  for (const auto& [width, count] : {std::pair{64, 2}, {128, 2}, {256, 4}, {512, 4}, {512, 4}}) {
    for (int i = 0; i < count; ++i) x = b.conv_relu(x, same(width, 3));
    x = b.pool("MaxPool", x, 2, 2, 0);
  }
  x = b.node("Flatten", {x}, {{"axis", int64_t{1}}});
  x = b.relu(b.dense(x, 512 * 7 * 7, 4096, 2));
  x = b.relu(b.dense(x, 4096, 4096, 2));
  b.output(b.dense(x, 4096, 1000, 1), {1000});
}

// ---- EfficientNet-B0 (Tan, Le, EfficientNet: rethinking model scaling, 2019)

Value swish(ModelBuilder& b, const Value& x) { return b.node("Mul", {x, b.node("Sigmoid", {x})}); }

Value squeeze_excite(ModelBuilder& b, const Value& x, int64_t squeezed) {
  const Value pooled = b.node("GlobalAveragePool", {x});
  const Value inner = swish(b, b.conv(pooled, same(squeezed, 1)));
  const Value gate = b.node("Sigmoid", {b.conv(inner, same(b.channels(x), 1, 1, 1, 0.25F))});
  return b.node("Mul", {x, gate});
}

// x * sigmoid(x) takes about half of the mean square, as a ReLU does; the weights before make up
// for it.
constexpr float kSwishGain = 2.0F;

Value mobile_block(ModelBuilder& b, const Value& x, int64_t expand, int64_t kernel, int64_t out,
                   int64_t stride) {
  const int64_t in = b.channels(x);
  const int64_t wide = in * expand;
  Value y = x;
  if (expand > 1) y = swish(b, b.conv(y, same(wide, 1, 1, 1, kSwishGain)));
  y = swish(b, b.conv(y, same(wide, kernel, stride, wide, kSwishGain)));
  y = squeeze_excite(b, y, std::max<int64_t>(in / 4, 1));
  const bool adds = stride == 1 && in == out;
  // The gates halve the values: four times the variance makes up for that.
  y = b.conv(y, same(out, 1, 1, 1, adds ? 4 * kBranchGain : 4));
  return adds ? b.add(x, y) : y;
}

void efficientnet_b0(ModelBuilder& b) {
  struct Stage {
    int64_t expand, kernel, out, count, stride;
  };
  Value x = swish(b, b.conv(b.input(3, 224, 224), same(32, 3, 2, 1, kSwishGain)));
  for (const auto& [expand, kernel, out, count, stride] :
       {Stage{1, 3, 16, 1, 1}, Stage{6, 3, 24, 2, 2}, Stage{6, 5, 40, 2, 2}, Stage{6, 3, 80, 3, 2},
        Stage{6, 5, 112, 3, 1}, Stage{6, 5, 192, 4, 2}, Stage{6, 3, 320, 1, 1}}) {
    for (int64_t i = 0; i < count; ++i) {
      x = mobile_block(b, x, expand, kernel, out, i ? 1 : stride);
    }
  }
  classify(b, swish(b, b.conv(x, same(1280, 1, 1, 1, kSwishGain))));
}

// ---- U-Net (Ronneberger et al., 2015), with padded convolutions

Value double_conv(ModelBuilder& b, const Value& x, int64_t width) {
  return b.conv_relu(b.conv_relu(x, same(width, 3)), same(width, 3));
}

void unet(ModelBuilder& b) {
  std::vector<Value> skips;
  Value x = b.input(3, 256, 256);
  for (const int64_t width : {32, 64, 128, 256}) {
    skips.push_back(double_conv(b, x, width));
    x = b.pool("MaxPool", skips.back(), 2, 2, 0);
  }
  x = double_conv(b, x, 512);
  for (; !skips.empty(); skips.pop_back()) {
    const int64_t width = b.channels(skips.back());
    x = double_conv(b, b.concat({skips.back(), b.up_conv(x, width)}), width);
  }
  b.output(b.node("Sigmoid", {b.conv(x, same(1, 1, 1, 1, 1))}), {1, 256, 256});
}

void inception_v3(ModelBuilder& b) { classify(b, inception_v3_features(b)); }

void bert_base(ModelBuilder& b) { bert(b, {}); }
void bert_large(ModelBuilder& b) { bert(b, {.layers = 24, .width = 1024, .heads = 16}); }
void bert_tiny(ModelBuilder& b) {
  bert(b, {.layers = 2, .width = 64, .heads = 4, .words = 100, .positions = 64});
}
void vit_b(ModelBuilder& b) { vit(b, {}); }
void vit_tiny(ModelBuilder& b) {
  vit(b, {.layers = 2, .width = 48, .heads = 3, .image = 32, .patch = 8, .classes = 10});
}

constexpr Model kModels[] = {
    {"bert_base", "hidden states of text, 12 layers of 768, 108.9 M weights", bert_base},
    {"bert_large", "hidden states of text, 24 layers of 1024, 334.1 M weights", bert_large},
    {"bert_tiny", "a small BERT for tests, 2 layers of 64, 0.1 M weights", bert_tiny},
    {"efficientnet_b0", "image classification, 224 x 224, 5.3 M weights", efficientnet_b0},
    {"inception_v3", "image classification, 299 x 299, 23.8 M weights", inception_v3},
    {"mobilenet_v2", "image classification, 224 x 224, 3.5 M weights", mobilenet_v2},
    {"resnet152", "image classification, 224 x 224, 60.2 M weights", resnet152},
    {"resnet18", "image classification, 224 x 224, 11.7 M weights", resnet18},
    {"resnet50", "image classification, 224 x 224, 25.5 M weights", resnet50},
    {"unet", "image segmentation, 256 x 256, 7.8 M weights", unet},
    {"vgg19", "image classification, 224 x 224, 143.7 M weights", vgg19},
    {"vit_b", "image classification, 224 x 224, 16 x 16 patches, 86.6 M weights", vit_b},
    {"vit_tiny", "a small ViT for tests, 32 x 32, 2 layers of 48, 0.1 M weights", vit_tiny},
};

}  // namespace

std::span<const Model> models() { return kModels; }

std::string make_model(std::string_view name, const BuilderOptions& options) {
  for (const Model& model : models()) {
    if (model.name != name) continue;
    ModelBuilder builder(name, options);
    model.build(builder);
    return builder.serialize();
  }
  fail("there is no model '{}'", name);
}

}  // namespace tenon::zoo
