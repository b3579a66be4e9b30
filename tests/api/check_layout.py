#!/usr/bin/env python3
"""Check the binary contract of the public headers.

    check_layout.py INCLUDE_DIR CUDA_INCLUDE_DIR LISTING

1. Every class with virtual functions or data members has the size, bases, virtual functions (in
   order) and members that LISTING states, and there is no class that it lacks.
2. Every inline member of a class that forwards calls the interface function of its own name, or
   the one in RENAMED, with its own parameters in order.

Needs the libclang package. Exits with 1 and says what differs where something does.
"""
import difflib
import glob
import os
import sys

from clang.cindex import AccessSpecifier, CursorKind, Diagnostic, Index

HEADERS = ("NvInfer.h", "NvInferPlugin.h", "NvInferPluginUtils.h", "NvOnnxParser.h")
SCOPES = (CursorKind.NAMESPACE, CursorKind.LINKAGE_SPEC, CursorKind.UNEXPOSED_DECL)
CLASSES = (CursorKind.CLASS_DECL, CursorKind.STRUCT_DECL)

# Overloads that the interfaces tell apart by name: (class, member, number of the overload).
RENAMED = {
    ("IRuntime", "deserializeCudaEngine", 3): "deserializeCudaEngineV2",
    ("IRefitter", "setNamedWeights", 2): "setNamedWeightsWithLocation",
    ("ICudaEngine", "createExecutionContext", 2): "createExecutionContextWithRuntimeConfig",
    ("ICudaEngine", "getTensorBytesPerComponent", 2): "getTensorBytesPerComponentV2",
    ("ICudaEngine", "getTensorComponentsPerElement", 2): "getTensorComponentsPerElementV2",
    ("ICudaEngine", "getTensorFormat", 2): "getTensorFormatV2",
    ("ICudaEngine", "getTensorFormatDesc", 2): "getTensorFormatDescV2",
    ("ICudaEngine", "getTensorVectorizedDim", 2): "getTensorVectorizedDimV2",
    ("INetworkDefinition", "addTopK", 2): "addTopKV2",
    ("INetworkDefinition", "addNonZero", 2): "addNonZeroV2",
    ("INetworkDefinition", "addFill", 2): "addFillV2",
    ("INetworkDefinition", "addDequantize", 2): "addDequantizeV2",
    ("INetworkDefinition", "addQuantize", 2): "addQuantizeV2",
    ("INetworkDefinition", "addNMS", 2): "addNMSV2",
    ("IBuilder", "buildSerializedNetwork", 2): "buildSerializedNetworkWithKernelText",
}


def parse(include, cuda):
    """The translation unit that includes all headers; exits where they do not compile."""
    text = "".join(f'#include "{name}"\n' for name in HEADERS)
    compiler = sorted(glob.glob("/usr/lib/gcc/*/*/include"))[-1:]
    flags = ["-std=c++17", "-w"] + [f"-I{folder}" for folder in (include, cuda, *compiler)]
    unit = Index.create().parse("all.cpp", args=flags, unsaved_files=[("all.cpp", text)])
    errors = [str(d) for d in unit.diagnostics if d.severity >= Diagnostic.Error]
    if errors:
        sys.exit("the headers do not compile:\n" + "\n".join(errors))
    return unit


def classes_in(scope, prefix, root):
    """Pairs of qualified name and cursor of the classes defined in the files under root."""
    for cursor in scope.get_children():
        file = cursor.location.file
        if file and not os.path.realpath(file.name).startswith(root):
            continue
        name = f"{prefix}::{cursor.spelling}" if prefix else cursor.spelling
        if cursor.kind in SCOPES:
            inner = prefix if cursor.kind != CursorKind.NAMESPACE or not cursor.spelling else name
            yield from classes_in(cursor, inner, root)
        elif cursor.kind in CLASSES and cursor.is_definition():
            yield name, cursor
            yield from classes_in(cursor, name, root)


def canonical(type_):
    return type_.get_canonical().spelling


def shape(name, cursor):
    """The lines that the listing has for a class; none where it has no binary shape."""
    members = list(cursor.get_children())
    lines = []
    for m in members:
        if m.kind == CursorKind.DESTRUCTOR and m.is_virtual_method():
            lines.append("  ~")
        elif m.kind == CursorKind.CXX_METHOD and m.is_virtual_method():
            pure = " P" if m.is_pure_virtual_method() else ""
            lines.append(f"  {m.spelling} : {canonical(m.type)}{pure}")
    fields = [m for m in members if m.kind == CursorKind.FIELD_DECL]
    lines += [f"  field {m.spelling} : {canonical(m.type)}" for m in fields]
    if not lines:
        return []
    bases = [canonical(m.type) for m in members if m.kind == CursorKind.CXX_BASE_SPECIFIER]
    title = f"{name} size={cursor.type.get_size()}"
    return ["", title + (f" bases={', '.join(bases)}" if bases else "")] + lines


def implementation_call(method):
    """The call in a member's body that goes to an interface of apiv, if there is one."""
    for cursor in method.walk_preorder():
        if cursor.kind == CursorKind.CALL_EXPR and cursor.referenced:
            parent = cursor.referenced.semantic_parent
            if parent and parent.semantic_parent and parent.semantic_parent.spelling == "apiv":
                return cursor
    return None


def first_named(cursor):
    """The variable that an argument of a call is."""
    names = [c.spelling for c in cursor.walk_preorder() if c.kind == CursorKind.DECL_REF_EXPR]
    return names[0] if len(names) == 1 else None


def forwarding_faults(cursor):
    """What is wrong with the members of a class that forward, one text each."""
    fields = [m for m in cursor.get_children() if m.kind == CursorKind.FIELD_DECL]
    if not any("apiv::" in canonical(f.type) for f in fields):
        return
    overloads = {}
    for method in cursor.get_children():
        if (method.kind != CursorKind.CXX_METHOD or method.spelling.startswith("operator")
                or method.access_specifier != AccessSpecifier.PUBLIC):
            continue
        number = overloads[method.spelling] = overloads.get(method.spelling, 0) + 1
        key = (cursor.spelling, method.spelling, number)
        expected = RENAMED.get(key, method.spelling)
        call = implementation_call(method)
        if call is None:
            yield f"{key} does not forward"
        elif call.spelling != expected:
            yield f"{key} calls {call.spelling}, not {expected}"
        elif [first_named(a) for a in call.get_arguments()] != [
                a.spelling for a in method.get_arguments()]:
            yield f"{key} does not pass its parameters in order"


def main(include, cuda, listing):
    root = os.path.realpath(include)
    unit = parse(root, cuda)
    found = sorted(classes_in(unit.cursor, "", root), key=lambda pair: pair[0])
    actual = [line for name, cursor in found if not name.startswith("tenon")
              for line in shape(name, cursor)]
    with open(listing, encoding="utf-8") as file:
        expected = file.read().splitlines()
    faults = list(difflib.unified_diff(expected, actual, listing, "headers", lineterm=""))
    faults += [fault for _, cursor in found for fault in forwarding_faults(cursor)]
    if faults:
        sys.exit("\n".join(faults))
    print(f"{sum(1 for line in actual if line.startswith('nv'))} classes as listed")


if __name__ == "__main__":
    main(*sys.argv[1:]) if len(sys.argv) == 4 else sys.exit(__doc__)
