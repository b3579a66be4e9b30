#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model_builder.h"

namespace tenon::zoo {

struct Model {
  std::string_view name;
  std::string_view description;
  void (*build)(ModelBuilder&);
};

// Every network that the program can write.
std::span<const Model> models();

// The ONNX file's bytes. Throws Error on a name that models() does not list.
std::string make_model(std::string_view name, const BuilderOptions& options);

}  // namespace tenon::zoo
