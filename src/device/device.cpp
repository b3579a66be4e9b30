#include "device/device.h"

namespace tenon {

const Tactic* Device::find_tactic(std::string_view op, std::string_view name) const {
  for (const Tactic* tactic : tactics(op)) {
    if (tactic->name() == name) return tactic;
  }
  return nullptr;
}

}  // namespace tenon
