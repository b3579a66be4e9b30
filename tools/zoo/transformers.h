#pragma once

#include "model_builder.h"

namespace tenon::zoo {

// BERT (Devlin et al. 2018, arXiv:1810.04805) over input_ids and attention_mask [N, S], up to the
// last layer's hidden states. Layer normalisation, GELU and attention are written in primitives.
struct BertSpec {
  int64_t layers = 12;
  int64_t width = 768;
  int64_t heads = 12;
  int64_t words = 30522;
  int64_t positions = 512;
};
void bert(ModelBuilder& b, const BertSpec& spec);

// ViT (Dosovitskiy et al. 2020, arXiv:2010.11929) with one projection to queries, keys and values.
struct VitSpec {
  int64_t layers = 12;
  int64_t width = 768;
  int64_t heads = 12;
  int64_t image = 224;
  int64_t patch = 16;
  int64_t classes = 1000;
};
void vit(ModelBuilder& b, const VitSpec& spec);

}  // namespace tenon::zoo
