"""Encoders: networks that turn images into the features on which generators are measured.

A distance between sets of images is that of their features, so a figure means something only together with the weights
of its encoder. Each has a name and a hash of its weights, and both stand in the name of every score.

| encoder | images | features | probabilities |
|---|---|---|---|
| `mnistcnn` | digits of 28 x 28 x 1; shipped with the package | 128 | of the ten digits |
| `facecnn` | drawn faces, resized to 64 x 64 x 3; shipped with the package | 192 | of what a face shows: `attributes` |
| `inception` | colour images, resized to 299 x 299; weights of keras.applications | 2048 | of ImageNet's classes |
| a Keras model, a .keras file | what it takes, in [-1, 1] | the input of its last layer | its softmax, if any |
"""

import hashlib
import json
import os
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from keras_gan.data.attributes import Attributes
from keras_gan.files.images import to_uint8
from keras_gan.files.manifest import checked
from keras_gan.files.weights import assign
from keras_gan.networks.face_classifier import face_classifier
from keras_gan.networks.mnist_classifier import mnist_classifier

SHIPPED = Path(__file__).parent / "weights"
BATCH = 250  # always this many at once, the last one padded: features cannot depend on n, and nothing is retraced
INCEPTION_BATCH = 25  # an image of 299 x 299 needs a hundred times the memory


class Encoder:
    """A network as a measuring instrument: `features(images)`, `probabilities(images)`, a `name` and a `hash`.

    model: a Keras model of one image input [n, h, w, c] in [-1, 1]. Where its last layer is a Dense softmax, the
    features are that layer's input and the probabilities its output; otherwise the features are the model's output,
    and there are no probabilities. Raises ValueError for a model with another kind of input or output.

    values: {attribute: the names of its values}, of a classifier of several attributes, whose last layer gives the
    logits of all values, one attribute after the other. Its features are that layer's input.
    """

    def __init__(self, name, model, batch=BATCH, values=None):
        self.name = name
        self.values = values
        self.batch = batch
        self.image_shape = image_shape_of(model)
        self.network, self.classes = two_headed(model, values is not None)
        self.hash = hash_of(model)
        self.compiled = {}  # {shape of the images: function}

    def __str__(self):
        """Name and hash, `mnistcnn-1a2b3c4d`."""
        return f"{self.name}-{self.hash}"

    def features(self, images, quantise=True):
        """float32 [n, d] of images [n, h, w, c], uint8 or floats in [-1, 1]."""
        return self.encode(images, quantise)[0]

    def probabilities(self, images, quantise=True):
        """float32 [n, classes] of images as in `features`. Raises ValueError where the model is no classifier."""
        if not self.classes:
            raise ValueError(f"The encoder {self} gives no class probabilities: its last layer is no Dense softmax.")
        return self.encode(images, quantise)[1]

    def attributes(self, images, quantise=True):
        """Attributes: the likeliest value of each. Raises ValueError where the model classifies no attributes."""
        if self.values is None:
            raise ValueError(f"The encoder {self} tells no attributes; facecnn does, those of drawn faces.")
        return self.named(self.encode(images, quantise)[1])

    def named(self, logits):
        """The Attributes of the second of what `encode` gives."""
        bounds = np.cumsum([len(names) for names in self.values.values()])[:-1]
        codes = [part.argmax(axis=1) for part in np.split(logits, bounds, axis=1)]
        return Attributes(np.stack(codes, axis=1).astype(np.int32), self.values)

    def encode(self, images, quantise=True):
        """(features, probabilities or None) in one pass, both float32; for a classifier of attributes (features,
        logits).

        quantise: floats are first rounded to the 256 levels that a PNG would hold, so that samples in memory and
        samples on disk score the same. Raises ValueError for images that do not fit the encoder, are not finite or
        lie outside [-1, 1].
        """
        images = np.asarray(images)
        self.resizer(images.shape[1:])
        if not len(images):
            raise ValueError("There are no images to encode.")
        levels = to_uint8(images)
        parts = []
        for start in range(0, len(images), self.batch):
            part = (levels if quantise else images)[start : start + self.batch]
            rows = len(part)
            part = np.concatenate([part, np.repeat(part[-1:], self.batch - rows, axis=0)])
            parts.append([head.numpy()[:rows] for head in self.function(images.shape[1:])(in_range(part))])
        heads = [np.concatenate(head) for head in zip(*parts, strict=True)]
        return heads[0], heads[1] if len(heads) > 1 else None

    def resizer(self, shape):
        """How images of this shape (h, w, c) reach the encoder's size: "none", or the filter and the sizes.

        Raises ValueError with one sentence for images that the encoder cannot take.
        """
        height, width, channels = self.image_shape
        if len(shape) != 3 or shape[2] not in (1, 3) or (shape[2] == 3 and channels == 1):
            raise ValueError(
                f"The encoder {self.name} takes images [n, h, w, {channels}]; "
                f"these are [n, {', '.join(map(str, shape))}]; choose another encoder."
            )
        if shape[:2] == (height or shape[0], width or shape[1]):
            return "none"
        return f"tf.image bilinear antialias {shape[0]}x{shape[1]} to {height}x{width}"

    def function(self, shape):
        """The compiled network for images of this shape."""
        if shape not in self.compiled:
            resized, channels = self.resizer(shape) != "none", self.image_shape[2]

            @tf.function(autograph=False, input_signature=[tf.TensorSpec([self.batch, *shape], tf.float32)])
            def run(images):
                if resized:
                    images = tf.image.resize(images, self.image_shape[:2], antialias=True)
                if shape[2] < channels:
                    images = tf.repeat(images, channels, axis=3)
                heads = tf.nest.flatten(self.network(images, training=False))
                return [tf.cast(head, tf.float32) for head in heads]

            self.compiled[shape] = run
        return self.compiled[shape]


def encoder(what):
    """The Encoder of a name of the table above, a .keras file, a Keras model, or an Encoder.

    Raises ValueError with one sentence for an unknown name, a file that cannot be read, damaged weights, and Inception
    where its weights are neither cached nor to be downloaded.
    """
    if isinstance(what, Encoder):
        return what
    if isinstance(what, keras.Model):
        return Encoder(what.name, what)
    if what == "mnistcnn":
        return Encoder(what, shipped(what, mnist_classifier()))
    if what == "facecnn":
        values = {name: tuple(names) for name, names in metadata(what)["values"].items()}
        return Encoder(what, shipped(what, face_classifier(sum(map(len, values.values())))), values=values)
    if what == "inception":
        return Encoder("inception-keras", inception(), INCEPTION_BATCH)
    path = Path(what)
    if path.suffix != ".keras":
        raise ValueError(
            f"There is no encoder {os.fspath(what)!r}: choose mnistcnn, facecnn, inception or a .keras file."
        )
    try:
        model = keras.saving.load_model(path, compile=False)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ValueError(f"The encoder {path} cannot be read ({str(error).splitlines()[0]}).") from error
    return Encoder(path.stem, model)


def shipped(name, model, folder=SHIPPED):
    """`model` with the weights that the package ships under `name`; their SHA-256 is checked before they are read."""
    path = folder / f"{name}.safetensors"
    assign(model, checked(path, metadata(name, folder)["sha256"]), path)
    return model


def metadata(name, folder=SHIPPED):
    """What is recorded of a shipped encoder: sha256, command, commit, seed, accuracy and more."""
    return json.loads((folder / f"{name}.json").read_text())


def inception():
    """keras.applications.InceptionV3 with ImageNet's weights, from the user's Keras cache or downloaded.

    These are not the weights of the TensorFlow 1 graph that most published FIDs are of: scores differ.
    """
    try:
        return keras.applications.InceptionV3()
    except Exception as error:  # keras.utils.get_file raises nothing more special
        raise ValueError(
            "InceptionV3's weights are neither in the Keras cache nor to be downloaded: put "
            "inception_v3_weights_tf_dim_ordering_tf_kernels.h5 into ~/.keras/models, or choose another encoder "
            f"({str(error).splitlines()[0]})."
        ) from error


def image_shape_of(model):
    """(height, width, channels) that a model takes; height and width are None where it takes any."""
    shapes = [tuple(tensor.shape) for tensor in model.inputs or []]
    if len(shapes) != 1 or len(shapes[0]) != 4 or shapes[0][3] not in (1, 3):
        raise ValueError(
            f"An encoder has one input [n, h, w, 1 or 3]; those of {model.name} are {shapes or 'unknown'}."
        )
    return shapes[0][1:]


def two_headed(model, attributes=False):
    """(the model from images to [features], [features, probabilities] or [features, logits of attributes], the number
    of classes or 0)."""
    last = model.layers[-1]
    classifier = isinstance(last, keras.layers.Dense) and last.activation is keras.activations.softmax
    heads = [last.input, last.output] if classifier or attributes else list(model.outputs)
    if len(heads) != 1 + (classifier or attributes) or len(heads[0].shape) != 2:
        raise ValueError(f"An encoder's features are [n, d]; those of {model.name} are {list(heads[0].shape)}.")
    return keras.Model(model.inputs, heads), heads[-1].shape[-1] if classifier else 0


def hash_of(model):
    """8 hex digits of the SHA-256 over the shapes and the float32 values of all weights, in order."""
    total = hashlib.sha256()
    for weight in model.get_weights():
        total.update(str(weight.shape).encode())
        total.update(np.ascontiguousarray(weight, "<f4").tobytes())
    return total.hexdigest()[:8]


def in_range(images):
    """float32 in [-1, 1] of uint8 images or floats."""
    return images.astype("float32") / 127.5 - 1.0 if images.dtype == np.uint8 else images.astype("float32")
