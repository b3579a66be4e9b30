// trtexec as a user starts it, on a small bundled network.
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "process.h"

namespace tenon {
namespace {

using Json = nlohmann::json;

const std::string kPassed = "&&&& PASSED TensorRT.trtexec [TensorRT v101601] # ";
const std::string kFailed = "&&&& FAILED TensorRT.trtexec [TensorRT v101601] # ";

class Trtexec : public testing::Test {
 protected:
  Trtexec()
      : folder_(std::filesystem::temp_directory_path() /
                ("trtexec_run_test." + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~Trtexec() override { std::filesystem::remove_all(folder_); }

  std::string at(const std::string& name) const { return (folder_ / name).string(); }

  // Few inferences.
  static ProcessResult run(std::vector<std::string> arguments, const ProcessOptions& options = {}) {
    arguments.insert(arguments.begin(), {"--iterations=5", "--warmUp=0"});
    bool timed = false;
    for (const std::string& a : arguments) timed |= a.starts_with("--duration");
    if (!timed) arguments.emplace_back("--duration=0");
    return run_process(TRTEXEC, arguments, options);
  }

  static std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(at(name), std::ios::binary) << text;
  }

  size_t files() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(folder_), {}));
  }

  static void expect_passed(const ProcessResult& result) {
    EXPECT_EQ(result.status, 0) << result.output;
    EXPECT_NE(result.output.find(kPassed), std::string::npos) << result.output;
  }

  static void expect_failed(const ProcessResult& result, const std::string& reason) {
    EXPECT_EQ(result.status, 1) << result.output;
    EXPECT_NE(result.output.find(kFailed), std::string::npos) << result.output;
    EXPECT_NE(result.output.find(reason), std::string::npos) << result.output;
    EXPECT_EQ(result.output.find("PASSED"), std::string::npos) << result.output;
  }

  std::filesystem::path folder_;
};

const std::string kOnnx = std::string("--onnx=") + DIGITS;

TEST_F(Trtexec, BuildsMeasuresAndExports) {
  const auto result = run({kOnnx, "--shapes=input:3x1x8x8", "--saveEngine=" + at("plan"),
                           "--timingCacheFile=" + at("cache"), "--exportTimes=" + at("times"),
                           "--exportProfile=" + at("profile"), "--exportLayerInfo=" + at("layers"),
                           "--exportOutput=" + at("output"), "--profilingVerbosity=detailed",
                           "--dumpProfile", "--separateProfileRun", "--useCudaGraph", "--verbose"});
  expect_passed(result);
  for (const char* text :
       {"=== Performance summary ===", "Throughput: ", "Latency: min = ", "Enqueue Time: min",
        "H2D Latency: min", "GPU Compute Time: min", "D2H Latency: min", "percentile(99%) = ",
        "Total Host Walltime: ", "Total GPU Compute Time: ", "captured CUDA graph", "=== Profile (",
        "=== Explanations of the performance metrics ==="}) {
    EXPECT_NE(result.output.find(text), std::string::npos) << text;
  }
  const Json times = Json::parse(read(at("times")));
  ASSERT_GE(times.size(), 5U);
  for (const Json& t : times) {
    EXPECT_GE(t.at("endComputeMs"), t.at("startComputeMs"));
    EXPECT_GE(t.at("startComputeMs"), t.at("endH2dMs"));
    EXPECT_NEAR(
        t.at("latencyMs").get<double>(),
        t.at("h2dMs").get<double>() + t.at("computeMs").get<double>() + t.at("d2hMs").get<double>(),
        1e-9);
  }
  const Json profile = Json::parse(read(at("profile")));
  ASSERT_GE(profile.size(), 3U);
  EXPECT_GE(profile[0].at("count"), 5);
  double share = 0;
  for (size_t i = 1; i < profile.size(); ++i) share += profile[i].at("percentage").get<double>();
  EXPECT_NEAR(share, 100, 1e-6);
  const Json layers = Json::parse(read(at("layers")));
  EXPECT_EQ(layers.at("Bindings").size(), 2U);
  EXPECT_EQ(layers.at("Layers").size(), profile.size() - 1);
  EXPECT_TRUE(layers.at("Layers")[0].contains("TacticName"));
  const Json output = Json::parse(read(at("output")));
  ASSERT_EQ(output.size(), 1U);
  EXPECT_EQ(output[0].at("dimensions"), "3x10");
  EXPECT_EQ(output[0].at("values").size(), 30U);
  EXPECT_EQ(files(), 6U) << "no temporary files stay";
}

TEST_F(Trtexec, ASavedPlanGivesTheSameOutputsInEveryMode) {
  expect_passed(run({kOnnx, "--minShapes=input:1x1x8x8", "--optShapes=input:2x1x8x8",
                     "--maxShapes=input:8x1x8x8", "--saveEngine=" + at("plan"),
                     "--exportOutput=" + at("first")}));
  const std::string load = "--loadEngine=" + at("plan");
  for (const std::vector<std::string>& mode :
       std::vector<std::vector<std::string>>{{},
                                             {"--useCudaGraph"},
                                             {"--infStreams=2", "--threads"},
                                             {"--noDataTransfers"},
                                             {"--exposeDMA", "--useSpinWait"},
                                             {"--dumpProfile", "--idleTime=1", "--sleepTime=2"}}) {
    std::vector<std::string> arguments = mode;
    arguments.insert(arguments.end(),
                     {load, "--shapes=input:2x1x8x8", "--exportOutput=" + at("again")});
    expect_passed(run(arguments));
    EXPECT_EQ(read(at("again")), read(at("first"))) << (mode.empty() ? "" : mode[0]);
    std::filesystem::remove(at("again"));
  }
}

TEST_F(Trtexec, StreamsAllCount) {
  const auto result = run({kOnnx, "--infStreams=3", "--exportTimes=" + at("times")});
  expect_passed(result);
  EXPECT_GE(Json::parse(read(at("times"))).size(), 15U);
}

// How many inferences get their inputs while the one before computes, and of how many.
std::pair<size_t, size_t> overlaps(const Json& times) {
  size_t count = 0;
  for (size_t i = 1; i < times.size(); ++i) {
    count += times[i].at("startH2dMs") < times[i - 1].at("endComputeMs") ? 1 : 0;
  }
  return {count, times.size() - 1};
}

TEST_F(Trtexec, InputsTravelWhileTheInferenceBeforeComputes) {
  const std::string shapes = "--shapes=input:32x1x8x8";
  expect_passed(run({kOnnx, shapes, "--saveEngine=" + at("plan"), "--skipInference"}));
  const std::vector<std::string> again{"--loadEngine=" + at("plan"), shapes, "--duration=0.2",
                                       "--exportTimes=" + at("times")};
  const auto with = [&](const std::vector<std::string>& mode) {
    std::vector<std::string> arguments = again;
    arguments.insert(arguments.end(), mode.begin(), mode.end());
    expect_passed(run(arguments));
    return overlaps(Json::parse(read(at("times"))));
  };
  for (const std::vector<std::string>& mode :
       std::vector<std::vector<std::string>>{{}, {"--useCudaGraph"}}) {
    // How many of them depends on what else the machine does.
    const auto [overlapped, all] = with(mode);
    EXPECT_GT(overlapped, 0U) << "of " << all;
  }
  EXPECT_EQ(with({"--exposeDMA"}).first, 0U);
}

TEST_F(Trtexec, MissingShapesBecomeOne) {
  const auto result = run({kOnnx, "--exportOutput=" + at("output")});
  expect_passed(result);
  EXPECT_NE(result.output.find("Automatically overriding shape to: 1x1x8x8"), std::string::npos);
  EXPECT_EQ(Json::parse(read(at("output")))[0].at("dimensions"), "1x10");
}

TEST_F(Trtexec, InputsComeFromFiles) {
  write("zeros", std::string(64 * sizeof(float), '\0'));
  write("short", "abc");
  expect_passed(run({kOnnx, "--saveEngine=" + at("plan"), "--exportOutput=" + at("random")}));
  const std::string load = "--loadEngine=" + at("plan");
  const auto loaded =
      run({load, "--loadInputs=input:" + at("zeros"), "--exportOutput=" + at("zero_output")});
  expect_passed(loaded);
  EXPECT_NE(read(at("zero_output")), read(at("random")));
  expect_failed(run({load, "--loadInputs=input:" + at("short")}), "has 3 bytes, input 'input'");
  expect_failed(run({load, "--loadInputs=nope:" + at("zeros")}), "no input 'nope'");
  expect_failed(run({load, "--loadInputs=input:" + at("none")}), "cannot open");
}

TEST_F(Trtexec, BadFilesFail) {
  write("bad.onnx", read(DIGITS).substr(0, 3000));
  std::string text = read(DIGITS);
  const std::string op_field = "\x22\x11GlobalAveragePool";  // NodeProto.op_type, 17 bytes
  const size_t op = text.find(op_field);
  ASSERT_NE(op, std::string::npos);
  text[op + op_field.size() - 1] = 'x';
  write("unknown.onnx", text);
  write("bad.plan", "no plan");
  expect_failed(run({"--onnx=" + at("none.onnx")}), "cannot open");
  expect_failed(run({"--onnx=" + at("bad.onnx")}), "Failed to parse onnx file");
  expect_failed(run({"--onnx=" + at("unknown.onnx")}), "GlobalAveragePoox");
  expect_failed(run({"--loadEngine=" + at("bad.plan")}), "cannot deserialize the engine");
  expect_failed(run({"--loadEngine=" + at("none.plan")}), "cannot open");
  expect_failed(run({kOnnx, "--shapes=nope:1x2"}), "no input 'nope'");
  expect_failed(run({kOnnx, "--saveEngine=" + at("none/plan")}), "none/plan");
  expect_failed(run({kOnnx, "--bogus"}), "unknown option: --bogus");
  expect_failed(run({kOnnx, "--fp8"}), "not implemented: --fp8");
}

TEST_F(Trtexec, AFullDiskLeavesTheOldPlan) {
  write("plan", "old");
  const auto result =
      run({kOnnx, "--saveEngine=" + at("plan"), "--skipInference"}, {.file_limit = 4096});
  expect_failed(result, at("plan") + ": cannot write: File too large");
  EXPECT_EQ(read(at("plan")), "old");
  EXPECT_EQ(files(), 1U);
}

// Kills a build at a known point of writing the file and gives back what is in both files then.
class TrtexecKilled : public Trtexec {
 protected:
  TrtexecKilled() {
    expect_passed(run({kOnnx, plan_, cache_, "--skipInference"}));
    old_plan_ = read(at("plan"));
    old_cache_ = read(at("cache"));
  }

  // Another plan and more measurements than the old ones.
  ProcessResult build(ProcessOptions options = {}) const {
    return run({kOnnx, "--shapes=input:2x1x8x8", plan_, cache_, "--skipInference"}, options);
  }

  void kill_while_writing(const std::string& file, const std::string& when) const {
    const char* asan = std::getenv("ASAN_OPTIONS");
    const auto result =
        build({.environment = {{"LD_PRELOAD", DIE_IN_WRITE},
                               {"DIE_AT", at(file)},
                               {"DIE_WHEN", when},
                               {"ASAN_OPTIONS", (asan ? asan + std::string(":") : std::string()) +
                                                    "verify_asan_link_order=0"}}});
    ASSERT_EQ(result.signal, SIGKILL) << "it never came to the point\n" << result.output;
  }

  std::string plan_ = "--saveEngine=" + at("plan");
  std::string cache_ = "--timingCacheFile=" + at("cache");
  std::string old_plan_;
  std::string old_cache_;
};

TEST_F(TrtexecKilled, WhileItWritesThePlanItLeavesTheOldOne) {
  for (const char* when : {"half", "written"}) {
    kill_while_writing("plan", when);
    EXPECT_TRUE(read(at("plan")) == old_plan_) << when;
    EXPECT_TRUE(read(at("cache")) == old_cache_) << when;
  }
  EXPECT_EQ(files(), 4U) << "the unfinished files are beside the old ones";
  expect_passed(run({"--loadEngine=" + at("plan"), "--shapes=input:1x1x8x8"}));
  expect_passed(build());
  EXPECT_FALSE(read(at("plan")) == old_plan_);
  expect_passed(run({"--loadEngine=" + at("plan"), "--shapes=input:2x1x8x8"}));
}

TEST_F(TrtexecKilled, WhileItWritesTheTimingCacheItLeavesTheOldOne) {
  for (const char* when : {"half", "written"}) {
    kill_while_writing("cache", when);
    EXPECT_TRUE(read(at("cache")) == old_cache_) << when;
    expect_passed(run({"--loadEngine=" + at("plan"), "--shapes=input:2x1x8x8"}));
  }
  const auto next = build();
  expect_passed(next);
  EXPECT_NE(next.output.find("Loaded " + std::to_string(old_cache_.size()) + " bytes"),
            std::string::npos)
      << next.output;
  EXPECT_GT(read(at("cache")).size(), old_cache_.size());
}

TEST_F(TrtexecKilled, OnceAFileHasItsNameItIsWhole) {
  kill_while_writing("plan", "named");
  EXPECT_FALSE(read(at("plan")) == old_plan_);
  expect_passed(run({"--loadEngine=" + at("plan"), "--shapes=input:2x1x8x8"}));
  kill_while_writing("cache", "named");
  const auto next = build();
  expect_passed(next);
  EXPECT_EQ(next.output.find("damaged"), std::string::npos) << next.output;
  EXPECT_GT(read(at("cache")).size(), old_cache_.size());
  EXPECT_EQ(files(), 2U);
}

TEST_F(Trtexec, TheTimingCacheIsReusedAndADamagedOneReplaced) {
  const std::string cache = "--timingCacheFile=" + at("cache");
  write("cache", "garbage");
  const auto first = run({kOnnx, cache, "--skipInference"});
  expect_passed(first);
  EXPECT_NE(first.output.find("[W] The timing cache " + at("cache")), std::string::npos);
  const std::string kept = read(at("cache"));
  EXPECT_GT(kept.size(), 100U);
  const auto second = run({kOnnx, cache, "--skipInference"});
  expect_passed(second);
  EXPECT_NE(second.output.find("bytes of timing cache from"), std::string::npos);
  EXPECT_EQ(read(at("cache")), kept) << "nothing was measured anew";
}

TEST_F(Trtexec, LoadingIsTimed) {
  expect_passed(run({kOnnx, "--saveEngine=" + at("plan"), "--skipInference"}));
  const auto result = run({"--loadEngine=" + at("plan"), "--timeDeserialize"});
  expect_passed(result);
  EXPECT_NE(result.output.find("Total deserialization time = "), std::string::npos);
}

TEST_F(Trtexec, RunsUntilInterrupted) {
  expect_passed(run({kOnnx, "--duration=-1"}, {.interrupt_at = "Starting inference"}));
  expect_failed(run({kOnnx, "--duration=3600"}, {.interrupt_at = "Starting inference"}),
                "interrupted");
}

TEST_F(Trtexec, NoBarWithoutATerminal) {
  EXPECT_EQ(run({kOnnx, "--skipInference"}).output.find('\r'), std::string::npos);
}

TEST_F(Trtexec, Help) {
  const auto result = run_process(TRTEXEC, {"--help"});
  expect_passed(result);
  EXPECT_NE(result.output.find("--saveEngine"), std::string::npos);
}

}  // namespace
}  // namespace tenon
