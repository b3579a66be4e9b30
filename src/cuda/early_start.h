#pragma once

#include "device/device.h"

namespace tenon {

// Device::early_start_seconds() on a GPU: what an own kernel of a few microseconds takes less in a
// row of dependent launches than in a row of plain ones.
double early_start_seconds(Device& device);

}  // namespace tenon
