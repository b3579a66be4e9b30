#pragma once

#include <NvInfer.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/arguments.h"
#include "api/convert.h"
#include "api/network/weights.h"
#include "api/reporter.h"
#include "ir/graph.h"

namespace tenon::api {

class Network;
class NetworkTensor;
class NodeWriter;

// One layer of a network over the nodes of its graph. The layer owns its attributes; whenever one
// changes it writes its nodes anew: one that computes the outputs and keeps its id and values for
// good, and parts in front of it (weights, shape operands, transpositions). Attributes that do not
// fit together (yet) are no fault of the setter: the layer is then invalid, its outputs have no
// dims, and building the network reports why.
class Layer : public nvinfer1::apiv::VLayer {
 public:
  // `kind` is what default names say: "(Unnamed Layer* 3) [Convolution]". `face` is the public
  // class for messages: "IConvolutionLayer".
  Layer(Network& network, nvinfer1::LayerType type, const char* face, std::string_view kind,
        size_t outputs);
  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;

  virtual nvinfer1::ILayer& face() noexcept = 0;

  nvinfer1::LayerType getType() const noexcept final { return type_; }
  void setName(const char* name) noexcept final;
  const char* getName() const noexcept final { return name_.c_str(); }
  int32_t getNbInputs() const noexcept final { return static_cast<int32_t>(inputs_.size()); }
  nvinfer1::ITensor* getInput(int32_t index) const noexcept final;
  int32_t getNbOutputs() const noexcept final { return static_cast<int32_t>(outputs_.size()); }
  nvinfer1::ITensor* getOutput(int32_t index) const noexcept final;
  void setInput(int32_t index, nvinfer1::ITensor& tensor) noexcept final;
  void setPrecision(nvinfer1::DataType type) noexcept final;
  nvinfer1::DataType getPrecision() const noexcept final;
  bool precisionIsSet() const noexcept final { return precision_.has_value(); }
  void resetPrecision() noexcept final { precision_.reset(); }
  void setOutputType(int32_t index, nvinfer1::DataType type) noexcept final;
  nvinfer1::DataType getOutputType(int32_t index) const noexcept final;
  bool outputTypeIsSet(int32_t index) const noexcept final;
  void resetOutputType(int32_t index) noexcept final;
  void setMetadata(const char* metadata) noexcept final;
  const char* getMetadata() const noexcept final { return metadata_.c_str(); }
  bool setNbRanks(int32_t ranks) noexcept final;
  int32_t getNbRanks() const noexcept final { return 1; }

  const std::vector<NetworkTensor*>& inputs() const { return inputs_; }
  const std::vector<NetworkTensor*>& outputs() const { return outputs_; }
  NodeId node() const { return node_; }
  // Why the outputs have no dims; nullopt while they have.
  const std::optional<Error>& error() const { return error_; }
  // Whether the weights, as a program names them by their address, are this layer's.
  virtual bool has_weights(const void*) const { return false; }

 protected:
  // Writes the nodes. Throws Error when attributes and inputs do not fit together.
  virtual void write(NodeWriter& writer) = 0;
  // How many inputs setInput() may give it.
  virtual size_t most_inputs() const { return inputs_.size(); }
  // Told that input `index` was replaced by the program.
  virtual void input_was_set(size_t) {}

  // Runs a setter's body and writes the nodes. The body throws Error for an argument that is wrong
  // by itself, and then must not have changed anything.
  template <typename Body>
  void edit(const char* method, Body&& body) noexcept {
    guarded(reporter(), face_name_, [&] {
      try {
        require_editable();
        body();
      } catch (const Error& error) {
        throw at(std::string(method) + ": " + name_, error);
      }
      rewrite();
    });
  }
  // Reports an error of a getter.
  void complain(const char* method, const char* message) const noexcept;
  const Reporter& reporter() const;
  bool has_input(size_t index) const { return index < inputs_.size() && inputs_[index] != nullptr; }
  // The dims of an input; nullptr while they are not known.
  const Shape* known_dims(size_t input) const;
  // Takes an optional last input away: a setter replaced it.
  void drop_input(size_t index);

 private:
  friend class Adoption;
  friend class Network;
  friend class NodeWriter;

  void rewrite();
  // Writes the nodes; records the error if that fails. Returns whether an output changed.
  bool refresh();
  bool is_read() const;
  size_t checked_output(int32_t index) const;
  void require_editable() const;
  void set_inputs(std::vector<NetworkTensor*> inputs);

  Network& network_;
  nvinfer1::LayerType type_;
  const char* face_name_;
  std::string kind_;
  std::string name_;
  std::string metadata_;
  std::vector<std::string> origins_;  // see Node::origins
  std::vector<NetworkTensor*> inputs_;
  std::vector<NetworkTensor*> outputs_;  // made when the layer is taken in
  std::optional<nvinfer1::DataType> precision_;
  std::vector<std::optional<nvinfer1::DataType>> output_types_;  // of each output, as asked for
  std::optional<Error> error_;
  // The node of an imported model that the layer's attributes cannot express: it is kept as it is
  // and the setters refuse to change it.
  std::optional<Op> kept_;

  NodeId node_ = kNone;
  struct Part {
    std::string tag;
    NodeId node;
    bool written;
  };
  std::vector<Part> parts_;

 protected:
  const std::optional<nvinfer1::DataType>& asked_output_type(size_t index = 0) const {
    return output_types_[index];
  }
};

// Writes the nodes of one layer. Parts are told apart by their tags; those of the time before are
// used again, so that ids and names stay, and go when they are not written any more.
class NodeWriter {
 public:
  explicit NodeWriter(Layer& layer);

  // The value of an input. Throws Error when it is left out.
  ValueId input(size_t index) const;
  // The same, or kNone.
  ValueId optional_input(size_t index) const;
  size_t input_count() const;
  const TensorType& type(ValueId value) const;
  const Shape& dims(ValueId value) const { return type(value).dims; }
  // The value's contents where they are known.
  const std::optional<std::vector<Dim>>& elements(ValueId value) const;
  const Graph& graph() const { return graph_; }

  ValueId add(std::string_view tag, Op op, std::vector<ValueId> inputs);
  ValueId constant(std::string_view tag, const Tensor& value);
  ValueId integers(std::string_view tag, const std::vector<int64_t>& values);
  // The node that computes the outputs: called once, last.
  void result(Op op, std::vector<ValueId> inputs);

 private:
  Layer& layer_;
  Graph& graph_;
};

// A layer under its public class and interface.
template <typename Face, typename Interface>
class LayerOf : public Face, public Interface, public Layer {
 public:
  LayerOf(Network& network, nvinfer1::LayerType type, const char* face, std::string_view kind,
          size_t outputs = 1)
      : Layer(network, type, face, kind, outputs) {
    this->mLayer = static_cast<nvinfer1::apiv::VLayer*>(this);
    Face::mImpl = static_cast<Interface*>(this);
  }
  nvinfer1::ILayer& face() noexcept override { return *this; }
};

// Axes as bits, in ascending order.
std::vector<int64_t> axes_of(uint32_t bits);
uint32_t bits_of_axes(const std::vector<int64_t>& axes, size_t rank);

}  // namespace tenon::api
