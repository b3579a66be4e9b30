#pragma once

#include "model_builder.h"

namespace tenon::zoo {

// Inception v3 up to the last concatenation, 2048 channels. (Szegedy et al., Rethinking the
// Inception architecture for computer vision, 2015)
ModelBuilder::Value inception_v3_features(ModelBuilder& b);

}  // namespace tenon::zoo
