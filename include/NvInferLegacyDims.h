// Dims of a fixed rank, as older programs write them.
#pragma once

#include "NvInferRuntimeBase.h"

namespace nvinfer1 {

//! Two extents.
class Dims2 : public Dims {
 public:
  //! Both extents 0.
  Dims2() : Dims2(0, 0) {}

  //! The given extents, outermost first.
  Dims2(int64_t d0, int64_t d1) : Dims{} {
    nbDims = 2;
    d[0] = d0;
    d[1] = d1;
  }
};

//! Two extents that are a height and a width.
class DimsHW : public Dims2 {
 public:
  //! Height and width 0.
  DimsHW() : Dims2() {}

  //! The given height and width.
  DimsHW(int64_t height, int64_t width) : Dims2(height, width) {}

  int64_t& h() { return d[0]; }       //!< The height.
  int64_t h() const { return d[0]; }  //!< The height.
  int64_t& w() { return d[1]; }       //!< The width.
  int64_t w() const { return d[1]; }  //!< The width.
};

//! Three extents.
class Dims3 : public Dims2 {
 public:
  //! All extents 0.
  Dims3() : Dims3(0, 0, 0) {}

  //! The given extents, outermost first.
  Dims3(int64_t d0, int64_t d1, int64_t d2) : Dims2(d0, d1) {
    nbDims = 3;
    d[2] = d2;
  }
};

//! Four extents.
class Dims4 : public Dims3 {
 public:
  //! All extents 0.
  Dims4() : Dims4(0, 0, 0, 0) {}

  //! The given extents, outermost first.
  Dims4(int64_t d0, int64_t d1, int64_t d2, int64_t d3) : Dims3(d0, d1, d2) {
    nbDims = 4;
    d[3] = d3;
  }
};

}  // namespace nvinfer1
