"""Runs a SavedModel through the C API of TensorFlow's wheel, in a process that never imports TensorFlow's Python.

TF_LoadSessionFromSavedModel is the loader that TF Serving embeds. Called by test_c_loader.py as

    python -I c_loader.py FOLDER REQUESTS.npz ANSWERS.npz

where REQUESTS holds arrays named "number/signature/input"; ANSWERS gets "number/output" for what succeeds, and
"number/code" and "number/message", the TF_Code and text of the status, for every request.
"""

import ctypes
import sys
import types
from importlib.util import find_spec
from pathlib import Path

import numpy as np  # before the libraries: their symbols must not be found in place of NumPy's

WHEEL = Path(find_spec("tensorflow").origin).parent
DTYPES = {1: "float32", 3: "int32", 9: "int64"}  # TF_DataType
STRING = 7


class Buffer(ctypes.Structure):
    """TF_Buffer."""

    _fields_ = [("data", ctypes.c_void_p), ("length", ctypes.c_size_t), ("deallocator", ctypes.c_void_p)]


class Output(ctypes.Structure):
    """TF_Output: one result of an operation."""

    _fields_ = [("operation", ctypes.c_void_p), ("index", ctypes.c_int)]


class StringView(ctypes.Structure):
    """What TF_StringGetDataPointer and TF_StringGetSize tell of a TF_TString of 24 bytes."""

    _fields_ = [("bytes", ctypes.c_char * 24)]


def libraries():
    """-> a function that finds a C function of either library."""
    # RTLD_LOCAL: with RTLD_GLOBAL a later import of NumPy's random numbers crashes.
    framework = ctypes.CDLL(str(WHEEL / "libtensorflow_framework.so.2"), ctypes.RTLD_LOCAL)
    everything = ctypes.CDLL(str(WHEEL / "libtensorflow_cc.so.2"), ctypes.RTLD_LOCAL)

    def function(name, result=None):
        for library in (everything, framework):
            try:
                found = getattr(library, name)
            except AttributeError:
                continue
            found.restype = result
            return found
        raise AttributeError(name)

    return function


C = libraries()
POINTER = ctypes.c_void_p


def meta_graph_class():
    """MetaGraphDef from TensorFlow's generated modules, beneath a package of the same name that is empty."""
    stub = types.ModuleType("tensorflow")
    stub.__path__ = [str(WHEEL)]
    sys.modules["tensorflow"] = stub
    from tensorflow.core.protobuf import meta_graph_pb2

    return meta_graph_pb2.MetaGraphDef


class Status:
    """TF_Status."""

    def __init__(self):
        self.pointer = POINTER(C("TF_NewStatus", POINTER)())

    @property
    def code(self):
        return C("TF_GetCode", ctypes.c_int)(self.pointer)

    @property
    def message(self):
        return C("TF_Message", ctypes.c_char_p)(self.pointer).decode()


class Session:
    """A session with the graph of a SavedModel, and its signatures."""

    def __init__(self, folder):
        self.status = Status()
        self.graph = POINTER(C("TF_NewGraph", POINTER)())
        buffer = C("TF_NewBuffer", ctypes.POINTER(Buffer))()
        tags = (ctypes.c_char_p * 1)(b"serve")
        options = POINTER(C("TF_NewSessionOptions", POINTER)())
        self.pointer = POINTER(
            C("TF_LoadSessionFromSavedModel", POINTER)(
                options, None, str(folder).encode(), tags, 1, self.graph, buffer, self.status.pointer
            )
        )
        self.signatures = {}
        if not self.status.code:
            content = ctypes.string_at(buffer.contents.data, buffer.contents.length)
            found = meta_graph_class().FromString(content).signature_def
            self.signatures = {name: found[name] for name in found if not name.startswith("__")}

    def output(self, tensor_name):
        """TF_Output of "operation:index"."""
        name, _, index = tensor_name.partition(":")
        operation = C("TF_GraphOperationByName", POINTER)(self.graph, name.encode())
        if not operation:
            raise KeyError(tensor_name)
        return Output(operation, int(index or 0))

    def run(self, signature, inputs):
        """-> (Status, {output: array})"""
        given = self.signatures[signature]
        feeds = [(self.output(given.inputs[key].name), tensor(value)) for key, value in inputs.items()]
        names = list(given.outputs)
        fetches = [self.output(given.outputs[name].name) for name in names]
        results, status = (POINTER * len(names))(), Status()
        C("TF_SessionRun")(
            self.pointer, None,
            (Output * len(feeds))(*(feed for feed, _ in feeds)), (POINTER * len(feeds))(*(value for _, value in feeds)),
            len(feeds), (Output * len(names))(*fetches), results, len(names), None, 0, None, status.pointer,
        )  # fmt: skip
        if status.code:
            return status, {}
        return status, {name: array(POINTER(result)) for name, result in zip(names, results, strict=True)}


def tensor(value):
    """A TF_Tensor with a copy of an array."""
    code = {name: code for code, name in DTYPES.items()}[value.dtype.name]
    shape = (ctypes.c_int64 * value.ndim)(*value.shape)
    made = POINTER(C("TF_AllocateTensor", POINTER)(code, shape, value.ndim, ctypes.c_size_t(value.nbytes)))
    ctypes.memmove(C("TF_TensorData", POINTER)(made), np.ascontiguousarray(value).ctypes.data, value.nbytes)
    return made


def array(made):
    """The array of a TF_Tensor; of strings an array of bytes."""
    shape = [C("TF_Dim", ctypes.c_int64)(made, axis) for axis in range(C("TF_NumDims", ctypes.c_int)(made))]
    data, code = C("TF_TensorData", POINTER)(made), C("TF_TensorType", ctypes.c_int)(made)
    if code != STRING:
        size = C("TF_TensorByteSize", ctypes.c_size_t)(made)
        return np.frombuffer(ctypes.string_at(data, size), DTYPES[code]).reshape(shape)
    strings = []
    for row in range(int(np.prod(shape))):
        one = POINTER(data + row * ctypes.sizeof(StringView))
        content = C("TF_StringGetDataPointer", POINTER)(one)
        strings.append(ctypes.string_at(content, C("TF_StringGetSize", ctypes.c_size_t)(one)))
    return np.array(strings, "S").reshape(shape)


def main(folder, requests, answers):
    """Every request of a file, one after another, in one session."""
    session, written = Session(folder), {}
    written["load/code"], written["load/message"] = session.status.code, session.status.message
    written["signatures"] = sorted(session.signatures)
    asked = {}
    with np.load(requests) as content:
        for key in content.files:
            number, signature, name = key.split("/")
            asked.setdefault((number, signature), {})[name] = content[key]
    for (number, signature), inputs in asked.items() if not session.status.code else ():
        status, outputs = session.run(signature, inputs)
        written[f"{number}/code"], written[f"{number}/message"] = status.code, status.message
        written |= {f"{number}/{name}": value for name, value in outputs.items()}
    np.savez(answers, **written)
    python = [name for name in sys.modules if name.startswith("tensorflow.python")]
    if python or "keras" in sys.modules:
        raise SystemExit(f"Python's TensorFlow was imported: {python[:3]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
