#include "trtexec/report.h"

#include <NvInferVersion.h>

#include "base/error.h"
#include "trtexec/cuda_objects.h"

namespace tenon::trtexec {
namespace {

constexpr double kUnstable = 5;  // percent of variation

void print_averages(const Performance& performance, int runs, Console& console) {
  if (runs == 0) return;
  console.info("=== Trace details ===");
  console.info(fmt::format("Trace averages of {} runs:", runs));
  const auto& all = performance.measured;
  const auto count = static_cast<size_t>(runs);
  for (size_t begin = 0; begin + count <= all.size(); begin += count) {
    double compute = 0, latency = 0, enqueue = 0;
    for (size_t i = begin; i < begin + count; ++i) {
      compute += all[i].compute() / runs;
      latency += all[i].latency() / runs;
      enqueue += all[i].enqueue() / runs;
    }
    console.info(
        fmt::format("Average on {} runs - GPU latency: {:.6g} ms - Host latency: {:.6g} "
                    "ms (enqueue {:.6g} ms)",
                    runs, compute, latency, enqueue));
  }
  console.info("");
}

void print_doubts(const Performance& p, const InferenceChoices& inference, Console& console) {
  if (p.enqueue.median > 0.8 * p.compute.median) {
    console.warning(
        "* Throughput may be bound by Enqueue Time rather than GPU Compute: the device may wait "
        "for the host.");
    if (!inference.cuda_graph) console.warning("  --useCudaGraph may increase the throughput.");
  }
  if (p.h2d.median >= p.compute.median && inference.transfers) {
    console.warning(
        "* Throughput may be bound by host-to-device transfers of the inputs. "
        "--noDataTransfers leaves them out.");
  }
  if (p.d2h.median >= p.compute.median && inference.transfers) {
    console.warning(
        "* Throughput may be bound by device-to-host transfers of the outputs. "
        "--noDataTransfers leaves them out.");
  }
  if (p.compute.coefficient_of_variance > kUnstable) {
    console.warning(
        fmt::format("* GPU compute time is unstable, with coefficient of variance = "
                    "{:.6g}%.",
                    p.compute.coefficient_of_variance));
    if (!inference.spin_wait) console.warning("  --useSpinWait may make it steadier.");
  }
}

void print_explanations(Console& console) {
  console.verbose("");
  console.verbose("=== Explanations of the performance metrics ===");
  for (const char* line :
       {"Total Host Walltime: from the start of the first inference that counts to the end of "
        "the last one.",
        "GPU Compute Time: what the device takes for the layers of one inference.",
        "Total GPU Compute Time: the sum of the GPU Compute Time of all inferences. Much "
        "shorter than the walltime, it means that the device waited for the host or for "
        "copies.",
        "Throughput: inferences divided by the Total Host Walltime, over all streams.",
        "Enqueue Time: what the host takes to enqueue one inference. Longer than GPU Compute "
        "Time, it limits the throughput.",
        "H2D Latency: what copying the inputs of one inference to the device takes.",
        "D2H Latency: what copying the outputs of one inference to the host takes.",
        "Latency: H2D Latency, GPU Compute Time and D2H Latency together."}) {
    console.verbose(line);
  }
}

}  // namespace

std::string summary_line(const char* label, const Summary& summary,
                         std::span<const double> percentiles) {
  std::string line =
      fmt::format("{}: min = {:.6g} ms, max = {:.6g} ms, mean = {:.6g} ms, median = {:.6g} ms",
                  label, summary.min, summary.max, summary.mean, summary.median);
  for (size_t i = 0; i < percentiles.size(); ++i) {
    line += fmt::format(", percentile({:g}%) = {:.6g} ms", percentiles[i], summary.percentiles[i]);
  }
  return line;
}

void print_performance(const Performance& performance, const Options& options, Console& console) {
  const Performance& p = performance;
  const std::vector<double>& percentiles = options.report.percentiles;
  console.info(fmt::format("Warmup completed {} queries over {:g} ms", p.warm_ups,
                           options.inference.warm_up_ms));
  console.info(fmt::format("Timing trace has {} queries over {:.6g} s", p.measured.size(),
                           p.wall_ms / 1000));
  console.info("");
  print_averages(p, options.report.avg_runs, console);
  console.info("=== Performance summary ===");
  console.info(fmt::format("Throughput: {:.6g} qps", p.throughput));
  console.info(summary_line("Latency", p.latency, percentiles));
  console.info(summary_line("Enqueue Time", p.enqueue, percentiles));
  console.info(summary_line("H2D Latency", p.h2d, percentiles));
  console.info(summary_line("GPU Compute Time", p.compute, percentiles));
  console.info(summary_line("D2H Latency", p.d2h, percentiles));
  console.info(fmt::format("Total Host Walltime: {:.6g} s", p.wall_ms / 1000));
  console.info(fmt::format("Total GPU Compute Time: {:.6g} s", p.compute_ms / 1000));
  print_doubts(p, options.inference, console);
  console.info("Explanations of the performance metrics are printed in the verbose logs.");
  print_explanations(console);
  console.info("");
}

void print_outputs(std::span<const OutputTensor> outputs, Console& console) {
  console.info("Output Tensors:");
  for (const OutputTensor& output : outputs) {
    std::string line = fmt::format("{}: ({}):", output.name, shape_text(output.shape));
    for (const double value : output.values) line += fmt::format(" {:.6g}", value);
    console.info(line);
  }
}

void print_device(Console& console) {
  cudaDeviceProp properties{};
  check_cuda(cudaGetDeviceProperties(&properties, 0), "looking at device 0");
  constexpr double kMebi = 1 << 20;
  console.info("=== Device Information ===");
  console.info(fmt::format("Selected Device: {}", properties.name));
  console.info("Selected Device ID: 0");
  console.info(fmt::format("Compute Capability: {}.{}", properties.major, properties.minor));
  console.info(fmt::format("SMs: {}", properties.multiProcessorCount));
  console.info(fmt::format("Device Global Memory: {:.0f} MiB",
                           static_cast<double>(properties.totalGlobalMem) / kMebi));
  console.info("");
  console.info(fmt::format("TensorRT version: {}.{}.{}", NV_TENSORRT_MAJOR, NV_TENSORRT_MINOR,
                           NV_TENSORRT_PATCH));
}

}  // namespace tenon::trtexec
