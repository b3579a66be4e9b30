#include "api/optimization_profile.h"

#include <algorithm>

#include "api/convert.h"

namespace tenon::api {

namespace nv = nvinfer1;

static size_t index_of(nv::OptProfileSelector select) {
  const auto index = static_cast<int32_t>(select);
  if (index < 0 || index >= nv::EnumMax<nv::OptProfileSelector>()) fail("{} is no selector", index);
  return static_cast<size_t>(index);
}

OptimizationProfile::OptimizationProfile(const Reporter& parent) : reporter_(parent.logger()) {
  reporter_.set_recorder(parent.recorder());
  mImpl = this;
}

// ---- dims

bool OptimizationProfile::setDimensions(const char* input, nv::OptProfileSelector select,
                                        const nv::Dims& dims) noexcept {
  return guarded(reporter_, "IOptimizationProfile::setDimensions", false, [&] {
    non_null(input, "inputName");
    const size_t index = index_of(select);
    const Dims given = to_internal(dims);
    const auto found = dims_.find(std::string_view(input));
    if (found != dims_.end()) {
      for (const auto& other : found->second.of) {
        if (other && other->rank() != given.rank()) {
          fail("input {}: {} dims were given before, {} now", input, other->rank(), given.rank());
        }
      }
    }
    dims_[input].of[index] = given;
    return true;
  });
}

nv::Dims OptimizationProfile::getDimensions(const char* input,
                                            nv::OptProfileSelector select) const noexcept {
  return guarded(reporter_, "IOptimizationProfile::getDimensions", invalid_dims(), [&] {
    non_null(input, "inputName");
    const size_t index = index_of(select);
    const auto found = dims_.find(std::string_view(input));
    if (found == dims_.end() || !found->second.of[index]) return invalid_dims();
    return to_public(*found->second.of[index]);
  });
}

// ---- values of shape tensors

template <typename T>
bool OptimizationProfile::set_values(const char* call, const char* input,
                                     nv::OptProfileSelector select, const T* values,
                                     int32_t count) noexcept {
  return guarded(reporter_, call, false, [&] {
    non_null(input, "inputName");
    const size_t index = index_of(select);
    if (count < 0) fail("input {}: {} values", input, count);
    if (count > 0) non_null(values, "values");
    const auto found = values_.find(std::string_view(input));
    if (found != values_.end()) {
      for (const auto& other : found->second.of) {
        if (other && other->wide.size() != static_cast<size_t>(count)) {
          fail("input {}: {} values were given before, {} now", input, other->wide.size(), count);
        }
      }
    }
    Values copy;
    for (int32_t i = 0; i < count; ++i) {
      copy.wide.push_back(values[i]);
      copy.narrow.push_back(
          static_cast<int32_t>(std::clamp<int64_t>(values[i], INT32_MIN, INT32_MAX)));
    }
    values_[input].of[index] = std::move(copy);
    return true;
  });
}

bool OptimizationProfile::setShapeValues(const char* input, nv::OptProfileSelector select,
                                         const int32_t* values, int32_t count) noexcept {
  return set_values("IOptimizationProfile::setShapeValues", input, select, values, count);
}

bool OptimizationProfile::setShapeValuesV2(const char* input, nv::OptProfileSelector select,
                                           const int64_t* values, int32_t count) noexcept {
  return set_values("IOptimizationProfile::setShapeValuesV2", input, select, values, count);
}

const OptimizationProfile::Values* OptimizationProfile::find_values(
    const char* input, nv::OptProfileSelector select) const {
  non_null(input, "inputName");
  const size_t index = index_of(select);
  const auto found = values_.find(std::string_view(input));
  if (found == values_.end() || !found->second.of[index]) return nullptr;
  return &*found->second.of[index];
}

int32_t OptimizationProfile::getNbShapeValues(const char* input) const noexcept {
  return guarded(reporter_, "IOptimizationProfile::getNbShapeValues", -1, [&] {
    for (const auto select : {nv::OptProfileSelector::kMIN, nv::OptProfileSelector::kOPT,
                              nv::OptProfileSelector::kMAX}) {
      if (const Values* values = find_values(input, select)) {
        return static_cast<int32_t>(values->wide.size());
      }
    }
    return -1;
  });
}

const int32_t* OptimizationProfile::getShapeValues(const char* input,
                                                   nv::OptProfileSelector select) const noexcept {
  return guarded(reporter_, "IOptimizationProfile::getShapeValues",
                 static_cast<const int32_t*>(nullptr), [&] {
                   const Values* values = find_values(input, select);
                   return values ? values->narrow.data() : nullptr;
                 });
}

const int64_t* OptimizationProfile::getShapeValuesV2(const char* input,
                                                     nv::OptProfileSelector select) const noexcept {
  return guarded(reporter_, "IOptimizationProfile::getShapeValuesV2",
                 static_cast<const int64_t*>(nullptr), [&] {
                   const Values* values = find_values(input, select);
                   return values ? values->wide.data() : nullptr;
                 });
}

// ---- the whole

bool OptimizationProfile::setExtraMemoryTarget(float target) noexcept {
  return guarded(reporter_, "IOptimizationProfile::setExtraMemoryTarget", false, [&] {
    if (!(target >= 0 && target <= 1)) fail("the target is {}, outside of 0 to 1", target);
    extra_memory_ = target;
    return true;
  });
}

std::string OptimizationProfile::fault() const {
  for (const auto& [input, triple] : dims_) {
    for (const auto& dims : triple.of) {
      if (!dims) return fmt::format("input {}: min, opt and max dims must all be set", input);
    }
    const auto& [min, opt, max] = triple.of;
    for (int i = 0; i < min->rank(); ++i) {
      if ((*min)[i] > (*opt)[i] || (*opt)[i] > (*max)[i]) {
        return fmt::format("input {}: axis {} is not min <= opt <= max: {} {} {}", input, i,
                           (*min)[i], (*opt)[i], (*max)[i]);
      }
    }
  }
  for (const auto& [input, triple] : values_) {
    for (const auto& values : triple.of) {
      if (!values) return fmt::format("input {}: min, opt and max values must all be set", input);
    }
    const auto& [min, opt, max] = triple.of;
    for (size_t i = 0; i < min->wide.size(); ++i) {
      if (min->wide[i] > opt->wide[i] || opt->wide[i] > max->wide[i]) {
        return fmt::format("input {}: value {} is not min <= opt <= max", input, i);
      }
    }
  }
  return {};
}

Profile OptimizationProfile::ranges() const {
  if (const std::string text = fault(); !text.empty()) {
    throw Error(ErrorCode::kInvalidConfig, "", text);
  }
  Profile profile;
  for (const auto& [input, triple] : dims_) {
    profile[input] = DimsRange{*triple.of[0], *triple.of[1], *triple.of[2]};
  }
  return profile;
}

}  // namespace tenon::api
