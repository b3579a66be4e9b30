#pragma once

#include <NvInfer.h>

#include <memory>

#include "api/reporter.h"
#include "build/timing_cache.h"

namespace tenon::api {

// ITimingCache over the builder's cache. Its entries carry the device they were measured on, so
// those of other devices never mismatch.
//
// Keys of the public interface stand for a device and a problem; a value names the fastest tactic
// measured for it and its time.
class TimingCacheObject : public nvinfer1::ITimingCache, public nvinfer1::apiv::VTimingCache {
 public:
  // `editable`: whether update() is allowed (BuilderFlag::kEDITABLE_TIMING_CACHE).
  // Throws Error when the bytes are damaged or foreign.
  TimingCacheObject(const Reporter& parent, std::span<const std::byte> data, bool editable);
  ~TimingCacheObject() noexcept override = default;

  nvinfer1::IHostMemory* serialize() const noexcept override;
  bool combine(const nvinfer1::ITimingCache& other, bool ignore_mismatch) noexcept override;
  bool reset() noexcept override;
  int64_t queryKeys(nvinfer1::TimingCacheKey* keys, int64_t capacity) const noexcept override;
  nvinfer1::TimingCacheValue query(const nvinfer1::TimingCacheKey& key) const noexcept override;
  bool update(const nvinfer1::TimingCacheKey& key,
              const nvinfer1::TimingCacheValue& value) noexcept override;

  // A build adds to the cache that a program handed it as const.
  TimingCache& cache() const { return cache_; }

 private:
  Reporter reporter_;
  mutable TimingCache cache_;
  bool editable_;
};

}  // namespace tenon::api
