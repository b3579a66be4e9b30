// The standard plugins.
#pragma once

#include "NvInfer.h"
#include "NvInferPluginUtils.h"

//! Registers the creators of the standard plugins with the global registry, under a namespace (""
//! for the default one); `logger` is an ILogger*. May be called again. Returns false on failure.
extern "C" TENSORRTAPI bool initLibNvInferPlugins(void* logger, const char* libNamespace);
