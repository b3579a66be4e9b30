// The C functions that programs link or look up, but for those of builder and parser.
#include <NvInfer.h>
#include <NvInferPlugin.h>
#include <NvInferRuntime.h>
#include <NvInferVersion.h>

#include <cstdio>

#include "api/exports.h"
#include "api/runtime/engine.h"
#include "api/runtime/runtime.h"

namespace tenon::api {

static std::atomic<nvinfer1::ILogger*> first_logger{nullptr};

void remember_logger(nvinfer1::ILogger* logger) noexcept {
  nvinfer1::ILogger* none = nullptr;
  first_logger.compare_exchange_strong(none, logger);
}

bool accepts_version(nvinfer1::ILogger* logger, int32_t version, const char* call) noexcept {
  if (logger == nullptr) {
    std::fprintf(stderr, "tenon: %s: logger is null\n", call);
    return false;
  }
  const Reporter reporter(logger);
  if (version / 10000 != NV_TENSORRT_MAJOR) {
    return guarded(reporter, call, false, [&]() -> bool {
      fail(ErrorCode::kInitialization,
           "the program was compiled for version {} of the interface, this library has {}", version,
           NV_TENSORRT_VERSION);
    });
  }
  remember_logger(logger);
  return true;
}

}  // namespace tenon::api

using namespace tenon::api;

void* createInferRuntime_INTERNAL(void* logger, int32_t version) noexcept {
  auto* log = static_cast<nvinfer1::ILogger*>(logger);
  const char* call = "createInferRuntime";
  if (!accepts_version(log, version, call)) return nullptr;
  return guarded(Reporter(log), call, static_cast<nvinfer1::IRuntime*>(nullptr),
                 [&] { return new Runtime(*log); });
}

void* createInferRefitter_INTERNAL(void* engine, void* logger, int32_t version) noexcept {
  auto* log = static_cast<nvinfer1::ILogger*>(logger);
  if (!accepts_version(log, version, "createInferRefitter")) return nullptr;
  (void)engine;
  return not_implemented(Reporter(log), "createInferRefitter", static_cast<void*>(nullptr));
}

nvinfer1::ILogger* getLogger() noexcept { return first_logger.load(); }
int32_t getInferLibVersion() noexcept { return NV_TENSORRT_VERSION; }
int32_t getInferLibMajorVersion() noexcept { return NV_TENSORRT_MAJOR; }
int32_t getInferLibMinorVersion() noexcept { return NV_TENSORRT_MINOR; }
int32_t getInferLibPatchVersion() noexcept { return NV_TENSORRT_PATCH; }
int32_t getInferLibBuildVersion() noexcept { return NV_TENSORRT_BUILD; }

bool initLibNvInferPlugins(void* logger, const char* /*libNamespace*/) {
  remember_logger(static_cast<nvinfer1::ILogger*>(logger));
  return true;
}
