#pragma once

#include "cpu/cpu_stream.h"  // IWYU pragma: export
#include "device/launch.h"   // IWYU pragma: export
