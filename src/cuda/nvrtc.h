#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tenon {

// Compiles CUDA C++ for an architecture (90 becomes sm_90a) and returns the cubin. The source
// includes nothing: the machine that runs it may have no CUDA headers. Throws Error with the
// compiler's words when it fails. May be called from several threads at once.
std::vector<std::byte> compile_cubin(const std::string& source, int sm);

}  // namespace tenon
