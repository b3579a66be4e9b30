// The version of the TensorRT interface that these headers declare.
#pragma once

#define NV_TENSORRT_MAJOR 10  //!< Changes when compiled programs stop working.
#define NV_TENSORRT_MINOR 16  //!< Changes when something is added.
#define NV_TENSORRT_PATCH 1   //!< Changes when something is corrected.
#define NV_TENSORRT_BUILD 0   //!< Distinguishes builds of one patch.

//! Version numbers of the shared libraries (`libnvinfer.so.10`).
#define NV_TENSORRT_SONAME_MAJOR NV_TENSORRT_MAJOR
#define NV_TENSORRT_SONAME_MINOR NV_TENSORRT_MINOR
#define NV_TENSORRT_SONAME_PATCH NV_TENSORRT_PATCH

//! Kinds of release, and the kind of this one.
#define NV_TENSORRT_RELEASE_TYPE_EARLY_ACCESS 0
#define NV_TENSORRT_RELEASE_TYPE_RELEASE_CANDIDATE 1
#define NV_TENSORRT_RELEASE_TYPE_GENERAL_AVAILABILITY 2
#define NV_TENSORRT_RELEASE_TYPE NV_TENSORRT_RELEASE_TYPE_GENERAL_AVAILABILITY
