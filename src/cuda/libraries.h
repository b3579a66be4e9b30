#pragma once

#include <cublasLt.h>
#include <cudnn.h>

#include <string>

#include "base/error.h"

namespace tenon {

// Handles of the NVIDIA libraries for the calling thread's current device; made when first asked
// for, which takes a while and allocates. A cuDNN handle belongs to the calling thread: set its
// stream before each use.
cudnnHandle_t cudnn_handle();
cublasLtHandle_t cublaslt_handle();

// "cuDNN 9.14.0, cuBLASLt 13.1.0": the versions in use.
std::string library_versions();

// Throw Error naming the call when it failed.
void check_cudnn(cudnnStatus_t status, const char* call);
void check_cublas(cublasStatus_t status, const char* call);

}  // namespace tenon
