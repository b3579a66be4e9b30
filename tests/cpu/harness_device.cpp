#include "cpu/cpu_device.h"
#include "tactic_harness.h"

namespace tenon::test {

HarnessDevice harness_device() {
  return {.device = cpu_device()};
}

}  // namespace tenon::test
