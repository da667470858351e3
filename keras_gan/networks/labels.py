"""Labels as networks take them: an int32 [n] input, its one-hot code, and the code joined to vectors or maps.

classes is how many there are; or, where a label says several things at once, how many values each of them has: with
(8, 6) a label of 0 to 47 is 6 a + b, the codes of a and b stand beside each other, and networks need not learn what
the 48 have in common.
"""

import keras
from keras import layers


def label_input():
    """The second input of a conditional network, int32 [n]."""
    return keras.Input((), dtype="int32", name="label")


def one_hot(label, classes):
    """Label [n] -> its code, [n, classes]; for classes (a, b, ...) the codes of its digits, [n, a + b + ...]."""
    if isinstance(classes, int):
        return layers.CategoryEncoding(classes, output_mode="one_hot")(layers.Reshape((1,))(label))
    digits = Digits(classes)(label)
    codes = [
        layers.CategoryEncoding(size, output_mode="one_hot")(digit) for size, digit in zip(classes, digits, strict=True)
    ]
    return layers.Concatenate()(codes)


@keras.saving.register_keras_serializable("keras_gan")
class Digits(layers.Layer):
    """Labels [n] -> the k digits of each in the mixed base `sizes`, the last one the fastest: k tensors [n, 1]. What
    numpy.unravel_index gives."""

    def __init__(self, sizes, **kwargs):
        super().__init__(**kwargs)
        self.sizes = tuple(sizes)

    def call(self, labels):
        rest, digits = keras.ops.expand_dims(labels, 1), []
        for size in reversed(self.sizes):
            digits.append(rest % size)
            rest = rest // size
        return digits[::-1]

    def compute_output_spec(self, labels):
        return [keras.KerasTensor((labels.shape[0], 1), labels.dtype) for _ in self.sizes]

    def get_config(self):
        return {**super().get_config(), "sizes": list(self.sizes)}


def joined(x, code):
    """Vectors [n, d] or maps [n, h, w, c] with a code [n, classes] beside them, in every place of maps; x for None."""
    if code is None:
        return x
    if len(x.shape) == 2:
        return layers.Concatenate()([x, code])
    planes = layers.UpSampling2D(x.shape[1:3])(layers.Reshape((1, 1, code.shape[-1]))(code))
    return layers.Concatenate()([x, planes])


def label_and_code(classes):
    """(the label's input, its code), or (None, None) for a network without classes."""
    if not classes:
        return None, None
    label = label_input()
    return label, one_hot(label, classes)
