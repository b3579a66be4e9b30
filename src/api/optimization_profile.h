#pragma once

#include <NvInfer.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/reporter.h"
#include "build/builder.h"

namespace tenon::api {

// Least, tuned and greatest dims of the inputs whose dims vary, and values of shape tensors.
class OptimizationProfile : public nvinfer1::IOptimizationProfile,
                            public nvinfer1::apiv::VOptimizationProfile {
 public:
  explicit OptimizationProfile(const Reporter& parent);
  ~OptimizationProfile() noexcept override = default;

  bool setDimensions(const char* input, nvinfer1::OptProfileSelector select,
                     const nvinfer1::Dims& dims) noexcept override;
  nvinfer1::Dims getDimensions(const char* input,
                               nvinfer1::OptProfileSelector select) const noexcept override;
  bool setShapeValues(const char* input, nvinfer1::OptProfileSelector select, const int32_t* values,
                      int32_t count) noexcept override;
  int32_t getNbShapeValues(const char* input) const noexcept override;
  const int32_t* getShapeValues(const char* input,
                                nvinfer1::OptProfileSelector select) const noexcept override;
  bool setShapeValuesV2(const char* input, nvinfer1::OptProfileSelector select,
                        const int64_t* values, int32_t count) noexcept override;
  const int64_t* getShapeValuesV2(const char* input,
                                  nvinfer1::OptProfileSelector select) const noexcept override;
  bool setExtraMemoryTarget(float target) noexcept override;
  float getExtraMemoryTarget() const noexcept override { return extra_memory_; }
  bool isValid() const noexcept override { return fault().empty(); }

  // What makes it invalid; empty when nothing does.
  std::string fault() const;
  // For the builder. Throws Error when it is not valid.
  Profile ranges() const;
  bool has_shape_values() const { return !values_.empty(); }

 private:
  static constexpr size_t kSelectors = 3;
  template <typename T>
  struct Triple {
    std::optional<T> of[kSelectors];
  };
  struct Values {
    std::vector<int64_t> wide;
    std::vector<int32_t> narrow;
  };
  const Values* find_values(const char* input, nvinfer1::OptProfileSelector select) const;
  template <typename T>
  bool set_values(const char* call, const char* input, nvinfer1::OptProfileSelector select,
                  const T* values, int32_t count) noexcept;

  Reporter reporter_;
  std::map<std::string, Triple<Dims>, std::less<>> dims_;
  std::map<std::string, Triple<Values>, std::less<>> values_;
  float extra_memory_ = 1;
};

}  // namespace tenon::api
