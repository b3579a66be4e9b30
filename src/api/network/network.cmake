# Builder, networks and the ONNX parser.
target_sources(tenon_api PRIVATE
  arguments.cpp builder.cpp builder_config.cpp builder_notices.cpp onnx_parser.cpp
  onnx_parser_config.cpp optimization_profile.cpp timing_cache.cpp
  network/adoption.cpp network/data_layers.cpp network/layer.cpp network/math_layers.cpp
  network/network.cpp network/network_layers.cpp network/network_not_implemented.cpp
  network/pointwise_layers.cpp network/shape_layers.cpp network/slice_layer.cpp network/tensor.cpp network/topk_layer.cpp
  network/weights.cpp network/window.cpp network/window_layers.cpp)
