#pragma once

#include "device/device.h"

namespace tenon {

// The host's processor as a device: memory is the host's, streams are the queues of src/hostcuda,
// kernels run on cpu_threads() threads that all streams share.
Device& cpu_device();

}  // namespace tenon
