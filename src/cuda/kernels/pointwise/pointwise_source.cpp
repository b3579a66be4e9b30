#include "cuda/kernels/pointwise/pointwise_source.h"

#include <fmt/format.h>

#include "cuda/kernels/pointwise/scalar_source.h"

namespace tenon {
namespace {

// How an element lies in memory.
const char* stored_type(DataType type) {
  switch (type) {
    case DataType::kF32: return "float";
    case DataType::kF16:
    case DataType::kBF16: return "unsigned short";
    case DataType::kI8: return "signed char";
    case DataType::kI32: return "int";
    case DataType::kI64: return "long long";
    default: return "unsigned char";
  }
}

// From memory to the type that is computed in.
const char* load_expression(DataType type) {
  switch (type) {
    case DataType::kF16: return "from_f16({})";
    case DataType::kBF16: return "__int_as_float((unsigned){} << 16)";
    case DataType::kBool: return "({} != 0)";
    default: return "{}";
  }
}

// From a number to memory: floats saturate to integers with NaN as 0, integers wrap.
std::string store_expression(DataType type, bool integers) {
  switch (type) {
    case DataType::kF16: return "to_f16((float)({}))";
    case DataType::kBF16: return "to_bf16((float)({}))";
    case DataType::kBool: return "({} != 0)";
    case DataType::kI8: return integers ? "(signed char)({})" : "saturated({}, -128, 127)";
    case DataType::kU8: return integers ? "(unsigned char)({})" : "saturated({}, 0, 255)";
    case DataType::kI32: return integers ? "(int)({})" : "whole({})";
    case DataType::kI64: return integers ? "{}" : "wide({})";
    default: return "(float)({})";
  }
}

constexpr const char* kMemoryPrelude = R"(
template <typename T, int N> struct alignas(sizeof(T) * N) Vector { T e[N]; };
// As in dependent_launch.h.
__device__ inline void follow_producers() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
  asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}
__device__ inline float from_f16(unsigned short bits) {
  float y;
  asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(bits));
  return y;
}
__device__ inline unsigned short to_f16(float x) {
  unsigned short y;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(y) : "f"(x));
  return y;
}
__device__ inline unsigned short to_bf16(float x) {
  unsigned short y;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(y) : "f"(x));
  return y;
}
__device__ inline unsigned pair_f16(float low, float high) {
  unsigned y;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(y) : "f"(high), "f"(low));
  return y;
}
__device__ inline unsigned pair_bf16(float low, float high) {
  unsigned y;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(y) : "f"(high), "f"(low));
  return y;
}
__device__ inline int whole(float x) { return x != x ? 0 : (int)x; }
__device__ inline long long wide(float x) { return x != x ? 0 : (long long)x; }
__device__ inline int saturated(float x, int least, int most) {
  const int y = whole(x);
  return y < least ? least : y > most ? most : y;
}
)";

std::string instruction_expression(const PointwiseInstruction& i, bool integers) {
  const auto value = [](int64_t number) { return fmt::format("v{}", number); };
  switch (i.kind) {
    case PointwiseKind::kConstant: return float_literal(i.alpha);
    case PointwiseKind::kSelect: return fmt::format("v{} != 0 ? v{} : v{}", i.a, i.b, i.c);
    case PointwiseKind::kBinary:
      return integers ? integer_binary_expression(i.binary, value(i.a), value(i.b))
                      : binary_expression(i.binary, value(i.a), value(i.b));
    case PointwiseKind::kUnary: break;
  }
  return integers ? integer_unary_expression(i.unary, value(i.a), i.alpha, i.beta)
                  : unary_expression(i.unary, value(i.a), i.alpha, i.beta);
}

// One element's computation, as a function.
std::string compute_function(const PointwiseForm& form, bool integers) {
  const char* number = integers ? "long long" : "float";
  std::string source = fmt::format("__device__ inline {} compute(", number);
  for (size_t k = 0; k < form.inputs.size(); ++k) {
    source += fmt::format("{}{} v{}", k ? ", " : "", number, k);
  }
  source += ") {\n";
  size_t next = form.inputs.size();
  for (const PointwiseInstruction& i : form.program) {
    source +=
        fmt::format("  const {} v{} = {};\n", number, next++, instruction_expression(i, integers));
  }
  return source + fmt::format("  return v{};\n}}\n", next - 1);
}

std::string load_function(size_t k, DataType type, bool integers) {
  const char* stored = stored_type(type);
  const char* number = integers ? "long long" : "float";
  const auto loaded = [&](const char* what) {
    return fmt::format(fmt::runtime(load_expression(type)), what);
  };
  return fmt::format(R"(
template <int V> __device__ inline void load{0}(const Parameters& p, unsigned at, {1}* v) {{
  const {2}* from = static_cast<const {2}*>(p.in[{0}]) + at;
  if (V == 1 || !(p.together >> {0} & 1)) {{
    const {1} x = {3};
#pragma unroll
    for (int e = 0; e < V; ++e) v[e] = x;
  }} else {{
    const Vector<{2}, V> x = *reinterpret_cast<const Vector<{2}, V>*>(from);
#pragma unroll
    for (int e = 0; e < V; ++e) v[e] = {4};
  }}
}}
)",
                     k, number, stored, loaded("*from"), loaded("x.e[e]"));
}

// Offsets of V elements that follow one another in the output.
constexpr const char* kPlacesFunction = R"(
template <int V> __device__ inline void find_places(const Parameters& p, unsigned first,
                                                    const unsigned* stride, unsigned* at) {
  unsigned i[V];
#pragma unroll
  for (int e = 0; e < V; ++e) {
    i[e] = first + e;
    at[e] = 0;
  }
  for (int a = p.axes - 1; a > 0; --a) {
    const unsigned extent = p.extent[a], magic = p.magic[a], shift = p.shift[a], s = stride[a];
#pragma unroll
    for (int e = 0; e < V; ++e) {
      const unsigned q = (__umulhi(i[e], magic) + i[e]) >> shift;
      at[e] += (i[e] - q * extent) * s;
      i[e] = q;
    }
  }
#pragma unroll
  for (int e = 0; e < V; ++e) at[e] += i[e] * stride[0];
}
)";

std::string flat_load_function(size_t k, DataType type, bool integers) {
  return fmt::format(R"(
template <int V> __device__ inline void load_flat{0}(const Parameters& p, unsigned first, {1}* v) {{
  if (p.together >> {0} & 1) return load{0}<V>(p, first, v);
  const {2}* from = static_cast<const {2}*>(p.in[{0}]);
  unsigned at[V];
  find_places<V>(p, first, p.stride[{0}], at);
#pragma unroll
  for (int e = 0; e < V; ++e) v[e] = {3};
}}
)",
                     k, integers ? "long long" : "float", stored_type(type),
                     fmt::format(fmt::runtime(load_expression(type)), "from[at[e]]"));
}

std::string store_function(DataType type, bool integers) {
  const char* stored = stored_type(type);
  const char* number = integers ? "long long" : "float";
  const auto elements = fmt::format(
      R"(    Vector<{0}, V> x;
#pragma unroll
    for (int e = 0; e < V; ++e) x.e[e] = {1};
    *reinterpret_cast<Vector<{0}, V>*>(to) = x;
)",
      stored, fmt::format(fmt::runtime(store_expression(type, integers)), "v[e]"));
  std::string source = fmt::format(
      "template <int V> __device__ inline void store(const Parameters& p, unsigned at, const {}* "
      "v) "
      "{{\n  {}* to = static_cast<{}*>(p.out) + at;\n",
      number, stored, stored);
  if (type != DataType::kF16 && type != DataType::kBF16) return source + elements + "}\n";
  return source + fmt::format(R"(  if constexpr (V > 1) {{
    Vector<unsigned, V / 2> x;
#pragma unroll
    for (int e = 0; e < V / 2; ++e) x.e[e] = pair_{}((float)v[2 * e], (float)v[2 * e + 1]);
    *reinterpret_cast<Vector<unsigned, V / 2>*>(to) = x;
  }} else {{
{}  }}
}}
)",
                              name_of(type), elements);
}

// Text repeated for each input, {0} its number.
std::string for_inputs(const PointwiseForm& form, const char* text) {
  std::string source;
  for (size_t k = 0; k < form.inputs.size(); ++k) source += fmt::format(fmt::runtime(text), k);
  return source;
}

// A vector of each input.
std::string values_declaration(const PointwiseForm& form, bool integers) {
  const std::string number = integers ? "long long" : "float";
  return for_inputs(form, ("  " + number + " x{0}[V];\n").c_str());
}

// The end of a body: the inputs' vectors are there.
std::string compute_vector(const PointwiseForm& form, bool integers) {
  std::string arguments;
  for (size_t k = 0; k < form.inputs.size(); ++k) {
    arguments += fmt::format("{}x{}[e]", k ? ", " : "", k);
  }
  return fmt::format(
      "  {} y[V];\n#pragma unroll\n  for (int e = 0; e < V; ++e) y[e] = compute({});\n"
      "  store<V>(p, to, y);\n}}\n",
      integers ? "long long" : "float", arguments);
}

std::string body_function(const PointwiseForm& form, bool integers) {
  const size_t out = form.inputs.size();
  std::string source =
      "template <int V> __device__ inline void body(const Parameters& p) {\n"
      "  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;\n"
      "  if (i >= p.count) return;\n";
  source += for_inputs(form, "  unsigned at{0} = 0;\n") + "  unsigned to = 0;\n";
  source +=
      "  for (int a = p.axes - 1; a > 0; --a) {\n"
      "    const unsigned q = (__umulhi(i, p.magic[a]) + i) >> p.shift[a];\n"
      "    const unsigned r = i - q * p.extent[a];\n"
      "    i = q;\n";
  source += for_inputs(form, "    at{0} += r * p.stride[{0}][a];\n");
  source += fmt::format("    to += r * p.stride[{}][a];\n  }}\n", out);
  source += for_inputs(form, "  at{0} += i * p.stride[{0}][0];\n");
  source += fmt::format("  to += i * p.stride[{}][0];\n", out);
  source += values_declaration(form, integers);
  source += for_inputs(form, "  load{0}<V>(p, at{0}, x{0});\n");
  return source + compute_vector(form, integers);
}

std::string flat_body_function(const PointwiseForm& form, bool integers) {
  std::string source =
      "template <int V> __device__ inline void flat_body(const Parameters& p) {\n"
      "  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;\n"
      "  if (i >= p.count) return;\n"
      "  const unsigned to = i * V;\n";
  source += values_declaration(form, integers);
  source += for_inputs(form, "  load_flat{0}<V>(p, to, x{0});\n");
  return source + compute_vector(form, integers);
}

std::string kernel(std::string_view name, std::string_view body, int width) {
  return fmt::format(
      "extern \"C\" __global__ void __launch_bounds__({}) {}(const __grid_constant__ Parameters "
      "p) {{\n  follow_producers();\n  {}<{}>(p);\n}}\n",
      kPointwiseThreads, name, body, width);
}

}  // namespace

std::string pointwise_source(const PointwiseForm& form) {
  const bool integers = computes_integers(form);
  std::string source = fmt::format(
      "struct Parameters {{\n  const void* in[{0}];\n  void* out;\n  unsigned long long together;\n"
      "  unsigned count;\n  unsigned axes;\n  unsigned extent[{2}], magic[{2}], shift[{2}];\n"
      "  unsigned stride[{1}][{2}];\n}};\n",
      form.inputs.size(), form.inputs.size() + 1, kMaxPointwiseAxes);
  source += kMemoryPrelude;
  source += scalar_prelude(integers);
  source += compute_function(form, integers);
  for (size_t k = 0; k < form.inputs.size(); ++k) {
    source += load_function(k, form.inputs[k], integers);
  }
  source += store_function(form.output, integers);
  source += body_function(form, integers);
  for (const int width : pointwise_widths(form)) {
    source += kernel(pointwise_kernel_name(width), "body", width);
  }
  if (!has_flat_kernel(form)) return source;
  source += kPlacesFunction;
  for (size_t k = 0; k < form.inputs.size(); ++k) {
    source += flat_load_function(k, form.inputs[k], integers);
  }
  source += flat_body_function(form, integers);
  source += kernel(kPointwiseFlatKernel, "flat_body", pointwise_widths(form).front());
  return source;
}

}  // namespace tenon
