// Every call that the headers declare is in the library, under the name that built programs use.
#include <dlfcn.h>
#include <cstddef>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "gate.h"
#include "hostcuda/version12.h"

namespace {

std::string read(const std::string& name) {
  std::ifstream file(std::string(CUDART_HEADERS) + "/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The identifiers that start with `prefix` and are followed by `next`.
std::set<std::string> names(const std::string& text, const std::string& before, char after) {
  std::set<std::string> found;
  for (size_t at = text.find(before); at != std::string::npos; at = text.find(before, at + 1)) {
    const size_t start = at + before.size();
    const size_t stop = text.find_first_not_of(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", start);
    if (stop != std::string::npos && text[stop] == after && text.compare(start, 4, "cuda") == 0) {
      found.insert(text.substr(start, stop - start));
    }
  }
  return found;
}

TEST(Symbols, EveryDeclaredCallIsExported) {
  void* const library = dlopen(CUDART_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr) << dlerror();
  const std::string api = read("cuda_runtime_api.h");
  std::set<std::string> calls = names(api, "cudaError_t ", '(');
  calls.merge(names(api, "const char* ", '('));
  calls.merge(names(read("cuda_per_thread_stream.h"), " ", '\n'));
  EXPECT_GT(calls.size(), 150u);
  for (const std::string& name : calls) {
    EXPECT_NE(dlsym(library, name.c_str()), nullptr) << name;
  }
  EXPECT_EQ(dlsym(library, "cudaNoSuchCall"), nullptr);
  // The versions that programs linked to the original libraries ask for.
  for (const char* version : {"libcudart.so.12", "libcudart.so.13"}) {
    const std::string symbol = std::string("tenon_cudart_") + (version + 13);
    EXPECT_NE(dlvsym(library, symbol.c_str(), version), nullptr) << version;
  }
  dlclose(library);
}

// A call of the library by name and version, as a program built for that version gets it.
template <class F>
F versioned(const char* name, const char* version) {
  void* const library = dlopen(CUDART_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  void* const symbol = library == nullptr ? nullptr : dlvsym(library, name, version);
  EXPECT_NE(symbol, nullptr) << name << '@' << version;
  return reinterpret_cast<F>(symbol);
}

TEST(Symbols, Version12HasItsOwnFormOfSomeCalls) {
  using Add12 = cudaError_t(cudaGraph_t, const cudaGraphNode_t*, const cudaGraphNode_t*, size_t);
  using Edges12 = cudaError_t(cudaGraph_t, cudaGraphNode_t*, cudaGraphNode_t*, size_t*);
  using List12 = cudaError_t(cudaGraphNode_t, cudaGraphNode_t*, size_t*);
  constexpr const char* kVersion = "libcudart.so.12";
  cudaGraph_t graph = nullptr;
  cudaGraphNode_t a = nullptr, b = nullptr, from = nullptr, to = nullptr;
  ASSERT_CUDA(cudaGraphCreate(&graph, 0));
  ASSERT_CUDA(cudaGraphAddEmptyNode(&a, graph, nullptr, 0));
  ASSERT_CUDA(cudaGraphAddEmptyNode(&b, graph, nullptr, 0));
  ASSERT_CUDA(versioned<Add12*>("cudaGraphAddDependencies", kVersion)(graph, &a, &b, 1));
  size_t count = 1;
  ASSERT_CUDA(versioned<Edges12*>("cudaGraphGetEdges", kVersion)(graph, &from, &to, &count));
  EXPECT_EQ(count, 1u);
  EXPECT_EQ(from, a);
  EXPECT_EQ(to, b);
  ASSERT_CUDA(versioned<List12*>("cudaGraphNodeGetDependencies", kVersion)(b, &from, &count));
  EXPECT_EQ(from, a);
  ASSERT_CUDA(versioned<List12*>("cudaGraphNodeGetDependentNodes", kVersion)(a, &to, &count));
  EXPECT_EQ(to, b);
  ASSERT_CUDA(versioned<Add12*>("cudaGraphRemoveDependencies", kVersion)(graph, &a, &b, 1));
  ASSERT_CUDA(cudaGraphGetEdges(graph, nullptr, nullptr, nullptr, &count));
  EXPECT_EQ(count, 0u);
  EXPECT_CUDA(cudaGraphDestroy(graph));
}

TEST(Symbols, Version12HasItsOwnDeviceProperties) {
  using Properties12 = tenon::hostcuda::DeviceProperties12;
  // Places that the headers of version 12 give these members.
  EXPECT_EQ(offsetof(Properties12, clockRate), 348u);
  EXPECT_EQ(offsetof(Properties12, multiProcessorCount), 388u);
  EXPECT_EQ(offsetof(Properties12, l2CacheSize), 616u);
  EXPECT_EQ(offsetof(Properties12, unifiedFunctionPointers), 776u);
  void* const symbol = dlsym(RTLD_DEFAULT, "cudaGetDeviceProperties_v2");
  ASSERT_NE(symbol, nullptr);
  Properties12 old;
  cudaDeviceProp properties;
  ASSERT_CUDA(reinterpret_cast<cudaError_t (*)(Properties12*, int)>(symbol)(&old, 0));
  ASSERT_CUDA(cudaGetDeviceProperties(&properties, 0));
  EXPECT_STREQ(old.name, properties.name);
  EXPECT_EQ(old.totalGlobalMem, properties.totalGlobalMem);
  EXPECT_EQ(old.major, properties.major);
  EXPECT_EQ(old.multiProcessorCount, properties.multiProcessorCount);
  EXPECT_GT(old.clockRate, 0);
}

}  // namespace
