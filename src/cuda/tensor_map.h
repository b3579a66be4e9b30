#pragma once

#include <cuda.h>

namespace tenon {

// A function of the driver, which is not linked: the runtime knows it. Throws Error when the driver
// has none of the name.
void* driver_function(const char* name);

// Throws Error naming the call when it failed.
void check_map(CUresult result, const char* call);

// Where the tensor of a map of the copy engine begins.
void set_address(CUtensorMap& map, const void* x);

}  // namespace tenon
