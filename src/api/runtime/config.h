#pragma once

#include <NvInferRuntime.h>

namespace tenon::api {

class RuntimeConfig : public nvinfer1::IRuntimeConfig, public nvinfer1::apiv::VRuntimeConfig {
 public:
  RuntimeConfig() { nvinfer1::IRuntimeConfig::mImpl = this; }
  nvinfer1::IRuntimeConfig* getPImpl() noexcept override { return this; }
  void setExecutionContextAllocationStrategy(
      nvinfer1::ExecutionContextAllocationStrategy strategy) noexcept override {
    strategy_ = strategy;
  }
  nvinfer1::ExecutionContextAllocationStrategy getExecutionContextAllocationStrategy()
      const noexcept override {
    return strategy_;
  }

 private:
  nvinfer1::ExecutionContextAllocationStrategy strategy_ =
      nvinfer1::ExecutionContextAllocationStrategy::kSTATIC;
};

class SerializationConfig : public nvinfer1::ISerializationConfig,
                            public nvinfer1::apiv::VSerializationConfig {
 public:
  SerializationConfig() { nvinfer1::ISerializationConfig::mImpl = this; }
  bool setFlags(nvinfer1::SerializationFlags flags) noexcept override {
    flags_ = flags;
    return true;
  }
  nvinfer1::SerializationFlags getFlags() const noexcept override { return flags_; }
  bool clearFlag(nvinfer1::SerializationFlag flag) noexcept override {
    flags_ &= ~(1U << static_cast<uint32_t>(flag));
    return true;
  }
  bool setFlag(nvinfer1::SerializationFlag flag) noexcept override {
    flags_ |= 1U << static_cast<uint32_t>(flag);
    return true;
  }
  bool getFlag(nvinfer1::SerializationFlag flag) const noexcept override {
    return (flags_ >> static_cast<uint32_t>(flag) & 1U) != 0;
  }

 private:
  nvinfer1::SerializationFlags flags_ = 0;
};

}  // namespace tenon::api
