"""Data: `load` gives any image set, folder, array or toy world as a tf.data pipeline in [-1, 1]."""

from keras_gan.data.pipeline import images_of, load
from keras_gan.data.sources import Source, read

__all__ = ["Source", "images_of", "load", "read"]
