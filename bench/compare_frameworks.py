#!/usr/bin/env python3
"""Latency and peak memory of Tenon, ONNX Runtime and OpenVINO side by side, on the CPU.

    bench/compare_frameworks.py --models FOLDER [--threads 2] [--rounds 5] [--seconds 1.0] [NAME ...]

Every framework runs each model in a process of its own; the rounds are interleaved (A B C A B C ...) so that a
machine whose speed drifts slows all of them alike. Inputs are random, the batch is 1, times are medians of the
rounds' medians, memory is the largest resident set of the process. FOLDER holds NAME.onnx files (tools/zoo writes
them); NAME@LENGTH runs one on LENGTH tokens. Needs the Python packages onnxruntime, openvino and numpy, and a built `latency` program (--tenon PATH).
"""
import argparse
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import time

DEFAULT = ["resnet50", "resnet18", "mobilenet_v2", "vgg19", "inception_v3", "efficientnet_b0", "unet",
           "bert_base@64", "bert_base@128", "bert_large@128", "vit_b"]
HERE = os.path.dirname(os.path.abspath(__file__))


def measure(call, seconds):
    """Median milliseconds of call() over at least `seconds`, after a warm-up of a fifth of that."""
    end = time.perf_counter() + seconds / 5
    call()
    while time.perf_counter() < end:
        call()
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 5:
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return statistics.median(times) * 1e3


def sized(dims, length):
    return [d if isinstance(d, int) else (length if axis else 1) for axis, d in enumerate(dims)]


def random_inputs(tensors, length):
    """For (name, integer, dims): numbers, token ids below 100, and ones for masks."""
    import numpy as np
    rng = np.random.default_rng(0)
    inputs = {}
    for name, integer, dims in tensors:
        dims = sized(dims, length)
        inputs[name] = (np.ones(dims, np.int64) if "mask" in name else rng.integers(0, 100, dims) if integer else
                        rng.standard_normal(dims, dtype=np.float32))
    return inputs


def onnxruntime_call(path, threads, length):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    inputs = random_inputs([(i.name, "int" in i.type, i.shape) for i in session.get_inputs()], length)
    return lambda: session.run(None, inputs)


def openvino_call(path, threads, length):
    import openvino
    core = openvino.Core()
    model = core.read_model(path)
    free = {i.get_any_name(): [d.get_length() if d.is_static else None for d in i.partial_shape] for i in model.inputs}
    model.reshape({name: sized(dims, length) for name, dims in free.items()})
    compiled = core.compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY",
                                                 "INFERENCE_PRECISION_HINT": "f32"})
    inputs = random_inputs([(i.get_any_name(), "int" in i.element_type.get_type_name(), list(i.shape))
                            for i in compiled.inputs], length)
    request = compiled.create_infer_request()
    request.infer(inputs)
    return lambda: request.infer()


def child(framework, path, threads, seconds, length):
    call = {"onnxruntime": onnxruntime_call, "openvino": openvino_call}[framework](path, threads, length)
    ms = measure(call, seconds)
    print(json.dumps({"ms": ms, "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def run(framework, path, length, args):
    if framework == "tenon":
        command = [args.tenon, path, str(args.seconds), args.cache, str(length)]
    else:
        command = [sys.executable, os.path.abspath(__file__), "--child", framework, path, str(args.threads),
                   str(args.seconds), str(length)]
    environment = dict(os.environ, TENON_THREADS=str(args.threads))
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    if result.returncode != 0:
        sys.exit(f"{framework} failed on {path}:\n{result.stderr[-2000:]}")
    return json.loads(result.stdout.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", required=True, help="folder with NAME.onnx files")
    parser.add_argument("--tenon", default=os.path.join(HERE, "..", "build", "cpu", "bin", "latency"))
    parser.add_argument("--cache", default="/tmp/tenon-bench.cache", help="Tenon's timing cache")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("names", nargs="*", default=DEFAULT)
    args = parser.parse_args()
    frameworks = ["tenon", "onnxruntime", "openvino"]
    print(f"{'model':<18}" + "".join(f"{f + ' ms':>16}{'MiB':>7}" for f in frameworks) +
          f"{'vs ORT':>9}{'vs OV':>8}", flush=True)
    ratios = {"onnxruntime": [], "openvino": []}
    for name in args.names:
        model, _, length = name.partition("@")
        path, length = os.path.join(args.models, model + ".onnx"), int(length or 1)
        runs = {f: [] for f in frameworks}
        run("tenon", path, length, args)  # fills the timing cache
        for _ in range(args.rounds):
            for framework in frameworks:
                runs[framework].append(run(framework, path, length, args))
        ms = {f: statistics.median(r["ms"] for r in runs[f]) for f in frameworks}
        mib = {f: max(r["mib"] for r in runs[f]) for f in frameworks}
        for peer, list_ in ratios.items():
            list_.append(ms[peer] / ms["tenon"])
        print(f"{name:<18}" + "".join(f"{ms[f]:>16.2f}{mib[f]:>7.0f}" for f in frameworks) +
              f"{ms['onnxruntime'] / ms['tenon']:>8.2f}x{ms['openvino'] / ms['tenon']:>7.2f}x", flush=True)
    means = [math.exp(statistics.fmean(math.log(r) for r in ratios[p])) for p in ratios]
    print(f"{'geometric mean':<18}{'':>69}{means[0]:>8.2f}x{means[1]:>7.2f}x")


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "--child":
        child(sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5]), int(sys.argv[6]))
    else:
        main()
