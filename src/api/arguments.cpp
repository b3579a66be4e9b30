#include "api/arguments.h"

#include <algorithm>

#include "api/convert.h"

namespace tenon::api {

namespace nv = nvinfer1;

std::string text_of(const char* text, const char* name) {
  constexpr size_t kLongest = 4095;
  if (text == nullptr) fail("{} is null", name);
  std::string copy = text;
  if (copy.size() > kLongest) fail("{} has {} bytes, over {}", name, copy.size(), kLongest);
  return copy;
}

std::vector<int64_t> numbers(const nv::Dims& dims, int64_t least, std::string_view what) {
  if (dims.nbDims < 0 || dims.nbDims > nv::Dims::MAX_DIMS) {
    fail("{} has {} dims, outside of 0 to {}", what, dims.nbDims, nv::Dims::MAX_DIMS);
  }
  std::vector<int64_t> values = to_vector(dims);
  for (const int64_t value : values) {
    if (value < least) fail("{} is {}, below {}", what, value, least);
  }
  return values;
}

nv::Dims to_public(const std::vector<int64_t>& numbers) {
  nv::Dims dims{};
  dims.nbDims = static_cast<int32_t>(std::min<size_t>(numbers.size(), nv::Dims::MAX_DIMS));
  std::copy_n(numbers.begin(), dims.nbDims, dims.d);
  return dims;
}

}  // namespace tenon::api
