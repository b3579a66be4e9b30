// Members of INetworkDefinition for which the graph has no op yet.
#include "api/network/network.h"

namespace tenon::api {

namespace nv = nvinfer1;

template <typename L>
static L* none(const Reporter& reporter, const char* call) noexcept {
  return not_implemented(reporter, call, static_cast<L*>(nullptr));
}

nv::IRaggedSoftMaxLayer* Network::addRaggedSoftMax(nv::ITensor&, nv::ITensor&) noexcept {
  return none<nv::IRaggedSoftMaxLayer>(reporter_, "INetworkDefinition::addRaggedSoftMax");
}

nv::IPluginV2Layer* Network::addPluginV2(nv::ITensor* const*, int32_t, nv::IPluginV2&) noexcept {
  return none<nv::IPluginV2Layer>(reporter_, "INetworkDefinition::addPluginV2");
}

nv::IPluginV3Layer* Network::addPluginV3(nv::ITensor* const*, int32_t, nv::ITensor* const*, int32_t,
                                         nv::IPluginV3&) noexcept {
  return none<nv::IPluginV3Layer>(reporter_, "INetworkDefinition::addPluginV3");
}

nv::ILoop* Network::addLoop() noexcept {
  return none<nv::ILoop>(reporter_, "INetworkDefinition::addLoop");
}

nv::IIfConditional* Network::addIfConditional() noexcept {
  return none<nv::IIfConditional>(reporter_, "INetworkDefinition::addIfConditional");
}

nv::IDequantizeLayer* Network::addDequantize(nv::ITensor&, nv::ITensor&) noexcept {
  return none<nv::IDequantizeLayer>(reporter_, "INetworkDefinition::addDequantize");
}

nv::IDequantizeLayer* Network::addDequantizeV2(nv::ITensor&, nv::ITensor&, nv::DataType) noexcept {
  return none<nv::IDequantizeLayer>(reporter_, "INetworkDefinition::addDequantizeV2");
}

nv::IQuantizeLayer* Network::addQuantize(nv::ITensor&, nv::ITensor&) noexcept {
  return none<nv::IQuantizeLayer>(reporter_, "INetworkDefinition::addQuantize");
}

nv::IQuantizeLayer* Network::addQuantizeV2(nv::ITensor&, nv::ITensor&, nv::DataType) noexcept {
  return none<nv::IQuantizeLayer>(reporter_, "INetworkDefinition::addQuantizeV2");
}

nv::IScatterLayer* Network::addScatter(nv::ITensor&, nv::ITensor&, nv::ITensor&,
                                       nv::ScatterMode) noexcept {
  return none<nv::IScatterLayer>(reporter_, "INetworkDefinition::addScatter");
}

nv::IEinsumLayer* Network::addEinsum(nv::ITensor* const*, int32_t, const char*) noexcept {
  return none<nv::IEinsumLayer>(reporter_, "INetworkDefinition::addEinsum");
}

nv::IAssertionLayer* Network::addAssertion(nv::ITensor&, const char*) noexcept {
  return none<nv::IAssertionLayer>(reporter_, "INetworkDefinition::addAssertion");
}

nv::IOneHotLayer* Network::addOneHot(nv::ITensor&, nv::ITensor&, nv::ITensor&, int32_t) noexcept {
  return none<nv::IOneHotLayer>(reporter_, "INetworkDefinition::addOneHot");
}

nv::INonZeroLayer* Network::addNonZero(nv::ITensor&) noexcept {
  return none<nv::INonZeroLayer>(reporter_, "INetworkDefinition::addNonZero");
}

nv::INonZeroLayer* Network::addNonZeroV2(nv::ITensor&, nv::DataType) noexcept {
  return none<nv::INonZeroLayer>(reporter_, "INetworkDefinition::addNonZeroV2");
}

nv::IGridSampleLayer* Network::addGridSample(nv::ITensor&, nv::ITensor&) noexcept {
  return none<nv::IGridSampleLayer>(reporter_, "INetworkDefinition::addGridSample");
}

nv::INMSLayer* Network::addNMS(nv::ITensor&, nv::ITensor&, nv::ITensor&) noexcept {
  return none<nv::INMSLayer>(reporter_, "INetworkDefinition::addNMS");
}

nv::INMSLayer* Network::addNMSV2(nv::ITensor&, nv::ITensor&, nv::ITensor&, nv::DataType) noexcept {
  return none<nv::INMSLayer>(reporter_, "INetworkDefinition::addNMSV2");
}

nv::IReverseSequenceLayer* Network::addReverseSequence(nv::ITensor&, nv::ITensor&) noexcept {
  return none<nv::IReverseSequenceLayer>(reporter_, "INetworkDefinition::addReverseSequence");
}

nv::IDynamicQuantizeLayer* Network::addDynamicQuantize(nv::ITensor&, int32_t, int32_t, nv::DataType,
                                                       nv::DataType) noexcept {
  return none<nv::IDynamicQuantizeLayer>(reporter_, "INetworkDefinition::addDynamicQuantize");
}

nv::IDynamicQuantizeLayer* Network::addDynamicQuantizeV2(nv::ITensor&, const nv::Dims&,
                                                         nv::DataType, nv::DataType) noexcept {
  return none<nv::IDynamicQuantizeLayer>(reporter_, "INetworkDefinition::addDynamicQuantizeV2");
}

nv::ICumulativeLayer* Network::addCumulative(nv::ITensor&, nv::ITensor&, nv::CumulativeOperation,
                                             bool, bool) noexcept {
  return none<nv::ICumulativeLayer>(reporter_, "INetworkDefinition::addCumulative");
}

nv::IAttention* Network::addAttention(nv::ITensor&, nv::ITensor&, nv::ITensor&,
                                      nv::AttentionNormalizationOp, bool) noexcept {
  return none<nv::IAttention>(reporter_, "INetworkDefinition::addAttention");
}

nv::IRotaryEmbeddingLayer* Network::addRotaryEmbedding(nv::ITensor&, nv::ITensor&, nv::ITensor&,
                                                       bool, int32_t) noexcept {
  return none<nv::IRotaryEmbeddingLayer>(reporter_, "INetworkDefinition::addRotaryEmbedding");
}

nv::IKVCacheUpdateLayer* Network::addKVCacheUpdate(nv::ITensor&, nv::ITensor&, nv::ITensor&,
                                                   nv::KVCacheMode) noexcept {
  return none<nv::IKVCacheUpdateLayer>(reporter_, "INetworkDefinition::addKVCacheUpdate");
}

nv::IMoELayer* Network::addMoE(nv::ITensor&, nv::ITensor&, nv::ITensor&) noexcept {
  return none<nv::IMoELayer>(reporter_, "INetworkDefinition::addMoE");
}

nv::IDistCollectiveLayer* Network::addDistCollective(nv::ITensor&, nv::CollectiveOperation,
                                                     nv::ReduceOperation, int64_t, int64_t*,
                                                     int64_t) noexcept {
  return none<nv::IDistCollectiveLayer>(reporter_, "INetworkDefinition::addDistCollective");
}

bool Network::markDebug(nv::ITensor&) noexcept {
  return not_implemented(reporter_, "INetworkDefinition::markDebug", false);
}

bool Network::unmarkDebug(nv::ITensor&) noexcept {
  return not_implemented(reporter_, "INetworkDefinition::unmarkDebug", false);
}

bool Network::markUnfusedTensorsAsDebugTensors() noexcept {
  return not_implemented(reporter_, "INetworkDefinition::markUnfusedTensorsAsDebugTensors", false);
}

bool Network::unmarkUnfusedTensorsAsDebugTensors() noexcept {
  return not_implemented(reporter_, "INetworkDefinition::unmarkUnfusedTensorsAsDebugTensors",
                         false);
}

}  // namespace tenon::api
