#pragma once

#include "device/device.h"

namespace tenon::api {

// The device this library was configured for: the one place that knows which it is.
Device& default_device();
// Caps the threads the device's host work uses; before the first use of the device. Returns false
// when it is too late or n is not positive.
bool set_device_threads(int n);
int device_threads();

}  // namespace tenon::api
