#include "passes/passes.h"

namespace tenon {

// Clean-up first, so that the fusions see one form of everything; then what disappears into
// weights; then what becomes an epilogue; last what is left over.
const std::vector<Pass>& pipeline() {
  static const std::vector<Pass> passes{
      {"fold_constants", "compute what depends on constants and known shapes alone",
       fold_constants},
      {"canonicalize", "remove operations without effect, write the rest in one way", canonicalize},
      {"recompose", "recognise activations and normalisations written out in primitives",
       recompose},
      {"eliminate_common", "compute equal expressions once", eliminate_common},
      {"fuse_padding", "zero padding into convolutions and pooling", fuse_padding},
      {"fold_scale", "batch norm, scale and bias into weights", fold_scale},
      {"fuse_matmul", "transposes, scalar factors and bias into matrix products", fuse_matmul},
      {"fuse_attention", "products, mask and softmax into attention", fuse_attention},
      {"merge_projections", "products side by side that one attention reads into one",
       merge_projections},
      {"fuse_residual", "skip connections into convolutions and matrix products", fuse_residual},
      {"fuse_activation", "activations into the layers before them", fuse_activation},
      {"fuse_pointwise", "regions of elementwise operations into one", fuse_pointwise},
      {"fuse_squeeze_excitation",
       "mean, two small layers and multiplication by their gate into one", fuse_squeeze_excitation},
  };
  return passes;
}

}  // namespace tenon
