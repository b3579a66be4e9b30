// The host build's device.
#include "api/device.h"
#include "cpu/cpu_device.h"
#include "cpu/thread_count.h"

namespace tenon::api {

Device& default_device() { return cpu_device(); }
bool set_device_threads(int n) { return set_cpu_threads(n); }
int device_threads() { return cpu_threads(); }

}  // namespace tenon::api
