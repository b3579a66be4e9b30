#include "api/network/topk_layer.h"

#include <bit>

namespace tenon::api {

namespace nv = nvinfer1;

static int64_t checked_k(int32_t k) {
  if (k < 0) fail("k is {}", k);
  return k;
}

static int64_t checked_axis(uint32_t axes) {
  if (std::popcount(axes) != 1) fail("{:#x} is not a single axis", axes);
  return std::countr_zero(axes);
}

static DataType checked_indices(nv::DataType type) {
  const DataType dtype = to_internal(type);
  if (dtype != DataType::kI32 && dtype != DataType::kI64) {
    fail("indices of type {}: kINT32 or kINT64 is needed", name_of(dtype));
  }
  return dtype;
}

void TopKLayer::start(nv::TopKOperation op, int32_t k, uint32_t axes, nv::DataType indices) {
  require_enum(op, "top-k operation");
  op_ = {.axis = checked_axis(axes),
         .largest = op == nv::TopKOperation::kMAX,
         .indices = checked_indices(indices)};
  k_ = checked_k(k);
}

void TopKLayer::adopt(const TopK& op, std::optional<int64_t> k, size_t rank) {
  op_ = op;
  if (op_.axis < 0) op_.axis += static_cast<int64_t>(rank);
  k_ = k;
}

void TopKLayer::setOperation(nv::TopKOperation op) noexcept {
  edit("setOperation", [&] {
    require_enum(op, "top-k operation");
    op_.largest = op == nv::TopKOperation::kMAX;
  });
}

nv::TopKOperation TopKLayer::getOperation() const noexcept {
  return op_.largest ? nv::TopKOperation::kMAX : nv::TopKOperation::kMIN;
}

void TopKLayer::setK(int32_t k) noexcept {
  edit("setK", [&] {
    k_ = checked_k(k);
    drop_input(1);
  });
}

void TopKLayer::setReduceAxes(uint32_t axes) noexcept {
  edit("setReduceAxes", [&] { op_.axis = checked_axis(axes); });
}

bool TopKLayer::setIndicesType(nv::DataType type) noexcept {
  bool accepted = false;
  edit("setIndicesType", [&] {
    op_.indices = checked_indices(type);
    accepted = true;
  });
  return accepted;
}

void TopKLayer::input_was_set(size_t index) {
  if (index == 1) k_.reset();
}

void TopKLayer::write(NodeWriter& w) {
  w.result(op_, {w.input(0), k_ ? w.integers("k", {*k_}) : w.input(1)});
}

}  // namespace tenon::api
