#pragma once

#include "passes/pass.h"

namespace tenon {

// Every pass, one file each; pipeline.cpp says in which order they run and what each is for.
Graph fold_constants(Graph graph, PassContext& context);
Graph canonicalize(Graph graph, PassContext& context);
Graph eliminate_common(Graph graph, PassContext& context);
Graph recompose(Graph graph, PassContext& context);
Graph fold_scale(Graph graph, PassContext& context);
Graph fuse_padding(Graph graph, PassContext& context);
Graph fuse_matmul(Graph graph, PassContext& context);
Graph fuse_attention(Graph graph, PassContext& context);
Graph merge_projections(Graph graph, PassContext& context);
Graph fuse_residual(Graph graph, PassContext& context);
Graph fuse_activation(Graph graph, PassContext& context);
Graph fuse_pointwise(Graph graph, PassContext& context);
Graph fuse_squeeze_excitation(Graph graph, PassContext& context);

}  // namespace tenon
