#pragma once

#ifdef __cplusplus
extern "C" {
#endif
// Sends `value` to the device and back, from C. Negative where a step fails.
int run_c_program(int value);
#ifdef __cplusplus
}
#endif
