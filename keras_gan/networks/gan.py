"""Fully connected pairs: Goodfellow et al. 2014, "Generative Adversarial Nets", arXiv:1406.2661, and the authors' code
goodfeli/adversarial.

Images are [-1, 1] outside; the networks work on the paper's [0, 1] inside. The discriminator's output is a logit.
"""

import keras
import numpy as np
from keras import layers
from keras.initializers import Constant, RandomUniform

from keras_gan.layers.maxout import Maxout

AT_ONCE = 4096  # images that are summed at a time


def generator(
    image_shape,
    latent_dim=100,
    hidden=(("relu", 1200), ("relu", 1200)),
    output="sigmoid",
    initial_range=0.05,  # weights U(-0.05, 0.05) in every generator of the paper
    output_initializer=None,
    sigmoid_bias=0.0,  # the TFD files start hidden sigmoid units nearly off, at -2
    maximum_norm=None,
):
    """z [n, latent_dim] -> images [n, *image_shape] in [-1, 1] (sigmoid), or unbounded (linear).

    `hidden` names activation and width of each layer; `output` is "sigmoid" or "linear".
    """
    if output not in ("sigmoid", "linear"):
        raise ValueError(f"output must be 'sigmoid' or 'linear'; got {output!r}.")
    z = keras.Input((latent_dim,), name="z")
    x = z
    for activation, units in hidden:
        x = layers.Dense(
            units,
            activation,
            kernel_initializer=RandomUniform(-initial_range, initial_range),
            bias_initializer=Constant(sigmoid_bias if activation == "sigmoid" else 0.0),
            kernel_constraint=_norm(maximum_norm),
        )(x)
    x = layers.Dense(
        int(np.prod(image_shape)),
        kernel_initializer=output_initializer or RandomUniform(-initial_range, initial_range),
        kernel_constraint=_norm(maximum_norm),
        name="pixels",
    )(x)
    if output == "sigmoid":
        x = layers.Activation("sigmoid", dtype="float32")(x)
        x = layers.Rescaling(2.0, -1.0, dtype="float32")(x)
    else:
        x = layers.Rescaling(0.5, dtype="float32")(x)  # contrast-normalised pixels, to the usual contrast in [-1, 1]
    return keras.Model(z, layers.Reshape(image_shape, dtype="float32", name="images")(x), name="generator")


def discriminator(
    image_shape,
    hidden=((240, 5), (240, 5)),
    initial_range=0.005,
    maximum_norm=None,
    input_dropout=0.2,
    hidden_dropout=0.5,
    preprocessing=None,
):
    """Images [n, *image_shape] in [-1, 1] -> logits [n, 1]; `hidden` is (units, pieces) of each maxout layer.

    Dropout is on the input of every layer and stays on while the generator's gradient is computed.
    `preprocessing` is a layer in place of the map to [0, 1].
    """
    images = keras.Input(image_shape, name="images")
    x = preprocessing(images) if preprocessing else layers.Rescaling(0.5, 0.5)(images)
    x = layers.Flatten()(x)
    x = layers.Dropout(input_dropout)(x)
    for units, pieces in hidden:
        initializer = RandomUniform(-initial_range, initial_range)
        x = Maxout(units, pieces, kernel_initializer=initializer, kernel_constraint=_norm(maximum_norm))(x)
        x = layers.Dropout(hidden_dropout)(x)
    logits = layers.Dense(
        1, kernel_initializer=RandomUniform(-initial_range, initial_range), dtype="float32", name="logits"
    )(x)
    return keras.Model(images, logits, name="discriminator")


def set_output_bias(generator, images):
    """Start the generator at the data's pixel marginals: bias = log(p / (1 - p)), p the mean pixel in [0, 1].

    `images` are [n, *image_shape] in [-1, 1], an array or what is read by slices. p is clipped to [1e-7, 1 - 1e-7], as
    pylearn2 does, so that border pixels that are never lit start at black.
    """
    total = np.zeros((1, *images.shape[1:]))
    for start in range(0, len(images), AT_ONCE):  # row after row, so that the parts do not show in the sum
        total = np.concatenate([total, images[start : start + AT_ONCE]]).sum(axis=0, dtype="float64", keepdims=True)
    marginals = np.clip((total.ravel() / len(images) + 1.0) / 2.0, 1e-7, 1 - 1e-7)
    generator.get_layer("pixels").bias.assign(np.log(marginals / (1.0 - marginals)).astype("float32"))


def put_in_front(generator, first):
    """Give the last Dense layers of `generator` the weights of all those of `first`, so that its other layers stand
    before a generator that has been trained: the second stage of the paper's TFD recipe (the authors' tfd_train.yaml).

    Raises ValueError where `first` has as many layers or more, or layers of other sizes.
    """
    new, old = ([layer for layer in net.layers if isinstance(layer, layers.Dense)] for net in (generator, first))
    taken = new[len(new) - len(old) :]
    sizes = [[tuple(layer.kernel.shape) for layer in some] for some in (taken, old)]
    if len(new) <= len(old) or sizes[0] != sizes[1]:
        raise ValueError(f"The first generator's layers {sizes[1]} are not the last ones of {generator.name}.")
    for layer, trained in zip(taken, old, strict=True):
        layer.set_weights(trained.get_weights())


def _norm(maximum):
    """pylearn2's max_col_norm: the L2 norm of the weights into each unit."""
    return keras.constraints.MaxNorm(maximum, axis=0) if maximum else None
