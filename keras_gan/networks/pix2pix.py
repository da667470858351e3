"""pix2pix's networks: Isola et al. 2017, "Image-to-Image Translation with Conditional Adversarial Networks",
arXiv:1611.07004, section 6.1, and the authors' code: a U-Net, and discriminators that judge patches.

Noise is dropout in the first layers of the decoder, which stays on after training (section 3.2). Its masks follow from
z, numbers of U[0, 1), one for each entry that may be dropped: so translations have numbers as all samples here.

Deviations: instance normalisation by default, which batches of one make of the paper's batch normalisation; with
normalisation="batch" translations take moving averages, where the paper takes statistics of the images to translate
(section 3.3); a discriminator's convolutions of stride 1 keep the size of their maps.
"""

import math

import keras
from keras import layers
from keras.initializers import RandomNormal

from keras_gan.fast.batch_norm import BatchNormalization
from keras_gan.layers.noise_dropout import NoiseDropout
from keras_gan.networks.halvings import check

NORMALISATIONS = ("instance", "batch", None)
RECEPTIVE_FIELDS = {1: None, 7: 0, 16: 1, 34: 2, 70: 3, 142: 4, 286: 5}  # pixels: convolutions of stride 2
MOST = 8  # times the width, where maps stop growing


def unet(image_shape, input_channels=3, width=64, most=MOST, normalisation="instance", dropped=3, skips=True):
    """[z, input [n, h, w, input_channels]] -> images [n, *image_shape] in [-1, 1].

    4 x 4 convolutions of stride 2 halve the image as long as both sides are even, for 256 pixels to one, with width,
    2 width, 4 width, ... maps, at most `most` times the width; transposed ones double it again, each beside the
    encoder's maps of its size (skips; without them it is the paper's encoder-decoder). dropped: so many of the
    decoder's layers have dropout 1/2. The innermost maps are not normalised: of one pixel alone nothing would be left.

    Raises ValueError for sides that cannot be halved twice, and for an unknown normalisation.
    """
    check(image_shape)
    levels = halvings(image_shape[:2])
    maps = [width * min(2**level, most) for level in range(levels)]
    sizes = [tuple(side >> level for side in image_shape[:2]) for level in range(levels)]
    noisy = [(*sizes[level], maps[level - 1]) for level in range(levels - 1, 0, -1)][:dropped]
    z = keras.Input((max(1, sum(map(math.prod, noisy))),), name="z")
    x = given = keras.Input((*image_shape[:2], input_channels), name="input")
    encoded = []
    for level in range(levels):
        kind = None if level in (0, levels - 1) else normalisation
        x = layers.LeakyReLU(0.2)(x) if level else x
        x = _convolution(layers.Conv2D, maps[level], 2, kind, f"down_{level}")(x)
        encoded.append(_normalised(x, kind))
        x = encoded[-1]
    used = 0
    for number, level in enumerate(range(levels - 1, 0, -1)):
        x = _convolution(layers.Conv2DTranspose, maps[level - 1], 2, normalisation, f"up_{level}")(layers.ReLU()(x))
        x = _normalised(x, normalisation)
        if number < len(noisy):
            x = NoiseDropout(0.5, start=used)([x, z])
            used += math.prod(noisy[number])
        x = layers.Concatenate()([x, encoded[level - 1]]) if skips else x
    x = _convolution(layers.Conv2DTranspose, image_shape[-1], 2, None, "pixels")(layers.ReLU()(x))
    return keras.Model([z, given], layers.Activation("tanh", dtype="float32", name="images")(x), name="generator")


def discriminator(
    image_shape, input_channels=3, receptive_field=70, width=64, normalisation="instance", conditional=True
):
    """[images, input] -> logits [n, h', w', 1], one for each patch; a sigmoid of each is the probability that the patch
    is real and belongs to the input. conditional=False: of images alone.

    receptive_field: side of a patch in pixels, 1, 7, 16, 34, 70, 142 or 286, or "image": the smallest of them that
    covers it. For pictures smaller than the paper's 256 pixels, the same share is a smaller number: of 64 pixels 16 is
    what 70 is there. Raises ValueError for another number, and where instance normalisation would meet maps of one
    pixel, of which it leaves nothing.
    """
    check(image_shape)
    if receptive_field == "image":
        largest = max(RECEPTIVE_FIELDS)
        if max(image_shape[:2]) > largest:
            raise ValueError(f"No patch covers {max(image_shape[:2])} pixels; the largest has {largest}.")
        receptive_field = next(field for field in RECEPTIVE_FIELDS if field >= max(image_shape[:2]))
    if receptive_field not in RECEPTIVE_FIELDS:
        raise ValueError(f'receptive_field must be "image" or one of {", ".join(map(str, RECEPTIVE_FIELDS))}.')
    if normalisation == "instance" and max(image_shape[:2]) <= 2 ** (RECEPTIVE_FIELDS[receptive_field] or 0):
        raise ValueError(
            f"receptive_field={receptive_field} shrinks images of {' x '.join(map(str, image_shape[:2]))} pixels to "
            "one, of which instance normalisation leaves nothing: choose a smaller one."
        )
    images, inputs = keras.Input(image_shape, name="images"), []
    x = images
    if conditional:
        inputs = [keras.Input((*image_shape[:2], input_channels), name="input")]
        x = layers.Concatenate()([*inputs, images])
    strided = RECEPTIVE_FIELDS[receptive_field]
    if strided is None:  # PixelGAN
        sizes = [(width, 1, 1), (2 * width, 1, 1), (1, 1, 1)]
    else:
        sizes = [(width * min(2**level, MOST), 4, 2) for level in range(strided)]
        sizes += [(width * min(2**strided, MOST), 4, 1), (1, 4, 1)]
    for number, (maps, kernel, stride) in enumerate(sizes[:-1]):
        kind = normalisation if number else None
        x = _convolution(layers.Conv2D, maps, stride, kind, f"conv_{number}", kernel)(x)
        x = layers.LeakyReLU(0.2)(_normalised(x, kind))
    x = layers.Conv2D(1, sizes[-1][1], 1, "same", kernel_initializer=_weights(), dtype="float32", name="logits")(x)
    return keras.Model([images, *inputs] if conditional else images, x, name="discriminator")


def halvings(sides, most=8):
    """How often both sides are even. Raises ValueError for less than twice."""
    levels = 0
    while levels < most and not any(side >> levels & 1 for side in sides):
        levels += 1
    if levels < 2:
        raise ValueError(
            f"An image of {' x '.join(map(str, sides))} pixels cannot be halved twice; choose sides that 4 divides, "
            "better 64, 128 or 256."
        )
    return levels


def _weights():
    return RandomNormal(0.0, 0.02)


def _convolution(kind, maps, stride, normalisation, name, kernel=4):
    """Without a bias where a normalisation takes it away: its gradient would be what rounding leaves, which Adam turns
    into steps of full length."""
    return kind(maps, kernel, stride, "same", use_bias=normalisation is None, kernel_initializer=_weights(), name=name)


def _normalised(x, kind):
    if kind == "instance":
        return layers.GroupNormalization(groups=-1, epsilon=1e-5)(x)
    if kind == "batch":
        return BatchNormalization(momentum=0.9, epsilon=1e-5, gamma_initializer=RandomNormal(1.0, 0.02))(x)
    if kind is None:
        return x
    raise ValueError(f"normalisation must be one of {', '.join(map(str, NORMALISATIONS))}; got {kind!r}.")
