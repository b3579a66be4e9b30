#pragma once

#include <NvInferRuntimeBase.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tenon::api {

// Checks of what programs pass in. All throw Error{kInvalidArgument} naming the argument.

// The numbers of a Dims argument. Throws Error naming `what` for a bad number of dims, or a number
// below `least`.
std::vector<int64_t> numbers(const nvinfer1::Dims& dims, int64_t least, std::string_view what);
nvinfer1::Dims to_public(const std::vector<int64_t>& numbers);

// A text argument. Throws Error "NAME is null".
std::string text_of(const char* text, const char* name);

// Throws Error when the value is not one of the enumeration's.
template <typename E>
void require_enum(E value, std::string_view what) {
  const auto number = static_cast<int32_t>(value);
  if (number < 0 || number >= nvinfer1::EnumMax<E>()) fail("{} is no {}", number, what);
}

}  // namespace tenon::api
