#pragma once

#include "api/network/layer.h"
#include "ops/topk.h"

namespace tenon::api {

class TopKLayer : public LayerOf<nvinfer1::ITopKLayer, nvinfer1::apiv::VTopKLayer> {
 public:
  explicit TopKLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kTOPK, "ITopKLayer", "TopK", 2) {}
  void start(nvinfer1::TopKOperation op, int32_t k, uint32_t axes, nvinfer1::DataType indices);
  // `k` is nullopt when it is an input. The order of equal elements of an imported node has no
  // public name and stays.
  void adopt(const TopK& op, std::optional<int64_t> k, size_t rank);

  void setOperation(nvinfer1::TopKOperation op) noexcept override;
  nvinfer1::TopKOperation getOperation() const noexcept override;
  void setK(int32_t k) noexcept override;
  int32_t getK() const noexcept override { return static_cast<int32_t>(k_.value_or(-1)); }
  void setReduceAxes(uint32_t axes) noexcept override;
  uint32_t getReduceAxes() const noexcept override { return 1U << op_.axis; }
  bool setIndicesType(nvinfer1::DataType type) noexcept override;
  nvinfer1::DataType getIndicesType() const noexcept override { return to_public(op_.indices); }

 private:
  void write(NodeWriter& w) override;
  size_t most_inputs() const override { return 2; }
  void input_was_set(size_t index) override;

  TopK op_;
  std::optional<int64_t> k_;
};

}  // namespace tenon::api
