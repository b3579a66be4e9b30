#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/archive.h"
#include "base/fields.h"
#include "base/tensor.h"

namespace tenon {

// What passes, the planner and the importers may ask of an op instead of its name.
struct Traits {
  int min_inputs = 1;
  int max_inputs = 1;  // -1: any number
  int outputs = 1;
  bool elementwise = false;  // out[i] depends on the inputs' broadcast elements at i alone
  bool view = false;         // the output is input 0's bytes, unchanged, in row-major order
  bool commutative = false;  // input 0 and 1 can change places
  bool reduction = false;
  // Bit i: input i is a shape operand: small integers that are known on the host once the input
  // dims are, and never a tensor of the device. eval() may read it like any other input.
  uint32_t shape_operands = 0;
};

// What shape inference knows of an operand.
struct Fact {
  bool present = false;  // false: an optional input that is left out
  TensorType type;
  // The contents of a tensor of rank 0 or 1, where they follow from shapes and constants: how shape
  // arithmetic (Shape, Gather, Concat, ... Reshape) is carried through. Booleans are 0 and 1; whole
  // numbers survive a cast to a floating type and back.
  std::optional<std::vector<Dim>> elements;
  const Tensor* constant = nullptr;
};

// Two dims that must be equal at run time for inference to have been right.
struct Constraint {
  Dim a;
  Dim b;
  std::string reason;
  static constexpr auto fields =
      std::tuple{field<1>("a", &Constraint::a), field<2>("b", &Constraint::b),
                 field<3>("reason", &Constraint::reason)};
  friend bool operator==(const Constraint&, const Constraint&) = default;
};

// The largest shape tensor whose elements inference follows.
inline constexpr size_t kMaxTrackedElements = 256;

// The most elements a tensor may have: keeps index arithmetic far from overflow.
inline constexpr int64_t kMaxElements = int64_t{1} << 40;

// What is known of an operand that is a constant; an absent one for nullptr. The fact points at
// `tensor`.
Fact fact_of(const Tensor* tensor);

// One op's inference: reads the operands, sets the outputs. Every accessor throws Error with the
// operand's number when the operand is not what the op needs.
class InferContext {
 public:
  InferContext(std::string_view op, std::span<const Fact> inputs, size_t outputs)
      : op_(op), inputs_(inputs), outputs_(outputs) {}

  size_t input_count() const { return inputs_.size(); }
  bool has(size_t i) const { return i < inputs_.size() && inputs_[i].present; }
  const Fact& input(size_t i) const;
  const Shape& dims(size_t i) const { return input(i).type.dims; }
  int rank(size_t i) const { return static_cast<int>(dims(i).size()); }
  DataType dtype(size_t i) const { return input(i).type.dtype; }
  // The operand's contents; throws Error when they are not known before the engine runs.
  const std::vector<Dim>& elements(size_t i) const;

  // An axis given as in ONNX (negative counts from the end) as 0 .. rank-1.
  int axis(int64_t axis, int rank) const;
  // The dims of a broadcast over two operands (ONNX's multidirectional broadcasting). Where two
  // symbolic dims differ it assumes them equal and records that as a constraint.
  Shape broadcast(const Shape& a, const Shape& b);
  // States that two dims are equal: throws when they cannot be, records a constraint when they may.
  void require_equal(const Dim& a, const Dim& b, std::string_view what);
  void require_same_dtype(size_t i, size_t j) const;

  void set(size_t output, DataType dtype, Shape dims);
  // The output's contents, after set(). They are dropped when they are too many to track, not of
  // rank 0 or 1, or do not fit the output's type.
  void set_elements(size_t output, std::vector<Dim> elements);
  // The same for an output that repeats one element; nullopt for contents that are not known.
  void set_broadcast_elements(size_t output, const std::optional<std::vector<Dim>>& elements);
  // An output that is this tensor, which must outlive the inference's result.
  void set_constant(size_t output, const Tensor& value);

  template <typename... Args>
  [[noreturn]] void error(fmt::format_string<Args...> format, Args&&... args) const {
    throw Error(ErrorCode::kInvalidArgument, std::string(op_),
                fmt::format(format, std::forward<Args>(args)...));
  }

  std::vector<Fact> take_outputs() { return std::move(outputs_); }
  std::vector<Constraint> take_constraints() { return std::move(constraints_); }

 private:
  std::string_view op_;
  std::span<const Fact> inputs_;
  std::vector<Fact> outputs_;
  std::vector<Constraint> constraints_;
};

// Operands of a reference evaluation; an absent optional input has data == nullptr.
using Views = std::span<const TensorView>;

// An op's attributes: a reflected struct with
//   static constexpr std::string_view kName;      the op's name in text and files
//   static constexpr Traits kTraits;
//   void infer(InferContext&) const;
//   void eval(Views in, Views out) const;         in double where it matters; out has infer's dims
template <typename T>
concept OpStruct = Reflected<T> && std::equality_comparable<T> && requires {
  { T::kName } -> std::convertible_to<std::string_view>;
  { T::kTraits } -> std::convertible_to<Traits>;
};

class Op;

// The operations on one op struct, without its type.
struct OpInfo {
  std::string_view name;
  Traits traits;
  void (*infer)(const void*, InferContext&);
  void (*eval)(const void*, Views in, Views out);
  bool (*equal)(const void*, const void*);
  void (*write)(const void*, ArchiveWriter&);
  Op (*read)(ArchiveReader&);
  std::string (*print)(const void*);  // "stride=[2,2] act=relu": what differs from the default
  Op (*parse)(std::string_view);      // the inverse; throws Error
};

// An op with its attributes: an immutable value.
class Op {
 public:
  template <OpStruct T>
  Op(T attributes);  // NOLINT: every op struct is an Op

  std::string_view name() const { return info_->name; }
  const Traits& traits() const { return info_->traits; }
  // The attributes when this is a T, nullptr otherwise.
  template <OpStruct T>
  const T* as() const;
  template <OpStruct T>
  bool is() const {
    return as<T>() != nullptr;
  }

  void infer(InferContext& context) const { info_->infer(attributes_.get(), context); }
  void eval(Views in, Views out) const { info_->eval(attributes_.get(), in, out); }
  std::string attribute_text() const { return info_->print(attributes_.get()); }
  void write(ArchiveWriter& archive) const;  // name and attributes
  static Op read(ArchiveReader& archive);    // throws Error on an unknown name
  static Op parse(std::string_view name, std::string_view attributes);

  friend bool operator==(const Op& a, const Op& b) {
    return a.info_ == b.info_ && a.info_->equal(a.attributes_.get(), b.attributes_.get());
  }

 private:
  const OpInfo* info_;
  std::shared_ptr<const void> attributes_;
};

// The facts of an op's outputs. Throws Error prefixed with the op's name.
struct Inference {
  std::vector<Fact> outputs;
  std::vector<Constraint> constraints;
};
Inference infer(const Op& op, std::span<const Fact> inputs);

// Runs the reference evaluation on dense tensors; outputs are sized by infer(). An absent optional
// input is a nullptr.
std::vector<Tensor> evaluate(const Op& op, std::span<const Tensor* const> inputs);

}  // namespace tenon

#include "ops/op_inl.h"
