"""Labels as networks take them: an int32 [n] input, its one-hot code, and the code joined to vectors or maps."""

import keras
from keras import layers


def label_input():
    """The second input of a conditional network, int32 [n]."""
    return keras.Input((), dtype="int32", name="label")


def one_hot(label, classes):
    """Label [n] -> its code, [n, classes]."""
    return layers.CategoryEncoding(classes, output_mode="one_hot")(layers.Reshape((1,))(label))


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
