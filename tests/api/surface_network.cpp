// Every public member of the classes for networks: tensors, layers.
#include "NvInfer.h"

#include "surface.h"

using namespace nvinfer1;

namespace {

void part_1() {
  MEMBER(ITensor, setName, void, (const char*));
  CONST_MEMBER(ITensor, getName, const char*, ());
  MEMBER(ITensor, setDimensions, void, (const Dims&));
  CONST_MEMBER(ITensor, getDimensions, Dims, ());
  MEMBER(ITensor, setType, void, (DataType));
  CONST_MEMBER(ITensor, getType, DataType, ());
  MEMBER(ITensor, setDynamicRange, bool, (float, float));
  CONST_MEMBER(ITensor, isNetworkInput, bool, ());
  CONST_MEMBER(ITensor, isNetworkOutput, bool, ());
  MEMBER(ITensor, setBroadcastAcrossBatch, void, (bool));
  CONST_MEMBER(ITensor, getBroadcastAcrossBatch, bool, ());
  CONST_MEMBER(ITensor, getLocation, TensorLocation, ());
  MEMBER(ITensor, setLocation, void, (TensorLocation));
  CONST_MEMBER(ITensor, dynamicRangeIsSet, bool, ());
  MEMBER(ITensor, resetDynamicRange, void, ());
  CONST_MEMBER(ITensor, getDynamicRangeMin, float, ());
  CONST_MEMBER(ITensor, getDynamicRangeMax, float, ());
  MEMBER(ITensor, setAllowedFormats, void, (TensorFormats));
  CONST_MEMBER(ITensor, getAllowedFormats, TensorFormats, ());
  CONST_MEMBER(ITensor, isShapeTensor, bool, ());
  CONST_MEMBER(ITensor, isExecutionTensor, bool, ());
  MEMBER(ITensor, setDimensionName, void, (int32_t, const char*));
  CONST_MEMBER(ITensor, getDimensionName, const char*, (int32_t));

  CONST_MEMBER(ILayer, getType, LayerType, ());
  MEMBER(ILayer, setName, void, (const char*));
  CONST_MEMBER(ILayer, getName, const char*, ());
  CONST_MEMBER(ILayer, getNbInputs, int32_t, ());
  CONST_MEMBER(ILayer, getInput, ITensor*, (int32_t));
  CONST_MEMBER(ILayer, getNbOutputs, int32_t, ());
  CONST_MEMBER(ILayer, getOutput, ITensor*, (int32_t));
  MEMBER(ILayer, setInput, void, (int32_t, ITensor&));
  MEMBER(ILayer, setPrecision, void, (DataType));
  CONST_MEMBER(ILayer, getPrecision, DataType, ());
  CONST_MEMBER(ILayer, precisionIsSet, bool, ());
  MEMBER(ILayer, resetPrecision, void, ());
  MEMBER(ILayer, setOutputType, void, (int32_t, DataType));
  CONST_MEMBER(ILayer, getOutputType, DataType, (int32_t));
  CONST_MEMBER(ILayer, outputTypeIsSet, bool, (int32_t));
  MEMBER(ILayer, resetOutputType, void, (int32_t));
  MEMBER(ILayer, setMetadata, void, (const char*));
  CONST_MEMBER(ILayer, getMetadata, const char*, ());
  MEMBER(ILayer, setNbRanks, bool, (int32_t));
  CONST_MEMBER(ILayer, getNbRanks, int32_t, ());

  MEMBER(IConvolutionLayer, setNbOutputMaps, void, (int64_t));
  CONST_MEMBER(IConvolutionLayer, getNbOutputMaps, int64_t, ());
  MEMBER(IConvolutionLayer, setNbGroups, void, (int64_t));
  CONST_MEMBER(IConvolutionLayer, getNbGroups, int64_t, ());
  MEMBER(IConvolutionLayer, setKernelWeights, void, (Weights));
  CONST_MEMBER(IConvolutionLayer, getKernelWeights, Weights, ());
  MEMBER(IConvolutionLayer, setBiasWeights, void, (Weights));
  CONST_MEMBER(IConvolutionLayer, getBiasWeights, Weights, ());
  MEMBER(IConvolutionLayer, setPrePadding, void, (const Dims&));
  CONST_MEMBER(IConvolutionLayer, getPrePadding, Dims, ());
  MEMBER(IConvolutionLayer, setPostPadding, void, (const Dims&));
  CONST_MEMBER(IConvolutionLayer, getPostPadding, Dims, ());
  MEMBER(IConvolutionLayer, setPaddingMode, void, (PaddingMode));
  CONST_MEMBER(IConvolutionLayer, getPaddingMode, PaddingMode, ());
  MEMBER(IConvolutionLayer, setKernelSizeNd, void, (const Dims&));
  CONST_MEMBER(IConvolutionLayer, getKernelSizeNd, Dims, ());
  MEMBER(IConvolutionLayer, setStrideNd, void, (const Dims&));
  CONST_MEMBER(IConvolutionLayer, getStrideNd, Dims, ());
  MEMBER(IConvolutionLayer, setPaddingNd, void, (const Dims&));
  CONST_MEMBER(IConvolutionLayer, getPaddingNd, Dims, ());
  MEMBER(IConvolutionLayer, setDilationNd, void, (const Dims&));
  CONST_MEMBER(IConvolutionLayer, getDilationNd, Dims, ());

  MEMBER(IActivationLayer, setActivationType, void, (ActivationType));
  CONST_MEMBER(IActivationLayer, getActivationType, ActivationType, ());
  MEMBER(IActivationLayer, setAlpha, void, (float));
  MEMBER(IActivationLayer, setBeta, void, (float));
  CONST_MEMBER(IActivationLayer, getAlpha, float, ());
  CONST_MEMBER(IActivationLayer, getBeta, float, ());
}

void part_2() {
  MEMBER(IPoolingLayer, setPoolingType, void, (PoolingType));
  CONST_MEMBER(IPoolingLayer, getPoolingType, PoolingType, ());
  MEMBER(IPoolingLayer, setBlendFactor, void, (float));
  CONST_MEMBER(IPoolingLayer, getBlendFactor, float, ());
  MEMBER(IPoolingLayer, setAverageCountExcludesPadding, void, (bool));
  CONST_MEMBER(IPoolingLayer, getAverageCountExcludesPadding, bool, ());
  MEMBER(IPoolingLayer, setPrePadding, void, (const Dims&));
  CONST_MEMBER(IPoolingLayer, getPrePadding, Dims, ());
  MEMBER(IPoolingLayer, setPostPadding, void, (const Dims&));
  CONST_MEMBER(IPoolingLayer, getPostPadding, Dims, ());
  MEMBER(IPoolingLayer, setPaddingMode, void, (PaddingMode));
  CONST_MEMBER(IPoolingLayer, getPaddingMode, PaddingMode, ());
  MEMBER(IPoolingLayer, setWindowSizeNd, void, (const Dims&));
  CONST_MEMBER(IPoolingLayer, getWindowSizeNd, Dims, ());
  MEMBER(IPoolingLayer, setStrideNd, void, (const Dims&));
  CONST_MEMBER(IPoolingLayer, getStrideNd, Dims, ());
  MEMBER(IPoolingLayer, setPaddingNd, void, (const Dims&));
  CONST_MEMBER(IPoolingLayer, getPaddingNd, Dims, ());

  MEMBER(ILRNLayer, setWindowSize, void, (int64_t));
  CONST_MEMBER(ILRNLayer, getWindowSize, int64_t, ());
  MEMBER(ILRNLayer, setAlpha, void, (float));
  CONST_MEMBER(ILRNLayer, getAlpha, float, ());
  MEMBER(ILRNLayer, setBeta, void, (float));
  CONST_MEMBER(ILRNLayer, getBeta, float, ());
  MEMBER(ILRNLayer, setK, void, (float));
  CONST_MEMBER(ILRNLayer, getK, float, ());

  MEMBER(IScaleLayer, setMode, void, (ScaleMode));
  CONST_MEMBER(IScaleLayer, getMode, ScaleMode, ());
  MEMBER(IScaleLayer, setShift, void, (Weights));
  CONST_MEMBER(IScaleLayer, getShift, Weights, ());
  MEMBER(IScaleLayer, setScale, void, (Weights));
  CONST_MEMBER(IScaleLayer, getScale, Weights, ());
  MEMBER(IScaleLayer, setPower, void, (Weights));
  CONST_MEMBER(IScaleLayer, getPower, Weights, ());
  CONST_MEMBER(IScaleLayer, getChannelAxis, int32_t, ());
  MEMBER(IScaleLayer, setChannelAxis, void, (int32_t));

  MEMBER(ISoftMaxLayer, setAxes, void, (uint32_t));
  CONST_MEMBER(ISoftMaxLayer, getAxes, uint32_t, ());

  MEMBER(IConcatenationLayer, setAxis, void, (int32_t));
  CONST_MEMBER(IConcatenationLayer, getAxis, int32_t, ());

  MEMBER(IDeconvolutionLayer, setNbOutputMaps, void, (int64_t));
  CONST_MEMBER(IDeconvolutionLayer, getNbOutputMaps, int64_t, ());
  MEMBER(IDeconvolutionLayer, setNbGroups, void, (int64_t));
  CONST_MEMBER(IDeconvolutionLayer, getNbGroups, int64_t, ());
  MEMBER(IDeconvolutionLayer, setKernelWeights, void, (Weights));
  CONST_MEMBER(IDeconvolutionLayer, getKernelWeights, Weights, ());
  MEMBER(IDeconvolutionLayer, setBiasWeights, void, (Weights));
  CONST_MEMBER(IDeconvolutionLayer, getBiasWeights, Weights, ());
  MEMBER(IDeconvolutionLayer, setPrePadding, void, (const Dims&));
  CONST_MEMBER(IDeconvolutionLayer, getPrePadding, Dims, ());
  MEMBER(IDeconvolutionLayer, setPostPadding, void, (const Dims&));
  CONST_MEMBER(IDeconvolutionLayer, getPostPadding, Dims, ());
  MEMBER(IDeconvolutionLayer, setPaddingMode, void, (PaddingMode));
  CONST_MEMBER(IDeconvolutionLayer, getPaddingMode, PaddingMode, ());
  MEMBER(IDeconvolutionLayer, setKernelSizeNd, void, (const Dims&));
  CONST_MEMBER(IDeconvolutionLayer, getKernelSizeNd, Dims, ());
  MEMBER(IDeconvolutionLayer, setStrideNd, void, (const Dims&));
  CONST_MEMBER(IDeconvolutionLayer, getStrideNd, Dims, ());
  MEMBER(IDeconvolutionLayer, setPaddingNd, void, (const Dims&));
  CONST_MEMBER(IDeconvolutionLayer, getPaddingNd, Dims, ());
  MEMBER(IDeconvolutionLayer, setDilationNd, void, (const Dims&));
  CONST_MEMBER(IDeconvolutionLayer, getDilationNd, Dims, ());

  MEMBER(IElementWiseLayer, setOperation, void, (ElementWiseOperation));
  CONST_MEMBER(IElementWiseLayer, getOperation, ElementWiseOperation, ());
}

void part_3() {
  MEMBER(IGatherLayer, setGatherAxis, void, (int32_t));
  CONST_MEMBER(IGatherLayer, getGatherAxis, int32_t, ());
  MEMBER(IGatherLayer, setNbElementWiseDims, void, (int32_t));
  CONST_MEMBER(IGatherLayer, getNbElementWiseDims, int32_t, ());
  MEMBER(IGatherLayer, setMode, void, (GatherMode));
  CONST_MEMBER(IGatherLayer, getMode, GatherMode, ());

  MEMBER(IPluginV2Layer, getPlugin, IPluginV2&, ());

  MEMBER(IPluginV3Layer, getPlugin, IPluginV3&, ());

  MEMBER(IUnaryLayer, setOperation, void, (UnaryOperation));
  CONST_MEMBER(IUnaryLayer, getOperation, UnaryOperation, ());

  MEMBER(IReduceLayer, setOperation, void, (ReduceOperation));
  CONST_MEMBER(IReduceLayer, getOperation, ReduceOperation, ());
  MEMBER(IReduceLayer, setReduceAxes, void, (uint32_t));
  CONST_MEMBER(IReduceLayer, getReduceAxes, uint32_t, ());
  MEMBER(IReduceLayer, setKeepDimensions, void, (bool));
  CONST_MEMBER(IReduceLayer, getKeepDimensions, bool, ());

  MEMBER(IPaddingLayer, setPrePaddingNd, void, (const Dims&));
  CONST_MEMBER(IPaddingLayer, getPrePaddingNd, Dims, ());
  MEMBER(IPaddingLayer, setPostPaddingNd, void, (const Dims&));
  CONST_MEMBER(IPaddingLayer, getPostPaddingNd, Dims, ());

  MEMBER(IShuffleLayer, setFirstTranspose, void, (Permutation));
  CONST_MEMBER(IShuffleLayer, getFirstTranspose, Permutation, ());
  MEMBER(IShuffleLayer, setReshapeDimensions, void, (const Dims&));
  CONST_MEMBER(IShuffleLayer, getReshapeDimensions, Dims, ());
  MEMBER(IShuffleLayer, setSecondTranspose, void, (Permutation));
  CONST_MEMBER(IShuffleLayer, getSecondTranspose, Permutation, ());
  MEMBER(IShuffleLayer, setZeroIsPlaceholder, void, (bool));
  CONST_MEMBER(IShuffleLayer, getZeroIsPlaceholder, bool, ());

  MEMBER(ISliceLayer, setStart, void, (const Dims&));
  CONST_MEMBER(ISliceLayer, getStart, Dims, ());
  MEMBER(ISliceLayer, setSize, void, (const Dims&));
  CONST_MEMBER(ISliceLayer, getSize, Dims, ());
  MEMBER(ISliceLayer, setStride, void, (const Dims&));
  CONST_MEMBER(ISliceLayer, getStride, Dims, ());
  MEMBER(ISliceLayer, setMode, void, (SampleMode));
  CONST_MEMBER(ISliceLayer, getMode, SampleMode, ());
  MEMBER(ISliceLayer, setAxes, void, (const Dims&));
  CONST_MEMBER(ISliceLayer, getAxes, Dims, ());

  MEMBER(ITopKLayer, setOperation, void, (TopKOperation));
  CONST_MEMBER(ITopKLayer, getOperation, TopKOperation, ());
  MEMBER(ITopKLayer, setK, void, (int32_t));
  CONST_MEMBER(ITopKLayer, getK, int32_t, ());
  MEMBER(ITopKLayer, setReduceAxes, void, (uint32_t));
  CONST_MEMBER(ITopKLayer, getReduceAxes, uint32_t, ());
  MEMBER(ITopKLayer, setIndicesType, bool, (DataType));
  CONST_MEMBER(ITopKLayer, getIndicesType, DataType, ());

  MEMBER(IMatrixMultiplyLayer, setOperation, void, (int32_t, MatrixOperation));
  CONST_MEMBER(IMatrixMultiplyLayer, getOperation, MatrixOperation, (int32_t));

  MEMBER(INonZeroLayer, setIndicesType, bool, (DataType));
  CONST_MEMBER(INonZeroLayer, getIndicesType, DataType, ());

  MEMBER(ICastLayer, setToType, void, (DataType));
  CONST_MEMBER(ICastLayer, getToType, DataType, ());

  MEMBER(IConstantLayer, setWeights, void, (Weights));
  CONST_MEMBER(IConstantLayer, getWeights, Weights, ());
  MEMBER(IConstantLayer, setDimensions, void, (const Dims&));
  CONST_MEMBER(IConstantLayer, getDimensions, Dims, ());
}

void part_4() {
  MEMBER(IResizeLayer, setOutputDimensions, void, (const Dims&));
  CONST_MEMBER(IResizeLayer, getOutputDimensions, Dims, ());
  MEMBER(IResizeLayer, setScales, void, (const float*, int32_t));
  CONST_MEMBER(IResizeLayer, getScales, int32_t, (int32_t, float*));
  MEMBER(IResizeLayer, setResizeMode, void, (InterpolationMode));
  CONST_MEMBER(IResizeLayer, getResizeMode, InterpolationMode, ());
  MEMBER(IResizeLayer, setCoordinateTransformation, void, (ResizeCoordinateTransformation));
  CONST_MEMBER(IResizeLayer, getCoordinateTransformation, ResizeCoordinateTransformation, ());
  MEMBER(IResizeLayer, setSelectorForSinglePixel, void, (ResizeSelector));
  CONST_MEMBER(IResizeLayer, getSelectorForSinglePixel, ResizeSelector, ());
  MEMBER(IResizeLayer, setNearestRounding, void, (ResizeRoundMode));
  CONST_MEMBER(IResizeLayer, getNearestRounding, ResizeRoundMode, ());
  MEMBER(IResizeLayer, setCubicCoeff, void, (float));
  CONST_MEMBER(IResizeLayer, getCubicCoeff, float, ());
  MEMBER(IResizeLayer, setExcludeOutside, void, (bool));
  CONST_MEMBER(IResizeLayer, getExcludeOutside, bool, ());

  CONST_MEMBER(ILoopBoundaryLayer, getLoop, ILoop*, ());

  CONST_MEMBER(IIfConditionalBoundaryLayer, getConditional, IIfConditional*, ());

  MEMBER(IIfConditional, setCondition, IConditionLayer*, (ITensor&));
  MEMBER(IIfConditional, addOutput, IIfConditionalOutputLayer*, (ITensor&, ITensor&));
  MEMBER(IIfConditional, addInput, IIfConditionalInputLayer*, (ITensor&));
  MEMBER(IIfConditional, setName, void, (const char*));
  CONST_MEMBER(IIfConditional, getName, const char*, ());

  CONST_MEMBER(ILoopOutputLayer, getLoopOutput, LoopOutput, ());
  MEMBER(ILoopOutputLayer, setAxis, void, (int32_t));
  CONST_MEMBER(ILoopOutputLayer, getAxis, int32_t, ());

  CONST_MEMBER(ITripLimitLayer, getTripLimit, TripLimit, ());

  MEMBER(IIteratorLayer, setAxis, void, (int32_t));
  CONST_MEMBER(IIteratorLayer, getAxis, int32_t, ());
  MEMBER(IIteratorLayer, setReverse, void, (bool));
  CONST_MEMBER(IIteratorLayer, getReverse, bool, ());

  MEMBER(ILoop, addRecurrence, IRecurrenceLayer*, (ITensor&));
  MEMBER(ILoop, addTripLimit, ITripLimitLayer*, (ITensor&, TripLimit));
  MEMBER(ILoop, addIterator, IIteratorLayer*, (ITensor&, int32_t, bool));
  MEMBER(ILoop, addLoopOutput, ILoopOutputLayer*, (ITensor&, LoopOutput, int32_t));
  MEMBER(ILoop, setName, void, (const char*));
  CONST_MEMBER(ILoop, getName, const char*, ());

  MEMBER(IAssertionLayer, setMessage, void, (const char*));
  CONST_MEMBER(IAssertionLayer, getMessage, const char*, ());

  MEMBER(IFillLayer, setDimensions, void, (const Dims&));
  CONST_MEMBER(IFillLayer, getDimensions, Dims, ());
  MEMBER(IFillLayer, setOperation, void, (FillOperation));
  CONST_MEMBER(IFillLayer, getOperation, FillOperation, ());
  MEMBER(IFillLayer, setAlpha, void, (double));
  CONST_MEMBER(IFillLayer, getAlpha, double, ());
  MEMBER(IFillLayer, setBeta, void, (double));
  CONST_MEMBER(IFillLayer, getBeta, double, ());
  MEMBER(IFillLayer, setAlphaInt64, void, (int64_t));
  CONST_MEMBER(IFillLayer, getAlphaInt64, int64_t, ());
  MEMBER(IFillLayer, setBetaInt64, void, (int64_t));
  CONST_MEMBER(IFillLayer, getBetaInt64, int64_t, ());
  CONST_MEMBER(IFillLayer, isAlphaBetaInt64, bool, ());
  MEMBER(IFillLayer, setToType, void, (DataType));
  CONST_MEMBER(IFillLayer, getToType, DataType, ());

  CONST_MEMBER(IQuantizeLayer, getAxis, int32_t, ());
  MEMBER(IQuantizeLayer, setAxis, void, (int32_t));
  MEMBER(IQuantizeLayer, setBlockShape, bool, (const Dims&));
  CONST_MEMBER(IQuantizeLayer, getBlockShape, Dims, ());
  MEMBER(IQuantizeLayer, setToType, void, (DataType));
  CONST_MEMBER(IQuantizeLayer, getToType, DataType, ());
}

void part_5() {
  CONST_MEMBER(IDequantizeLayer, getAxis, int32_t, ());
  MEMBER(IDequantizeLayer, setAxis, void, (int32_t));
  MEMBER(IDequantizeLayer, setBlockShape, bool, (const Dims&));
  CONST_MEMBER(IDequantizeLayer, getBlockShape, Dims, ());
  MEMBER(IDequantizeLayer, setToType, void, (DataType));
  CONST_MEMBER(IDequantizeLayer, getToType, DataType, ());

  MEMBER(IDynamicQuantizeLayer, setToType, void, (DataType));
  CONST_MEMBER(IDynamicQuantizeLayer, getToType, DataType, ());
  MEMBER(IDynamicQuantizeLayer, setScaleType, void, (DataType));
  CONST_MEMBER(IDynamicQuantizeLayer, getScaleType, DataType, ());
  MEMBER(IDynamicQuantizeLayer, setAxis, void, (int32_t));
  CONST_MEMBER(IDynamicQuantizeLayer, getAxis, int32_t, ());
  MEMBER(IDynamicQuantizeLayer, setBlockSize, void, (int32_t));
  CONST_MEMBER(IDynamicQuantizeLayer, getBlockSize, int32_t, ());
  MEMBER(IDynamicQuantizeLayer, setBlockShape, void, (const Dims&));
  CONST_MEMBER(IDynamicQuantizeLayer, getBlockShape, Dims, ());

  MEMBER(IEinsumLayer, setEquation, bool, (const char*));
  CONST_MEMBER(IEinsumLayer, getEquation, const char*, ());

  MEMBER(IScatterLayer, setMode, void, (ScatterMode));
  CONST_MEMBER(IScatterLayer, getMode, ScatterMode, ());
  MEMBER(IScatterLayer, setAxis, void, (int32_t));
  CONST_MEMBER(IScatterLayer, getAxis, int32_t, ());

  MEMBER(IOneHotLayer, setAxis, void, (int32_t));
  CONST_MEMBER(IOneHotLayer, getAxis, int32_t, ());

  MEMBER(IGridSampleLayer, setInterpolationMode, void, (InterpolationMode));
  CONST_MEMBER(IGridSampleLayer, getInterpolationMode, InterpolationMode, ());
  MEMBER(IGridSampleLayer, setAlignCorners, void, (bool));
  CONST_MEMBER(IGridSampleLayer, getAlignCorners, bool, ());
  MEMBER(IGridSampleLayer, setSampleMode, bool, (SampleMode));
  CONST_MEMBER(IGridSampleLayer, getSampleMode, SampleMode, ());

  MEMBER(INMSLayer, setBoundingBoxFormat, void, (BoundingBoxFormat));
  CONST_MEMBER(INMSLayer, getBoundingBoxFormat, BoundingBoxFormat, ());
  MEMBER(INMSLayer, setTopKBoxLimit, void, (int32_t));
  CONST_MEMBER(INMSLayer, getTopKBoxLimit, int32_t, ());
  MEMBER(INMSLayer, setIndicesType, bool, (DataType));
  CONST_MEMBER(INMSLayer, getIndicesType, DataType, ());

  MEMBER(IReverseSequenceLayer, setBatchAxis, void, (int32_t));
  CONST_MEMBER(IReverseSequenceLayer, getBatchAxis, int32_t, ());
  MEMBER(IReverseSequenceLayer, setSequenceAxis, void, (int32_t));
  CONST_MEMBER(IReverseSequenceLayer, getSequenceAxis, int32_t, ());

  MEMBER(INormalizationLayer, setEpsilon, void, (float));
  CONST_MEMBER(INormalizationLayer, getEpsilon, float, ());
  MEMBER(INormalizationLayer, setAxes, void, (uint32_t));
  CONST_MEMBER(INormalizationLayer, getAxes, uint32_t, ());
  MEMBER(INormalizationLayer, setNbGroups, void, (int64_t));
  CONST_MEMBER(INormalizationLayer, getNbGroups, int64_t, ());
  MEMBER(INormalizationLayer, setComputePrecision, void, (DataType));
  CONST_MEMBER(INormalizationLayer, getComputePrecision, DataType, ());
  CONST_MEMBER(INormalizationLayer, isV2, bool, ());

  MEMBER(ICumulativeLayer, setOperation, bool, (CumulativeOperation));
  CONST_MEMBER(ICumulativeLayer, getOperation, CumulativeOperation, ());
  MEMBER(ICumulativeLayer, setExclusive, void, (bool));
  CONST_MEMBER(ICumulativeLayer, getExclusive, bool, ());
  MEMBER(ICumulativeLayer, setReverse, void, (bool));
  CONST_MEMBER(ICumulativeLayer, getReverse, bool, ());

  CONST_MEMBER(IAttentionBoundaryLayer, getAttention, IAttention*, ());
}

void part_6() {
  MEMBER(IAttention, setNormalizationOperation, bool, (AttentionNormalizationOp));
  CONST_MEMBER(IAttention, getNormalizationOperation, AttentionNormalizationOp, ());
  MEMBER(IAttention, setMask, bool, (ITensor&));
  MEMBER(IAttention, getMask, ITensor*, ());
  MEMBER(IAttention, setCausal, bool, (bool));
  CONST_MEMBER(IAttention, getCausal, bool, ());
  MEMBER(IAttention, setDecomposable, bool, (bool));
  CONST_MEMBER(IAttention, getDecomposable, bool, ());
  MEMBER(IAttention, setInput, bool, (int32_t, ITensor&));
  CONST_MEMBER(IAttention, getNbInputs, int32_t, ());
  CONST_MEMBER(IAttention, getInput, ITensor*, (int32_t));
  CONST_MEMBER(IAttention, getNbOutputs, int32_t, ());
  CONST_MEMBER(IAttention, getOutput, ITensor*, (int32_t));
  MEMBER(IAttention, setName, bool, (const char*));
  CONST_MEMBER(IAttention, getName, const char*, ());
  MEMBER(IAttention, setNormalizationQuantizeScale, bool, (ITensor&));
  CONST_MEMBER(IAttention, getNormalizationQuantizeScale, ITensor*, ());
  MEMBER(IAttention, setNormalizationQuantizeToType, bool, (DataType));
  CONST_MEMBER(IAttention, getNormalizationQuantizeToType, DataType, ());
  MEMBER(IAttention, setMetadata, bool, (const char*));
  CONST_MEMBER(IAttention, getMetadata, const char*, ());
  MEMBER(IAttention, setNbRanks, bool, (int32_t));
  CONST_MEMBER(IAttention, getNbRanks, int32_t, ());

  MEMBER(IRotaryEmbeddingLayer, setInterleaved, void, (bool));
  CONST_MEMBER(IRotaryEmbeddingLayer, getInterleaved, bool, ());
  MEMBER(IRotaryEmbeddingLayer, setRotaryEmbeddingDim, bool, (int32_t));
  CONST_MEMBER(IRotaryEmbeddingLayer, getRotaryEmbeddingDim, int32_t, ());

  MEMBER(IKVCacheUpdateLayer, setCacheMode, bool, (KVCacheMode));
  CONST_MEMBER(IKVCacheUpdateLayer, getCacheMode, KVCacheMode, ());

  MEMBER(IMoELayer, setGatedWeights, void, (ITensor&, ITensor&, ITensor&, MoEActType));
  MEMBER(IMoELayer, setGatedBiases, void, (ITensor&, ITensor&, ITensor&));
  MEMBER(IMoELayer, setActivationType, void, (MoEActType));
  CONST_MEMBER(IMoELayer, getActivationType, MoEActType, ());
  MEMBER(IMoELayer, setQuantizationStatic, void, (ITensor&, DataType));
  MEMBER(IMoELayer, setQuantizationDynamicDblQ, void, (ITensor&, DataType, const Dims&, DataType));
  MEMBER(IMoELayer, setQuantizationToType, void, (DataType));
  CONST_MEMBER(IMoELayer, getQuantizationToType, DataType, ());
  MEMBER(IMoELayer, setQuantizationBlockShape, void, (const Dims&));
  CONST_MEMBER(IMoELayer, getQuantizationBlockShape, Dims, ());
  MEMBER(IMoELayer, setDynQOutputScaleType, void, (DataType));
  CONST_MEMBER(IMoELayer, getDynQOutputScaleType, DataType, ());
  MEMBER(IMoELayer, setSwigluParams, void, (float, float, float));
  MEMBER(IMoELayer, setSwigluParamLimit, void, (float));
  CONST_MEMBER(IMoELayer, getSwigluParamLimit, float, ());
  MEMBER(IMoELayer, setSwigluParamAlpha, void, (float));
  CONST_MEMBER(IMoELayer, getSwigluParamAlpha, float, ());
  MEMBER(IMoELayer, setSwigluParamBeta, void, (float));
  CONST_MEMBER(IMoELayer, getSwigluParamBeta, float, ());
  MEMBER(IMoELayer, setInput, void, (int32_t, ITensor&));
}

void part_7() {
  MEMBER(INetworkDefinition, addInput, ITensor*, (const char*, DataType, const Dims&));
  MEMBER(INetworkDefinition, markOutput, void, (ITensor&));
  MEMBER(INetworkDefinition, markDebug, bool, (ITensor&));
  MEMBER(INetworkDefinition, unmarkDebug, bool, (ITensor&));
  CONST_MEMBER(INetworkDefinition, isDebugTensor, bool, (const ITensor&));
  MEMBER(INetworkDefinition, markUnfusedTensorsAsDebugTensors, bool, ());
  MEMBER(INetworkDefinition, unmarkUnfusedTensorsAsDebugTensors, bool, ());
  MEMBER(INetworkDefinition, addActivation, IActivationLayer*, (ITensor&, ActivationType));
  MEMBER(INetworkDefinition, addLRN, ILRNLayer*, (ITensor&, int64_t, float, float, float));
  MEMBER(INetworkDefinition, addScale, IScaleLayer*,
         (ITensor&, ScaleMode, Weights, Weights, Weights));
  MEMBER(INetworkDefinition, addSoftMax, ISoftMaxLayer*, (ITensor&));
  MEMBER(INetworkDefinition, addConcatenation, IConcatenationLayer*, (ITensor* const*, int32_t));
  MEMBER(INetworkDefinition, addElementWise, IElementWiseLayer*,
         (ITensor&, ITensor&, ElementWiseOperation));
  MEMBER(INetworkDefinition, addUnary, IUnaryLayer*, (ITensor&, UnaryOperation));
  MEMBER(INetworkDefinition, addShuffle, IShuffleLayer*, (ITensor&));
  MEMBER(INetworkDefinition, addOneHot, IOneHotLayer*, (ITensor&, ITensor&, ITensor&, int32_t));
  CONST_MEMBER(INetworkDefinition, getNbLayers, int32_t, ());
  CONST_MEMBER(INetworkDefinition, getLayer, ILayer*, (int32_t));
  CONST_MEMBER(INetworkDefinition, getNbInputs, int32_t, ());
  CONST_MEMBER(INetworkDefinition, getInput, ITensor*, (int32_t));
  CONST_MEMBER(INetworkDefinition, getNbOutputs, int32_t, ());
  CONST_MEMBER(INetworkDefinition, getOutput, ITensor*, (int32_t));
  MEMBER(INetworkDefinition, addReduce, IReduceLayer*, (ITensor&, ReduceOperation, uint32_t, bool));
  MEMBER(INetworkDefinition, addTopK, ITopKLayer*, (ITensor&, TopKOperation, int32_t, uint32_t));
  MEMBER(INetworkDefinition, addTopK, ITopKLayer*,
         (ITensor&, TopKOperation, int32_t, uint32_t, DataType));
  MEMBER(INetworkDefinition, addGather, IGatherLayer*, (ITensor&, ITensor&, int32_t));
  MEMBER(INetworkDefinition, addGatherV2, IGatherLayer*, (ITensor&, ITensor&, GatherMode));
  MEMBER(INetworkDefinition, addRaggedSoftMax, IRaggedSoftMaxLayer*, (ITensor&, ITensor&));
  MEMBER(INetworkDefinition, addMatrixMultiply, IMatrixMultiplyLayer*,
         (ITensor&, MatrixOperation, ITensor&, MatrixOperation));
  MEMBER(INetworkDefinition, addNonZero, INonZeroLayer*, (ITensor&));
  MEMBER(INetworkDefinition, addNonZero, INonZeroLayer*, (ITensor&, DataType));
  MEMBER(INetworkDefinition, addConstant, IConstantLayer*, (const Dims&, Weights));
  MEMBER(INetworkDefinition, addIdentity, IIdentityLayer*, (ITensor&));
  MEMBER(INetworkDefinition, addCast, ICastLayer*, (ITensor&, DataType));
  MEMBER(INetworkDefinition, removeTensor, void, (ITensor&));
  MEMBER(INetworkDefinition, unmarkOutput, void, (ITensor&));
  MEMBER(INetworkDefinition, addPluginV2, IPluginV2Layer*, (ITensor* const*, int32_t, IPluginV2&));
  MEMBER(INetworkDefinition, addPluginV3, IPluginV3Layer*,
         (ITensor* const*, int32_t, ITensor* const*, int32_t, IPluginV3&));
  MEMBER(INetworkDefinition, addSlice, ISliceLayer*,
         (ITensor&, const Dims&, const Dims&, const Dims&));
  MEMBER(INetworkDefinition, setName, void, (const char*));
  CONST_MEMBER(INetworkDefinition, getName, const char*, ());
  MEMBER(INetworkDefinition, addShape, IShapeLayer*, (ITensor&));
  CONST_MEMBER(INetworkDefinition, hasImplicitBatchDimension, bool, ());
  CONST_MEMBER(INetworkDefinition, getFlags, NetworkDefinitionCreationFlags, ());
  CONST_MEMBER(INetworkDefinition, getFlag, bool, (NetworkDefinitionCreationFlag));
  MEMBER(INetworkDefinition, markOutputForShapes, bool, (ITensor&));
  MEMBER(INetworkDefinition, unmarkOutputForShapes, bool, (ITensor&));
  MEMBER(INetworkDefinition, addParametricReLU, IParametricReLULayer*, (ITensor&, ITensor&));
  MEMBER(INetworkDefinition, addConvolutionNd, IConvolutionLayer*,
         (ITensor&, int64_t, const Dims&, Weights, Weights));
  MEMBER(INetworkDefinition, addPoolingNd, IPoolingLayer*, (ITensor&, PoolingType, const Dims&));
  MEMBER(INetworkDefinition, addDeconvolutionNd, IDeconvolutionLayer*,
         (ITensor&, int64_t, Dims, Weights, Weights));
  MEMBER(INetworkDefinition, addScaleNd, IScaleLayer*,
         (ITensor&, ScaleMode, Weights, Weights, Weights, int32_t));
  MEMBER(INetworkDefinition, addResize, IResizeLayer*, (ITensor&));
  MEMBER(INetworkDefinition, addLoop, ILoop*, ());
  MEMBER(INetworkDefinition, addIfConditional, IIfConditional*, ());
  MEMBER(INetworkDefinition, addSelect, ISelectLayer*, (ITensor&, ITensor&, ITensor&));
  MEMBER(INetworkDefinition, addAssertion, IAssertionLayer*, (ITensor&, const char*));
  MEMBER(INetworkDefinition, addFill, IFillLayer*, (const Dims&, FillOperation));
  MEMBER(INetworkDefinition, addFill, IFillLayer*, (const Dims&, FillOperation, DataType));
  MEMBER(INetworkDefinition, addPaddingNd, IPaddingLayer*, (ITensor&, const Dims&, const Dims&));
  MEMBER(INetworkDefinition, setWeightsName, bool, (Weights, const char*));
  MEMBER(INetworkDefinition, setErrorRecorder, void, (IErrorRecorder*));
  CONST_MEMBER(INetworkDefinition, getErrorRecorder, IErrorRecorder*, ());
  MEMBER(INetworkDefinition, addDequantize, IDequantizeLayer*, (ITensor&, ITensor&));
  MEMBER(INetworkDefinition, addDequantize, IDequantizeLayer*, (ITensor&, ITensor&, DataType));
  MEMBER(INetworkDefinition, addScatter, IScatterLayer*,
         (ITensor&, ITensor&, ITensor&, ScatterMode));
  MEMBER(INetworkDefinition, addQuantize, IQuantizeLayer*, (ITensor&, ITensor&));
  MEMBER(INetworkDefinition, addQuantize, IQuantizeLayer*, (ITensor&, ITensor&, DataType));
  MEMBER(INetworkDefinition, addDynamicQuantize, IDynamicQuantizeLayer*,
         (ITensor&, int32_t, int32_t, DataType, DataType));
  MEMBER(INetworkDefinition, addDynamicQuantizeV2, IDynamicQuantizeLayer*,
         (ITensor&, const Dims&, DataType, DataType));
}

void part_8() {
  MEMBER(INetworkDefinition, addEinsum, IEinsumLayer*, (ITensor* const*, int32_t, const char*));
  MEMBER(INetworkDefinition, addGridSample, IGridSampleLayer*, (ITensor&, ITensor&));
  MEMBER(INetworkDefinition, addNMS, INMSLayer*, (ITensor&, ITensor&, ITensor&));
  MEMBER(INetworkDefinition, addNMS, INMSLayer*, (ITensor&, ITensor&, ITensor&, DataType));
  MEMBER(INetworkDefinition, addReverseSequence, IReverseSequenceLayer*, (ITensor&, ITensor&));
  MEMBER(INetworkDefinition, addNormalization, INormalizationLayer*,
         (ITensor&, ITensor&, ITensor&, uint32_t));
  MEMBER(INetworkDefinition, addCumulative, ICumulativeLayer*,
         (ITensor&, ITensor&, CumulativeOperation, bool, bool));
  MEMBER(INetworkDefinition, addAttention, IAttention*,
         (ITensor&, ITensor&, ITensor&, AttentionNormalizationOp, bool));
  MEMBER(INetworkDefinition, addRotaryEmbedding, IRotaryEmbeddingLayer*,
         (ITensor&, ITensor&, ITensor&, bool, int32_t));
  MEMBER(INetworkDefinition, addKVCacheUpdate, IKVCacheUpdateLayer*,
         (ITensor&, ITensor&, ITensor&, KVCacheMode));
  MEMBER(INetworkDefinition, addMoE, IMoELayer*, (ITensor&, ITensor&, ITensor&));
  MEMBER(INetworkDefinition, addDistCollective, IDistCollectiveLayer*,
         (ITensor&, CollectiveOperation, ReduceOperation, int64_t, int64_t*, int64_t));
  CONST_MEMBER(INetworkDefinition, getBuilder, IBuilder&, ());
  MEMBER(INetworkDefinition, markWeightsRefittable, bool, (const char*));
  MEMBER(INetworkDefinition, unmarkWeightsRefittable, bool, (const char*));
  CONST_MEMBER(INetworkDefinition, areWeightsMarkedRefittable, bool, (const char*));
  MEMBER(INetworkDefinition, addSqueeze, ISqueezeLayer*, (ITensor&, ITensor&));
  MEMBER(INetworkDefinition, addUnsqueeze, IUnsqueezeLayer*, (ITensor&, ITensor&));
  MEMBER(INetworkDefinition, addNormalizationV2, INormalizationLayer*,
         (ITensor&, ITensor&, ITensor&, uint32_t));
}

}  // namespace

void surface_of_network() {
  part_1();
  part_2();
  part_3();
  part_4();
  part_5();
  part_6();
  part_7();
  part_8();
}
