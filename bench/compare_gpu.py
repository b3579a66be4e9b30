#!/usr/bin/env python3
"""Time of one inference on the GPU: Tenon and PyTorch side by side, with the time that the hardware allows.

    bench/compare_gpu.py --models FOLDER [--rows REGEX] [--peers eager,compile] [--results FILE.json] [ROW ...]

A row is MODEL/TYPE/BATCH or MODEL/TYPE/BATCH/LENGTH, as resnet50/fp16/1 or bert_base/fp16/32/128. Tenon runs the ONNX file
FOLDER/MODEL.onnx, which tools/zoo writes; PyTorch runs the same architecture from torchvision, transformers or below, with random
weights, in the row's type and channels last. Times are medians of graph replays, back to back, measured by events:

    eager     the module in a CUDA graph
    compile   torch.compile, mode reduce-overhead
    max       torch.compile, mode max-autotune (slow to compile: it times kernels)

torch.compile keeps what it compiles on disk, so `--ahead N` compiles for all rows first, N at a time, for at most two thirds
of the time until the deadline; everything is measured afterwards, one after the other.

Builds are timed without what the timing cache would know of the row (`build s`, `MiB`: the most host memory that it takes,
the model's own included) and with it (`warm s`).

The floor is the larger of arithmetic over the chip's rate and weights, inputs and outputs over its bandwidth (--roofs).
Results are kept in FILE: what is there already is not measured again, so that a long run may be cut into several. The exit
status is 3 where something is left to do.
"""
import argparse
import json
import math
import os
import re
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
DEFAULT = ["resnet50/fp16/1", "resnet50/fp16/8", "resnet50/fp16/128", "resnet50/tf32/1", "resnet18/fp16/128",
           "resnet18/tf32/128", "resnet152/fp16/8", "vgg19/fp16/8", "inception_v3/fp16/8", "mobilenet_v2/fp16/1",
           "mobilenet_v2/fp16/128", "efficientnet_b0/fp16/8", "unet/fp16/4", "vit_b/fp16/32", "bert_base/fp16/1/128",
           "bert_base/fp16/32/128", "bert_large/fp16/8/384"]
# Floating-point operations of one item (multiply-adds count two), in 1e9; per token for BERT, without attention.
GFLOPS = {"resnet18": 3.63, "resnet50": 8.18, "resnet152": 23.0, "vgg19": 39.3, "inception_v3": 11.4, "mobilenet_v2": 0.60,
          "efficientnet_b0": 0.77, "unet": 24.0, "vit_b": 33.7, "bert_base": 0.170, "bert_large": 0.604}
WEIGHTS = {"resnet18": 11.7, "resnet50": 25.6, "resnet152": 60.2, "vgg19": 143.7, "inception_v3": 23.8, "mobilenet_v2": 3.5,
           "efficientnet_b0": 5.3, "unet": 7.8, "vit_b": 86.6, "bert_base": 85.0, "bert_large": 302.0}  # 1e6, used
RATES = {"fp16": 766e12, "bf16": 793e12, "tf32": 387e12, "fp32": 51e12}  # of large products, measured on an H200
BANDWIDTH = 4.23e12


def unet():
    """The zoo's UNet: 4 levels from 32 channels, batch normalisation."""
    import torch
    from torch import nn

    def double(i, o):
        return nn.Sequential(*[layer for a in (i, o) for layer in (
            nn.Conv2d(a, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True))])

    class UNet(nn.Module):
        def __init__(self, widths=(32, 64, 128, 256, 512)):
            super().__init__()
            self.down = nn.ModuleList(double(i, o) for i, o in zip((3,) + widths, widths))
            self.up = nn.ModuleList(nn.ConvTranspose2d(o, i, 2, 2) for i, o in zip(widths, widths[1:]))
            self.join = nn.ModuleList(double(2 * i, i) for i in widths[:-1])
            self.pool = nn.MaxPool2d(2)
            self.head = nn.Conv2d(widths[0], 1, 1)

        def forward(self, x):
            skips = []
            for level, block in enumerate(self.down):
                x = block(x if level == 0 else self.pool(x))
                skips.append(x)
            for level in reversed(range(len(self.up))):
                x = self.join[level](torch.cat((skips[level], self.up[level](x)), 1))
            return self.head(x)
    return UNet()


def peer_module(model, batch, length, dtype):
    import torch
    import torchvision
    if model.startswith("bert"):
        from transformers import BertConfig, BertModel
        large = model == "bert_large"
        config = BertConfig(num_hidden_layers=24, hidden_size=1024, num_attention_heads=16,
                            intermediate_size=4096) if large else BertConfig()
        module = BertModel(config, add_pooling_layer=False)
        ids = torch.randint(0, 100, (batch, length), device="cuda")
        mask = torch.ones(batch, length, dtype=torch.int64, device="cuda")
        return module.eval().cuda().to(dtype), (ids, mask)
    side = {"inception_v3": 299, "unet": 256}.get(model, 224)
    if model == "unet":
        module = unet()
    elif model == "inception_v3":
        module = torchvision.models.inception_v3(weights=None, init_weights=False, aux_logits=False)
    else:
        module = getattr(torchvision.models, "vit_b_16" if model == "vit_b" else model)(weights=None)
    image = torch.randn(batch, 3, side, side, device="cuda", dtype=dtype).to(memory_format=torch.channels_last)
    return module.eval().cuda().to(dtype).to(memory_format=torch.channels_last), (image,)


def peer_call(module, inputs, kind):
    """A function that runs the module once."""
    import torch
    if kind != "eager":
        fast = torch.compile(module, mode="reduce-overhead" if kind == "compile" else "max-autotune")
        return lambda: fast(*inputs)
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for _ in range(3):
            module(*inputs)
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        module(*inputs)
    return graph.replay


def median_ms(call, seconds):
    import torch
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))

    def stretch(count):
        begin.record()
        for _ in range(count):
            call()
        end.record()
        end.synchronize()
        return begin.elapsed_time(end) / count
    count = max(5, min(200, int(20 / max(stretch(5), 1e-3))))
    samples = []
    stop = time.perf_counter() + seconds
    while time.perf_counter() < stop or len(samples) < 5:
        samples.append(stretch(count))
    return statistics.median(samples)


def measure_peers(name, kinds, seconds):
    """Prints a line of JSON for each kind: milliseconds of one inference in PyTorch, or why there are none."""
    import torch
    model, type_, batch, length = parse(name)
    dtype = {"fp16": torch.float16, "bf16": torch.bfloat16}.get(type_, torch.float32)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = type_ == "tf32"
    torch.backends.cudnn.benchmark = True
    module, inputs = peer_module(model, batch, length, dtype)
    for kind in kinds:
        call = None
        try:
            with torch.inference_mode():
                call = peer_call(module, inputs, kind)
                for _ in range(5):
                    call()
                torch.cuda.synchronize()
                found = {"ms": median_ms(call, seconds)}
        except Exception as error:  # of any kind: the row says "failed"
            found = {"error": repr(error)[-300:]}
        print(json.dumps([name, kind, found]), flush=True)
        del call  # and its memory, before the next is made
        torch.compiler.reset()
        torch.cuda.empty_cache()


def peers_of(wanted, seconds, limit, record):
    """Measures (row, kinds) one after the other in a process of its own; record(row, kind, result) is called for each."""
    command = [sys.executable, os.path.abspath(__file__), "--child", str(seconds)] + \
        [f"{name}={','.join(kinds)}" for name, kinds in wanted]
    missing = {(name, kind) for name, kinds in wanted for kind in kinds}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    timer = threading.Timer(limit, child.kill)
    timer.start()
    faults = []
    reader = threading.Thread(target=lambda: faults.extend(child.stderr))
    reader.start()
    for line in child.stdout:
        if line.startswith("["):
            name, kind, found = json.loads(line)
            missing.discard((name, kind))
            record(name, kind, found)
    child.wait()
    timer.cancel()
    reader.join()
    for name, kind in sorted(missing):
        record(name, kind, {"error": "".join(faults).strip()[-300:] or f"not done in {limit:.0f} s"})


def compile_ahead(pairs, workers, limit, seconds, record):
    """Has torch.compile compile (row, kind) pairs; what is not begun after `seconds` is left out."""
    start = time.perf_counter()
    done = []

    def one(name, kind):
        left = seconds - (time.perf_counter() - start)
        if left <= 0:
            return
        found = {}
        peers_of([(name, [kind])], 0, min(limit, left), lambda _, __, what: found.update(what))
        if "ms" in found:
            done.append((name, kind))
    with ThreadPoolExecutor(workers) as pool:
        for pair in pairs:
            pool.submit(one, *pair)
    for name, kind in done:
        record(name, kind + " ahead", {"done": True})
    print(f"compiled {len(done)} of {len(pairs)} ahead in {time.perf_counter() - start:.0f} s", flush=True)


def floor_ms(row):
    model, type_, batch, length = row
    items = batch * (length if model.startswith("bert") else 1)
    flops = GFLOPS[model] * 1e9 * items
    image = 0 if model.startswith("bert") else 3 * 224 * 224 * 4 * batch
    bytes_ = WEIGHTS[model] * 1e6 * (2 if type_ in ("fp16", "bf16") else 4) + image
    return 1e3 * max(flops / RATES[type_], bytes_ / BANDWIDTH)


def tenon(row, args):
    model, type_, batch, length = row
    command = [args.tenon, os.path.join(args.models, model + ".onnx"), type_, str(batch), str(length), str(args.seconds), args.cache]
    return last_json(command)


def last_json(command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        return {"error": (result.stderr.strip() or str(result.returncode))[-300:].replace("\n", " | ")}
    return json.loads(result.stdout.strip().splitlines()[-1])


def parse(text):
    parts = text.split("/")
    return parts[0], parts[1], int(parts[2]), int(parts[3]) if len(parts) > 3 else 1


def show(results, rows, peers):
    columns = ["tenon"] + peers
    print(f"\n{'row':<24}" + "".join(f"{c + ' ms':>12}" for c in columns) + "".join(f"{'vs ' + p:>12}" for p in peers) +
          f"{'floor ms':>10}{'of floor':>9}{'build s':>9}{'warm s':>8}{'MiB':>7}{'enq us':>8}{'graph us':>9}{'steps':>6}")
    ratios = {p: [] for p in peers}
    for name in rows:
        found = results.get(name, {})
        line = f"{name:<24}"
        for c in columns:
            r = found.get(c, {})
            line += f"{r['ms']:>12.4f}" if "ms" in r else f"{'failed' if 'error' in r else '-':>12}"
        ours = found.get("tenon", {})
        for p in peers:
            if "ms" in ours and "ms" in found.get(p, {}):
                ratios[p].append(found[p]["ms"] / ours["ms"])
                line += f"{ratios[p][-1]:>11.2f}x"
            else:
                line += f"{'-':>12}"
        least = floor_ms(parse(name))
        line += f"{least:>10.4f}"
        if "ms" in ours:
            cold = found.get("cold", ours)
            line += f"{least / ours['ms']:>9.0%}{cold['build_s']:>9.1f}{ours['build_s']:>8.1f}" \
                    f"{cold['build_mib']:>7.0f}{ours['enqueue_us']:>8.0f}{ours['replay_us']:>9.1f}{ours['steps']:>6}"
        print(line)
    means = "".join(f"{math.exp(statistics.fmean(map(math.log, r))):>11.2f}x" if r else f"{'-':>12}" for r in ratios.values())
    print(f"{'geometric mean':<24}" + " " * 12 * len(columns) + means)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", required=True)
    parser.add_argument("--tenon", default=os.path.join(HERE, "..", "build", "cuda", "bin", "graph_latency"))
    parser.add_argument("--cache", default="/tmp/tenon-gpu.cache")
    parser.add_argument("--peers", default="eager,compile")
    parser.add_argument("--rows", help="only rows that match this regular expression")
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--results", default="/tmp/tenon-gpu.json")
    parser.add_argument("--skip-warm", action="store_true", help="do not build again with the timing cache")
    parser.add_argument("--ahead", type=int, default=0, metavar="N", help="rows that torch.compile compiles at the same time")
    parser.add_argument("--limit", type=float, default=300, help="seconds that the peers of a row may take")
    parser.add_argument("--deadline", type=float, default=1e9, help="begin no row after so many seconds")
    parser.add_argument("names", nargs="*", default=DEFAULT)
    args = parser.parse_args()
    start = time.perf_counter()
    peers = [p for p in args.peers.split(",") if p]
    rows = [n for n in args.names if not args.rows or re.search(args.rows, n)]
    results = json.load(open(args.results)) if os.path.exists(args.results) else {}
    missing = {name: [p for p in peers if "ms" not in results.get(name, {}).get(p, {})] for name in rows}

    def record(name, kind, what):
        results.setdefault(name, {})[kind] = what
        if "error" in what:
            print(f"{name} {kind}: {what['error']}", flush=True)
        json.dump(results, open(args.results, "w"), indent=1)

    if args.ahead:
        pairs = [(name, kind) for kind in peers if kind != "eager" for name in rows
                 if kind in missing[name] and f"{kind} ahead" not in results.get(name, {})]
        compile_ahead(pairs, args.ahead, args.limit, args.deadline * 2 / 3, record)
    for name in rows:
        found = results.setdefault(name, {})
        if "ms" in found.get("tenon", {}) or time.perf_counter() - start > args.deadline:
            continue
        record(name, "cold", tenon(parse(name), args))
        # The same again, with the timing cache.
        record(name, "tenon", found["cold"] if args.skip_warm else tenon(parse(name), args))
    # What was to be compiled ahead and is not yet is left to the next run.
    ready = {name: [k for k in kinds if not args.ahead or k == "eager" or f"{k} ahead" in results[name]]
             for name, kinds in missing.items()}
    wanted = [(name, kinds) for name, kinds in ready.items() if kinds]
    left = args.deadline - (time.perf_counter() - start)
    if wanted and left > 0:
        peers_of(wanted, args.seconds, min(left, args.limit * len(wanted)), record)
    show(results, rows, peers)
    undone = [f"{name} {kind}" for name in rows for kind in ["tenon"] + peers if "ms" not in results[name].get(kind, {})]
    if undone:
        print(f"not done: {', '.join(undone)}; run it again")
    return 3 if undone else 0


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "--child":
        for wish in sys.argv[3:]:
            measure_peers(wish.split("=")[0], wish.split("=")[1].split(","), float(sys.argv[2]))
    else:
        sys.exit(main())
