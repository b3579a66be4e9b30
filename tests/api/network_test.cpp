// Inputs, outputs, names and errors of a network.
#include "network_fixture.h"

namespace tenon::api {
namespace {

using namespace nvinfer1;
using nvinfer1::DataType;
using nvinfer1::ErrorCode;

TEST_F(NetworkTest, InputsKeepWhatTheyWereToldAndShowDynamicDims) {
  ITensor* x = input("x", {4, {-1, 3, 8, 8}});
  EXPECT_EQ(list(x->getDimensions()), (List{-1, 3, 8, 8}));
  EXPECT_STREQ(x->getName(), "x");
  EXPECT_EQ(x->getType(), DataType::kFLOAT);
  EXPECT_TRUE(x->isNetworkInput());
  EXPECT_FALSE(x->isNetworkOutput());
  x->setType(DataType::kHALF);
  EXPECT_EQ(x->getType(), DataType::kHALF);
  x->setDimensions({2, {5, -1}});
  EXPECT_EQ(list(x->getDimensions()), (List{5, -1}));
  EXPECT_EQ(x->getDimensionName(1), nullptr);
  x->setDimensionName(1, "width");
  EXPECT_STREQ(x->getDimensionName(1), "width");
  EXPECT_FALSE(x->dynamicRangeIsSet());
  EXPECT_TRUE(x->setDynamicRange(-1, 2));
  EXPECT_EQ(x->getDynamicRangeMax(), 2);
  EXPECT_FALSE(x->setDynamicRange(2, 1));
  x->setAllowedFormats(1U << static_cast<int>(TensorFormat::kLINEAR));
  EXPECT_EQ(x->getAllowedFormats(), 1U);
  EXPECT_EQ(network->getNbInputs(), 1);
  EXPECT_EQ(network->getInput(0), x);
  EXPECT_EQ(network->getInput(1), nullptr);
  EXPECT_EQ(network->getInput(-1), nullptr);
}

TEST_F(NetworkTest, AxesOfOneNameHaveEqualExtents) {
  ITensor* a = input("a", {2, {-1, 4}});
  ITensor* b = input("b", {2, {-1, 4}});
  a->setDimensionName(0, "batch");
  b->setDimensionName(0, "batch");
  network->markOutput(*network->addElementWise(*a, *b, ElementWiseOperation::kSUM)->getOutput(0));
  EXPECT_TRUE(dynamic_cast<Network&>(*network).complete_graph().constraints().empty());
  b->setDimensionName(0, nullptr);
  EXPECT_FALSE(dynamic_cast<Network&>(*network).complete_graph().constraints().empty());
}

TEST_F(NetworkTest, WrongInputsAreRefused) {
  EXPECT_EQ(network->addInput(nullptr, DataType::kFLOAT, {1, {1}}), nullptr);
  EXPECT_EQ(network->addInput("", DataType::kFLOAT, {1, {1}}), nullptr);
  EXPECT_EQ(network->addInput("x", DataType::kFLOAT, {9, {1}}), nullptr);
  EXPECT_EQ(network->addInput("x", DataType::kFLOAT, {1, {-2}}), nullptr);
  EXPECT_EQ(network->addInput("x", static_cast<DataType>(77), {1, {1}}), nullptr);
  input("x", {1, {1}});
  EXPECT_EQ(network->addInput("x", DataType::kFLOAT, {1, {1}}), nullptr);
  EXPECT_EQ(recorder.errors.size(), 6U);
  EXPECT_EQ(logger.errors("INetworkDefinition::addInput"), 6) << logger.all();
  for (const auto& [code, text] : recorder.errors) EXPECT_EQ(code, ErrorCode::kINVALID_ARGUMENT);
}

TEST_F(NetworkTest, ForeignTensorsAreRefused) {
  const std::unique_ptr<INetworkDefinition> other(builder->createNetworkV2(0));
  ITensor* foreign = other->addInput("x", DataType::kFLOAT, {2, {1, 2}});
  EXPECT_EQ(network->addSoftMax(*foreign), nullptr);
  EXPECT_EQ(network->addActivation(*foreign, ActivationType::kRELU), nullptr);
  network->markOutput(*foreign);
  EXPECT_EQ(network->getNbOutputs(), 0);
  ITensor* x = input("x", {2, {1, 2}});
  IElementWiseLayer* sum = network->addElementWise(*x, *x, ElementWiseOperation::kSUM);
  sum->setInput(1, *foreign);
  EXPECT_EQ(sum->getInput(1), x);
  EXPECT_EQ(logger.errors("no tensor of this network"), 4) << logger.all();
}

TEST_F(NetworkTest, OutputsAreMarkedAndUnmarked) {
  ITensor* x = input("x", {2, {1, 2}});
  ITensor* y = network->addSoftMax(*x)->getOutput(0);
  network->markOutput(*y);
  EXPECT_TRUE(y->isNetworkOutput());
  EXPECT_EQ(network->getOutput(0), y);
  network->markOutput(*y);  // twice
  network->markOutput(*x);  // an input
  EXPECT_EQ(network->getNbOutputs(), 1);
  EXPECT_EQ(logger.errors(), 2);
  network->unmarkOutput(*y);
  EXPECT_EQ(network->getNbOutputs(), 0);
  network->unmarkOutput(*y);
  EXPECT_EQ(logger.errors(), 3);
}

TEST_F(NetworkTest, OnlyUnusedInputsAreRemoved) {
  ITensor* x = input("x", {2, {1, 2}});
  ITensor* y = network->addSoftMax(*x)->getOutput(0);
  network->removeTensor(*x);
  network->removeTensor(*y);
  EXPECT_EQ(logger.errors(), 2);
  ITensor* unused = input("unused", {1, {1}});
  network->removeTensor(*unused);
  EXPECT_EQ(network->getNbInputs(), 1);
  EXPECT_EQ(logger.errors(), 2);
}

TEST_F(NetworkTest, NamesHaveDefaultsAndCanBeSet) {
  ITensor* x = input("x", {2, {1, 2}});
  ILayer* a = network->addSoftMax(*x);
  ILayer* b = network->addActivation(*x, ActivationType::kRELU);
  EXPECT_STREQ(a->getName(), "(Unnamed Layer* 0) [Softmax]");
  EXPECT_STREQ(b->getName(), "(Unnamed Layer* 1) [Activation]");
  EXPECT_STREQ(b->getOutput(0)->getName(), "(Unnamed Layer* 1) [Activation]_output");
  b->setName("relu");
  EXPECT_STREQ(b->getName(), "relu");
  b->setName(nullptr);
  EXPECT_STREQ(b->getName(), "relu");
  b->setMetadata("from here");
  EXPECT_STREQ(b->getMetadata(), "from here");
  EXPECT_EQ(network->getNbLayers(), 2);
  EXPECT_EQ(network->getLayer(1), b);
  EXPECT_EQ(network->getLayer(2), nullptr);
  network->setName("net");
  EXPECT_STREQ(network->getName(), "net");
}

TEST_F(NetworkTest, PrecisionAndOutputTypeAreStored) {
  ITensor* x = input("x", {2, {1, 2}});
  ILayer* a = network->addActivation(*x, ActivationType::kRELU);
  EXPECT_FALSE(a->precisionIsSet());
  a->setPrecision(DataType::kHALF);
  EXPECT_TRUE(a->precisionIsSet());
  EXPECT_EQ(a->getPrecision(), DataType::kHALF);
  a->resetPrecision();
  EXPECT_FALSE(a->precisionIsSet());
  a->setOutputType(0, DataType::kHALF);
  EXPECT_TRUE(a->outputTypeIsSet(0));
  EXPECT_EQ(a->getOutputType(0), DataType::kHALF);
  a->setOutputType(1, DataType::kHALF);
  EXPECT_EQ(logger.errors("out of range"), 1);
  a->resetOutputType(0);
  EXPECT_EQ(a->getOutputType(0), DataType::kFLOAT);
  IIdentityLayer* cast = network->addIdentity(*x);
  cast->setOutputType(0, DataType::kINT32);
  EXPECT_EQ(cast->getOutput(0)->getType(), DataType::kINT32);
}

TEST_F(NetworkTest, StronglyTypedNetworksRefusePrecisions) {
  network.reset(builder->createNetworkV2(
      1U << static_cast<int>(NetworkDefinitionCreationFlag::kSTRONGLY_TYPED)));
  EXPECT_TRUE(network->getFlag(NetworkDefinitionCreationFlag::kSTRONGLY_TYPED));
  ILayer* a = network->addActivation(*input("x", {1, {2}}), ActivationType::kRELU);
  a->setPrecision(DataType::kHALF);
  EXPECT_FALSE(a->precisionIsSet());
  EXPECT_EQ(logger.errors("strongly typed"), 1);
}

TEST_F(NetworkTest, AnInvalidLayerIsReportedWhenItIsBuiltAndCanBeMended) {
  ITensor* x = input("x", {4, {1, 3, 8, 8}});
  IConvolutionLayer* conv =
      network->addConvolutionNd(*x, 4, {2, {3, 3}}, weights(std::vector<float>(10)), none());
  ASSERT_NE(conv, nullptr);
  conv->setName("first");
  ILayer* relu = network->addActivation(*conv->getOutput(0), ActivationType::kRELU);
  EXPECT_EQ(dims_of(conv), kInvalid);
  EXPECT_EQ(dims_of(relu), kInvalid);
  EXPECT_EQ(logger.errors(), 0) << logger.all();  // setters are not at fault
  network->markOutput(*relu->getOutput(0));
  const std::unique_ptr<IBuilderConfig> config(builder->createBuilderConfig());
  EXPECT_EQ(builder->buildSerializedNetwork(*network, *config), nullptr);
  EXPECT_EQ(logger.errors("first: the kernel weights have 10 values"), 1) << logger.all();
  conv->setKernelWeights(weights(std::vector<float>(4 * 3 * 3 * 3)));
  EXPECT_EQ(dims_of(relu), (List{1, 4, 6, 6}));
  conv->setStrideNd({2, {2, 2}});
  EXPECT_EQ(dims_of(relu), (List{1, 4, 3, 3}));
  x->setDimensions({4, {-1, 3, 16, 16}});
  EXPECT_EQ(dims_of(relu), (List{-1, 4, 7, 7}));
}

TEST_F(NetworkTest, InputsAreReplacedButNotByWhatDependsOnThem) {
  ITensor* x = input("x", {2, {1, 2}});
  ILayer* a = network->addActivation(*x, ActivationType::kRELU);
  ILayer* b = network->addActivation(*a->getOutput(0), ActivationType::kTANH);
  a->setInput(0, *b->getOutput(0));
  EXPECT_EQ(logger.errors("cycle"), 1) << logger.all();
  EXPECT_EQ(a->getInput(0), x);
  a->setInput(0, *input("y", {2, {7, 5}}));
  EXPECT_EQ(dims_of(b), (List{7, 5}));
  a->setInput(1, *x);
  EXPECT_EQ(logger.errors("out of range"), 1);
  EXPECT_EQ(a->getInput(5), nullptr);
  EXPECT_EQ(a->getOutput(1), nullptr);
}

TEST_F(NetworkTest, WhatHasNoOpIsReportedAsNotImplemented) {
  ITensor* x = input("x", {2, {1, 2}});
  EXPECT_EQ(network->addNonZero(*x), nullptr);
  EXPECT_EQ(network->addLoop(), nullptr);
  EXPECT_EQ(network->addEinsum(&x, 1, "ij->i"), nullptr);
  EXPECT_FALSE(network->markDebug(*x));
  EXPECT_EQ(logger.errors("not implemented: INetworkDefinition::addNonZero"), 1);
  EXPECT_EQ(logger.errors("not implemented: INetworkDefinition::addLoop"), 1);
  EXPECT_EQ(recorder.errors.front().first, ErrorCode::kUNSUPPORTED_STATE);
}

TEST_F(NetworkTest, DuplicateNamesAndMissingOutputsFailTheBuild) {
  const std::unique_ptr<IBuilderConfig> config(builder->createBuilderConfig());
  ITensor* x = input("x", {2, {1, 2}});
  ILayer* a = network->addActivation(*x, ActivationType::kRELU);
  EXPECT_FALSE(builder->isNetworkSupported(*network, *config));
  EXPECT_EQ(logger.errors("no output"), 1);
  network->markOutput(*a->getOutput(0));
  EXPECT_TRUE(builder->isNetworkSupported(*network, *config));
  a->getOutput(0)->setName("x");
  EXPECT_FALSE(builder->isNetworkSupported(*network, *config));
  EXPECT_EQ(logger.errors("called x"), 1);
  a->getOutput(0)->setName("y");
  ILayer* b = network->addActivation(*x, ActivationType::kRELU);
  b->setName("same");
  a->setName("same");
  EXPECT_FALSE(builder->isNetworkSupported(*network, *config));
  EXPECT_EQ(logger.errors("called same"), 1);
}

TEST_F(NetworkTest, WeightsAreCopiedAndFoundByTheirAddress) {
  ITensor* x = input("x", {2, {1, 2}});
  std::vector<float> values = {1, 2};
  const Weights given{DataType::kFLOAT, values.data(), 2};
  ITensor* c = network->addConstant({2, {1, 2}}, given)->getOutput(0);
  EXPECT_TRUE(network->setWeightsName(given, "c"));
  EXPECT_FALSE(network->setWeightsName({DataType::kFLOAT, &given, 2}, "d"));
  EXPECT_TRUE(network->markWeightsRefittable("c"));
  EXPECT_TRUE(network->areWeightsMarkedRefittable("c"));
  EXPECT_FALSE(network->markWeightsRefittable("d"));
  values = {9, 9};
  ILayer* sum = network->addElementWise(*x, *c, ElementWiseOperation::kSUM);
  EXPECT_EQ(run(sum->getOutput(0), {Tensor::f32({1, 2}, {10, 20})}), (std::vector<float>{11, 22}));
}

TEST_F(NetworkTest, ShapeTensorsAreKnownByTheirUse) {
  ITensor* x = input("x", {2, {-1, 6}});
  ITensor* shape = network->addShape(*x)->getOutput(0);
  IShuffleLayer* shuffle = network->addShuffle(*x);
  shuffle->setInput(1, *shape);
  network->markOutput(*shuffle->getOutput(0));
  EXPECT_TRUE(shape->isShapeTensor());
  EXPECT_FALSE(shape->isExecutionTensor());
  EXPECT_FALSE(x->isShapeTensor());
  EXPECT_TRUE(x->isExecutionTensor());
  EXPECT_EQ(shape->getType(), DataType::kINT64);
  EXPECT_TRUE(network->markOutputForShapes(*shape));
  EXPECT_EQ(shape->getLocation(), TensorLocation::kHOST);
  EXPECT_FALSE(network->markOutputForShapes(*x));
}

TEST_F(NetworkTest, TheRecorderIsCounted) {
  const int before = recorder.references;
  network.reset();
  EXPECT_LT(recorder.references, before);
  builder->setErrorRecorder(nullptr);
  EXPECT_EQ(recorder.references, 0);
}

}  // namespace
}  // namespace tenon::api
