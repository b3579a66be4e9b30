#include <string>
#include <thread>

#include "gate.h"

namespace tenon::testing {
namespace {

TEST(Error, TheLastErrorStaysUntilRead) {
  EXPECT_CUDA(cudaGetLastError());
  EXPECT_EQ(cudaSetDevice(99), cudaErrorInvalidDevice);
  EXPECT_CUDA(cudaSetDevice(0));
  EXPECT_EQ(cudaPeekAtLastError(), cudaErrorInvalidDevice);
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidDevice);
  EXPECT_CUDA(cudaGetLastError());
}

TEST(Error, EachThreadHasItsOwn) {
  EXPECT_EQ(cudaSetDevice(99), cudaErrorInvalidDevice);
  std::thread([] { EXPECT_CUDA(cudaPeekAtLastError()); }).join();
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidDevice);
}

TEST(Error, NamesAndSentences) {
  EXPECT_STREQ(cudaGetErrorName(cudaSuccess), "cudaSuccess");
  EXPECT_STREQ(cudaGetErrorString(cudaSuccess), "no error");
  EXPECT_STREQ(cudaGetErrorName(cudaErrorStreamCaptureUnjoined), "cudaErrorStreamCaptureUnjoined");
  EXPECT_STREQ(cudaGetErrorName(static_cast<cudaError_t>(12345)), "unrecognized error code");
  EXPECT_STREQ(cudaGetErrorString(static_cast<cudaError_t>(-1)), "unrecognized error code");
  int named = 0;
  for (int code = 0; code <= cudaErrorUnknown; ++code) {
    const std::string name = cudaGetErrorName(static_cast<cudaError_t>(code));
    if (name == "unrecognized error code") continue;
    ++named;
    EXPECT_EQ(name.rfind("cuda", 0), 0u);
    EXPECT_STRNE(cudaGetErrorString(static_cast<cudaError_t>(code)), "unrecognized error code");
  }
  EXPECT_EQ(named, 133);  // every enumerator but cudaErrorApiFailureBase
}

}  // namespace
}  // namespace tenon::testing
