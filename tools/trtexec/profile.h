// The times of layers.
#pragma once

#include <NvInferRuntime.h>

#include <mutex>
#include <string>
#include <vector>

namespace tenon::trtexec {

struct LayerProfile {
  std::string name;
  std::vector<double> times_ms;  // one an inference

  double total() const;
  double median() const;
};

// Collects what a context reports, in the order of the layers. A layer's name may come twice in an
// inference: its second place is a layer of its own.
class Profile : public nvinfer1::IProfiler {
 public:
  void reportLayerTime(const char* layer, float ms) noexcept override;

  const std::vector<LayerProfile>& layers() const { return layers_; }
  int inferences() const;
  double total_ms() const;  // of all layers and inferences
  // The table of --dumpProfile, one line an element.
  std::vector<std::string> table() const;

 private:
  std::mutex mutex_;
  std::vector<LayerProfile> layers_;
  size_t next_ = 0;  // where the next report is expected
};

}  // namespace tenon::trtexec
