"""Image sets that TensorFlow Datasets has prepared in a format with access by number (ArrayRecord)."""

import hashlib

import numpy as np

from keras_gan.data import resize
from keras_gan.data.rendered import keep, opened, progress
from keras_gan.data.rows import Rows, too_large

AT_ONCE = 256  # records
LOOKED_AT = 64  # images whose pixels count in the digest


def read(tfds, builder, split, n, image_shape):
    """(images uint8 [n, h, w, c], as Rows where they take too much memory; labels int32 [n] or None) of a split, in the
    order of its files."""
    import tensorflow as tf

    features = builder.info.features
    raw = tfds.decode.DeserializeMethod.RAW_BYTES
    records = builder.as_data_source(split, deserialize_method=raw)

    def image(number):
        example = tf.train.Example.FromString(records[int(number)])
        (content,) = example.features.feature["image"].bytes_list.value
        return features["image"].decode_example(content).numpy()

    if image_shape is None:
        height, width, channels = image(0).shape
        image_shape = height, width, 1 if channels == 1 else 3

    def some(numbers):
        return np.stack([resize.resize(image(number)[None], image_shape)[0] for number in numbers])

    # Of a version that is prepared, the files do not change; their names and sizes say which ones they are.
    files = sorted((path.name, path.stat().length) for path in builder.data_path.iterdir())
    identity = hashlib.sha256(repr((builder.info.full_name, split, files)).encode()).hexdigest()

    def digest():
        looked_at = np.linspace(0, n - 1, min(LOOKED_AT, n)).astype(int)
        return hashlib.sha256(identity.encode() + images[looked_at].tobytes()).hexdigest()

    images = Rows((n, *image_shape), np.uint8, some, digest)
    labels = None
    if "label" in features and isinstance(features["label"], tfds.features.ClassLabel):
        labels = labels_of(records, n, f"labels-{identity[:32]}", builder.info.full_name)
    return images if too_large(images.shape, np.uint8) else images[:], labels


def labels_of(records, n, name, of):
    """int32 [n], or None where they are kept secret (-1); for which every record is read once, and kept by `name`."""
    import tensorflow as tf

    kept = opened(name)
    if kept is None or "labels" not in kept:
        labels = np.empty(n, np.int32)
        with progress(f"Reading the labels of {of}", n) as advance:
            for start in range(0, n, AT_ONCE):
                some = records.__getitems__(range(start, min(start + AT_ONCE, n)))
                for row, record in enumerate(some, start):
                    labels[row] = tf.train.Example.FromString(record).features.feature["label"].int64_list.value[0]
                advance(len(some))
        keep(name, kept := {"labels": labels})
    return kept["labels"] if kept["labels"].min() >= 0 else None
