#include "cuda/cuda_device.h"
#include "tactic_harness.h"

namespace tenon::test {

HarnessDevice harness_device() {
  return {.device = cuda_device(0),
          .f32_tolerance = 2e-5,
          .tf32 = true,
          .narrow_types = {DataType::kF16, DataType::kBF16}};
}

}  // namespace tenon::test
