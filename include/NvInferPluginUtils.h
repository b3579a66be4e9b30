// Parameters of the standard detection plugins.
#pragma once

#include "NvInferRuntimeCommon.h"

namespace nvinfer1 {
namespace plugin {

//! Parameters of the plugin that makes prior boxes of an SSD detector.
struct PriorBoxParameters {
  float* minSize;           //!< Least sides of boxes, in pixels.
  float* maxSize;           //!< Greatest sides of boxes, in pixels; null for none.
  float* aspectRatios;      //!< Ratios of width to height.
  int32_t numMinSize;       //!< How many least sides there are.
  int32_t numMaxSize;       //!< How many greatest sides there are.
  int32_t numAspectRatios;  //!< How many ratios there are.
  bool flip;                //!< Whether each ratio also stands for its inverse.
  bool clip;                //!< Whether boxes are cut off at the border of the image.
  float variance[4];        //!< By which offsets of a box are to be multiplied.
  int32_t imgH;             //!< Height of the image in pixels; 0 for that of the input.
  int32_t imgW;             //!< Width of the image in pixels; 0 for that of the input.
  float stepH;              //!< Distance of boxes downwards, in pixels; 0 to divide the image.
  float stepW;              //!< Distance of boxes across, in pixels; 0 to divide the image.
  float offset;             //!< Place of a box's centre within its cell, 0 to 1.
};

//! Parameters of the plugin that proposes regions and pools them (Faster R-CNN).
struct RPROIParams {
  int32_t poolingH;           //!< Height of a pooled region.
  int32_t poolingW;           //!< Width of a pooled region.
  int32_t featureStride;      //!< Pixels of the image for one of the feature map.
  int32_t preNmsTop;          //!< Best proposals kept before suppression.
  int32_t nmsMaxOut;          //!< Most proposals kept after it.
  int32_t anchorsRatioCount;  //!< How many ratios anchors have.
  int32_t anchorsScaleCount;  //!< How many scales anchors have.
  float iouThreshold;         //!< Overlap from which a proposal is suppressed.
  float minBoxSize;           //!< Least side of a proposal, in pixels.
  float spatialScale;         //!< Extent of the feature map relative to the image.
};

//! Parameters of the plugin that makes anchors on a grid, for one feature map.
struct GridAnchorParameters {
  float minSize;            //!< Scale of the first feature map, relative to the image.
  float maxSize;            //!< Scale of the last feature map, relative to the image.
  float* aspectRatios;      //!< Ratios of width to height.
  int32_t numAspectRatios;  //!< How many ratios there are.
  int32_t H;                //!< Height of the feature map.
  int32_t W;                //!< Width of the feature map.
  float variance[4];        //!< By which offsets of a box are to be multiplied.
};

//! How a detector writes down a box.
enum class CodeTypeSSD : int32_t {
  CORNER = 0,       //!< Offsets of the corners.
  CENTER_SIZE = 1,  //!< Offset of the centre and logarithm of the extents, relative to the prior.
  CORNER_SIZE = 2,  //!< Offsets of the corners, relative to the prior's extents.
  TF_CENTER = 3,    //!< As CENTER_SIZE, with y before x.
};

//! Parameters of the plugin that decodes boxes and suppresses overlaps.
struct DetectionOutputParameters {
  bool shareLocation;            //!< Whether a box is the same for all classes.
  bool varianceEncodedInTarget;  //!< Whether boxes already contain the variances.
  int32_t backgroundLabelId;     //!< The class of the background; -1 for none.
  int32_t numClasses;            //!< How many classes there are, background included.
  int32_t topK;                  //!< Best boxes of a class kept before suppression.
  int32_t keepTopK;              //!< Best boxes of an image kept after it.
  float confidenceThreshold;     //!< Least score of a box.
  float nmsThreshold;            //!< Overlap from which a box is suppressed.
  CodeTypeSSD codeType;          //!< How boxes are written down.
  int32_t inputOrder[3];         //!< Which inputs are boxes, scores and priors.
  bool confSigmoid;              //!< Whether scores still need the sigmoid function.
  bool isNormalized;             //!< Whether coordinates are relative to the image.
  bool isBatchAgnostic;          //!< Whether priors are the same for the whole batch.
};

//! A tree of classes, each a softmax over its siblings (YOLO9000).
struct softmaxTree {
  int32_t* leaf;         //!< Whether each class is a leaf.
  int32_t n;             //!< How many classes there are.
  int32_t* parent;       //!< The parent of each class; -1 for none.
  int32_t* child;        //!< The group of children of each class; -1 for none.
  int32_t* group;        //!< The group that each class is in.
  char** name;           //!< The name of each class.
  int32_t groups;        //!< How many groups there are.
  int32_t* groupSize;    //!< How many classes are in each group.
  int32_t* groupOffset;  //!< The first class of each group.
};

//! Parameters of the plugin for the last layer of YOLOv2.
struct RegionParameters {
  int32_t num;          //!< Boxes for each cell.
  int32_t coords;       //!< Coordinates of a box: 4.
  int32_t classes;      //!< How many classes there are.
  softmaxTree* smTree;  //!< The tree of classes; null for one softmax over all.
};

//! Parameters of the plugin that suppresses overlapping boxes.
struct NMSParameters {
  bool shareLocation;         //!< Whether a box is the same for all classes.
  int32_t backgroundLabelId;  //!< The class of the background; -1 for none.
  int32_t numClasses;         //!< How many classes there are, background included.
  int32_t topK;               //!< Best boxes of a class kept before suppression.
  int32_t keepTopK;           //!< Best boxes of an image kept after it.
  float scoreThreshold;       //!< Least score of a box.
  float iouThreshold;         //!< Overlap from which a box is suppressed.
  bool isNormalized;          //!< Whether coordinates are relative to the image.
};

}  // namespace plugin
}  // namespace nvinfer1
