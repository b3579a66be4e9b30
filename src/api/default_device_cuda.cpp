// The device of a build with CUDA: the calling thread's current GPU.
#include "api/device.h"
#include "cuda/cuda_device.h"

namespace tenon::api {

Device& default_device() { return cuda_device(); }
bool set_device_threads(int n) { return set_cuda_host_threads(n); }
int device_threads() { return cuda_host_threads(); }

}  // namespace tenon::api
