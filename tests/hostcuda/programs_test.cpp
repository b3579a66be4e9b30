#include "c_program.h"
#include "gate.h"
#include "per_thread_program.h"

namespace tenon::testing {
namespace {

TEST(Programs, PlainC) { EXPECT_EQ(run_c_program(1234), 1234); }

TEST(Programs, PerThreadStreamZero) {
  unsigned long long zero = 0, own = 0, legacy = 0;
  ASSERT_CUDA(id_of_stream_zero(&zero));
  ASSERT_CUDA(cudaStreamGetId(cudaStreamPerThread, &own));
  ASSERT_CUDA(cudaStreamGetId(cudaStreamLegacy, &legacy));
  EXPECT_EQ(zero, own);
  EXPECT_NE(zero, legacy);
  Gate gate;
  ASSERT_CUDA(launch_on_stream_zero(Gate::host_function, &gate));
  EXPECT_EQ(query_stream_zero(), cudaErrorNotReady);
  EXPECT_EQ(cudaStreamQuery(cudaStreamPerThread), cudaErrorNotReady);
  gate.open();
  ASSERT_CUDA(synchronize_stream_zero());
  char *device = nullptr, back[8] = {};
  ASSERT_CUDA(cudaMalloc(&device, sizeof(back)));
  ASSERT_CUDA(copy_and_fill(device, back, sizeof(back)));
  EXPECT_EQ(back[7], 6);
  EXPECT_CUDA(cudaFree(device));
}

TEST(Programs, PerThreadStreamZeroCanCapture) {
  std::atomic<int> count{0};
  cudaGraphExec_t exec = nullptr;
  ASSERT_CUDA(capture_on_stream_zero(count_up, &count, &exec));
  ASSERT_CUDA(synchronize_stream_zero());
  EXPECT_EQ(count, 1);
  EXPECT_CUDA(cudaGraphExecDestroy(exec));
}

}  // namespace
}  // namespace tenon::testing
