// What every CUDA call goes through.
#pragma once

#include <new>
#include <system_error>

#include "driver_types.h"

namespace tenon::hostcuda {

// Records a failure as the calling thread's last error (cudaErrorNotReady is not one) and returns
// it.
cudaError_t report(cudaError_t error);

// Whether this thread is inside a host function or stream callback, where CUDA calls are refused.
bool& in_host_function();

// Marks the time in which a host function runs.
struct HostFunctionScope {
  HostFunctionScope() { in_host_function() = true; }
  ~HostFunctionScope() { in_host_function() = false; }
};

// The barrier between the CUDA calls and the code behind them: runs `body`, turns exceptions into
// error codes, reports the result.
template <class F>
cudaError_t call(F body) noexcept {
  if (in_host_function()) return report(cudaErrorNotPermitted);
  try {
    return report(body());
  } catch (const std::bad_alloc&) {
    return report(cudaErrorMemoryAllocation);
  } catch (const std::system_error&) {
    return report(cudaErrorOperatingSystem);
  } catch (...) {
    return report(cudaErrorUnknown);
  }
}

}  // namespace tenon::hostcuda
