// One run of trtexec from options to reports.
#pragma once

#include "trtexec/log.h"
#include "trtexec/options.h"

namespace tenon::trtexec {

// Throws Error for whatever makes the run fail.
void run_session(const Options& options, Console& console);

}  // namespace tenon::trtexec
