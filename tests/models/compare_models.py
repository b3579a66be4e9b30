#!/usr/bin/env python3
"""Whole models against ONNX Runtime on random inputs, from one plan for all sizes: batch 1 and 3 where the
batch is free, and length 64 and 7 where a further dim is (tokens).

    compare_models.py RUN_MODEL [--type=TYPE] MODEL.onnx [MODEL.onnx ...]        files
    compare_models.py RUN_MODEL [--type=TYPE] --zoo TENON_ZOO NAME [NAME ...]    models that the generator writes first

TYPE is what the builder may use for FP32 layers: fp32 (the default), tf32, fp16 or bf16. A model passes when
max|ours - theirs| <= bound * max|theirs| for every output and nothing is NaN; the bound is 1e-3 for fp32, 5e-3 for
tf32, 2e-2 for fp16, 5e-2 for bf16. Prints one line a
model; exits with 1 when one fails. Needs numpy and onnxruntime.
"""
import os
import subprocess
import sys
import tempfile

import numpy as np
import onnxruntime

BOUNDS = {"fp32": 1e-3, "tf32": 5e-3, "fp16": 2e-2, "bf16": 5e-2}


def reference(path):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def draw(session, case, rng):
    """Random inputs. Masks are 1 up to where a row's padding begins, and 0 from there on."""
    inputs = {}
    for i in session.get_inputs():
        given = [int(d) for d in case.split("x")]
        dims = [d if isinstance(d, int) else given.pop(0) if len(given) > 1 else given[0] for d in i.shape]
        if "mask" in i.name:
            ends = rng.integers(1, dims[1] + 1, dims[0])
            ends[0] = dims[1]
            inputs[i.name] = (np.arange(dims[1])[None, :] < ends[:, None]).astype(np.int64)
        elif "int" in i.type:
            inputs[i.name] = rng.integers(0, 100, dims)
        else:
            inputs[i.name] = rng.standard_normal(dims).astype(np.float32)
    return inputs


def cases_of(session):
    """A profile and the cases to run. Free dims beside the first are lengths."""
    free = [axis for i in session.get_inputs() for axis, d in enumerate(i.shape) if not isinstance(d, int)]
    if any(axis > 0 for axis in free):
        return "1x7:1x64:2x64", ("1x64", "2x7", "1x7", "2x64")
    return "1:1:3", ("1", "3") if free else ("1",)


def file_of(folder, kind, case, name):
    return os.path.join(folder, f"{kind}.{case}.{name.replace('/', '_')}.bin")


def compare(run_model, path, folder, profile=None, cases=None, kind="fp32"):
    """The largest relative difference over all cases, or what went wrong. A case gives the free dims, as run_model
    takes them."""
    session = reference(path)
    if profile is None:
        profile, cases = cases_of(session)
    rng = np.random.default_rng(1)
    inputs = {case: draw(session, case, rng) for case in cases}
    for case, tensors in inputs.items():
        for name, value in tensors.items():
            value.tofile(file_of(folder, "in", case, name))
    done = subprocess.run([run_model, "--type=" + kind, path, folder, profile, *cases], capture_output=True, text=True)
    if done.returncode != 0:
        return f"failed: {done.stderr.strip()[-600:]}"
    worst = 0.0
    for case in cases:
        outputs = session.run(None, inputs[case])
        for output, theirs in zip(session.get_outputs(), outputs):
            ours = np.fromfile(file_of(folder, "out", case, output.name), theirs.dtype)
            if ours.size != theirs.size:
                return f"{output.name} has {ours.size} elements, not {theirs.size}"
            if not np.any(theirs):
                return f"{output.name} is all zeros in ONNX Runtime: nothing is compared"
            difference = np.abs(ours.astype(np.float64) - theirs.ravel()).max() / max(np.abs(theirs).max(), 1e-30)
            worst = max(worst, float(difference) if np.isfinite(difference) else np.inf)
    return worst


def main(arguments):
    run_model, rest = arguments[0], arguments[1:]
    kind = rest.pop(0)[len("--type="):] if rest[0].startswith("--type=") else "fp32"
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        zoo = rest[1] if rest[0] == "--zoo" else None
        for model in rest[2:] if zoo else rest:
            path = os.path.join(folder, model + ".onnx") if zoo else model
            if zoo:
                subprocess.run([zoo, "--model", model, "--output", path], check=True, stdout=subprocess.DEVNULL)
            result = compare(run_model, path, folder, kind=kind)
            good = isinstance(result, float) and result <= BOUNDS[kind]
            failed += not good
            text = f"{result:.2e}" if isinstance(result, float) else result
            print(f"{'ok  ' if good else 'FAIL'} {os.path.basename(path):<32} {text}", flush=True)
            if zoo:
                os.remove(path)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) if len(sys.argv) > 2 else __doc__)
