#pragma once

#include <cuda_runtime_api.h>

#include <memory>

#include "device/device.h"

namespace tenon {

// A stream over the program's cudaStream_t. Tasks run at once on the calling thread and enqueue
// their launches. Throws Error when the handle is not that of a stream.
std::unique_ptr<Stream> make_cuda_stream(cudaStream_t handle, int device);

// The same over a stream of its own, which the legacy default stream does not wait for.
std::unique_ptr<Stream> make_own_cuda_stream(int device);

// The stream that a launch enqueues on.
inline cudaStream_t stream_of(const LaunchArgs& args) {
  return static_cast<cudaStream_t>(args.stream->handle());
}

// Makes a device current for the calling thread as long as the object lives.
class CurrentDevice {
 public:
  explicit CurrentDevice(int device);
  ~CurrentDevice();
  CurrentDevice(const CurrentDevice&) = delete;
  CurrentDevice& operator=(const CurrentDevice&) = delete;

 private:
  int before_ = 0;
  bool changed_ = false;
};

}  // namespace tenon
