// A program that names everything in the public headers, with the exact types: it passes when it
// compiles. Built as C++14 and as C++17, which TensorRT programs use.
#include "surface.h"

int main() {
  surface_of_runtime();
  surface_of_network();
  surface_of_builder();
  surface_of_parser();
  surface_of_functions();
  return 0;
}
