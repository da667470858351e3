"""The convolutional pair for CIFAR-10: Goodfellow et al. 2014, "Generative Adversarial Nets", figure 2d, and the code
file cifar10_convolutional.yaml.

Images are [-1, 1] outside. The paper's nets see contrast-normalised pixels with a standard deviation of 1: so does the
discriminator here, and the generator's linear output is halved, the usual contrast of photographs in [-1, 1].
"""

import keras
from keras import layers
from keras.initializers import Constant, RandomUniform

from keras_gan.layers.contrast import ContrastNormalisation
from keras_gan.layers.maxout import Maxout, MaxPieces
from keras_gan.layers.untied_bias import UntiedBias


def generator(image_shape=(32, 32, 3), latent_dim=100):
    """z [n, latent_dim] -> images [n, 32, 32, 3], unbounded: ReLU 8000, sigmoid 8000, transposed convolution."""
    if tuple(image_shape[:2]) != (32, 32):
        raise ValueError(f"This generator's last layer makes 32 x 32 from 10 x 10; got image_shape={image_shape}.")
    z = keras.Input((latent_dim,), name="z")
    x = layers.Dense(8000, "relu", kernel_initializer=_uniform(0.05))(z)
    x = layers.Dense(8000, "sigmoid", kernel_initializer=_uniform(0.05), bias_initializer=Constant(-2.0))(x)
    x = layers.Reshape((10, 10, 80))(x)
    x = layers.Conv2DTranspose(image_shape[-1], 5, 3, "valid", use_bias=False, kernel_initializer=_uniform(0.05))(x)
    x = UntiedBias(name="pixels")(x)
    return keras.Model(z, layers.Rescaling(0.5, dtype="float32", name="images")(x), name="generator")


def discriminator(image_shape=(32, 32, 3), input_dropout=0.2, hidden_dropout=0.5):
    """Images [n, 32, 32, 3] -> logits [n, 1]: three maxout convolutions of 2 pieces with pooling, maxout 500 x 5."""
    images = keras.Input(image_shape, name="images")
    x = layers.Dropout(input_dropout)(ContrastNormalisation(55.0)(images))
    for channels, kernel, padding, pool in ((32, 8, 4, 4), (32, 8, 3, 4), (192, 5, 3, 2)):
        x = layers.ZeroPadding2D(padding)(x)
        x = MaxPieces(2)(layers.Conv2D(2 * channels, kernel, kernel_initializer=_uniform(0.005))(x))
        x = layers.Dropout(hidden_dropout)(layers.MaxPooling2D(pool, 2, "same")(x))
    x = Maxout(500, 5, kernel_initializer=_uniform(0.005))(layers.Flatten()(x))
    x = layers.Dropout(hidden_dropout)(x)
    logits = layers.Dense(1, kernel_initializer=_uniform(0.005), dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name="discriminator")


def _uniform(limit):
    return RandomUniform(-limit, limit)
