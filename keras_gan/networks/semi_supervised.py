"""Fully connected pair for learning from few labels: Salimans et al. 2016, "Improved Techniques for Training GANs",
arXiv:1606.03498, and the authors' code openai/improved-gan, train_mnist_feature_matching.py.

Images are [-1, 1] outside; the networks work on the code's [0, 1] inside.
"""

import keras
import numpy as np
from keras import layers
from keras.initializers import RandomNormal

from keras_gan.layers.weight_norm import WeightNormDense


def generator(image_shape, latent_dim=100, hidden=(500, 500)):
    """z [n, latent_dim] -> images in [-1, 1]: softplus behind a batch normalisation without gain, and a sigmoid layer
    whose weights have a length of their own."""
    x = z = keras.Input((latent_dim,), name="z")
    for units in hidden:
        x = layers.Dense(units, use_bias=False)(x)
        x = layers.Activation("softplus")(layers.BatchNormalization(momentum=0.9, epsilon=1e-6, scale=False)(x))
    x = WeightNormDense(int(np.prod(image_shape)), "sigmoid", epsilon=1e-6, dtype="float32", name="pixels")(x)
    images = layers.Reshape(image_shape, dtype="float32", name="images")(
        layers.Rescaling(2.0, -1.0, dtype="float32")(x)
    )
    return keras.Model(z, images, name="generator")


def discriminator(image_shape, classes=10, hidden=(1000, 500, 250, 250, 250), input_noise=0.3, noise=0.5):
    """Images -> logits [n, classes]. Weight-normalised ReLU layers, whose lengths stay what `start_at_data` makes them
    but for the logits'; Gaussian noise of these standard deviations on the pixels and behind each layer, in training.
    The layer "features" is the last hidden one, before its noise."""
    images = keras.Input(image_shape, name="images")
    x = layers.GaussianNoise(input_noise)(layers.Flatten()(layers.Rescaling(0.5, 0.5)(images)))
    for number, units in enumerate(hidden, 1):
        name = "features" if number == len(hidden) else f"hidden{number}"
        x = WeightNormDense(units, "relu", train_scale=False, kernel_initializer=RandomNormal(0.0, 0.1), name=name)(x)
        x = layers.GaussianNoise(noise)(x)
    logits = WeightNormDense(classes, kernel_initializer=RandomNormal(0.0, 0.1), dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name="discriminator")
