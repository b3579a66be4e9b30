#include "cpu/kernels/conv/conv_tactics.h"

#include <vector>

#include "cpu/kernels/conv/depthwise.h"
#include "cpu/kernels/conv/direct.h"
#include "cpu/kernels/conv/stem.h"

namespace tenon {

std::span<const Tactic* const> conv_tactics() {
  static const std::vector<const Tactic*> all = [] {
    std::vector<const Tactic*> list;
    for (const auto family :
         {stem_conv_tactics(), depthwise_conv_tactics(), direct_conv_tactics()}) {
      list.insert(list.end(), family.begin(), family.end());
    }
    return list;
  }();
  return all;
}

}  // namespace tenon
