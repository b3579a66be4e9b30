#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "device/problem.h"

namespace tenon {

// A compiled network as data: what src/build makes, plan files hold and src/runtime runs. Nothing
// in it refers to the graph that it came from.

// Where the bytes of a tensor are.
enum class Place : uint8_t {
  kBinding,  // in the memory the user bound to an input or output
  kArena,    // in a buffer of the context's arena
};
constexpr auto names(Place) {
  return std::to_array<std::pair<Place, std::string_view>>(
      {{Place::kBinding, "binding"}, {Place::kArena, "arena"}});
}

struct PlanTensor {
  std::string name;
  DataType dtype = DataType::kF32;
  Layout layout = Layout::kLinear;
  Shape dims;  // over the symbols of the inputs' dims
  Place place = Place::kArena;
  int64_t index = 0;  // of the binding or of the arena buffer
  Dim offset;         // elements from the start of the buffer
  Dim batch_stride;   // see OperandDesc; 0 when dense
  static constexpr auto fields = std::tuple{
      field<1>("name", &PlanTensor::name),     field<2>("dtype", &PlanTensor::dtype),
      field<3>("layout", &PlanTensor::layout), field<4>("dims", &PlanTensor::dims),
      field<5>("place", &PlanTensor::place),   field<6>("index", &PlanTensor::index),
      field<7>("offset", &PlanTensor::offset), field<8>("batch_stride", &PlanTensor::batch_stride)};
  friend bool operator==(const PlanTensor&, const PlanTensor&) = default;
};

// How a step gets an operand.
enum class OperandKind : uint8_t {
  kAbsent,  // an optional input left out
  kTensor,
  kConstant,  // packed by the tactic
  kShape,     // integers computed from the input dims: OperandDesc::elements
};
constexpr auto names(OperandKind) {
  return std::to_array<std::pair<OperandKind, std::string_view>>(
      {{OperandKind::kAbsent, "absent"},
       {OperandKind::kTensor, "tensor"},
       {OperandKind::kConstant, "constant"},
       {OperandKind::kShape, "shape"}});
}

struct PlanOperand {
  OperandKind kind = OperandKind::kAbsent;
  int64_t tensor = -1;              // of kTensor
  DataType dtype = DataType::kF32;  // of kConstant and kShape, as the next
  Dims dims;
  std::vector<Dim> elements;  // of kShape
  static constexpr auto fields =
      std::tuple{field<1>("kind", &PlanOperand::kind), field<2>("tensor", &PlanOperand::tensor),
                 field<3>("dtype", &PlanOperand::dtype), field<4>("dims", &PlanOperand::dims),
                 field<5>("elements", &PlanOperand::elements)};
  friend bool operator==(const PlanOperand&, const PlanOperand&) = default;
};

// A stretch of the plan's weights section.
struct Blob {
  uint64_t offset = 0;
  uint64_t bytes = 0;
  static constexpr auto fields =
      std::tuple{field<1>("offset", &Blob::offset), field<2>("bytes", &Blob::bytes)};
  friend bool operator==(const Blob&, const Blob&) = default;
};

struct PlanStep {
  std::string name;
  std::vector<std::string> origins;  // the source nodes, see Node::origins
  // The op's name and attributes in archive form (Op::write); the runtime reads it once.
  std::vector<uint8_t> op;
  std::string tactic;
  int64_t tactic_version = 1;
  std::vector<PlanOperand> inputs;
  std::vector<int64_t> outputs;
  Blob packed;
  int64_t workspace_buffer = -1;  // an arena buffer, or -1
  double seconds = 0;             // as measured at the profile's opt shape
  std::vector<uint8_t> code;      // what the tactic's compile() made
  // Instead of a kernel: the elements of output 0, computed from the input dims by the host.
  std::vector<Dim> elements;
  int64_t stream = 0;          // 0: the caller's, from 1 on: auxiliary ones
  std::vector<int64_t> waits;  // earlier steps on other streams that must be done before it
  static constexpr auto fields =
      std::tuple{field<1>("name", &PlanStep::name),
                 field<2>("origins", &PlanStep::origins),
                 field<3>("op", &PlanStep::op),
                 field<4>("tactic", &PlanStep::tactic),
                 field<5>("tactic_version", &PlanStep::tactic_version),
                 field<6>("inputs", &PlanStep::inputs),
                 field<7>("outputs", &PlanStep::outputs),
                 field<8>("packed", &PlanStep::packed),
                 field<9>("workspace_buffer", &PlanStep::workspace_buffer),
                 field<10>("seconds", &PlanStep::seconds),
                 field<11>("elements", &PlanStep::elements),
                 field<12>("code", &PlanStep::code),
                 field<13>("stream", &PlanStep::stream),
                 field<14>("waits", &PlanStep::waits)};
  friend bool operator==(const PlanStep&, const PlanStep&) = default;
};

// A stretch of the arena that lives from one step to another. Where steps run on several streams,
// it shares memory only with buffers whose steps are all known to be done before its own, or to
// wait for them.
struct ArenaBuffer {
  uint64_t bytes = 0;   // at the profile's largest shapes
  uint64_t offset = 0;  // from the start of the arena
  int64_t first = 0;    // the step that first writes it
  int64_t last = 0;     // the last step that uses it
  static constexpr auto fields =
      std::tuple{field<1>("bytes", &ArenaBuffer::bytes), field<2>("offset", &ArenaBuffer::offset),
                 field<3>("first", &ArenaBuffer::first), field<4>("last", &ArenaBuffer::last)};
  friend bool operator==(const ArenaBuffer&, const ArenaBuffer&) = default;
};

// An input or output of the engine.
struct Binding {
  std::string name;
  bool is_input = true;
  DataType dtype = DataType::kF32;
  Shape dims;
  static constexpr auto fields =
      std::tuple{field<1>("name", &Binding::name), field<2>("is_input", &Binding::is_input),
                 field<3>("dtype", &Binding::dtype), field<4>("dims", &Binding::dims)};
  friend bool operator==(const Binding&, const Binding&) = default;
};

// The dims an input may take.
struct DimsRange {
  Dims min;
  Dims opt;
  Dims max;
  static constexpr auto fields =
      std::tuple{field<1>("min", &DimsRange::min), field<2>("opt", &DimsRange::opt),
                 field<3>("max", &DimsRange::max)};
  friend bool operator==(const DimsRange&, const DimsRange&) = default;
};

// The network compiled for one optimisation profile. The order of the steps respects all that one
// step needs of another: on a single stream they may simply follow each other.
struct Program {
  std::vector<DimsRange> ranges;  // one a binding; empty dims for outputs
  std::vector<PlanTensor> tensors;
  std::vector<PlanStep> steps;
  std::vector<ArenaBuffer> buffers;
  uint64_t arena_bytes = 0;
  std::vector<Constraint> constraints;
  // One a binding: the profile's dims, in which symbols that the profile fixes are numbers.
  std::vector<Shape> binding_dims;
  int64_t auxiliary_streams = 0;  // that begin with the first step and are joined after the last
  static constexpr auto fields =
      std::tuple{field<1>("ranges", &Program::ranges),
                 field<2>("tensors", &Program::tensors),
                 field<3>("steps", &Program::steps),
                 field<4>("buffers", &Program::buffers),
                 field<5>("arena_bytes", &Program::arena_bytes),
                 field<6>("constraints", &Program::constraints),
                 field<7>("binding_dims", &Program::binding_dims),
                 field<8>("auxiliary_streams", &Program::auxiliary_streams)};
  friend bool operator==(const Program&, const Program&) = default;
};

struct Plan {
  std::string name;           // of the network
  std::string compatibility;  // Device::compatibility() of the device it was built for
  std::vector<Binding> bindings;
  std::vector<Program> programs;  // one an optimisation profile
  int64_t verbosity = 0;          // nvinfer1::ProfilingVerbosity of the build
  static constexpr auto fields =
      std::tuple{field<1>("name", &Plan::name), field<2>("compatibility", &Plan::compatibility),
                 field<3>("bindings", &Plan::bindings), field<4>("programs", &Plan::programs),
                 field<5>("verbosity", &Plan::verbosity)};
  friend bool operator==(const Plan&, const Plan&) = default;
};

// Weights and arena buffers begin at multiples of this: kDeviceAlignment.
inline constexpr uint64_t kPlanAlignment = 256;

// The most auxiliary streams that a program of the plan uses.
int64_t auxiliary_streams(const Plan& plan);

inline constexpr int64_t kMaxAuxiliaryStreams = 15;

// Throws Error{kInvalidArgument} naming the fault when an index, length or range of the plan does
// not hold together: what the runtime relies on without checking again.
void validate(const Plan& plan, uint64_t weights_bytes);

}  // namespace tenon
