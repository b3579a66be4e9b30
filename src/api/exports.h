#pragma once

#include <NvInferRuntime.h>

namespace tenon::api {

// What the global getLogger() returns: the first logger that the library was given.
void remember_logger(nvinfer1::ILogger* logger) noexcept;
// Whether a factory function may go on: the logger is there and the program's headers are of our
// major version. Reports otherwise, and remembers the logger.
bool accepts_version(nvinfer1::ILogger* logger, int32_t version, const char* call) noexcept;

}  // namespace tenon::api
