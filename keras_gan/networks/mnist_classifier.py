"""A small convolutional classifier of digits, whose penultimate layer measures generators: the encoder `mnistcnn`.

Not from a paper: three levels (28, 14, 7 pixels) of convolution, batch normalisation and ReLU, then the mean over
positions. Global averaging keeps it small and its features bounded in number; ReLU makes them non-negative, as those
of Inception's last pooling are.
"""

import keras
from keras import layers

IMAGE_SHAPE = (28, 28, 1)
FEATURES = 128


def mnist_classifier(classes=10):
    """Images [n, 28, 28, 1] in [-1, 1] -> class probabilities [n, classes]; 0.19 million parameters.

    The layer "features" holds [n, 128], non-negative. Dropout between it and the softmax acts in training only.
    """
    x = inputs = keras.Input(IMAGE_SHAPE, name="images")
    x = layers.MaxPooling2D()(block(x, 32, 5, "same"))
    x = layers.MaxPooling2D()(block(x, 64, 3, "same"))
    x = block(x, 96, 3, "same")
    x = block(x, FEATURES, 3, "valid")
    x = layers.GlobalAveragePooling2D(name="features")(x)
    x = layers.Dropout(0.3)(x)
    return keras.Model(inputs, layers.Dense(classes, "softmax", name="probabilities")(x), name="mnistcnn")


def block(x, maps, size, padding, strides=1):
    """Convolution, batch normalisation, ReLU."""
    x = layers.Conv2D(maps, size, strides, padding, use_bias=False, kernel_initializer="he_normal")(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
