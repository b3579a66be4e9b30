#include "trtexec/options.h"

#include <NvInferRuntime.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace tenon::trtexec {
namespace {

Options parse(std::vector<std::string> arguments) { return parse_options(arguments); }

std::string refusal(std::vector<std::string> arguments) {
  try {
    parse_options(arguments);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Options, Defaults) {
  const Options o = parse({"--onnx=a.onnx"});
  EXPECT_EQ(o.build.onnx, "a.onnx");
  EXPECT_EQ(o.inference.iterations, 10);
  EXPECT_EQ(o.inference.duration_s, 3);
  EXPECT_EQ(o.inference.warm_up_ms, 200);
  EXPECT_EQ(o.inference.streams, 1);
  EXPECT_TRUE(o.inference.transfers);
  EXPECT_FALSE(o.inference.cuda_graph);
  EXPECT_EQ(o.report.avg_runs, 10);
  EXPECT_EQ(o.report.percentiles, (std::vector<double>{90, 95, 99}));
  EXPECT_FALSE(o.report.wants_profile());
}

TEST(Options, ValuesFollowAnEqualsSignOrStandAlone) {
  for (const auto& arguments :
       {std::vector<std::string>{"--loadEngine=p", "--iterations=7", "--infStreams=3",
                                 "--warmUp=1.5"},
        {"--loadEngine", "p", "--iterations", "7", "--streams", "3", "--warmUp", "1.5"}}) {
    const Options o = parse(arguments);
    EXPECT_EQ(o.build.load_engine, "p");
    EXPECT_EQ(o.inference.iterations, 7);
    EXPECT_EQ(o.inference.streams, 3);
    EXPECT_EQ(o.inference.warm_up_ms, 1.5);
  }
}

TEST(Options, Flags) {
  const Options o = parse({"--onnx=a", "--useCudaGraph", "--noDataTransfers", "--useSpinWait",
                           "--exposeDMA", "--fp16", "--best", "--noTF32", "--stronglyTyped",
                           "--skipInference", "--dumpProfile", "--separateProfileRun"});
  EXPECT_TRUE(o.inference.cuda_graph && o.inference.spin_wait && o.inference.expose_dma);
  EXPECT_FALSE(o.inference.transfers);
  EXPECT_TRUE(o.build.fp16 && o.build.best && o.build.no_tf32 && o.build.strongly_typed);
  EXPECT_FALSE(o.build.int8);
  EXPECT_TRUE(o.build.skip_inference && o.inference.separate_profile_run);
  EXPECT_TRUE(o.report.wants_profile());
}

TEST(Options, NegativeDurationRunsOn) {
  EXPECT_EQ(parse({"--onnx=a", "--duration=-1"}).inference.duration_s, -1);
  EXPECT_EQ(parse({"--onnx=a", "--duration", "-1"}).inference.duration_s, -1);
}

TEST(Options, ShapesToRunWithAreAlsoThoseToBuildFor) {
  const Options o = parse({"--onnx=a", "--shapes=x:2x3"});
  const Shapes shapes{{"x", {2, 3}}};
  EXPECT_EQ(o.build.min_shapes, shapes);
  EXPECT_EQ(o.build.opt_shapes, shapes);
  EXPECT_EQ(o.build.max_shapes, shapes);
  EXPECT_EQ(o.inference.shapes, shapes);
}

TEST(Options, InferenceRunsWithTheOptimalShapes) {
  const Options o = parse({"--onnx=a", "--minShapes=x:1", "--optShapes=x:4", "--maxShapes=x:9"});
  EXPECT_EQ(o.build.min_shapes, (Shapes{{"x", {1}}}));
  EXPECT_EQ(o.build.max_shapes, (Shapes{{"x", {9}}}));
  EXPECT_EQ(o.inference.shapes, (Shapes{{"x", {4}}}));
}

TEST(Options, MissingSidesOfARangeFollow) {
  const Options o = parse({"--onnx=a", "--minShapes=x:1", "--maxShapes=x:9"});
  EXPECT_EQ(o.build.opt_shapes, (Shapes{{"x", {9}}}));
  EXPECT_NE(refusal({"--onnx=a", "--minShapes=y:1", "--optShapes=x:2"}).find("'y'"),
            std::string::npos);
}

TEST(Options, MemoryPoolsAndVerbosity) {
  const Options o = parse({"--onnx=a", "--memPoolSize=workspace:1.5,tacticSharedMem:64K",
                           "--profilingVerbosity=detailed"});
  EXPECT_EQ(o.build.workspace_bytes, 1536U * 1024);
  EXPECT_EQ(o.build.tactic_shared_memory_bytes, 64U * 1024);
  EXPECT_EQ(o.build.profiling_verbosity, nvinfer1::ProfilingVerbosity::kDETAILED);
}

TEST(Options, AuxiliaryStreams) {
  EXPECT_EQ(parse({"--onnx=a"}).build.max_aux_streams, std::nullopt);
  EXPECT_EQ(parse({"--onnx=a", "--maxAuxStreams=0"}).build.max_aux_streams, 0);
  EXPECT_EQ(parse({"--onnx=a", "--maxAuxStreams", "4"}).build.max_aux_streams, 4);
}

TEST(Options, WhatDoesNotExistIsToldApart) {
  EXPECT_EQ(refusal({"--onnx=a", "--bogus"}), "unknown option: --bogus");
  EXPECT_EQ(refusal({"--onnx=a", "stray"}), "unknown option: stray");
  EXPECT_EQ(refusal({"--onnx=a", "--sparsity=enable"}), "not implemented: --sparsity");
  EXPECT_EQ(refusal({"--onnx=a", "--plugins", "x.so"}), "not implemented: --plugins");
  EXPECT_EQ(refusal({"--onnx=a", "--memPoolSize=dlaSRAM:1"}),
            "--memPoolSize: not implemented: --memPoolSize=dlaSRAM");
}

TEST(Options, BadValuesNameTheirOption) {
  for (const char* bad :
       {"--iterations=-1", "--iterations=x", "--warmUp=-5", "--infStreams=0", "--device=1",
        "--shapes=1x2", "--percentile=200", "--memPoolSize=x:1", "--profilingVerbosity=loud",
        "--builderOptimizationLevel=9", "--maxAuxStreams=-1"}) {
    const std::string text(bad);
    const std::string option = text.substr(0, text.find('='));
    EXPECT_NE(refusal({"--onnx=a", bad}).find(option), std::string::npos)
        << bad << ": " << refusal({"--onnx=a", bad});
  }
}

TEST(Options, ContradictionsAreRefused) {
  EXPECT_NE(refusal({}), "accepted");
  EXPECT_NE(refusal({"--onnx=a", "--loadEngine=b"}), "accepted");
  EXPECT_NE(refusal({"--onnx=a", "--useCudaGraph", "--noCudaGraph"}), "accepted");
}

TEST(Options, HelpNamesTheOptions) {
  EXPECT_TRUE(parse({"--help"}).help);
  const std::string help = help_text();
  for (const char* option : {"--onnx", "--saveEngine", "--useCudaGraph", "--exportTimes"}) {
    EXPECT_NE(help.find(option), std::string::npos) << option;
  }
}

TEST(Options, SummaryShowsWhatWasAskedFor) {
  const auto lines = option_lines(
      parse({"--onnx=m.onnx", "--minShapes=x:1", "--optShapes=x:2", "--maxShapes=x:3", "--fp16"}));
  const auto has = [&](const char* line) {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
  };
  EXPECT_TRUE(has("=== Build Options ==="));
  EXPECT_TRUE(has("Model: m.onnx"));
  EXPECT_TRUE(has("Precision: FP32+FP16"));
  EXPECT_TRUE(has("Input build shape (profile 0): x=1+2+3"));
  EXPECT_TRUE(has("Duration: 3s (+ 200ms warm up)"));
}

}  // namespace
}  // namespace tenon::trtexec
