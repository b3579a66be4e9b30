// Each kind of layer: its attributes, its output's dims, and what it computes.
#include <cmath>

#include "network_fixture.h"

namespace tenon::api {
namespace {

using namespace nvinfer1;
using nvinfer1::DataType;
using nvinfer1::ErrorCode;
using Floats = std::vector<float>;

Floats counted(int n, float from = 0) {
  Floats values;
  for (int i = 0; i < n; ++i) values.push_back(from + static_cast<float>(i));
  return values;
}

void expect_near(const Floats& values, const Floats& expected) {
  ASSERT_EQ(values.size(), expected.size());
  for (size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], expected[i], 1e-4) << i;
}

TEST_F(NetworkTest, Convolution) {
  ITensor* x = input("x", {4, {-1, 4, 9, 9}});
  IConvolutionLayer* conv =
      network->addConvolutionNd(*x, 8, {2, {3, 3}}, weights(Floats(8 * 2 * 9)), weights(Floats(8)));
  ASSERT_NE(conv, nullptr);
  EXPECT_EQ(conv->getType(), LayerType::kCONVOLUTION);
  conv->setNbGroups(2);
  EXPECT_EQ(dims_of(conv), (List{-1, 8, 7, 7}));
  EXPECT_EQ(list(conv->getStrideNd()), (List{1, 1}));
  EXPECT_EQ(list(conv->getDilationNd()), (List{1, 1}));
  conv->setStrideNd({2, {2, 2}});
  conv->setPaddingNd({2, {1, 1}});
  EXPECT_EQ(dims_of(conv), (List{-1, 8, 5, 5}));
  conv->setPostPadding({2, {2, 1}});
  EXPECT_EQ(list(conv->getPrePadding()), (List{1, 1}));
  EXPECT_EQ(logger.errors(), 0);
  conv->getPaddingNd();
  EXPECT_EQ(logger.errors("getPaddingNd"), 1);
  conv->setPaddingNd({2, {0, 0}});
  conv->setPaddingMode(PaddingMode::kSAME_UPPER);
  EXPECT_EQ(dims_of(conv), (List{-1, 8, 5, 5}));
  conv->setPaddingMode(PaddingMode::kEXPLICIT_ROUND_UP);
  conv->setKernelSizeNd({2, {2, 2}});
  conv->setKernelWeights(weights(Floats(8 * 2 * 4)));
  EXPECT_EQ(dims_of(conv), (List{-1, 8, 5, 5}));
  EXPECT_EQ(conv->getKernelWeights().count, 64);
  conv->setBiasWeights(none());
  EXPECT_EQ(conv->getBiasWeights().count, 0);
  const size_t errors = recorder.errors.size();
  conv->setStrideNd({2, {0, 1}});
  conv->setStrideNd({3, {1, 1, 1}});
  conv->setNbGroups(0);
  conv->setNbOutputMaps(-1);
  conv->setPaddingMode(static_cast<PaddingMode>(17));
  EXPECT_EQ(recorder.errors.size(), errors + 5);
  EXPECT_EQ(list(conv->getStrideNd()), (List{2, 2}));
  EXPECT_EQ(network->addConvolutionNd(*x, 0, {2, {3, 3}}, none(), none()), nullptr);
  EXPECT_EQ(network->addConvolutionNd(*x, 1, {2, {3, 0}}, none(), none()), nullptr);
  EXPECT_EQ(network->addConvolutionNd(*x, 1, {2, {1, 1}}, {DataType::kFLOAT, nullptr, 4}, none()),
            nullptr);
}

TEST_F(NetworkTest, ConvolutionComputesWithItsWeightsOrWithTensors) {
  ITensor* x = input("x", {4, {1, 1, 2, 3}});
  IConvolutionLayer* conv =
      network->addConvolutionNd(*x, 1, {2, {1, 2}}, weights({1, 10}), weights({100}));
  const std::vector<Tensor> in = {Tensor::f32({1, 1, 2, 3}, counted(6))};
  EXPECT_EQ(run(conv->getOutput(0), in), (Floats{110, 121, 143, 154}));
  conv->setInput(1, *constant({4, {1, 1, 1, 2}}, {2, 0}));
  EXPECT_EQ(conv->getNbInputs(), 2);
  EXPECT_EQ(conv->getKernelWeights().count, 0);
  EXPECT_EQ(run(conv->getOutput(0), in), (Floats{100, 102, 106, 108}));
  conv->setKernelWeights(weights({1, 10}));
  EXPECT_EQ(conv->getNbInputs(), 1);
  EXPECT_EQ(run(conv->getOutput(0), in), (Floats{110, 121, 143, 154}));
}

TEST_F(NetworkTest, SamePaddingNeedsKnownDimsUnlessTheStrideDividesThem) {
  ITensor* x = input("x", {4, {1, 1, -1, 8}});
  IConvolutionLayer* conv =
      network->addConvolutionNd(*x, 1, {2, {3, 3}}, weights(Floats(9)), none());
  conv->setPaddingMode(PaddingMode::kSAME_LOWER);
  EXPECT_EQ(dims_of(conv), (List{1, 1, -1, 8}));
  conv->setStrideNd({2, {2, 2}});
  EXPECT_EQ(dims_of(conv), kInvalid);
  EXPECT_EQ(logger.errors(), 0);
}

TEST_F(NetworkTest, Deconvolution) {
  ITensor* x = input("x", {4, {1, 2, 5, 5}});
  IDeconvolutionLayer* deconv =
      network->addDeconvolutionNd(*x, 3, {2, {4, 4}}, weights(Floats(2 * 3 * 16)), none());
  ASSERT_NE(deconv, nullptr);
  EXPECT_EQ(dims_of(deconv), (List{1, 3, 8, 8}));
  deconv->setStrideNd({2, {2, 2}});
  EXPECT_EQ(dims_of(deconv), (List{1, 3, 12, 12}));
  deconv->setPaddingNd({2, {1, 1}});
  EXPECT_EQ(dims_of(deconv), (List{1, 3, 10, 10}));
  deconv->setPaddingMode(PaddingMode::kSAME_UPPER);
  EXPECT_EQ(dims_of(deconv), (List{1, 3, 10, 10}));
  EXPECT_EQ(deconv->getNbOutputMaps(), 3);
  EXPECT_EQ(list(deconv->getKernelSizeNd()), (List{4, 4}));
}

TEST_F(NetworkTest, Pooling) {
  ITensor* x = input("x", {4, {1, 1, 3, 3}});
  IPoolingLayer* pool = network->addPoolingNd(*x, PoolingType::kAVERAGE, {2, {2, 2}});
  ASSERT_NE(pool, nullptr);
  const std::vector<Tensor> in = {Tensor::f32({1, 1, 3, 3}, counted(9, 1))};
  EXPECT_EQ(run(pool->getOutput(0), in), (Floats{3, 4, 6, 7}));
  pool->setStrideNd({2, {2, 2}});
  EXPECT_EQ(dims_of(pool), (List{1, 1, 1, 1}));
  pool->setPaddingMode(PaddingMode::kEXPLICIT_ROUND_UP);
  EXPECT_EQ(dims_of(pool), (List{1, 1, 2, 2}));
  pool->setPaddingMode(PaddingMode::kEXPLICIT_ROUND_DOWN);
  pool->setPaddingNd({2, {1, 1}});
  EXPECT_TRUE(pool->getAverageCountExcludesPadding());
  expect_near(run(pool->getOutput(0), in), {1, 2.5, 5.5, 7});
  pool->setAverageCountExcludesPadding(false);
  expect_near(run(pool->getOutput(0), in), {0.25, 1.25, 2.75, 7});
  pool->setPoolingType(PoolingType::kMAX);
  EXPECT_EQ(run(pool->getOutput(0), in), (Floats{1, 3, 7, 9}));
  pool->setPoolingType(PoolingType::kMAX_AVERAGE_BLEND);
  pool->setBlendFactor(0.5);
  expect_near(run(pool->getOutput(0), in), {0.625, 2.125, 4.875, 8});
  EXPECT_EQ(network->addPoolingNd(*x, static_cast<PoolingType>(9), {2, {2, 2}}), nullptr);
}

TEST_F(NetworkTest, ActivationAndUnary) {
  ITensor* x = input("x", {1, {3}});
  const std::vector<Tensor> in = {Tensor::f32({3}, {-2, 0, 3})};
  IActivationLayer* act = network->addActivation(*x, ActivationType::kRELU);
  EXPECT_EQ(run(act->getOutput(0), in), (Floats{0, 0, 3}));
  act->setActivationType(ActivationType::kCLIP);
  act->setAlpha(-1);
  act->setBeta(2);
  EXPECT_EQ(run(act->getOutput(0), in), (Floats{-1, 0, 2}));
  EXPECT_EQ(act->getAlpha(), -1);
  IUnaryLayer* unary = network->addUnary(*x, UnaryOperation::kABS);
  EXPECT_EQ(run(unary->getOutput(0), in), (Floats{2, 0, 3}));
  unary->setOperation(UnaryOperation::kSIGN);
  EXPECT_EQ(run(unary->getOutput(0), in), (Floats{-1, 0, 1}));
  unary->setOperation(UnaryOperation::kISINF);
  EXPECT_EQ(unary->getOutput(0)->getType(), DataType::kBOOL);
  EXPECT_EQ(network->addActivation(*x, static_cast<ActivationType>(-1)), nullptr);
  EXPECT_EQ(network->addUnary(*x, static_cast<UnaryOperation>(99)), nullptr);
}

TEST_F(NetworkTest, ElementWiseSelectAndParametricRelu) {
  ITensor* x = input("x", {2, {2, 2}});
  ITensor* row = constant({2, {1, 2}}, {1, 2});
  const std::vector<Tensor> in = {Tensor::f32({2, 2}, {-1, 2, 3, 4})};
  IElementWiseLayer* op = network->addElementWise(*x, *row, ElementWiseOperation::kSUB);
  EXPECT_EQ(run(op->getOutput(0), in), (Floats{-2, 0, 2, 2}));
  op->setOperation(ElementWiseOperation::kGREATER);
  EXPECT_EQ(op->getOutput(0)->getType(), DataType::kBOOL);
  ILayer* select = network->addSelect(*op->getOutput(0), *x, *row);
  EXPECT_EQ(run(select->getOutput(0), in), (Floats{1, 2, 3, 4}));
  ILayer* prelu = network->addParametricReLU(*x, *row);
  EXPECT_EQ(run(prelu->getOutput(0), in), (Floats{-1, 2, 3, 4}));
  ILayer* bad =
      network->addElementWise(*x, *constant({2, {1, 3}}, {1, 2, 3}), ElementWiseOperation::kSUM);
  EXPECT_EQ(dims_of(bad), kInvalid);
}

TEST_F(NetworkTest, ScaleSpreadsItsCoefficientsAsTheModeSays) {
  ITensor* x = input("x", {3, {1, 2, 2}});
  const std::vector<Tensor> in = {Tensor::f32({1, 2, 2}, {1, 2, 3, 4})};
  IScaleLayer* scale =
      network->addScale(*x, ScaleMode::kUNIFORM, weights({1}), weights({2}), none());
  ASSERT_NE(scale, nullptr);
  EXPECT_EQ(run(scale->getOutput(0), in), (Floats{3, 5, 7, 9}));
  scale->setPower(weights({2}));
  expect_near(run(scale->getOutput(0), in), {9, 25, 49, 81});
  scale->setPower(none());
  scale->setMode(ScaleMode::kCHANNEL);
  EXPECT_EQ(dims_of(scale), kInvalid);
  scale->setScale(weights({2, 10}));
  scale->setShift(weights({0, 1}));
  EXPECT_EQ(run(scale->getOutput(0), in), (Floats{2, 4, 31, 41}));
  scale->setChannelAxis(2);
  EXPECT_EQ(run(scale->getOutput(0), in), (Floats{2, 21, 6, 41}));
  IScaleLayer* each = network->addScaleNd(*x, ScaleMode::kELEMENTWISE, weights({1, 2, 3, 4}),
                                          weights({10, 10, 10, 0}), none(), 1);
  EXPECT_EQ(run(each->getOutput(0), in), (Floats{11, 22, 33, 4}));
  EXPECT_EQ(each->getShift().count, 4);
}

TEST_F(NetworkTest, MatrixMultiply) {
  ITensor* a = input("a", {3, {-1, 2, 3}});
  ITensor* b = constant({3, {1, 3, 2}}, {1, 0, 0, 1, 1, 1});
  const std::vector<Tensor> in = {Tensor::f32({1, 2, 3}, counted(6))};
  IMatrixMultiplyLayer* product =
      network->addMatrixMultiply(*a, MatrixOperation::kNONE, *b, MatrixOperation::kNONE);
  EXPECT_EQ(dims_of(product), (List{-1, 2, 2}));
  EXPECT_EQ(run(product->getOutput(0), in), (Floats{2, 3, 8, 9}));
  product->setInput(1, *constant({3, {1, 1, 3}}, {1, 2, 3}));
  EXPECT_EQ(dims_of(product), kInvalid);
  product->setOperation(1, MatrixOperation::kTRANSPOSE);
  EXPECT_EQ(dims_of(product), (List{-1, 2, 1}));
  ITensor* vectors = constant({2, {1, 3}}, {1, 2, 3});
  ILayer* by_vector =
      network->addMatrixMultiply(*a, MatrixOperation::kNONE, *vectors, MatrixOperation::kVECTOR);
  EXPECT_EQ(dims_of(by_vector), (List{-1, 2}));
  EXPECT_EQ(run(by_vector->getOutput(0), in), (Floats{8, 26}));
  ILayer* dot = network->addMatrixMultiply(*vectors, MatrixOperation::kVECTOR, *vectors,
                                           MatrixOperation::kVECTOR);
  EXPECT_EQ(dims_of(dot), (List{1}));
  product->setOperation(2, MatrixOperation::kNONE);
  EXPECT_EQ(logger.errors("operand 2"), 1);
}

TEST_F(NetworkTest, SoftmaxAndConcatenationHaveAxesByRank) {
  ITensor* x = input("x", {4, {1, 2, 3, 4}});
  ISoftMaxLayer* softmax = network->addSoftMax(*x);
  EXPECT_EQ(softmax->getAxes(), 1U << 1);
  softmax->setAxes(1U << 3);
  EXPECT_EQ(softmax->getAxes(), 1U << 3);
  softmax->setAxes(3);
  EXPECT_EQ(softmax->getAxes(), 1U << 3);
  ITensor* both[] = {x, softmax->getOutput(0)};
  IConcatenationLayer* concat = network->addConcatenation(both, 2);
  EXPECT_EQ(concat->getAxis(), 1);
  EXPECT_EQ(dims_of(concat), (List{1, 4, 3, 4}));
  concat->setAxis(3);
  EXPECT_EQ(dims_of(concat), (List{1, 2, 3, 8}));
  EXPECT_EQ(network->addConcatenation(nullptr, 2), nullptr);
  EXPECT_EQ(network->addConcatenation(both, 0), nullptr);
  ITensor* with_null[] = {x, nullptr};
  EXPECT_EQ(network->addConcatenation(with_null, 2), nullptr);
}

TEST_F(NetworkTest, TopK) {
  ITensor* x = input("x", {2, {2, 4}});
  ITopKLayer* top = network->addTopK(*x, TopKOperation::kMAX, 2, 2);
  ASSERT_NE(top, nullptr);
  EXPECT_EQ(top->getType(), LayerType::kTOPK);
  ASSERT_EQ(top->getNbOutputs(), 2);
  EXPECT_EQ(top->getOutput(2), nullptr);
  EXPECT_NE(std::string(top->getOutput(0)->getName()), top->getOutput(1)->getName());
  EXPECT_EQ(list(top->getOutput(1)->getDimensions()), (List{2, 2}));
  EXPECT_EQ(top->getOutput(1)->getType(), DataType::kINT32);
  const std::vector<Tensor> in = {Tensor::f32({2, 4}, {0, 3, 1, 3, 7, 5, 6, 4})};
  ITensor* places = network->addCast(*top->getOutput(1), DataType::kFLOAT)->getOutput(0);
  EXPECT_EQ(run(top->getOutput(0), in), (Floats{3, 3, 7, 6}));
  EXPECT_EQ(run(places, in), (Floats{1, 3, 0, 2}));
  top->setOperation(TopKOperation::kMIN);
  top->setK(1);
  top->setReduceAxes(1);
  EXPECT_EQ(top->getOperation(), TopKOperation::kMIN);
  EXPECT_EQ(top->getK(), 1);
  EXPECT_EQ(top->getReduceAxes(), 1U);
  EXPECT_EQ(run(top->getOutput(0), in), (Floats{0, 3, 1, 3}));
  EXPECT_EQ(run(places, in), (Floats{0, 0, 0, 0}));
  EXPECT_TRUE(top->setIndicesType(DataType::kINT64));
  EXPECT_EQ(top->getIndicesType(), DataType::kINT64);
  EXPECT_EQ(top->getOutput(1)->getType(), DataType::kINT64);
  EXPECT_EQ(logger.errors(), 0) << logger.all();
}

TEST_F(NetworkTest, TopKChecksItsArguments) {
  ITensor* x = input("x", {2, {2, 4}});
  EXPECT_EQ(network->addTopK(*x, static_cast<TopKOperation>(2), 1, 2), nullptr);
  EXPECT_EQ(network->addTopK(*x, TopKOperation::kMAX, -1, 2), nullptr);
  EXPECT_EQ(network->addTopK(*x, TopKOperation::kMAX, 1, 0), nullptr);
  EXPECT_EQ(network->addTopK(*x, TopKOperation::kMAX, 1, 3), nullptr);
  EXPECT_EQ(network->addTopK(*x, TopKOperation::kMAX, 1, 2, DataType::kFLOAT), nullptr);
  ITopKLayer* top = network->addTopK(*x, TopKOperation::kMAX, 1, 2, DataType::kINT64);
  ASSERT_NE(top, nullptr);
  EXPECT_EQ(top->getIndicesType(), DataType::kINT64);
  EXPECT_FALSE(top->setIndicesType(DataType::kFLOAT));
  EXPECT_EQ(top->getIndicesType(), DataType::kINT64);
  // More than there are is no fault of the setter, but has no dims.
  top->setK(5);
  EXPECT_EQ(list(top->getOutput(0)->getDimensions()), kInvalid);
  EXPECT_EQ(list(top->getOutput(1)->getDimensions()), kInvalid);
  top->setK(4);
  EXPECT_EQ(list(top->getOutput(1)->getDimensions()), (List{2, 4}));
}

TEST_F(NetworkTest, TopKOfAComputedCount) {
  ITensor* x = input("x", {2, {2, -1}});
  ITopKLayer* top = network->addTopK(*x, TopKOperation::kMAX, 1, 2);
  ITensor* shape = network->addShape(*x)->getOutput(0);
  ITensor* rows = network->addSlice(*shape, {1, {0}}, {1, {1}}, {1, {1}})->getOutput(0);
  top->setInput(1, *rows);
  EXPECT_EQ(top->getNbInputs(), 2);
  EXPECT_EQ(top->getK(), -1);
  EXPECT_EQ(list(top->getOutput(0)->getDimensions()), (List{2, 2}));
  EXPECT_TRUE(rows->isShapeTensor());
  // A layer behind the second output follows what the first layer becomes.
  ITensor* both =
      network->addConcatenation(std::vector{top->getOutput(1), top->getOutput(1)}.data(), 2)
          ->getOutput(0);
  top->setK(3);
  EXPECT_EQ(top->getNbInputs(), 1);
  EXPECT_EQ(list(both->getDimensions()), (List{4, 3}));
  EXPECT_EQ(logger.errors(), 0) << logger.all();
}

TEST_F(NetworkTest, Reduce) {
  ITensor* x = input("x", {3, {2, 2, 2}});
  IReduceLayer* reduce = network->addReduce(*x, ReduceOperation::kSUM, 0b101, false);
  const std::vector<Tensor> in = {Tensor::f32({2, 2, 2}, counted(8))};
  EXPECT_EQ(run(reduce->getOutput(0), in), (Floats{10, 18}));
  reduce->setKeepDimensions(true);
  EXPECT_EQ(dims_of(reduce), (List{1, 2, 1}));
  reduce->setOperation(ReduceOperation::kAVG);
  EXPECT_EQ(run(reduce->getOutput(0), in), (Floats{2.5, 4.5}));
  reduce->setReduceAxes(0);
  EXPECT_EQ(reduce->getReduceAxes(), 0b101U);
  EXPECT_EQ(network->addReduce(*x, ReduceOperation::kNONE, 1, false), nullptr);
  EXPECT_EQ(dims_of(network->addReduce(*x, ReduceOperation::kMAX, 1U << 5, false)), kInvalid);
}

TEST_F(NetworkTest, ShuffleIsTwoTranspositionsAroundAReshape) {
  ITensor* x = input("x", {3, {-1, 2, 3}});
  IShuffleLayer* shuffle = network->addShuffle(*x);
  EXPECT_EQ(dims_of(shuffle), (List{-1, 2, 3}));
  EXPECT_EQ(shuffle->getReshapeDimensions().nbDims, -1);
  shuffle->setFirstTranspose({{0, 2, 1}});
  EXPECT_EQ(dims_of(shuffle), (List{-1, 3, 2}));
  shuffle->setReshapeDimensions({2, {0, -1}});
  EXPECT_EQ(dims_of(shuffle), (List{-1, 6}));
  shuffle->setSecondTranspose({{1, 0}});
  EXPECT_EQ(dims_of(shuffle), (List{6, -1}));
  EXPECT_EQ(run(shuffle->getOutput(0), {Tensor::f32({1, 2, 3}, counted(6))}),
            (Floats{0, 3, 1, 4, 2, 5}));
  shuffle->setSecondTranspose({{0, 1}});
  shuffle->setReshapeDimensions({2, {4, -1}});
  EXPECT_EQ(list(shuffle->getReshapeDimensions()), (List{4, -1}));
  shuffle->setFirstTranspose({{0, 0, 0}});
  EXPECT_EQ(dims_of(shuffle), kInvalid);
  shuffle->setFirstTranspose({{0, 1, 2}});
  EXPECT_EQ(dims_of(shuffle), (List{4, -1}));
  shuffle->setInput(1, *network->addShape(*x)->getOutput(0));
  EXPECT_EQ(dims_of(shuffle), kInvalid);  // the second transposition is one of two axes
  shuffle->setSecondTranspose({{0, 1, 2}});
  EXPECT_EQ(dims_of(shuffle), (List{-1, 2, 3}));
  EXPECT_EQ(shuffle->getReshapeDimensions().nbDims, -1);
  shuffle->setReshapeDimensions({1, {-1}});
  EXPECT_EQ(shuffle->getNbInputs(), 1);
  shuffle->setReshapeDimensions({1, {-7}});
  EXPECT_EQ(logger.errors("setReshapeDimensions"), 1);
  shuffle->setZeroIsPlaceholder(false);
  EXPECT_FALSE(shuffle->getZeroIsPlaceholder());
}

TEST_F(NetworkTest, Slice) {
  ITensor* x = input("x", {2, {3, 4}});
  const std::vector<Tensor> in = {Tensor::f32({3, 4}, counted(12))};
  ISliceLayer* slice = network->addSlice(*x, {2, {1, 0}}, {2, {2, 2}}, {2, {1, 2}});
  EXPECT_EQ(dims_of(slice), (List{2, 2}));
  EXPECT_EQ(run(slice->getOutput(0), in), (Floats{4, 6, 8, 10}));
  slice->setStart({2, {2, 3}});
  slice->setStride({2, {-1, -3}});
  EXPECT_EQ(run(slice->getOutput(0), in), (Floats{11, 8, 7, 4}));
  slice->setSize({2, {4, 2}});
  EXPECT_EQ(dims_of(slice), kInvalid);
  slice->setStart({2, {-1, 0}});
  slice->setSize({2, {4, 4}});
  slice->setStride({2, {1, 1}});
  EXPECT_EQ(dims_of(slice), kInvalid);
  slice->setMode(SampleMode::kFILL);
  EXPECT_EQ(dims_of(slice), (List{4, 4}));
  slice->setMode(SampleMode::kCLAMP);
  EXPECT_EQ(run(slice->getOutput(0), in)[3], 3);
  slice->setMode(SampleMode::kSTRICT_BOUNDS);
  slice->setInput(1, *integers({0, 1}));
  slice->setInput(2, *integers({1, 2}));
  EXPECT_EQ(slice->getStart().nbDims, -1);
  EXPECT_EQ(run(slice->getOutput(0), in), (Floats{1, 2}));
}

TEST_F(NetworkTest, SlicesOfDynamicDimsAndSizesHaveTheSizeTheyWereGiven) {
  ITensor* x = input("x", {2, {-1, 4}});
  ISliceLayer* slice = network->addSlice(*x, {2, {0, 0}}, {2, {2, 4}}, {2, {1, 1}});
  EXPECT_EQ(dims_of(slice), (List{2, 4}));
  EXPECT_EQ(run(slice->getOutput(0), {Tensor::f32({3, 4}, counted(12))}), counted(8));
  slice->setInput(2, *network->addShape(*x)->getOutput(0));
  EXPECT_EQ(dims_of(slice), (List{-1, 4}));
  EXPECT_EQ(run(slice->getOutput(0), {Tensor::f32({3, 4}, counted(12))}), counted(12));
}

TEST_F(NetworkTest, GatherShapeAndCast) {
  ITensor* x = input("x", {2, {-1, 3}});
  IGatherLayer* gather = network->addGather(*x, *integers({2, 0}), 1);
  EXPECT_EQ(dims_of(gather), (List{-1, 2}));
  EXPECT_EQ(run(gather->getOutput(0), {Tensor::f32({1, 3}, {5, 6, 7})}), (Floats{7, 5}));
  gather->setGatherAxis(0);
  EXPECT_EQ(dims_of(gather), (List{2, 3}));
  EXPECT_EQ(network->addGatherV2(*x, *integers({0}), GatherMode::kND), nullptr);
  ILayer* shape = network->addShape(*x);
  EXPECT_EQ(dims_of(shape), (List{2}));
  ICastLayer* cast = network->addCast(*shape->getOutput(0), DataType::kINT32);
  EXPECT_EQ(cast->getOutput(0)->getType(), DataType::kINT32);
  cast->setToType(DataType::kFLOAT);
  EXPECT_EQ(run(cast->getOutput(0), {Tensor::f32({5, 3}, counted(15))}), (Floats{5, 3}));
}

TEST_F(NetworkTest, ResizeByDimsScalesOrTensor) {
  ITensor* x = input("x", {4, {1, 1, 2, 2}});
  const std::vector<Tensor> in = {Tensor::f32({1, 1, 2, 2}, counted(4))};
  IResizeLayer* resize = network->addResize(*x);
  EXPECT_EQ(dims_of(resize), kInvalid);
  EXPECT_EQ(resize->getScales(0, nullptr), -1);
  resize->setOutputDimensions({4, {1, 1, 4, 2}});
  EXPECT_EQ(run(resize->getOutput(0), in), (Floats{0, 1, 0, 1, 2, 3, 2, 3}));
  const float scales[] = {1, 1, 1, 2};
  resize->setScales(scales, 4);
  EXPECT_EQ(resize->getOutputDimensions().nbDims, -1);
  EXPECT_EQ(dims_of(resize), (List{1, 1, 2, 4}));
  float back[4] = {};
  EXPECT_EQ(resize->getScales(4, back), 4);
  EXPECT_EQ(back[3], 2);
  resize->setResizeMode(InterpolationMode::kLINEAR);
  resize->setCoordinateTransformation(ResizeCoordinateTransformation::kHALF_PIXEL);
  expect_near(run(resize->getOutput(0), in), {0, 0.25, 0.75, 1, 2, 2.25, 2.75, 3});
  resize->setInput(1, *integers({1, 1, 1, 1}));
  EXPECT_EQ(dims_of(resize), (List{1, 1, 1, 1}));
  expect_near(run(resize->getOutput(0), in), {1.5});
  resize->setSelectorForSinglePixel(ResizeSelector::kUPPER);
  expect_near(run(resize->getOutput(0), in), {0});
  EXPECT_EQ(resize->getSelectorForSinglePixel(), ResizeSelector::kUPPER);
  EXPECT_EQ(resize->getCoordinateTransformation(), ResizeCoordinateTransformation::kHALF_PIXEL);
  resize->setNearestRounding(ResizeRoundMode::kCEIL);
  EXPECT_EQ(resize->getNearestRounding(), ResizeRoundMode::kCEIL);
  EXPECT_EQ(resize->getResizeMode(), InterpolationMode::kLINEAR);
  resize->setScales(nullptr, 4);
  EXPECT_EQ(logger.errors("scales is null"), 1);
}

TEST_F(NetworkTest, PaddingSqueezeAndUnsqueeze) {
  ITensor* x = input("x", {3, {1, 2, 2}});
  const std::vector<Tensor> in = {Tensor::f32({1, 2, 2}, counted(4, 1))};
  IPaddingLayer* padding = network->addPaddingNd(*x, {2, {0, 1}}, {2, {1, -1}});
  EXPECT_EQ(run(padding->getOutput(0), in), (Floats{0, 1, 0, 3, 0, 0}));
  padding->setPostPaddingNd({2, {0, 0}});
  EXPECT_EQ(dims_of(padding), (List{1, 2, 3}));
  EXPECT_EQ(network->addPaddingNd(*x, {3, {}}, {2, {}}), nullptr);
  ILayer* squeezed = network->addSqueeze(*x, *integers({0}));
  EXPECT_EQ(dims_of(squeezed), (List{2, 2}));
  ILayer* back = network->addUnsqueeze(*squeezed->getOutput(0), *integers({0, 3}));
  EXPECT_EQ(dims_of(back), (List{1, 2, 2, 1}));
  EXPECT_EQ(dims_of(network->addSqueeze(*x, *integers({1}))), kInvalid);
}

TEST_F(NetworkTest, FillAndConstant) {
  IFillLayer* fill = network->addFill({1, {4}}, FillOperation::kLINSPACE, DataType::kFLOAT);
  ASSERT_NE(fill, nullptr);
  EXPECT_EQ(run(fill->getOutput(0), {}), (Floats{0, 1, 2, 3}));
  fill->setAlpha(5);
  fill->setBeta(0);
  EXPECT_EQ(run(fill->getOutput(0), {}), (Floats{5, 5, 5, 5}));
  ITensor* x = input("x", {2, {-1, 2}});
  fill->setInput(0, *network->addShape(*x)->getOutput(0));
  EXPECT_EQ(dims_of(fill), (List{-1, 2}));
  EXPECT_EQ(fill->getDimensions().nbDims, -1);
  fill->setDimensions({2, {2, 2}});
  fill->setInput(2, *constant({1, {2}}, {10, 1}));
  EXPECT_EQ(run(fill->getOutput(0), {Tensor::f32({1, 2}, {0, 0})}), (Floats{5, 6, 15, 16}));
  EXPECT_EQ(network->addFill({1, {4}}, FillOperation::kRANDOM_UNIFORM, DataType::kFLOAT), nullptr);
  IConstantLayer* c = network->addConstant({1, {2}}, weights({1, 2}));
  c->setWeights(weights({3, 4, 5}));
  EXPECT_EQ(dims_of(c), kInvalid);
  c->setDimensions({2, {3, 1}});
  EXPECT_EQ(dims_of(c), (List{3, 1}));
  EXPECT_EQ(network->addConstant({1, {3}}, weights({1, 2})), nullptr);
}

TEST_F(NetworkTest, NormalizationAndLrn) {
  ITensor* x = input("x", {3, {1, 2, 2}});
  const std::vector<Tensor> in = {Tensor::f32({1, 2, 2}, {1, 3, 10, 10})};
  INormalizationLayer* norm = network->addNormalization(*x, *constant({3, {1, 2, 1}}, {1, 2}),
                                                        *constant({3, {1, 2, 1}}, {0, 5}), 1U << 2);
  ASSERT_NE(norm, nullptr);
  EXPECT_FALSE(norm->isV2());
  expect_near(run(norm->getOutput(0), in), {-1, 1, 5, 5});
  EXPECT_FLOAT_EQ(norm->getEpsilon(), 1e-5F);
  norm->setEpsilon(3);
  expect_near(run(norm->getOutput(0), in), {-0.5, 0.5, 5, 5});
  ITensor* image = input("image", {4, {1, 2, 1, 2}});
  const std::vector<Tensor> both = {in[0], Tensor::f32({1, 2, 1, 2}, {1, 3, 10, 10})};
  INormalizationLayer* v2 = network->addNormalizationV2(*image, *constant({1, {2}}, {1, 2}),
                                                        *constant({1, {2}}, {0, 5}), 0b1100);
  EXPECT_TRUE(v2->isV2());
  expect_near(run(v2->getOutput(0), both), {-1, 1, 5, 5});
  v2->setNbGroups(2);
  expect_near(run(v2->getOutput(0), both), {-1, 1, 5, 5});
  EXPECT_EQ(network->addNormalization(*x, *x, *x, 0), nullptr);
  ILRNLayer* lrn = network->addLRN(*image, 3, 3, 1, 1);
  ASSERT_NE(lrn, nullptr);
  // x / (1 + 3/3 * (sum of both channels' squares))
  expect_near(run(lrn->getOutput(0), both), {1.F / 102, 3.F / 110, 10.F / 102, 10.F / 110});
  lrn->setWindowSize(1);
  EXPECT_EQ(lrn->getWindowSize(), 1);
  lrn->setWindowSize(2);
  EXPECT_EQ(logger.errors("setWindowSize"), 1);
}

}  // namespace
}  // namespace tenon::api
