// Ends in one of several ways while streams are at work; success is that it ends at all.
#include <cuda_runtime.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace {

void nap(void*) { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }
void sleep_long(void* started) {
  static_cast<std::atomic<bool>*>(started)->store(true);
  std::this_thread::sleep_for(std::chrono::hours(1));
}

// Makes calls during static destruction, after the runtime has begun to end.
struct Late {
  cudaStream_t stream = nullptr;
  cudaEvent_t event = nullptr;
  void* memory = nullptr;
  ~Late() {
    if (stream == nullptr) return;
    cudaLaunchHostFunc(stream, nap, nullptr);
    cudaEventRecord(event, stream);
    cudaEventSynchronize(event);
    cudaStreamSynchronize(stream);
    cudaFree(memory);
    cudaEventDestroy(event);
    cudaStreamDestroy(stream);
  }
};

}  // namespace

int main(int argc, char** argv) {
  const char* const way = argc > 1 ? argv[1] : "return";
  static Late late;
  cudaStream_t stream = nullptr, other = nullptr;
  if (cudaStreamCreate(&stream) != cudaSuccess) return 1;
  if (cudaStreamCreateWithFlags(&other, cudaStreamNonBlocking) != cudaSuccess) return 1;
  for (int i = 0; i < 2000; ++i) {
    if (cudaLaunchHostFunc(stream, nap, nullptr) != cudaSuccess) return 1;
    if (cudaLaunchHostFunc(nullptr, nap, nullptr) != cudaSuccess) return 1;
    if (cudaLaunchHostFunc(cudaStreamPerThread, nap, nullptr) != cudaSuccess) return 1;
  }
  if (std::strcmp(way, "exit") == 0) std::exit(0);
  if (std::strcmp(way, "stuck") == 0) {
    static std::atomic<bool> started{false};
    if (cudaLaunchHostFunc(other, sleep_long, &started) != cudaSuccess) return 1;
    while (!started) std::this_thread::yield();
    return 0;
  }
  if (std::strcmp(way, "destructor") == 0) {
    if (cudaStreamCreateWithFlags(&late.stream, cudaStreamNonBlocking) != cudaSuccess) return 1;
    if (cudaEventCreate(&late.event) != cudaSuccess) return 1;
    if (cudaMalloc(&late.memory, 64) != cudaSuccess) return 1;
    if (cudaLaunchHostFunc(late.stream, nap, nullptr) != cudaSuccess) return 1;
  }
  return 0;
}
