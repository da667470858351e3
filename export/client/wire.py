"""The messages of PredictionService.Predict, without TensorFlow: the same bytes on the wire.

The official ones (tensorflow-serving-api) import TensorFlow: seconds and a gigabyte for a client. These have the
fields that a sampler needs, with the numbers of tensorflow_serving/apis/{predict,model}.proto and of
tensorflow/core/framework/{tensor,tensor_shape,types}.proto, in a descriptor pool of their own.
"""

import math

import numpy as np
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format
from google.protobuf.message import DecodeError

FIELDS = """
name: "keras_gan/wire.proto" package: "keras_gan.wire" syntax: "proto3"
message_type { name: "Int64" field { name: "value" number: 1 type: TYPE_INT64 } }
message_type { name: "Spec"
  field { name: "name" number: 1 type: TYPE_STRING }
  field { name: "version" number: 2 type: TYPE_MESSAGE type_name: ".keras_gan.wire.Int64" }
  field { name: "signature_name" number: 3 type: TYPE_STRING }
  field { name: "version_label" number: 4 type: TYPE_STRING } }
message_type { name: "Dimension" field { name: "size" number: 1 type: TYPE_INT64 } }
message_type { name: "Shape"
  field { name: "dim" number: 2 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".keras_gan.wire.Dimension" } }
message_type { name: "Tensor"
  field { name: "dtype" number: 1 type: TYPE_INT32 }
  field { name: "shape" number: 2 type: TYPE_MESSAGE type_name: ".keras_gan.wire.Shape" }
  field { name: "content" number: 4 type: TYPE_BYTES }
  field { name: "float_val" number: 5 label: LABEL_REPEATED type: TYPE_FLOAT }
  field { name: "string_val" number: 8 label: LABEL_REPEATED type: TYPE_BYTES } }
message_type { name: "Entry"
  field { name: "key" number: 1 type: TYPE_STRING }
  field { name: "value" number: 2 type: TYPE_MESSAGE type_name: ".keras_gan.wire.Tensor" } }
message_type { name: "Request"
  field { name: "model_spec" number: 1 type: TYPE_MESSAGE type_name: ".keras_gan.wire.Spec" }
  field { name: "inputs" number: 2 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".keras_gan.wire.Entry" } }
message_type { name: "Answer"
  field { name: "outputs" number: 1 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".keras_gan.wire.Entry" }
  field { name: "model_spec" number: 2 type: TYPE_MESSAGE type_name: ".keras_gan.wire.Spec" } }
"""  # a map is a list of entries on the wire
DTYPES = {1: "float32", 3: "int32", 9: "int64"}  # of types.proto, by which arrays are sent
STRING = 7
DIMENSIONS = 16  # more than a sampler's

pool = descriptor_pool.DescriptorPool()
pool.Add(text_format.Parse(FIELDS, descriptor_pb2.FileDescriptorProto()))
Request, Answer = (
    message_factory.GetMessageClass(pool.FindMessageTypeByName(f"keras_gan.wire.{name}"))
    for name in ("Request", "Answer")
)


def request(model, signature, inputs, version=None, label=None):
    """A PredictRequest of arrays (float32, int32, int64), as bytes."""
    message = Request()
    message.model_spec.name = model
    message.model_spec.signature_name = signature
    if version is not None:
        message.model_spec.version.value = version
    if label is not None:
        message.model_spec.version_label = label
    for name, array in inputs.items():
        tensor = message.inputs.add(key=name).value
        tensor.dtype = next(number for number, dtype in DTYPES.items() if array.dtype == dtype)
        for size in array.shape:
            tensor.shape.dim.add(size=size)
        tensor.content = array.astype(array.dtype.newbyteorder("<")).tobytes()
    return message.SerializeToString()


def outputs(content, most):
    """{name: array} of a PredictResponse; strings as an object array of bytes.

    TF Serving sends floats as float_val, ours as one block of bytes. most: bytes that each array may have. Raises
    ValueError for what is neither, or larger.
    """
    try:
        answer = Answer.FromString(content)
    except DecodeError:
        raise ValueError("It is no PredictResponse.") from None
    return {entry.key: array(entry.key, entry.value, most) for entry in answer.outputs}


def array(name, tensor, most):
    shape = [dimension.size for dimension in tensor.shape.dim]
    if min(shape, default=0) < 0 or len(shape) > DIMENSIONS:
        raise ValueError(f"{name} has the shape {shape[:DIMENSIONS]}.")
    count = math.prod(shape)
    if tensor.dtype == STRING:
        if count != len(tensor.string_val):
            raise ValueError(f"{name} has {len(tensor.string_val)} strings for the shape {shape}.")
        return np.array([*tensor.string_val, None], object)[:-1].reshape(shape)
    if tensor.dtype not in DTYPES:
        raise ValueError(f"{name} is of type {tensor.dtype} of TensorFlow's types.proto, not of a sampler's.")
    dtype = np.dtype(DTYPES[tensor.dtype]).newbyteorder("<")
    if count * dtype.itemsize > most:
        raise ValueError(f"{name} has the shape {shape}, more than the {most} bytes that it may have.")
    if tensor.content:
        return np.frombuffer(tensor.content, dtype).reshape(shape)
    values = np.array(tensor.float_val, "float32")
    if 0 < len(values) < count:  # the last one stands for all that follow
        values = np.concatenate([values, np.repeat(values[-1:], count - len(values))])
    return values.reshape(shape)
