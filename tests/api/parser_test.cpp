// ONNX models into networks.
#include <NvOnnxConfig.h>
#include <NvOnnxParser.h>

#include <fstream>
#include <map>

#include "network_fixture.h"
#include "test_model.h"

namespace tenon::api {
namespace {

using namespace nvinfer1;
using nvinfer1::DataType;
using nvinfer1::ErrorCode;
using nvonnxparser::IParser;
using nvonnxparser::OnnxParserFlag;
using testing::TestModel;

class ParserTest : public NetworkTest {
 protected:
  bool parse(const TestModel& model) {
    const std::string bytes = model.bytes();
    return parser->parse(bytes.data(), bytes.size());
  }
  Graph graph() { return dynamic_cast<Network&>(*network).complete_graph(); }
  ILayer* layer(LayerType type) const {
    for (int32_t i = 0; i < network->getNbLayers(); ++i) {
      if (network->getLayer(i)->getType() == type) return network->getLayer(i);
    }
    return nullptr;
  }
  std::unique_ptr<IParser> parser{nvonnxparser::createParser(*network, logger)};
};

std::string sample(const char* name) { return std::string(SAMPLE_DATA) + "/" + name; }

std::vector<char> bytes_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_F(ParserTest, TheDigitNetworksBecomeLayersThatComputeTheSame) {
  for (const char* name : {"digits_resnet.onnx", "digits_mobilenet.onnx", "digits_vit.onnx"}) {
    network.reset(builder->createNetworkV2(0));
    parser.reset(nvonnxparser::createParser(*network, logger));
    ASSERT_TRUE(parser->parseFromFile(sample(name).c_str(), 2)) << logger.all();
    EXPECT_EQ(parser->getNbErrors(), 0);
    ASSERT_EQ(network->getNbInputs(), 1);
    ASSERT_EQ(network->getNbOutputs(), 1);
    EXPECT_EQ(list(network->getInput(0)->getDimensions()), (List{-1, 1, 8, 8}));
    EXPECT_EQ(list(network->getOutput(0)->getDimensions()), (List{-1, 10}));
    for (int32_t i = 0; i < network->getNbLayers(); ++i) {
      EXPECT_NE(dims_of(network->getLayer(i)), kInvalid) << network->getLayer(i)->getName();
    }
    const Graph imported = import_onnx_file(sample(name), Log());
    const std::vector<Tensor> in = {
        Tensor::make(tenon::DataType::kF32, {2, 1, 8, 8}, [](const TensorView& t) {
          for (int64_t i = 0; i < t.volume(); ++i) {
            t.as<float>()[i] = static_cast<float>(i * 7 % 17) / 16;
          }
        })};
    EXPECT_EQ(interpret(graph(), in), interpret(imported, in)) << name;
  }
}

TEST_F(ParserTest, ConvolutionsHoldTheirWeightsAndCanBeChanged) {
  ASSERT_TRUE(parser->parseFromFile(sample("digits_resnet.onnx").c_str(), 2)) << logger.all();
  auto* conv = static_cast<IConvolutionLayer*>(layer(LayerType::kCONVOLUTION));
  ASSERT_NE(conv, nullptr);
  EXPECT_EQ(conv->getNbInputs(), 1);
  EXPECT_EQ(list(conv->getKernelSizeNd()), (List{3, 3}));
  EXPECT_EQ(conv->getKernelWeights().count, conv->getNbOutputMaps() * 9);
  EXPECT_NE(std::string(conv->getMetadata()).find("[ONNX Layer: "), std::string::npos);
  EXPECT_EQ(parser->getLayerOutputTensor(conv->getName(), 0), conv->getOutput(0));
  EXPECT_EQ(parser->getLayerOutputTensor("nothing", 0), nullptr);
  const int64_t before = dims_of(conv)[2];
  conv->setPaddingNd({2, {0, 0}});
  EXPECT_EQ(dims_of(conv)[2], before - 2 * 1);
}

TEST_F(ParserTest, TopKAndArgMaxBecomeTopKLayers) {
  TestModel model(13);
  model.input("x", "f32[2,3]").constant("k", Tensor::i64({1}, {2}));
  model.node("TopK", {"x", "k"}, {"values", "places"}, {{"largest", 0}});
  model.node("ArgMax", {"values"}, {"first"}, {{"axis", 1}, {"keepdims", 0}});
  model.output("places").output("first");
  ASSERT_TRUE(parse(model)) << logger.all();
  auto* top = static_cast<ITopKLayer*>(layer(LayerType::kTOPK));
  ASSERT_NE(top, nullptr);
  EXPECT_EQ(top->getOperation(), TopKOperation::kMIN);
  EXPECT_EQ(top->getK(), 2);
  EXPECT_EQ(top->getReduceAxes(), 2U);
  EXPECT_EQ(top->getIndicesType(), DataType::kINT64);
  EXPECT_STREQ(top->getOutput(0)->getName(), "values");
  EXPECT_STREQ(top->getOutput(1)->getName(), "places");
  EXPECT_TRUE(top->getOutput(1)->isNetworkOutput());
  const std::vector<Tensor> in = {Tensor::f32({2, 3}, {3, 1, 2, 5, 5, 4})};
  const std::vector<Tensor> out = interpret(graph(), in);
  EXPECT_EQ(to_integers(out.at(0)), (List{1, 2, 2, 0}));
  EXPECT_EQ(to_integers(out.at(1)), (List{1, 1}));
  top->setK(3);
  EXPECT_EQ(list(network->getOutput(0)->getDimensions()), (List{2, 3}));
}

TEST_F(ParserTest, MemoryAndFileGiveTheSame) {
  const auto bytes = bytes_of_file(sample("digits_resnet.onnx"));
  EXPECT_TRUE(parser->parse(bytes.data(), bytes.size()));
  const int32_t layers = network->getNbLayers();
  network.reset(builder->createNetworkV2(0));
  parser.reset(nvonnxparser::createParser(*network, logger));
  EXPECT_TRUE(parser->parseFromFile(sample("digits_resnet.onnx").c_str(), 2));
  EXPECT_EQ(network->getNbLayers(), layers);
}

TEST_F(ParserTest, ProblemsNameNodeOperatorAndReasonAndChangeNothing) {
  input("before", {1, {1}});
  TestModel model;
  model.input("x", "f32[2,3]").output("y");
  model.node("Relu", {"x"}, {"a"});
  model.node("Det", {"a"}, {"b"});
  model.node("Reshape", {"a"}, {"y"});
  EXPECT_FALSE(parse(model));
  ASSERT_EQ(parser->getNbErrors(), 2) << logger.all();
  const auto* error = parser->getError(0);
  EXPECT_EQ(error->code(), nvonnxparser::ErrorCode::kUNSUPPORTED_NODE);
  EXPECT_EQ(error->node(), 1);
  EXPECT_STREQ(error->nodeOperator(), "Det");
  EXPECT_NE(std::string(error->desc()).find("Det"), std::string::npos);
  EXPECT_EQ(error->localFunctionStackSize(), 0);
  EXPECT_EQ(error->localFunctionStack(), nullptr);
  EXPECT_NE(parser->getError(1)->file(), nullptr);
  EXPECT_GT(parser->getError(1)->line(), 0);
  EXPECT_EQ(parser->getError(2), nullptr);
  EXPECT_EQ(parser->getError(-1), nullptr);
  EXPECT_EQ(logger.errors("operator Det is not supported"), 1) << logger.all();
  EXPECT_EQ(network->getNbLayers(), 0);
  EXPECT_EQ(network->getNbInputs(), 1);
  EXPECT_EQ(network->getNbOutputs(), 0);
  parser->clearErrors();
  EXPECT_EQ(parser->getNbErrors(), 0);
}

TEST_F(ParserTest, ASecondInputOfOneNameLeavesTheNetworkAsItWas) {
  ITensor* x = input("x", {2, {2, 3}});
  ITensor* y = network->addActivation(*x, ActivationType::kRELU)->getOutput(0);
  network->markOutput(*y);
  TestModel model;
  model.input("w", "f32[2,3]").input("x", "f32[2,3]").output("z");
  model.node("Add", {"x", "w"}, {"z"});
  EXPECT_FALSE(parse(model));
  EXPECT_EQ(parser->getNbErrors(), 1);
  EXPECT_EQ(network->getNbInputs(), 1);
  EXPECT_EQ(network->getNbOutputs(), 1);
  EXPECT_EQ(network->getNbLayers(), 1);
  EXPECT_EQ(list(y->getDimensions()), (List{2, 3}));
  // Something else can still be read.
  TestModel other;
  other.input("w", "f32[2,3]").output("z");
  other.node("Relu", {"w"}, {"z"});
  EXPECT_TRUE(parse(other)) << logger.all();
  EXPECT_EQ(network->getNbOutputs(), 2);
  EXPECT_EQ(network->getNbLayers(), 2);
}

TEST_F(ParserTest, FilesAndBytesThatAreNoModelsAreErrors) {
  EXPECT_FALSE(parser->parseFromFile("/no/such/file.onnx", 2));
  EXPECT_FALSE(parser->parseFromFile(nullptr, 2));
  EXPECT_FALSE(parser->parse(nullptr, 5));
  EXPECT_FALSE(parser->parse("no model", 8));
  EXPECT_EQ(parser->getNbErrors(), 4) << logger.all();
  EXPECT_EQ(parser->getError(0)->code(), nvonnxparser::ErrorCode::kMODEL_DESERIALIZE_FAILED);
  EXPECT_EQ(logger.errors("/no/such/file.onnx"), 1);
}

TEST_F(ParserTest, SupportIsReportedByParts) {
  TestModel model;
  model.input("x", "f32[2,2]").output("y");
  model.node("Relu", {"x"}, {"a"});
  model.node("Det", {"a"}, {"b"});
  model.node("Relu", {"a"}, {"y"});
  const std::string bytes = model.bytes();
  EXPECT_FALSE(parser->supportsModelV2(bytes.data(), bytes.size()));
  ASSERT_EQ(parser->getNbSubgraphs(), 3);
  EXPECT_TRUE(parser->isSubgraphSupported(0));
  EXPECT_FALSE(parser->isSubgraphSupported(1));
  EXPECT_FALSE(parser->isSubgraphSupported(7));
  int64_t length = -1;
  const int64_t* nodes = parser->getSubgraphNodes(1, length);
  ASSERT_EQ(length, 1);
  EXPECT_EQ(nodes[0], 1);
  EXPECT_EQ(parser->getSubgraphNodes(3, length), nullptr);
  SubGraphCollection_t parts;
  EXPECT_FALSE(parser->supportsModel(bytes.data(), bytes.size(), parts));
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[2].first, std::vector<size_t>{2});
  EXPECT_EQ(network->getNbLayers(), 0);
  EXPECT_TRUE(parser->supportsOperator("Conv"));
  EXPECT_FALSE(parser->supportsOperator("NoSuchOperator"));
  EXPECT_FALSE(parser->supportsOperator(nullptr));
}

TEST_F(ParserTest, InitializersCanBeGivenApart) {
  TestModel model;
  model.input("x", "f32[1,2]").constant("w", Tensor::f32({1, 2}, {1, 1})).output("y");
  model.node("Add", {"x", "w"}, {"y"});
  const std::string bytes = model.bytes();
  const float values[] = {10, 20};
  EXPECT_FALSE(parser->parseModelProto());
  EXPECT_FALSE(parser->loadInitializer("w", values, sizeof(values)));
  ASSERT_TRUE(parser->loadModelProto(bytes.data(), bytes.size()));
  EXPECT_FALSE(parser->loadInitializer("v", values, sizeof(values)));
  EXPECT_FALSE(parser->loadInitializer("w", values, 4));
  EXPECT_FALSE(parser->loadInitializer("w", nullptr, sizeof(values)));
  EXPECT_TRUE(parser->loadInitializer("w", values, sizeof(values)));
  ASSERT_TRUE(parser->parseModelProto()) << logger.all();
  EXPECT_EQ(parser->getNbErrors(), 5);
  const std::vector<Tensor> in = {Tensor::f32({1, 2}, {1, 2})};
  EXPECT_EQ(interpret(graph(), in).at(0), Tensor::f32({1, 2}, {11, 22}));
}

TEST_F(ParserTest, WhatAttributesCannotSayIsKeptAndRefusesToChange) {
  TestModel model;
  model.input("x", "f32[1,4]").output("y");
  model.node("HardSwish", {"x"}, {"y"});
  ASSERT_TRUE(parse(model)) << logger.all();
  auto* act = static_cast<IActivationLayer*>(layer(LayerType::kACTIVATION));
  ASSERT_NE(act, nullptr);
  const std::vector<Tensor> in = {Tensor::f32({1, 4}, {-4, 0, 3, 6})};
  testing::expect_near(interpret(graph(), in).at(0), {0, 0, 3, 6});
  act->setActivationType(ActivationType::kRELU);
  EXPECT_EQ(logger.errors("imported as unary fn=hard_swish"), 1) << logger.all();
  EXPECT_EQ(recorder.errors.back().first, ErrorCode::kINVALID_STATE);
  testing::expect_near(interpret(graph(), in).at(0), {0, 0, 3, 6});
}

TEST_F(ParserTest, NodesBecomeTheLayersThatTheyAre) {
  TestModel model;
  model.input("x", "f32[N,2,6,6]").output("y");
  model.constant("shape", Tensor::i64({2}, {0, -1}));
  model.constant("starts", Tensor::i64({1}, {1})).constant("ends", Tensor::i64({1}, {-1}));
  model.constant("axes", Tensor::i64({1}, {2}));
  model.constant("slope", Tensor::f32({2, 1, 1}, {0.5, 0.25}));
  model.node("MaxPool", {"x"}, {"a"}, {{"kernel_shape", List{2, 2}}, {"strides", List{2, 2}}});
  model.node("PRelu", {"a", "slope"}, {"b"});
  model.node("Transpose", {"b"}, {"c"}, {{"perm", List{0, 2, 3, 1}}});
  model.node("Softmax", {"c"}, {"d"}, {{"axis", int64_t{-1}}});
  model.node("Reshape", {"d", "shape"}, {"e"});
  model.node("Slice", {"e", "starts", "ends"}, {"f"});
  model.node("ReduceMean", {"f"}, {"y"}, {{"axes", List{1}}, {"keepdims", int64_t{0}}});
  ASSERT_TRUE(parse(model)) << logger.all();
  std::map<LayerType, int> kinds;
  for (int32_t i = 0; i < network->getNbLayers(); ++i) ++kinds[network->getLayer(i)->getType()];
  EXPECT_EQ(kinds[LayerType::kPOOLING], 1);
  EXPECT_EQ(kinds[LayerType::kPARAMETRIC_RELU], 1);
  EXPECT_EQ(kinds[LayerType::kSHUFFLE], 2);
  EXPECT_EQ(kinds[LayerType::kSOFTMAX], 1);
  EXPECT_EQ(kinds[LayerType::kSLICE], 1);
  EXPECT_EQ(kinds[LayerType::kREDUCE], 1);
  EXPECT_EQ(static_cast<ISoftMaxLayer*>(layer(LayerType::kSOFTMAX))->getAxes(), 1U << 3);
  auto* pool = static_cast<IPoolingLayer*>(layer(LayerType::kPOOLING));
  EXPECT_EQ(list(pool->getWindowSizeNd()), (List{2, 2}));
  EXPECT_EQ(list(pool->getStrideNd()), (List{2, 2}));
  auto* transpose = static_cast<IShuffleLayer*>(layer(LayerType::kSHUFFLE));
  EXPECT_EQ(transpose->getFirstTranspose().order[1], 2);
  EXPECT_STREQ(network->getInput(0)->getDimensionName(0), "N");
  const std::vector<Tensor> in = {Tensor::zeros(tenon::DataType::kF32, {2, 2, 6, 6})};
  EXPECT_EQ(interpret(graph(), in), model.import().ok() ? model.run(in) : std::vector<Tensor>{});
}

TEST_F(ParserTest, FlagsAreKept) {
  EXPECT_TRUE(parser->getFlag(OnnxParserFlag::kNATIVE_INSTANCENORM));
  parser->setFlag(OnnxParserFlag::kENABLE_PLUGIN_OVERRIDE);
  EXPECT_TRUE(parser->getFlag(OnnxParserFlag::kENABLE_PLUGIN_OVERRIDE));
  parser->clearFlag(OnnxParserFlag::kNATIVE_INSTANCENORM);
  EXPECT_EQ(parser->getFlags(), 1U << static_cast<int>(OnnxParserFlag::kENABLE_PLUGIN_OVERRIDE));
  int64_t count = -1;
  EXPECT_EQ(parser->getUsedVCPluginLibraries(count), nullptr);
  EXPECT_EQ(count, 0);
  const std::unique_ptr<IBuilderConfig> config(builder->createBuilderConfig());
  EXPECT_TRUE(parser->setBuilderConfig(config.get()));
  EXPECT_FALSE(parser->setBuilderConfig(nullptr));
}

TEST(ParserCreation, NeedsANetworkAndALogger) {
  RecordingLogger logger;
  ILogger* plain = &logger;
  EXPECT_EQ(createNvOnnxParser_INTERNAL(nullptr, plain, NV_ONNX_PARSER_VERSION), nullptr);
  EXPECT_EQ(logger.errors("network is null"), 1) << logger.all();
  EXPECT_EQ(createNvOnnxParser_INTERNAL(nullptr, nullptr, NV_ONNX_PARSER_VERSION), nullptr);
  EXPECT_EQ(createNvOnnxParserRefitter_INTERNAL(nullptr, plain, NV_ONNX_PARSER_VERSION), nullptr);
  EXPECT_EQ(logger.errors("not implemented"), 1);
  EXPECT_EQ(getNvOnnxParserVersion(), NV_ONNX_PARSER_VERSION);
}

TEST(OnnxConfig, StoresWhatItIsTold) {
  const std::unique_ptr<nvonnxparser::IOnnxConfig> config(nvonnxparser::createONNXConfig());
  config->setModelFileName("m.onnx");
  EXPECT_STREQ(config->getModelFileName(), "m.onnx");
  EXPECT_STREQ(config->getTextFileName(), "");
  config->setVerbosityLevel(3);
  config->addVerbosity();
  EXPECT_EQ(config->getVerbosityLevel(), 4);
  config->setPrintLayerInfo(true);
  EXPECT_TRUE(config->getPrintLayerInfo());
}

}  // namespace
}  // namespace tenon::api
