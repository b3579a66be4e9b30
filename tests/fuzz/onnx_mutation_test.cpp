// Damaged model files: no crash, no hang, no allocation beyond ten times the file and 64 MiB.
#include <gtest/gtest.h>

#include <random>

#include "base/file.h"
#include "fuzz/counted_memory.h"
#include "model_builder.h"
#include "models.h"
#include "onnx_schema/onnx.pb.h"
#include "test_model.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace tenon::testing {
namespace {

void run(const std::string& bytes) {
  const size_t before = live_bytes();
  reset_peak();
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  ASSERT_LE(peak_bytes() - before, 10 * bytes.size() + (64U << 20U));
}

// One operator of most kinds, with small constants: mutations reach every importer.
std::string operators_model() {
  TestModel m(18);
  const auto ints = [](std::vector<int64_t> v) {
    return Tensor::i64({static_cast<int64_t>(v.size())}, v);
  };
  m.input("x", "f32[N,4,8,8]").input("s", "f32[N,4,H,W]");
  m.constant("w", iota({8, 2, 3, 3}, 0.1F)).constant("c", iota({4})).constant("l", iota({4, 8, 8}));
  m.constant("axes", ints({1})).constant("shape", ints({0, -1})).constant("half", ints({2, 2}));
  m.constant("table", ints({3, 4})).constant("half2", ints({3}));
  m.constant("pads", ints({0, 0, 1, 1, 0, 0, 1, 1}))
      .constant("scales", Tensor::f32({4}, {1, 1, 2, 2}));
  m.constant("lo", Tensor::f32({}, {0})).constant("hi", Tensor::f32({}, {6}));
  m.constant("n", Tensor::i64({}, {5})).constant("one", Tensor::i64({}, {1}));
  const std::vector<int64_t> two{2, 2};
  m.node("Conv", {"x", "w"}, {"conv"}, {{"group", 2}, {"pads", std::vector<int64_t>{1, 1, 1, 1}}});
  m.node("ConvTranspose", {"conv", "w"}, {"up"}, {{"strides", two}});
  m.node("MaxPool", {"up"}, {"pool"}, {{"kernel_shape", two}, {"auto_pad", "SAME_UPPER"}});
  m.node("BatchNormalization", {"x", "c", "c", "c", "c"}, {"bn"});
  m.node("InstanceNormalization", {"bn", "c", "c"}, {"in"});
  m.node("LayerNormalization", {"in", "l"}, {"ln"}, {{"axis", 1}});
  m.node("LRN", {"x"}, {"lrn"}, {{"size", 3}});
  m.node("Clip", {"lrn", "lo", "hi"}, {"clip"});
  m.node("Celu", {"clip"}, {"celu"}, {{"alpha", 0.5F}});
  m.node("Resize", {"celu", "", "scales"}, {"big"}, {{"mode", "linear"}});
  m.node("Pad", {"big", "pads", "lo"}, {"padded"});
  m.node("ReduceMean", {"padded", "axes"}, {"mean"});
  m.node("Split", {"x", "half"}, {"left", "right"}, {{"axis", 1}});
  m.node("Concat", {"left", "right", "bn"}, {"joined"}, {{"axis", 1}});
  m.node("DepthToSpace", {"joined"}, {"space"}, {{"blocksize", 2}});
  m.node("Shape", {"s"}, {"dims"});
  m.node("Gather", {"dims", "axes"}, {"four"});
  m.node("Range", {"one", "n", "one"}, {"range"});
  m.node("ConstantOfShape", {"half"}, {"filled"});
  m.node("Expand", {"range", "table"}, {"wide"});
  m.node("Tile", {"filled", "half"}, {"tiled"});
  m.node("Gemm", {"tiled", "tiled"}, {"gemm"}, {{"beta", 0.5F}});
  m.node("Reshape", {"space", "shape"}, {"flat"});
  m.node("Softmax", {"flat"}, {"soft"});
  m.node("Slice", {"soft", "axes", "half2", "axes"}, {"slice"});
  m.node("Cast", {"slice"}, {"whole"}, {{"to", 7}});
  for (const char* name : {"pool", "ln", "mean", "four", "wide", "gemm", "whole", "filled"}) {
    m.output(name);
  }
  return m.bytes();
}

// A network of the zoo whose larger weights are dropped: the structure, few bytes of data.
std::string network_model(const std::string& name) {
  onnx_format::ModelProto proto;
  proto.ParseFromString(zoo::make_model(name, {}));
  for (auto& tensor : *proto.mutable_graph()->mutable_initializer()) {
    if (tensor.raw_data().size() > 256) tensor.clear_raw_data();
  }
  return proto.SerializeAsString();
}

using Random = std::mt19937_64;  // the same numbers on every machine

std::string mutated(const std::string& seed, Random& random) {
  std::string bytes = seed;
  const uint64_t count = 1 + random() % 4;
  for (uint64_t i = 0; i < count && !bytes.empty(); ++i) {
    const size_t at = random() % bytes.size();
    const size_t length = std::min<size_t>(1 + random() % 16, bytes.size() - at);
    switch (random() % 6) {
      case 0: bytes[at] = static_cast<char>(bytes[at] ^ (1U << (random() % 8))); break;
      case 1: bytes[at] = static_cast<char>(random()); break;
      case 2: bytes.insert(at, length, static_cast<char>(random())); break;
      case 3: bytes.erase(at, length); break;
      case 4: bytes.insert(random() % bytes.size(), bytes.substr(at, length)); break;
      default:
        if (random() % 8 == 0) bytes.resize(at);
        bytes.append(length, '\xff');
    }
  }
  return bytes;
}

void mutate_many(const std::string& seed, int count) {
  ASSERT_NO_FATAL_FAILURE(run(seed));
  Random random(2026);
  for (int i = 0; i < count; ++i) {
    ASSERT_NO_FATAL_FAILURE(run(mutated(seed, random))) << "mutation " << i;
  }
}

TEST(OnnxMutation, SeedsAreSound) {
  const Imported imported = OnnxModel(as_bytes(operators_model())).import({});
  ASSERT_TRUE(imported.ok()) << imported.problems[0].message;
}

TEST(OnnxMutation, Operators) { mutate_many(operators_model(), 60000); }
TEST(OnnxMutation, ResidualNetwork) { mutate_many(network_model("resnet18"), 10000); }
TEST(OnnxMutation, MobileNetwork) { mutate_many(network_model("mobilenet_v2"), 5000); }

TEST(OnnxMutation, EveryPrefix) {
  const std::string bytes = operators_model();
  for (size_t n = 0; n < bytes.size(); ++n) ASSERT_NO_FATAL_FAILURE(run(bytes.substr(0, n)));
}

// Two bytes a node: parsing would take a hundred times the file.
TEST(OnnxMutation, ManyEmptyMessages) {
  std::string nodes;
  for (int i = 0; i < 2'000'000; ++i) nodes += std::string("\x0a\x00", 2);
  std::string bytes = "\x3a";
  for (size_t n = nodes.size(); n > 0; n >>= 7U) {
    bytes += static_cast<char>((n & 0x7fU) | (n > 0x7f ? 0x80U : 0U));
  }
  bytes += nodes;
  run(bytes);
  EXPECT_THROW(OnnxModel{as_bytes(bytes)}, Error);
}

// Constants that would be huge when worked out.
TEST(OnnxMutation, HugeConstants) {
  TestModel m(17);
  m.constant("s", Tensor::i64({3}, {1 << 12, 1 << 12, 1 << 12}));
  m.node("ConstantOfShape", {"s"}, {"a"});
  m.node("Exp", {"a"}, {"b"});
  for (int i = 0; i < 200; ++i) {
    m.node("Constant", {}, {"n" + std::to_string(i)}, {{"value_int", 65000 + i}});
    m.node("Constant", {}, {"d" + std::to_string(i)}, {{"value_int", 1}});
    m.node("Constant", {}, {"z" + std::to_string(i)}, {{"value_int", 0}});
    m.node("Range", {"z" + std::to_string(i), "n" + std::to_string(i), "d" + std::to_string(i)},
           {"r" + std::to_string(i)});
  }
  m.output("b");
  run(m.bytes());
}

}  // namespace
}  // namespace tenon::testing
