#include "cuda/nvrtc.h"

#include <nvrtc.h>

#include <memory>

#include "base/error.h"

namespace tenon {
namespace {

void check(nvrtcResult status, const char* call) {
  if (status != NVRTC_SUCCESS) {
    fail(ErrorCode::kInitialization, "{}: {}", call, nvrtcGetErrorString(status));
  }
}

struct Program {
  nvrtcProgram handle = nullptr;
  explicit Program(const std::string& source) {
    check(nvrtcCreateProgram(&handle, source.c_str(), "tenon.cu", 0, nullptr, nullptr),
          "nvrtcCreateProgram");
  }
  ~Program() { nvrtcDestroyProgram(&handle); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  std::string log() const {
    size_t bytes = 0;
    if (nvrtcGetProgramLogSize(handle, &bytes) != NVRTC_SUCCESS || bytes < 2) return "";
    std::string text(bytes, '\0');
    nvrtcGetProgramLog(handle, text.data());
    return text;
  }
};

}  // namespace

std::vector<std::byte> compile_cubin(const std::string& source, int sm) {
  const Program program(source);
  const std::string arch = fmt::format("--gpu-architecture=sm_{}{}", sm, sm == 90 ? "a" : "");
  const char* const options[] = {arch.c_str(), "--std=c++17", "--extra-device-vectorization",
                                 "-default-device"};
  if (nvrtcCompileProgram(program.handle, std::size(options), options) != NVRTC_SUCCESS) {
    fail(ErrorCode::kInternal, "a generated kernel does not compile: {}\n{}", program.log(),
         source);
  }
  size_t bytes = 0;
  check(nvrtcGetCUBINSize(program.handle, &bytes), "nvrtcGetCUBINSize");
  std::vector<std::byte> cubin(bytes);
  check(nvrtcGetCUBIN(program.handle, reinterpret_cast<char*>(cubin.data())), "nvrtcGetCUBIN");
  return cubin;
}

}  // namespace tenon
