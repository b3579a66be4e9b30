#pragma once

#include "ops/attribute_text.h"
#include "ops/op.h"

namespace tenon {

// Every op's OpInfo is this one object: its address is the op's identity.
template <OpStruct T>
inline const OpInfo kOpInfo{
    .name = T::kName,
    .traits = T::kTraits,
    .infer = [](const void* p, InferContext& c) { static_cast<const T*>(p)->infer(c); },
    .eval = [](const void* p, Views in, Views out) { static_cast<const T*>(p)->eval(in, out); },
    .equal = [](const void* a,
                const void* b) { return *static_cast<const T*>(a) == *static_cast<const T*>(b); },
    .write = [](const void* p, ArchiveWriter& a) { a.write(*static_cast<const T*>(p)); },
    .read = [](ArchiveReader& a) { return Op(a.read<T>()); },
    .print = [](const void* p) { return print_attributes(*static_cast<const T*>(p)); },
    .parse = [](std::string_view text) { return Op(parse_attributes<T>(text)); },
};

template <OpStruct T>
Op::Op(T attributes)
    : info_(&kOpInfo<T>), attributes_(std::make_shared<const T>(std::move(attributes))) {}

template <OpStruct T>
const T* Op::as() const {
  return info_ == &kOpInfo<T> ? static_cast<const T*>(attributes_.get()) : nullptr;
}

}  // namespace tenon
