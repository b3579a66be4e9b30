// trtexec: builds engines from ONNX files, and measures them, through the public API.
#include <NvInferVersion.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "base/error.h"
#include "trtexec/interrupt.h"
#include "trtexec/session.h"

namespace {

using namespace tenon::trtexec;

// The lines by which scripts know the outcome.
void print_state(const char* state, const std::string& command) {
  constexpr int kVersion = NV_TENSORRT_MAJOR * 10000 + NV_TENSORRT_MINOR * 100 + NV_TENSORRT_PATCH;
  std::printf("&&&& %s TensorRT.trtexec [TensorRT v%d] # %s\n", state, kVersion, command.c_str());
  std::fflush(stdout);
}

bool run(const std::vector<std::string>& arguments, Console& console) {
  try {
    const Options options = parse_options(arguments);
    if (options.help) {
      std::fputs(help_text().c_str(), stdout);
    } else {
      run_session(options, console);
    }
    return true;
  } catch (const std::bad_alloc&) {
    console.error("out of memory");
  } catch (const std::exception& error) {
    console.error(error.what());
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of its writer
  catch_interrupts();
  std::string command;
  for (int i = 0; i < argc; ++i) command += (i > 0 ? " " : "") + std::string(argv[i]);
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  print_state("RUNNING", command);
  Console console;
  const bool passed = run(arguments, console);
  print_state(passed ? "PASSED" : "FAILED", command);
  return passed ? 0 : 1;
}
