"""One version of a model: loaded, warmed up, leased to requests, drained."""

import threading
import time

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow_serving.apis import prediction_log_pb2

from export.formats import warmup
from export.server import card
from export.server.batching import Batcher
from export.server.refusals import Refused
from export.server.signature import Signature
from keras_gan.fast import tf32
from keras_gan.files import manifest

# TF Serving's states of a version (ModelVersionStatus.State).
START, LOADING, AVAILABLE, UNLOADING, END = 10, 20, 30, 40, 50


class Version:
    """A SavedModel folder. state: one of TF Serving's; error: why it could not be loaded, or None."""

    def __init__(self, number, folder):
        self.number = number
        self.folder = folder
        self.state = START
        self.error = None
        self.signatures = {}
        self.signature_defs = {}
        self.card = {}
        self.batcher = None
        self.leases = 0
        self.free = threading.Condition()

    def load(self, limits, observe):
        """Reads it and runs every signature once. Raises ValueError for a file that is not as it was exported, and
        whatever TensorFlow raises for what it cannot read."""
        self.state = LOADING
        for name, digest in (manifest.read(self.folder) or {}).items():
            if name not in card.FILES:
                manifest.checked(self.folder / name, digest)
        tf32.settle()
        loaded = tf.saved_model.load(str(self.folder))
        self.signatures = {name: Signature(name, function) for name, function in loaded.signatures.items()}
        if not self.signatures:
            raise ValueError(f"{self.folder} has no signature that could be served.")
        self.loaded = loaded  # keeps its variables
        self.signature_defs = signature_defs(self.folder)
        self.card = card.read(self.folder)
        for signature, arrays in warmup_requests(self.folder, self.signatures):
            signature(arrays)
        self.batcher = Batcher(limits, observe)
        self.state = AVAILABLE

    def signature(self, name):
        """The signature of a request; Raises Refused, in TF Serving's words, for one that is not there."""
        name = name or "serving_default"
        if name not in self.signatures:
            sentence = f'Serving signature name: "{name}" not found in signature def'
            raise Refused("INVALID_ARGUMENT", f"{sentence}; there are {', '.join(sorted(self.signatures))}.")
        return self.signatures[name]

    def take(self):
        """Begins a lease, which unloading waits for; False where there is nothing to lease any more."""
        with self.free:
            if self.state != AVAILABLE:
                return False
            self.leases += 1
            return True

    def release(self):
        with self.free:
            self.leases -= 1
            self.free.notify_all()

    def retire(self):
        """From now on no new request."""
        with self.free:
            self.state = UNLOADING

    def unload(self, seconds):
        """Waits for the requests under way, at most so long, and lets go of the memory."""
        self.retire()
        ends = time.monotonic() + seconds
        with self.free:
            self.free.wait_for(lambda: not self.leases, seconds)
        if self.batcher:
            self.batcher.close(max(0.0, ends - time.monotonic()))
        self.signatures, self.loaded, self.batcher = {}, None, None
        self.state = END


def signature_defs(folder):
    """{name: SignatureDef} of the graph that is tagged for serving."""
    saved = saved_model_pb2.SavedModel.FromString((folder / "saved_model.pb").read_bytes())
    graph = next((graph for graph in saved.meta_graphs if "serve" in graph.meta_info_def.tags), saved.meta_graphs[0])
    return dict(graph.signature_def)


def warmup_requests(folder, signatures):
    """(signature, arrays) of the file that TF Serving replays, or, without one, a row for each signature of known
    types."""
    path = folder / "assets.extra" / warmup.FILE
    if path.is_file():
        for record in tf.data.TFRecordDataset(str(path)).as_numpy_iterator():
            request = prediction_log_pb2.PredictionLog.FromString(record).predict_log.request
            arrays = {name: tf.make_ndarray(proto) for name, proto in request.inputs.items()}
            yield signatures[request.model_spec.signature_name or "serving_default"], arrays
        return
    for signature in signatures.values():
        numeric = all(np.issubdtype(spec.numpy, np.number) for spec in signature.inputs.values())
        if signature.batched and numeric:
            yield (
                signature,
                {
                    name: warmup.rows(name, 1, [size or 1 for size in spec.shape[1:]]).astype(spec.numpy)
                    for name, spec in signature.inputs.items()
                },
            )
