"""What a model that makes images from images is given: checked, and in the range of its networks."""

import numpy as np
import tensorflow as tf

from keras_gan.sampling.sampler import in_batches


def checked(images, shape, palette=None):
    """float32 [n, *shape] in [-1, 1] of images [n, *shape], uint8 or floats in [-1, 1].

    Raises ValueError with one sentence for other shapes and types, for values out of range, and for colours that are
    not in the palette {name: "#rrggbb"} of label maps.
    """
    images, shape = np.asarray(images), tuple(shape)
    if images.ndim != 4 or images.shape[1:] != shape or not len(images):
        raise ValueError(f"This model translates images [n, {', '.join(map(str, shape))}]; got {list(images.shape)}.")
    if images.dtype == np.uint8:
        levels = images
        images = images.astype(np.float32) / 127.5 - 1.0
    elif images.dtype.kind != "f" or not np.isfinite(images).all() or np.abs(images).max() > 1.0:
        raise ValueError(f"Images are uint8, or finite floats in [-1, 1], not {images.dtype} beyond that.")
    else:
        images = images.astype(np.float32)
        levels = np.round((images + 1.0) * 127.5).astype(np.uint8)
    if palette is not None:
        check_colours(levels, palette)
    return images


def check_colours(levels, palette):
    """Raises ValueError where uint8 images [n, h, w, 3] have a colour that is not in the palette."""
    number = levels.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    unknown = ~np.isin(number, [int(colour.removeprefix("#"), 16) for colour in palette.values()])
    if unknown.any():
        image, row, column = np.argwhere(unknown)[0]
        known = ", ".join(f"{name} {colour}" for name, colour in palette.items())
        raise ValueError(
            f"Image {image} has the colour #{number[image, row, column]:06x} at row {row}, column {column}, "
            f"which is no label; there are {known}."
        )


def translated(network, images):
    """What a network of one image input makes of images [n, h, w, c], float32 in [-1, 1]; in batches of one size, so
    that a row does not depend on the others."""
    given = checked(images, network.inputs[0].shape[1:])
    function = network.__dict__.get("translated")  # past Keras, which would track it
    if function is None:
        run = tf.function(lambda batch: tf.cast(network(batch, training=False), tf.float32), autograph=False)
        function = network.__dict__["translated"] = run
    return in_batches(function, [given])
