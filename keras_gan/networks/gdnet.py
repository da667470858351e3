"""The networks of layumi/2016_GAN_Matlab (MatConvNet): GDnet, GDnet_2, GDnet_3 and GDnet_info, and the plan that came
before them.

Images are [-1, 1] outside; the networks work on the code's [0, 1] inside. D is a classifier: it gives "real_fake", the
logits [n, 2] of fake and real, and where the game matches features "features", [n, units], too. Weights start at
N(0, sqrt(2 / fan_in)), biases at 0, and all of them but batch normalisation's decay: 5e-4 w stands beside the gradient
(L2 of 2.5e-4), as in MatConvNet.
"""

import keras
from keras import layers
from keras.initializers import VarianceScaling

from keras_gan.fast.batch_norm import BatchNormalization
from keras_gan.networks.labels import joined, label_and_code

IMAGE = (28, 28, 1)
NOISE = 32  # pixels on a side of noise in the shape of an image; two valid 3 x 3 convolutions leave 28


def first_generator():
    """z [n, 1024] -> images of at least -1: the first plan. Noise of 32 x 32 through convolutions of 3 x 3, 1 x 1 and
    3 x 3 with ReLU after the first two, and in the code's first version, as here, after the third. A pixel sees 5 x 5
    numbers of its own, so that nothing can agree on a digit; pixels that are off have no slope, and stay off."""
    z = keras.Input((NOISE * NOISE,), name="z")
    x = layers.Reshape((NOISE, NOISE, 1))(z)
    x = layers.ReLU()(layers.Conv2D(64, 3, **_weights())(x))
    x = layers.ReLU()(layers.Conv2D(32, 1, **_weights())(x))
    x = layers.ReLU(dtype="float32")(layers.Conv2D(1, 3, name="pixels", **_weights())(x))
    return keras.Model(z, layers.Rescaling(2.0, -1.0, dtype="float32", name="images")(x), name="generator")


def first_discriminator():
    """Images -> logits [n, 2]: MatConvNet's classifier of MNIST digits with two outputs instead of ten."""
    images, x = _images()
    for maps in (20, 50):
        x = layers.MaxPooling2D()(layers.Conv2D(maps, 5, **_weights())(x))
    x = layers.ReLU()(layers.Conv2D(500, 4, **_weights())(x))
    return keras.Model(images, _logits(layers.Flatten()(x), 2, "real_fake"), name="discriminator")


def noise_generator():
    """z [n, 1024] -> images in [-1, 1]: GDnet's G, the first plan with batch normalisation, leaky ReLU 0.1 and a
    sigmoid."""
    z = keras.Input((NOISE * NOISE,), name="z")
    x = layers.Reshape((NOISE, NOISE, 1))(z)
    for maps, kernel in ((64, 3), (32, 1)):
        x = layers.LeakyReLU(0.1)(_normalised(layers.Conv2D(maps, kernel, **_weights())(x)))
    return keras.Model(z, _pixels(layers.Conv2D(1, 3, name="pixels", **_weights())(x)), name="generator")


def convolutional_discriminator():
    """Images -> logits [n, 2]: GDnet's D, convolutions of 5 x 5, 5 x 5 (stride 2) and 4 x 4, each with batch
    normalisation and leaky ReLU 0.1, dropout 0.5."""
    images, x = _images()
    for maps, kernel, stride in ((20, 5, 2), (50, 5, 2), (100, 4, 1)):
        x = layers.LeakyReLU(0.1)(_normalised(layers.Conv2D(maps, kernel, stride, **_weights())(x)))
    x = layers.Dropout(0.5)(layers.Flatten()(x))
    return keras.Model(images, _logits(x, 2, "real_fake"), name="discriminator")


def transposed_generator(latent_dim=100):
    """z [n, latent_dim] -> images in [-1, 1]: GDnet_2's G, transposed convolutions 1 -> 5 -> 13 -> 28 pixels."""
    z = keras.Input((latent_dim,), name="z")
    x = layers.Reshape((1, 1, latent_dim))(z)
    for maps, stride in ((256, 1), (128, 2)):
        x = layers.ReLU()(_normalised(layers.Conv2DTranspose(maps, 5, stride, **_weights())(x)))
    return keras.Model(z, _pixels(layers.Conv2DTranspose(1, 4, 2, name="pixels", **_weights())(x)), name="generator")


def pixel_discriminator():
    """Images -> {"real_fake": logits [n, 2], "features": the pixels themselves, [n, 784] in [0, 1]}: GDnet_2's D, whose
    G matches data, not features."""
    images, x = _images()
    pixels = layers.Flatten(name="features")(x)
    for maps, kernel, stride, noise in ((20, 4, 2, 0.0), (50, 5, 2, 0.5), (500, 5, 1, 0.5)):
        x = layers.LeakyReLU(0.2)(layers.Conv2D(maps, kernel, stride, **_weights())(x))
        x = layers.GaussianNoise(noise)(x) if noise else x
    outputs = {"real_fake": _logits(layers.Flatten()(x), 2, "real_fake"), "features": pixels}
    return keras.Model(images, outputs, name="discriminator")


def dense_generator(latent_dim=100, classes=None):
    """z [n, latent_dim] (and label [n]) -> images in [-1, 1]: the G of GDnet_3 and, with `classes`, of GDnet_info,
    where the one-hot code of the label joins z."""
    z = keras.Input((latent_dim,), name="z")
    label, code = label_and_code(classes)
    x = joined(z, code)
    for _ in range(2):
        x = layers.ReLU()(_normalised(layers.Dense(500, **_weights())(x)))
    x = layers.Reshape(IMAGE)(layers.Dense(784, name="pixels", **_weights())(x))
    return keras.Model([z, label] if classes else z, _pixels(x), name="generator")


def dense_discriminator(classes=None):
    """Images -> {"real_fake": logits [n, 2], "features": the first layer, [n, 1000]} and, with `classes`, "digit", the
    logits of GDnet_info's second head, [n, classes]: the D of GDnet_3, 1000-500-250-250-250 units."""
    images, x = _images()
    x = layers.GaussianNoise(0.2)(layers.Flatten()(x))
    x = features = layers.LeakyReLU(0.2, name="features")(layers.Dense(1000, **_weights())(x))
    for units in (500, 250, 250, 250):
        x = layers.GaussianNoise(0.5)(layers.LeakyReLU(0.2)(layers.Dense(units, **_weights())(x)))
    outputs = {"real_fake": _logits(x, 2, "real_fake"), "features": features}
    if classes:
        outputs["digit"] = _logits(x, classes, "digit")
    return keras.Model(images, outputs, name="discriminator")


def _images():
    images = keras.Input(IMAGE, name="images")
    return images, layers.Rescaling(0.5, 0.5)(images)


def _pixels(x):
    """sigmoid, from [0, 1] to [-1, 1]."""
    x = layers.Activation("sigmoid", dtype="float32")(x)
    return layers.Rescaling(2.0, -1.0, dtype="float32", name="images")(x)


def _logits(x, units, name):
    return layers.Dense(units, dtype="float32", name=name, **_weights())(x)


def _weights():
    return {
        # The fan of a transposed convolution's input is k k out, which is what MatConvNet takes, too.
        "kernel_initializer": VarianceScaling(2.0, "fan_in", "untruncated_normal"),
        "kernel_regularizer": keras.regularizers.L2(5e-4 / 2),
        "bias_regularizer": keras.regularizers.L2(5e-4 / 2),
    }


def _normalised(x):
    return BatchNormalization(momentum=0.9, epsilon=1e-4)(x)
