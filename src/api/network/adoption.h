#pragma once

#include <map>
#include <memory>

#include "api/network/network.h"

namespace tenon::api {

// Takes an imported graph into a network, node by node. Each node becomes the layer whose class
// says what it does; constants that such a layer holds as weights or dims are no layers of their
// own. Nodes that the attributes of the public class cannot express are kept as they are, in a
// layer of the class that comes closest, whose setters then refuse (see Layer::kept_):
//   functions of one number without a public name    IActivationLayer
//   functions of two numbers without a public name   IElementWiseLayer
//   reductions without a public name                 IReduceLayer
//   squeeze, unsqueeze, flatten                      IShuffleLayer
//   expand, pad in general, slices not known         ISliceLayer
//   anything else                                    the op's own class, or IIdentityLayer
class Adoption {
 public:
  Adoption(Network& network, const Graph& source) : network_(network), source_(source) {}
  void run();

 private:
  // A layer with its attributes, and the values of the source that stay its inputs.
  struct Draft {
    std::unique_ptr<Layer> layer;
    std::vector<ValueId> inputs;
  };

  void add_input(ValueId value);
  NetworkTensor* tensor(ValueId value);
  void add_node(const Node& node);
  void add_constant(const Node& node);
  // nullopt: the node has to be kept.
  std::optional<Draft> draft(const Node& node);
  std::optional<Draft> draft_weighted(const Node& node);
  std::optional<Draft> draft_pointwise(const Node& node);
  std::optional<Draft> draft_math(const Node& node);
  std::optional<Draft> draft_shape(const Node& node);
  std::optional<Draft> draft_slice(const Node& node);
  std::optional<Draft> draft_pad(const Node& node);
  std::unique_ptr<Layer> closest(const Node& node);
  // Takes the layer in under the node's names.
  Layer& take(Draft draft, const Node& node);

  const Shape& dims(ValueId value) const { return source_.value(value).type.dims; }
  size_t rank(ValueId value) const { return dims(value).size(); }
  // The contents of an operand as numbers, where they are.
  std::optional<std::vector<int64_t>> integers(const Node& node, size_t input) const;

  Network& network_;
  const Graph& source_;
  std::map<ValueId, NetworkTensor*> tensors_;
};

}  // namespace tenon::api
