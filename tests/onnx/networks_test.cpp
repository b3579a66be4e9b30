// Whole networks: those of the zoo, and the trained ones of the samples.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/file.h"
#include "base/hash.h"
#include "ir/interpreter.h"
#include "models.h"
#include "test_model.h"

namespace tenon::testing {
namespace {

std::string output_of(const std::string& model, const zoo::BuilderOptions& options) {
  const Graph g = import_onnx(as_bytes(zoo::make_model(model, options)), {}, {});
  return g.value(g.outputs().at(0)).name + " " + to_string(g.value(g.outputs()[0]).type);
}

// The larger transformers are the tiny ones with more and wider layers.
TEST(Zoo, EveryModelImports) {
  for (const auto& model : zoo::models()) {
    SCOPED_TRACE(model.name);
    const std::string name(model.name);
    if (name == "bert_base" || name == "bert_large" || name == "vit_b") continue;
    EXPECT_EQ(output_of(name, {}), name == "unet"        ? "output f32[N,1,256,256]"
                                   : name == "bert_tiny" ? "output f32[N,S,64]"
                                   : name == "vit_tiny"  ? "output f32[N,10]"
                                                         : "output f32[N,1000]");
  }
}

TEST(Zoo, Options) {
  EXPECT_EQ(output_of("resnet18", {.batch = 4, .batch_norm = true}), "output f32[4,1000]");
  EXPECT_THROW(zoo::make_model("resnet19", {}), Error);
}

TEST(Zoo, SeedsDecideTheWeights) {
  const auto hash = [](uint64_t seed) {
    return hash_text(zoo::make_model("mobilenet_v2", {.seed = seed}));
  };
  EXPECT_EQ(hash(1), hash(1));
  EXPECT_NE(hash(1), hash(2));
}

// ---- digits: see samples/data/README.md

struct Digits {
  std::vector<uint8_t> labels;
  Tensor images;  // f32[n,1,8,8]
};

Digits load_digits(const std::string& file) {
  const auto bytes = read_file(std::string(SAMPLE_DATA) + "/" + file);
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  const int64_t n = data[8] + 256 * data[9];
  Digits digits;
  digits.labels.assign(data + 16, data + 16 + n);
  EXPECT_EQ(bytes.size(), static_cast<size_t>(16 + n * 65));
  digits.images = Tensor::make(DataType::kF32, {n, 1, 8, 8}, [&](const TensorView& view) {
    for (int64_t i = 0; i < view.volume(); ++i) view.as<float>()[i] = data[16 + n + i] / 16.0F;
  });
  return digits;
}

// How many of the first 200 digits a trained network gets right: as many as in ONNX Runtime 1.31.
int count_right(const std::string& file) {
  constexpr int64_t kCount = 200;  // all would take the reference evaluation many seconds
  const Digits digits = load_digits("digits_test.bin");
  const Graph graph = import_onnx_file(std::string(SAMPLE_DATA) + "/" + file, {});
  const std::vector<Tensor> inputs{
      Tensor(DataType::kF32, {kCount, 1, 8, 8}, digits.images.bytes().first(kCount * 64 * 4))};
  const Tensor scores = interpret(graph, inputs).at(0);
  int right = 0;
  for (size_t i = 0; i < kCount; ++i) {
    const auto row = scores.as<float>().subspan(i * 10, 10);
    right += std::max_element(row.begin(), row.end()) - row.begin() == digits.labels[i];
  }
  return right;
}

TEST(Digits, Resnet) { EXPECT_EQ(count_right("digits_resnet.onnx"), 200); }
TEST(Digits, Mobilenet) { EXPECT_EQ(count_right("digits_mobilenet.onnx"), 199); }
TEST(Digits, VisionTransformer) { EXPECT_EQ(count_right("digits_vit.onnx"), 193); }

}  // namespace
}  // namespace tenon::testing
