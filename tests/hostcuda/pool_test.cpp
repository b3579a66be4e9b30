#include <cstdint>

#include "gate.h"

namespace tenon::testing {
namespace {

uint64_t number(cudaMemPool_t pool, cudaMemPoolAttr attribute) {
  uint64_t value = ~uint64_t{0};
  EXPECT_CUDA(cudaMemPoolGetAttribute(pool, attribute, &value));
  return value;
}

TEST(Pool, AsyncMemoryIsFreedInStreamOrder) {
  Stream stream;
  Gate gate;
  char *memory = nullptr, back = 0;
  ASSERT_CUDA(cudaMallocAsync(&memory, 100, stream));
  ASSERT_CUDA(cudaLaunchHostFunc(stream, Gate::host_function, &gate));
  ASSERT_CUDA(cudaMemsetAsync(memory, 4, 100, stream));
  char* copy = nullptr;
  ASSERT_CUDA(cudaMalloc(&copy, 100));
  ASSERT_CUDA(cudaMemcpyAsync(copy, memory, 100, cudaMemcpyDeviceToDevice, stream));
  ASSERT_CUDA(cudaFreeAsync(memory, stream));  // the work before it has not run yet
  EXPECT_CUDA_ERROR(cudaFreeAsync(memory, stream), cudaErrorInvalidValue);
  gate.open();
  ASSERT_CUDA(cudaStreamSynchronize(stream));
  ASSERT_CUDA(cudaMemcpy(&back, copy + 99, 1, cudaMemcpyDeviceToHost));
  EXPECT_EQ(back, 4);
  EXPECT_CUDA(cudaFree(copy));
}

TEST(Pool, EitherFreeTakesEitherMemory) {
  Stream stream;
  char *pooled = nullptr, *plain = nullptr, local = 0;
  ASSERT_CUDA(cudaMallocAsync(&pooled, 100, stream));
  ASSERT_CUDA(cudaMalloc(&plain, 100));
  EXPECT_CUDA(cudaFree(pooled));
  EXPECT_CUDA(cudaFreeAsync(plain, stream));
  EXPECT_CUDA(cudaFreeAsync(nullptr, stream));
  EXPECT_CUDA_ERROR(cudaFreeAsync(&local, stream), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaFree(plain), cudaErrorInvalidValue);
  EXPECT_CUDA(cudaMallocAsync(&pooled, 0, stream));
  EXPECT_EQ(pooled, nullptr);
}

TEST(Pool, AccountsForItsMemory) {
  Stream stream;
  cudaMemPool_t pool = nullptr;
  ASSERT_CUDA(cudaDeviceGetDefaultMemPool(&pool, 0));
  EXPECT_CUDA_ERROR(cudaDeviceGetDefaultMemPool(&pool, 9), cudaErrorInvalidDevice);
  const uint64_t before = number(pool, cudaMemPoolAttrUsedMemCurrent);
  char* memory = nullptr;
  ASSERT_CUDA(cudaMallocAsync(&memory, 1000, stream));
  EXPECT_EQ(number(pool, cudaMemPoolAttrUsedMemCurrent), before + 1000);
  EXPECT_GE(number(pool, cudaMemPoolAttrUsedMemHigh), before + 1000);
  ASSERT_CUDA(cudaFreeAsync(memory, stream));
  EXPECT_EQ(number(pool, cudaMemPoolAttrUsedMemCurrent), before);
  uint64_t zero = 0, five = 5;
  EXPECT_CUDA(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrUsedMemHigh, &zero));
  EXPECT_EQ(number(pool, cudaMemPoolAttrUsedMemHigh), before);
  EXPECT_CUDA_ERROR(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrUsedMemHigh, &five),
                    cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrUsedMemCurrent, &zero),
                    cudaErrorInvalidValue);
}

TEST(Pool, AttributesAreKept) {
  cudaMemPool_t pool = nullptr;
  ASSERT_CUDA(cudaDeviceGetDefaultMemPool(&pool, 0));
  EXPECT_EQ(number(pool, cudaMemPoolAttrReleaseThreshold), 0u);
  uint64_t all = UINT64_MAX;
  EXPECT_CUDA(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &all));
  EXPECT_EQ(number(pool, cudaMemPoolAttrReleaseThreshold), UINT64_MAX);
  all = 0;
  EXPECT_CUDA(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &all));
  int reuse = 0;
  EXPECT_CUDA(cudaMemPoolSetAttribute(pool, cudaMemPoolReuseAllowOpportunistic, &reuse));
  reuse = 7;
  EXPECT_CUDA(cudaMemPoolGetAttribute(pool, cudaMemPoolReuseAllowOpportunistic, &reuse));
  EXPECT_EQ(reuse, 0);
  const auto unknown = static_cast<cudaMemPoolAttr>(99);
  EXPECT_CUDA_ERROR(cudaMemPoolSetAttribute(pool, unknown, &reuse), cudaErrorInvalidValue);
  EXPECT_CUDA(cudaMemPoolTrimTo(pool, 0));
}

TEST(Pool, PoolsOfTheProgram) {
  Stream stream;
  cudaMemPoolProps properties{};
  properties.allocType = cudaMemAllocationTypePinned;
  properties.location = cudaMemLocation{cudaMemLocationTypeDevice, 0};
  properties.maxSize = 4096;
  cudaMemPool_t pool = nullptr, standard = nullptr, current = nullptr;
  ASSERT_CUDA(cudaMemPoolCreate(&pool, &properties));
  char *memory = nullptr, *more = nullptr;
  ASSERT_CUDA(cudaMallocFromPoolAsync(&memory, 4000, pool, stream));
  EXPECT_CUDA_ERROR(cudaMallocAsync(&more, 200, pool, stream), cudaErrorMemoryAllocation);
  EXPECT_EQ(number(pool, cudaMemPoolAttrUsedMemCurrent), 4000u);
  ASSERT_CUDA(cudaDeviceSetMemPool(0, pool));
  ASSERT_CUDA(cudaDeviceGetMemPool(&current, 0));
  EXPECT_EQ(current, pool);
  ASSERT_CUDA(cudaDeviceGetDefaultMemPool(&standard, 0));
  EXPECT_CUDA(cudaFreeAsync(memory, stream));
  EXPECT_CUDA(cudaMemPoolDestroy(pool));
  EXPECT_CUDA_ERROR(cudaMemPoolDestroy(pool), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaMemPoolDestroy(standard), cudaErrorInvalidValue);
  ASSERT_CUDA(cudaDeviceGetMemPool(&current, 0));
  EXPECT_EQ(current, standard);
  EXPECT_CUDA_ERROR(cudaMallocFromPoolAsync(&memory, 100, pool, stream), cudaErrorInvalidValue);
}

TEST(Pool, MemoryMayOutliveItsPool) {
  Stream stream;
  cudaMemPoolProps properties{};
  properties.allocType = cudaMemAllocationTypePinned;
  cudaMemPool_t pool = nullptr;
  ASSERT_CUDA(cudaMemPoolCreate(&pool, &properties));
  char* memory = nullptr;
  ASSERT_CUDA(cudaMallocFromPoolAsync(&memory, 100, pool, stream));
  ASSERT_CUDA(cudaMemPoolDestroy(pool));
  EXPECT_CUDA(cudaMemsetAsync(memory, 1, 100, stream));
  EXPECT_CUDA(cudaFreeAsync(memory, stream));
}

}  // namespace
}  // namespace tenon::testing
