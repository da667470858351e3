"""R3GAN's networks: Huang et al. 2024, "The GAN is dead; long live the GAN! A Modern GAN Baseline", arXiv:2501.05441,
section 4, and the authors' code: two mirrored residual networks without any normalisation.

Deviations: doubling is Keras's bilinear interpolation and halving the mean of 2 x 2 pixels, where the code filters both
with [1, 2, 1]; sizes are those of the image halved, so that 28 pixels end at 7 x 7 and not at 4 x 4; with `patch` 2 the
first and the last layer take 2 x 2 pixels at a time, which spares a CPU the stage of full size; a tanh keeps images in
[-1, 1].
"""

import keras
from keras import layers
from keras.initializers import RandomNormal

from keras_gan.fast.grouped_conv import GroupedConv2D
from keras_gan.layers.sum_over_places import SumOverPlaces
from keras_gan.networks.halvings import check, cropped, halved
from keras_gan.networks.labels import joined, label_and_code, label_input, one_hot

EXPANSION = 2
GROUP = 16  # channels in a group of the 3 x 3 convolution


def generator(image_shape, widths=(64, 32), latent_dim=64, blocks=1, patch=2, classes=None):
    """z [n, latent_dim] (and label [n]) -> images [n, *image_shape] in [-1, 1].

    widths: maps of each stage, from the smallest size on, each twice as large as the one before. A learnt basis, scaled
    for each channel by a linear function of z, starts it. Sizes that the stages do not
    divide grow from the ceiling and are cropped. Raises ValueError for sides below 4.
    """
    height, width = smallest(image_shape, len(widths), patch)
    z = keras.Input((latent_dim,), name="z")
    label, code = label_and_code(classes)
    x = joined(z, code)
    count = blocks * len(widths)
    x = layers.Reshape((1, 1, widths[0]))(layers.Dense(widths[0], use_bias=False, kernel_initializer=_scaled())(x))
    x = Basis(height, width, name="basis")(x)
    for stage, maps in enumerate(widths):
        if stage:
            x = _width(layers.UpSampling2D(2, interpolation="bilinear")(x), maps)
        for _ in range(blocks):
            x = _residual(x, count)
    x = layers.Conv2DTranspose(image_shape[-1], patch, patch, kernel_initializer=_scaled(), name="pixels")(x)
    images = layers.Activation("tanh", dtype="float32", name="images")(cropped(x, image_shape))
    return keras.Model([z, label] if classes else z, images, name="generator")


def discriminator(image_shape, widths=(64, 32), blocks=1, patch=2, classes=None):
    """Images [n, *image_shape] (and label [n]) -> scores [n, 1], unbounded: the generator's stages in reverse, a
    depthwise convolution over the whole smallest size, and a linear layer; with a label, the projection on its code."""
    size = smallest(image_shape, len(widths), patch)
    count = blocks * len(widths)
    images = keras.Input(image_shape, name="images")
    x = layers.Conv2D(widths[-1], patch, patch, "same", kernel_initializer=_scaled())(images)
    for stage, maps in enumerate(reversed(widths)):
        if stage:
            x = _width(layers.AveragePooling2D(2, padding="same")(x), maps)
        for _ in range(blocks):
            x = _residual(x, count)
    x = SumOverPlaces()(Basis(*size, 1.0 / max(size), name="places")(x))
    if not classes:
        scores = layers.Dense(1, use_bias=False, kernel_initializer=_scaled(), dtype="float32", name="scores")(x)
        return keras.Model(images, scores, name="discriminator")
    label = label_input()
    embedding = layers.Dense(widths[0], use_bias=False)(one_hot(label, classes))
    x = layers.Dense(widths[0], use_bias=False, kernel_initializer=_scaled())(x)
    scores = layers.Dot(1, dtype="float32", name="scores")([x, embedding])
    return keras.Model([images, label], scores, name="discriminator")


@keras.saving.register_keras_serializable("keras_gan")
class Basis(layers.Layer):
    """A learnt image [h, w, c], started from N(0, scale^2), times the inputs [n, 1 or h, 1 or w, c]. Summed over
    places, it is a depthwise convolution over the whole of them, whose own kernel has no fast second derivative."""

    def __init__(self, height, width, scale=1.0, **kwargs):
        super().__init__(**kwargs)
        self.height, self.width, self.scale = height, width, scale

    def build(self, input_shape):
        shape = (self.height, self.width, input_shape[-1])
        self.basis = self.add_weight(shape, RandomNormal(0.0, self.scale), name="basis")

    def call(self, x):
        return x * self.basis

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.height, self.width, input_shape[-1])

    def get_config(self):
        return {**super().get_config(), "height": self.height, "width": self.width, "scale": self.scale}


def _residual(x, count):
    """x + W3 lrelu(W2 lrelu(W1 x)): 1 x 1 to twice the maps, a grouped 3 x 3, 1 x 1 back, the last one zero at first.

    The weights of the others are scaled by count^(-1/4), count the blocks of the network (Zhang et al. 2019, "Fixup":
    two such layers a block keep the variance of the sum bounded)."""
    maps = EXPANSION * x.shape[-1]
    gain = 2.0**0.5 * count**-0.25  # He et al.'s for ReLU
    y = layers.LeakyReLU(0.2)(layers.Conv2D(maps, 1, kernel_initializer=_scaled(gain))(x))
    groups = max(1, maps // GROUP)
    y = GroupedConv2D(maps, 3, groups=groups, kernel_initializer=_scaled(gain))(y)
    y = layers.Conv2D(x.shape[-1], 1, use_bias=False, kernel_initializer="zeros")(layers.LeakyReLU(0.2)(y))
    return layers.Add()([x, y])


def _width(x, maps):
    """A 1 x 1 convolution, only where the number of maps changes."""
    if x.shape[-1] == maps:
        return x
    return layers.Conv2D(maps, 1, use_bias=False, kernel_initializer=_scaled())(x)


def _scaled(gain=1.0):
    """N(0, gain^2 / fan_in)."""
    return keras.initializers.VarianceScaling(gain**2, "fan_in", "untruncated_normal")


def smallest(image_shape, stages, patch):
    """Height and width of the first of so many stages."""
    check(image_shape)
    return halved([-(-side // patch) for side in image_shape[:2]], stages - 1)
