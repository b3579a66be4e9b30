#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tenon {

// compile_cubin(), once a process for the same source: many layers are the same kernel. May be
// called from several threads at once.
std::vector<std::byte> shared_cubin(const std::string& source, int sm);

}  // namespace tenon
