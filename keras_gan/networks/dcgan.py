"""DCGAN: Radford, Metz and Chintala 2015, "Unsupervised Representation Learning with Deep Convolutional Generative
Adversarial Networks", arXiv:1511.06434, section 3, and the authors' code Newmu/dcgan_code.

Strided convolutions instead of pooling; batch normalisation except at G's output and D's input; ReLU in G with tanh at
the end, leaky ReLU 0.2 in D. With `classes`, both networks take an int32 label [n] too, and its one-hot code joins the
input of every layer (the authors' conditional MNIST script); or, `projected`, it joins z alone, and D's score adds the
projection <V code, features> of Miyato and Koyama 2018, "cGANs with Projection Discriminator", arXiv:1802.05637, eq. 3:
no planes of codes stand beside maps, which of many attributes would be wider than the maps.
"""

import keras
from keras import layers
from keras.initializers import HeNormal, RandomNormal

from keras_gan.fast.batch_norm import BatchNormalization
from keras_gan.fast.narrow_conv import NarrowConv2D, NarrowConv2DTranspose
from keras_gan.layers.minibatch_discrimination import MinibatchDiscrimination
from keras_gan.networks.halvings import cropped, halvings
from keras_gan.networks.labels import joined, label_and_code


def generator(image_shape, latent_dim=100, width=64, kernel=5, classes=None, hidden=0, projected=False):
    """z [n, latent_dim] (and label [n]) -> images [n, *image_shape] in [-1, 1].

    `width` is the number of maps before the last layer; it doubles towards z. 28 pixels start at 7 x 7, 32 and 64 at
    4 x 4; other sizes start from the ceiling of what halving leaves, and the end is cropped: 33 x 33 pixels grow from 5
    x 5 to 40 x 40. hidden: above 0, so many units of a dense layer between z and the maps (the authors' MNIST script:
    1024). Raises ValueError for sides below 4.
    """
    base, levels = halvings(image_shape)
    z = keras.Input((latent_dim,), name="z")
    label, code = label_and_code(classes)
    x = joined(z, code)
    if projected:
        code = None
    maps = width * 2 ** (levels - 1)
    if hidden:
        x = layers.Dense(hidden, use_bias=False, kernel_initializer=_weights(), name="hidden")(x)
        x = joined(layers.ReLU()(_normalised(x)), code)
    x = layers.Dense(base[0] * base[1] * maps, use_bias=False, kernel_initializer=_weights())(x)
    x = layers.Reshape((*base, maps))(x)
    x = layers.ReLU()(_normalised(x))
    for _ in range(levels - 1):
        maps //= 2
        x = layers.Conv2DTranspose(maps, kernel, 2, "same", use_bias=False, kernel_initializer=_weights())(
            joined(x, code)
        )
        x = layers.ReLU()(_normalised(x))
    x = NarrowConv2DTranspose(image_shape[-1], kernel, kernel_initializer=_weights(), name="pixels")(joined(x, code))
    images = layers.Activation("tanh", dtype="float32", name="images")(cropped(x, image_shape))
    return keras.Model([z, label] if classes else z, images, name="generator")


def discriminator(
    image_shape, width=64, kernel=5, classes=None, normalised=True, minibatch_kernels=0, hidden=0, projected=False
):
    """Images [n, *image_shape] in [-1, 1] (and label [n]) -> logits [n, 1]; `width` maps in the first layer.

    normalised=False leaves batch normalisation out, as games with a gradient penalty need it; the weights then start
    from He et al.'s N(0, 2 / fan_in), because nothing else keeps the signal's size. minibatch_kernels: above 0, so many
    kernels of minibatch discrimination before the logits (keras_gan.layers.MinibatchDiscrimination). hidden: above 0,
    so many units of a dense layer behind the convolutions (the authors' MNIST script: 1024); without it the logit is
    linear in what the last convolution sees, place by place. Embeddings start at 0, a score that no label
    changes. Raises ValueError for sides below 4.
    """
    _, levels = halvings(image_shape)
    images = keras.Input(image_shape, name="images")
    label, code = label_and_code(classes)
    projection = code if projected else None
    if projected:
        code = None
    x = images
    started = _weights if normalised else HeNormal
    for level in range(levels):
        first = level == 0
        narrow = first and not classes and not any(side % 2 for side in image_shape[:2])  # one-hot planes are wide
        convolution = NarrowConv2D if narrow else layers.Conv2D
        x = convolution(
            width * 2**level,
            kernel,
            2,
            "same",
            use_bias=first or not normalised,
            kernel_initializer=started(),
            name=f"conv_{level}",
        )(joined(x, code))
        x = layers.LeakyReLU(0.2)(x if first or not normalised else _normalised(x))
    x = joined(layers.Flatten(name="features")(x), code)
    if hidden:
        x = layers.Dense(hidden, use_bias=not normalised, kernel_initializer=started(), name="hidden")(x)
        x = joined(layers.LeakyReLU(0.2)(_normalised(x) if normalised else x), code)
    if minibatch_kernels:
        x = MinibatchDiscrimination(minibatch_kernels, name="minibatch_discrimination")(x)
    logits = layers.Dense(1, kernel_initializer=_weights(), dtype="float32", name="logits")(x)
    if projection is not None:
        embedding = layers.Dense(x.shape[-1], use_bias=False, kernel_initializer="zeros", name="embedding")(projection)
        logits = layers.Add(dtype="float32")([logits, layers.Dot(1, dtype="float32")([embedding, x])])
    return keras.Model([images, label] if classes else images, logits, name="discriminator")


def _weights():
    return RandomNormal(0.0, 0.02)


def _normalised(x):
    """BN with gain N(1, 0.02); momentum 0.9 as in torch, because small data sets have few steps to average over."""
    return BatchNormalization(momentum=0.9, epsilon=1e-5, gamma_initializer=RandomNormal(1.0, 0.02))(x)
