#pragma once

namespace tenon {

// Cores that this process may run on: its affinity mask, less where the control group limits its
// processor time. At least 1.
int available_cores();

// Threads of the CPU device: the value given to set_cpu_threads(), or the knob TENON_THREADS, or
// available_cores(). Fixed by the first call. Throws Error when the knob is no number in [1, 1024].
int cpu_threads();

// Returns false, and changes nothing, when the number is fixed already (and differs).
bool set_cpu_threads(int threads);

}  // namespace tenon
