"""Requests that TF Serving runs before it serves a version, so that the first visitor does not wait for kernels."""

from importlib.util import find_spec

import numpy as np
import tensorflow as tf

from keras_gan.files.extras import require

FILE = "tf_serving_warmup_requests"
USUAL = (1, 64)
WHITE = np.full(3, 255, np.uint8)
SIGNATURES = 5  # at most, export.saved_model
MOST = 1000 // SIGNATURES  # TF Serving reads 1000 records


def check(batch_sizes):
    """Raises ValueError for sizes that are none, or that cannot be written here."""
    if batch_sizes is None:
        return
    if not all(isinstance(size, int) and not isinstance(size, bool) and size >= 1 for size in batch_sizes):
        raise ValueError(f"batch_sizes must be integers of at least 1; got {batch_sizes!r}.")
    if len(batch_sizes) > MOST:
        raise ValueError(f"TF Serving reads 1000 warmup requests at most: give at most {MOST} batch_sizes.")
    if batch_sizes:
        require("Writing warmup requests", "serve", "tensorflow_serving")


def write(folder, functions, batch_sizes, colour=WHITE):
    """folder/tf_serving_warmup_requests: a TFRecord of PredictionLog, one per signature and batch size. colour: of the
    images in them, uint8 [3]."""
    if batch_sizes is None:
        batch_sizes = () if find_spec("tensorflow_serving") is None else USUAL
    if batch_sizes:
        with tf.io.TFRecordWriter(str(folder / FILE)) as writer:
            for name, function in functions.items():
                for size in batch_sizes:
                    writer.write(request(name, function, size, colour).SerializeToString(deterministic=True))


def request(name, function, size, colour=WHITE):
    """A PredictionLog with the rows 0 to size - 1 of each input."""
    from tensorflow_serving.apis import predict_pb2, prediction_log_pb2

    asked = predict_pb2.PredictRequest()
    asked.model_spec.signature_name = name
    for spec in tf.nest.flatten(function.structured_input_signature):
        asked.inputs[spec.name].CopyFrom(tf.make_tensor_proto(rows(spec.name, size, spec.shape[1:], colour)))
    return prediction_log_pb2.PredictionLog(predict_log=prediction_log_pb2.PredictLog(request=asked))


def rows(key, size, shape, colour=WHITE):
    """Values that the graph's checks let pass."""
    if key == "input":
        return np.broadcast_to((colour / 127.5 - 1.0).astype("float32")[: shape[-1]], (size, *shape))
    if key == "png_bytes":
        return np.array([tf.io.encode_png(np.broadcast_to(colour, (1, 1, 3))).numpy()] * size)
    if key == "seed":
        return np.arange(size, dtype="int64")
    if key == "label":
        return np.zeros(size, "int32")
    return np.ones((size, *shape), "float32")  # truncation, z
