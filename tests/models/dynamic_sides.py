#!/usr/bin/env python3
"""Convolutional networks whose batch, height and width are free, against ONNX Runtime at several sizes from one plan.

    dynamic_sides.py RUN_MODEL TRTEXEC

Every size runs in one context, forth and back; then again from a plan that trtexec builds and loads. The bound is that
of compare_models.py. Prints one line a network; exits with 1 when one fails. Needs numpy, onnx and onnxruntime.
"""
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import compare_models


class Network:
    """An ONNX graph over one input [N, channels, H, W], written node by node with random weights."""

    def __init__(self, name, channels):
        self.name = name
        self.nodes, self.constants, self.outputs = [], [], []
        self.rng = np.random.default_rng(7)
        self.channels = {"input": channels}

    def constant(self, value):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def weights(self, *dims, scale=1.0):
        return self.constant((self.rng.standard_normal(dims) * scale).astype(np.float32))

    def node(self, op, *inputs, channels=None, **attributes):
        name = f"{op}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name], name, **attributes))
        self.channels[name] = self.channels.get(inputs[0]) if channels is None else channels
        return name

    def conv(self, x, out, kernel=3, stride=1, groups=1, dilation=1, act="Relu"):
        per_group = self.channels[x] // groups
        pad = dilation * (kernel - 1) // 2
        y = self.node("Conv", x, self.weights(out, per_group, kernel, kernel, scale=(2 / (per_group * kernel**2))**0.5),
                      self.weights(out, scale=0.1), channels=out, kernel_shape=[kernel] * 2, strides=[stride] * 2,
                      pads=[pad] * 4, group=groups, dilations=[dilation] * 2)
        return self.node(act, y) if act else y

    def concat(self, *parts):
        return self.node("Concat", *parts, channels=sum(self.channels[p] for p in parts), axis=1)

    def sides(self, x):
        return self.node("Slice", self.node("Shape", x), self.constant([2]), self.constant([4]))

    def resize_to(self, x, other, **attributes):
        """x at the sides of the other, as exporters write interpolate(x, size=other.shape[2:])."""
        kept = self.node("Slice", self.node("Shape", x), self.constant([0]), self.constant([2]))
        dims = self.node("Concat", kept, self.sides(other), axis=0)
        return self.node("Resize", x, "", "", dims, channels=self.channels[x], **attributes)

    def output(self, x, rank):
        self.outputs.append(helper.make_tensor_value_info(x, TensorProto.FLOAT, [None] * rank))

    def save(self, folder):
        dims = ["batch", self.channels["input"], "height", "width"]
        graph = helper.make_graph(self.nodes, self.name, [helper.make_tensor_value_info("input", TensorProto.FLOAT, dims)],
                                  self.outputs, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.checker.check_model(model, full_check=True)
        path = os.path.join(folder, self.name + ".onnx")
        onnx.save(model, path)
        return path


def classifier():
    """Stem, residual, depthwise, grouped and dilated convolutions, gates, pooling that rounds up: two outputs a class."""
    n = Network("classifier", 3)
    x = n.node("MaxPool", n.conv("input", 32, 7, 2), kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    y = n.conv(n.conv(x, 32), 32, act=None)
    x = n.node("Relu", n.node("Add", x, y))
    x = n.conv(n.conv(x, 96, 1), 96, 5, 2, groups=96)
    gate = n.conv(n.conv(n.node("GlobalAveragePool", x), 24, 1), 96, 1, act="Sigmoid")
    x = n.conv(n.node("Mul", x, gate), 64, 1, act=None)
    x = n.conv(x, 64, 3, groups=8)
    x = n.node("AveragePool", x, kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    x = n.conv(x, 64, 3, dilation=2, act="HardSwish")
    flat = n.node("Flatten", n.node("GlobalAveragePool", x), axis=1)
    y = n.node("Gemm", flat, n.weights(10, 64, scale=0.2), n.weights(10), channels=10, transB=1)
    n.output(y, 2)
    n.output(n.node("Softmax", y, axis=1), 2)
    return n


def pyramid():
    """Features at three scales, resized to each other's sides by their shapes; any side."""
    n = Network("pyramid", 3)
    levels = [n.conv("input", 24, 3)]
    for width in (48, 64):
        levels.append(n.conv(n.conv(levels[-1], width, 3, 2), width))
    x = n.conv(levels.pop(), 32, 1)
    for mode in ("linear", "nearest"):
        side = n.conv(levels.pop(), 32, 1)
        rule = ({"coordinate_transformation_mode": "half_pixel"} if mode == "linear" else
                {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"})
        x = n.conv(n.node("Add", n.resize_to(x, side, mode=mode, **rule), side), 32)
    mask = n.conv(x, 2, 1, act=None)
    n.output(n.node("Softmax", mask, axis=1), 4)
    # Positions as one axis, its length known from the sides alone.
    flat = n.node("Reshape", x, n.constant([0, 32, -1]))
    n.output(n.node("ReduceMean", n.node("Transpose", flat, perm=[0, 2, 1]), axes=[2], keepdims=0), 2)
    return n


def unet():
    """Transposed convolutions and concatenations; sides that four divides."""
    n = Network("unet", 1)
    skips, x = [], "input"
    for width in (16, 32):
        skips.append(n.conv(n.conv(x, width), width))
        x = n.node("MaxPool", skips[-1], kernel_shape=[2, 2], strides=[2, 2])
    x = n.conv(x, 64)
    for skip in reversed(skips):
        width = n.channels[skip]
        up = n.node("ConvTranspose", x, n.weights(n.channels[x], width, 2, 2, scale=0.15), n.weights(width, scale=0.1),
                    channels=width, kernel_shape=[2, 2], strides=[2, 2])
        x = n.conv(n.conv(n.concat(skip, up), width), width)
    doubled = n.node("Resize", x, "", n.constant(np.array([1, 1, 2, 2], np.float32)), mode="linear")
    n.output(n.conv(x, 1, 1, act="Sigmoid"), 4)
    n.output(n.conv(doubled, 3, 3, act=None), 4)
    return n


def through_trtexec(trtexec, path, folder, profile, cases, impossible):
    session = compare_models.reference(path)
    channels = session.get_inputs()[0].shape[1]

    def shape(case):
        batch, height, width = case.split("x")
        return f"input:{batch}x{channels}x{height}x{width}"

    def start(*arguments):
        return subprocess.run([trtexec, "--iterations=1", "--warmUp=0", "--duration=0", *arguments],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run(*arguments):
        done = start(*arguments)
        if done.returncode != 0:
            raise RuntimeError(done.stdout[-600:])

    plan, values = os.path.join(folder, "plan"), os.path.join(folder, "values.json")
    smallest, preferred, largest = map(shape, profile.split(":"))
    run(f"--onnx={path}", f"--minShapes={smallest}", f"--optShapes={preferred}", f"--maxShapes={largest}",
        f"--saveEngine={plan}", "--skipInference")
    worst = 0.0
    for case in cases:
        file = compare_models.file_of(folder, "in", case, "input")
        run(f"--loadEngine={plan}", f"--shapes={shape(case)}", f"--loadInputs=input:{file}", f"--exportOutput={values}")
        with open(values, encoding="utf-8") as exported:
            ours = {tensor["name"]: tensor for tensor in json.load(exported)}
        dims = [int(d) for d in shape(case).split(":")[1].split("x")]
        theirs = session.run(None, {"input": np.fromfile(file, np.float32).reshape(dims)})
        for output, expected in zip(session.get_outputs(), theirs):
            tensor = ours[output.name]
            if tensor["dimensions"] != "x".join(map(str, expected.shape)):
                raise RuntimeError(f"{output.name} is {tensor['dimensions']} at {case}")
            difference = np.abs(np.array(tensor["values"]) - expected.ravel()).max() / np.abs(expected).max()
            worst = max(worst, float(difference) if np.isfinite(difference) else np.inf)
    for case, reason in impossible:
        done = start(f"--loadEngine={plan}", f"--shapes={shape(case)}")
        if done.returncode != 1 or reason not in done.stdout:
            raise RuntimeError(f"{case} is not refused as {reason}: {done.stdout[-600:]}")
    return worst


def main(run_model, trtexec):
    any_sides = ("1x32x32:2x64x80:3x130x150",
                 ["2x64x80", "1x32x32", "3x130x150", "1x97x33", "2x55x142", "1x129x64", "2x64x80"])
    multiples_of_four = ("1x16x16:2x64x48:4x96x128", ["2x64x48", "4x96x128", "1x16x16", "3x20x124", "1x92x36", "2x64x48"])
    too_large, uneven = [("1x200x32", "200")], [("1x18x16", "must be equal")]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for network, (profile, cases), impossible in ((classifier(), any_sides, too_large),
                                                      (pyramid(), any_sides, too_large),
                                                      (unet(), multiples_of_four, uneven)):
            path = network.save(folder)
            results = [compare_models.compare(run_model, path, folder, profile, cases)]
            if isinstance(results[0], float):
                try:
                    results.append(through_trtexec(trtexec, path, folder, profile, cases[1:4], impossible))
                except RuntimeError as error:
                    results.append(f"trtexec: {error}")
            good = all(isinstance(r, float) and r <= compare_models.BOUNDS["fp32"] for r in results)
            failed += not good
            text = ", ".join(f"{r:.2e}" if isinstance(r, float) else r for r in results)
            print(f"{'ok  ' if good else 'FAIL'} {network.name:<32} {text}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 3 else __doc__)
