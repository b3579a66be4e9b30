#pragma once

#include <cuda.h>

#include <span>

namespace tenon {

// A function of the driver, which is not linked: the runtime knows it. Throws Error when the driver
// has none of the name.
void* driver_function(const char* name);

// Throws Error naming the call when it failed.
void check_map(CUresult result, const char* call);

// What maps are made with until they are told where their tensor begins: any aligned address.
void* unset_address();

// A map of tiles in boxes of `box` elements, zeros outside, for shared memory swizzled by 128
// bytes. Dims are the inner ones first, strides in bytes and of all dims but the first.
CUtensorMap tiled_map(CUtensorMapDataType type, std::span<const cuuint64_t> dims,
                      std::span<const cuuint64_t> strides, std::span<const cuuint32_t> box,
                      CUtensorMapL2promotion promotion);

// Where the tensor of a map of the copy engine begins.
void set_address(CUtensorMap& map, const void* x);

}  // namespace tenon
