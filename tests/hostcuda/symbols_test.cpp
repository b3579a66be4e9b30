// Every call that the headers declare is in the library, under the name that built programs use.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

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

}  // namespace
