// Copies and fills, and the calls that ask for them.
#include "hostcuda/copy.h"

#include <cstring>

#include "cuda_runtime_api.h"
#include "hostcuda/call.h"
#include "hostcuda/capture.h"
#include "hostcuda/memory_map.h"
#include "hostcuda/stream.h"

namespace tenon::hostcuda {
namespace {

// Whether a box of rows and slices that is not empty stays within the allocation of its first byte.
bool box_in_bounds(const void* first, size_t width, size_t height, size_t depth, size_t pitch,
                   size_t slice) {
  size_t rows = 0, slices = 0, bytes = 0;
  const bool overflow = __builtin_mul_overflow(height - 1, pitch, &rows) ||
                        __builtin_mul_overflow(depth - 1, slice, &slices) ||
                        __builtin_add_overflow(rows, slices, &bytes) ||
                        __builtin_add_overflow(bytes, width, &bytes);
  return !overflow && in_bounds(first, bytes);
}

bool empty(const Copy& copy) { return copy.width == 0 || copy.height == 0 || copy.depth == 0; }

Copy linear(void* dst, const void* src, size_t count) {
  return Copy{dst, src, count, count, count, count, count, 1, 1};
}

cudaError_t to_copy_2d(void* dst, size_t dpitch, const void* src, size_t spitch, size_t width,
                       size_t height, Copy& copy) {
  copy = Copy{dst, src, dpitch, 0, spitch, 0, width, height, 1};
  if (empty(copy) || (width <= dpitch && width <= spitch)) return cudaSuccess;
  return height > 1 ? cudaErrorInvalidPitchValue : cudaErrorInvalidValue;
}

Fill to_fill(void* dst, size_t pitch, int value, size_t width, size_t height) {
  return Fill{dst, pitch, static_cast<unsigned char>(value), 1, width, height};
}

// The original may go on using pinned and device memory after the call returns, but not pageable
// host memory, which programs therefore reuse at once.
bool touches_pageable_memory(const Copy& copy, cudaMemcpyKind kind) {
  const bool host_src = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyHostToHost;
  const bool host_dst = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyHostToHost;
  const bool any = kind == cudaMemcpyDefault;
  return ((host_src || any) && !device_accessible(copy.src)) ||
         ((host_dst || any) && !device_accessible(copy.dst));
}

cudaError_t copy_async(const Copy& copy, cudaMemcpyKind kind, cudaStream_t handle) {
  const auto stream = find_stream(handle);
  if (stream == nullptr) return cudaErrorInvalidResourceHandle;
  if (const cudaError_t error = check(copy, kind); error != cudaSuccess) return error;
  if (empty(copy)) return cudaSuccess;
  const bool capturing = stream->capturing.load();
  if (const cudaError_t error = submit_work(*stream, copy); error != cudaSuccess) return error;
  if (capturing || !touches_pageable_memory(copy, kind)) return cudaSuccess;
  return synchronize(*stream);
}

// Through the legacy stream, and done when it returns. With nothing pending the caller does it.
template <class Work>
cudaError_t do_now(const Work& work) {
  CUstream_st& stream = legacy_stream();
  if (const cudaError_t error = refuse_legacy_during_capture(); error != cudaSuccess) return error;
  if (idle(stream)) {
    run(work);
    return cudaSuccess;
  }
  if (const cudaError_t error = enqueue(stream, Op([work] { run(work); })); error != cudaSuccess) {
    return error;
  }
  return synchronize(stream);
}

cudaError_t copy_now(const Copy& copy, cudaMemcpyKind kind) {
  if (const cudaError_t error = check(copy, kind); error != cudaSuccess) return error;
  return empty(copy) ? cudaSuccess : do_now(copy);
}

cudaError_t fill_async(const Fill& fill, cudaStream_t handle) {
  const auto stream = find_stream(handle);
  if (stream == nullptr) return cudaErrorInvalidResourceHandle;
  if (const cudaError_t error = check(fill); error != cudaSuccess) return error;
  return fill.width == 0 || fill.height == 0 ? cudaSuccess : submit_work(*stream, fill);
}

cudaError_t fill_now(const Fill& fill) {
  if (const cudaError_t error = check(fill); error != cudaSuccess) return error;
  return fill.width == 0 || fill.height == 0 ? cudaSuccess : do_now(fill);
}

bool is_device_number(int device) { return device == 0; }

}  // namespace

void run(const Copy& copy) {
  const bool packed =
      copy.depth == 1 &&
      (copy.height == 1 || (copy.dst_pitch == copy.width && copy.src_pitch == copy.width));
  auto* const dst = static_cast<char*>(copy.dst);
  const auto* const src = static_cast<const char*>(copy.src);
  if (packed) {
    std::memmove(dst, src, copy.width * copy.height);
    return;
  }
  for (size_t z = 0; z < copy.depth; ++z) {
    for (size_t y = 0; y < copy.height; ++y) {
      std::memmove(dst + z * copy.dst_slice + y * copy.dst_pitch,
                   src + z * copy.src_slice + y * copy.src_pitch, copy.width);
    }
  }
}

void run(const Fill& fill) {
  const size_t row_bytes = fill.width * fill.element_size;
  for (size_t y = 0; y < fill.height; ++y) {
    char* const row = static_cast<char*>(fill.dst) + y * fill.pitch;
    if (fill.element_size == 1) {
      std::memset(row, static_cast<int>(fill.value), row_bytes);
      continue;
    }
    for (size_t offset = 0; offset < row_bytes; offset += fill.element_size) {
      std::memcpy(row + offset, &fill.value, fill.element_size);  // little-endian: the low bytes
    }
  }
}

cudaError_t check(const Copy& copy, cudaMemcpyKind kind) {
  if (empty(copy)) return cudaSuccess;
  if (kind < cudaMemcpyHostToHost || kind > cudaMemcpyDefault) {
    return cudaErrorInvalidMemcpyDirection;
  }
  if (copy.dst == nullptr || copy.src == nullptr) return cudaErrorInvalidValue;
  const bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
  const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
  if ((to_device && !device_accessible(copy.dst)) ||
      (from_device && !device_accessible(copy.src))) {
    return cudaErrorInvalidValue;
  }
  const bool fits =
      box_in_bounds(copy.dst, copy.width, copy.height, copy.depth, copy.dst_pitch,
                    copy.dst_slice) &&
      box_in_bounds(copy.src, copy.width, copy.height, copy.depth, copy.src_pitch, copy.src_slice);
  return fits ? cudaSuccess : cudaErrorInvalidValue;
}

cudaError_t check(const Fill& fill) {
  if (fill.width == 0 || fill.height == 0) return cudaSuccess;
  const bool known_size =
      fill.element_size == 1 || fill.element_size == 2 || fill.element_size == 4;
  if (fill.dst == nullptr || !known_size) return cudaErrorInvalidValue;
  size_t row_bytes = 0;
  if (__builtin_mul_overflow(fill.width, fill.element_size, &row_bytes)) {
    return cudaErrorInvalidValue;
  }
  if (fill.height > 1 && row_bytes > fill.pitch) return cudaErrorInvalidValue;
  const bool fits = device_accessible(fill.dst) &&
                    box_in_bounds(fill.dst, row_bytes, fill.height, 1, fill.pitch, 0);
  return fits ? cudaSuccess : cudaErrorInvalidValue;
}

cudaError_t to_copy(const cudaMemcpy3DParms& p, Copy& copy) {
  if (p.srcArray != nullptr || p.dstArray != nullptr) return cudaErrorInvalidValue;
  const auto offset = [](const cudaPitchedPtr& ptr, const cudaPos& pos) {
    return pos.x + pos.y * ptr.pitch + pos.z * ptr.pitch * ptr.ysize;
  };
  copy =
      Copy{p.dstPtr.ptr == nullptr ? nullptr
                                   : static_cast<char*>(p.dstPtr.ptr) + offset(p.dstPtr, p.dstPos),
           p.srcPtr.ptr == nullptr ? nullptr
                                   : static_cast<char*>(p.srcPtr.ptr) + offset(p.srcPtr, p.srcPos),
           p.dstPtr.pitch,
           p.dstPtr.pitch * p.dstPtr.ysize,
           p.srcPtr.pitch,
           p.srcPtr.pitch * p.srcPtr.ysize,
           p.extent.width,
           p.extent.height,
           p.extent.depth};
  if (empty(copy)) return cudaSuccess;
  const bool rows = copy.height > 1 || copy.depth > 1;
  if (rows && (copy.width > copy.dst_pitch || copy.width > copy.src_pitch)) {
    return cudaErrorInvalidPitchValue;
  }
  return cudaSuccess;
}

}  // namespace tenon::hostcuda

using namespace tenon::hostcuda;

extern "C" {

cudaError_t cudaMemcpy(void* dst, const void* src, size_t count, cudaMemcpyKind kind) {
  return call([&] { return copy_now(linear(dst, src, count), kind); });
}

cudaError_t cudaMemcpyAsync(void* dst, const void* src, size_t count, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  return call([&] { return copy_async(linear(dst, src, count), kind, stream); });
}

cudaError_t cudaMemcpyPeer(void* dst, int dstDevice, const void* src, int srcDevice, size_t count) {
  return call([&] {
    if (!is_device_number(dstDevice) || !is_device_number(srcDevice)) return cudaErrorInvalidDevice;
    return copy_now(linear(dst, src, count), cudaMemcpyDeviceToDevice);
  });
}

cudaError_t cudaMemcpyPeerAsync(void* dst, int dstDevice, const void* src, int srcDevice,
                                size_t count, cudaStream_t stream) {
  return call([&] {
    if (!is_device_number(dstDevice) || !is_device_number(srcDevice)) return cudaErrorInvalidDevice;
    return copy_async(linear(dst, src, count), cudaMemcpyDeviceToDevice, stream);
  });
}

cudaError_t cudaMemcpy2D(void* dst, size_t dpitch, const void* src, size_t spitch, size_t width,
                         size_t height, cudaMemcpyKind kind) {
  return call([&] {
    Copy copy;
    const cudaError_t error = to_copy_2d(dst, dpitch, src, spitch, width, height, copy);
    return error != cudaSuccess ? error : copy_now(copy, kind);
  });
}

cudaError_t cudaMemcpy2DAsync(void* dst, size_t dpitch, const void* src, size_t spitch,
                              size_t width, size_t height, cudaMemcpyKind kind,
                              cudaStream_t stream) {
  return call([&] {
    Copy copy;
    const cudaError_t error = to_copy_2d(dst, dpitch, src, spitch, width, height, copy);
    return error != cudaSuccess ? error : copy_async(copy, kind, stream);
  });
}

cudaError_t cudaMemcpy3D(const cudaMemcpy3DParms* p) {
  return call([&] {
    Copy copy;
    const cudaError_t error = p == nullptr ? cudaErrorInvalidValue : to_copy(*p, copy);
    return error != cudaSuccess ? error : copy_now(copy, p->kind);
  });
}

cudaError_t cudaMemcpy3DAsync(const cudaMemcpy3DParms* p, cudaStream_t stream) {
  return call([&] {
    Copy copy;
    const cudaError_t error = p == nullptr ? cudaErrorInvalidValue : to_copy(*p, copy);
    return error != cudaSuccess ? error : copy_async(copy, p->kind, stream);
  });
}

cudaError_t cudaMemset(void* devPtr, int value, size_t count) {
  return call([&] { return fill_now(to_fill(devPtr, count, value, count, 1)); });
}

cudaError_t cudaMemsetAsync(void* devPtr, int value, size_t count, cudaStream_t stream) {
  return call([&] { return fill_async(to_fill(devPtr, count, value, count, 1), stream); });
}

cudaError_t cudaMemset2D(void* devPtr, size_t pitch, int value, size_t width, size_t height) {
  return call([&] { return fill_now(to_fill(devPtr, pitch, value, width, height)); });
}

cudaError_t cudaMemset2DAsync(void* devPtr, size_t pitch, int value, size_t width, size_t height,
                              cudaStream_t stream) {
  return call([&] { return fill_async(to_fill(devPtr, pitch, value, width, height), stream); });
}

}  // extern "C"
