#include "cuda/dependent_launch.h"

#include "cuda/device_facts.h"

namespace tenon {

bool dependent_launches() {
  constexpr int kLeastSm = 90;
  static const bool known = [] {
    int devices = 0;
    if (cudaGetDeviceCount(&devices) != cudaSuccess) return false;
    for (int i = 0; i < devices; ++i) {
      if (device_facts(i).sm < kLeastSm) return false;
    }
    return devices > 0;
  }();
  return known && use_dependent_launches;
}

}  // namespace tenon
