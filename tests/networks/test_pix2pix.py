"""U-Net and patches: sizes as in the paper, noise that is dropout, and how far a patch sees."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.networks import cyclegan, pix2pix


def test_the_papers_unet_for_256_pixels():
    """Section 6.1.1: C64-C128-C256-C512-C512-C512-C512-C512 and back, dropout in three layers; 54.4 million weights
    in the authors' port, whose batch normalisation this counts, too."""
    network = pix2pix.unet((256, 256, 3), normalisation="batch")
    downs = [network.get_layer(f"down_{level}").filters for level in range(8)]
    ups = [network.get_layer(f"up_{level}").filters for level in range(7, 0, -1)]
    assert downs == [64, 128, 256, 512, 512, 512, 512, 512] and ups == [512, 512, 512, 512, 256, 128, 64]
    assert network.get_layer("down_7").output.shape[1:] == (1, 1, 512)
    assert network.inputs[0].shape[1] == 512 * (2 * 2 + 4 * 4 + 8 * 8)
    assert network.count_params() == pytest.approx(54.4e6, rel=0.01)
    # a decoder's layer sees what comes from below and the encoder's maps; the encoder-decoder, the first alone
    assert network.get_layer("up_3").kernel.shape[3] == 1024
    plain = pix2pix.unet((256, 256, 3), skips=False)
    assert plain.get_layer("up_3").kernel.shape[3] == 512


@pytest.mark.parametrize("shape", [(64, 64, 3), (48, 80, 1), (4, 8, 3), (100, 60, 3)])
def test_any_size_that_halves_twice(shape):
    network = pix2pix.unet(shape, 2, width=4)
    z, x = (np.random.default_rng(0).uniform(0, 1, (2, *one.shape[1:])).astype("float32") for one in network.inputs)
    assert network([z, x]).shape == (2, *shape)


@pytest.mark.parametrize("shape", [(63, 64, 3), (2, 2, 3), (6, 8, 3)])
def test_sizes_that_do_not_halve_are_refused(shape):
    with pytest.raises(ValueError, match="cannot be halved twice|sides of at least"):
        pix2pix.unet(shape)


def test_noise_is_dropout_and_the_innermost_maps_are_not_normalised():
    network = pix2pix.unet((16, 16, 1), 1, width=4)
    random = np.random.default_rng(0)
    x = random.uniform(-1, 1, (2, 16, 16, 1)).astype("float32")
    z = random.uniform(0, 1, (2, network.inputs[0].shape[1])).astype("float32")
    same = np.round(z)  # on the same side of 1/2: the same masks
    np.testing.assert_array_equal(network([z, x]), network([0.25 + 0.5 * same, x]))
    assert np.abs(network([z, x]) - network([1 - z, x])).max() > 1e-4
    # instance normalisation of one pixel would leave nothing of the input there
    inner = tf.keras.Model(network.inputs, network.get_layer("down_3").output)
    assert np.abs(inner([z, x]) - inner([z, -x])).max() > 1e-3
    without = pix2pix.unet((16, 16, 1), 1, width=4, dropped=0)
    assert without.inputs[0].shape[1] == 1
    np.testing.assert_array_equal(without([z[:, :1], x]), without([1 - z[:, :1], x]))


@pytest.mark.parametrize("field", [1, 7, 16, 34, 70])
def test_a_patch_sees_as_far_as_it_says(field):
    """The pixels that one logit depends on."""
    network = pix2pix.discriminator((128, 128, 1), 1, field, 2, normalisation=None)
    x = tf.Variable(np.random.default_rng(0).uniform(-1, 1, (1, 128, 128, 1)).astype("float32"))
    with tf.GradientTape() as tape:
        logits = network([x, x])
        one = logits[0, logits.shape[1] // 2, logits.shape[2] // 2, 0]
    rows, columns = np.nonzero(np.abs(tape.gradient(one, x).numpy()[0, :, :, 0]) > 0)
    assert np.ptp(rows) + 1 == np.ptp(columns) + 1 == field


def test_a_discriminator_of_the_whole_image_and_one_without_the_input():
    whole = pix2pix.discriminator((64, 64, 3), 3, "image", 2)
    assert [layer.strides for layer in whole.layers if layer.name.startswith("conv")].count((2, 2)) == 3  # 70 pixels
    alone = pix2pix.discriminator((64, 64, 3), receptive_field=16, width=2, conditional=False)
    assert len(alone.inputs) == 1 and alone(np.zeros((2, 64, 64, 3), "float32")).shape == (2, 32, 32, 1)
    with pytest.raises(ValueError, match="receptive_field must be"):
        pix2pix.discriminator((64, 64, 3), receptive_field=32)
    with pytest.raises(ValueError, match="normalisation must be one of"):
        pix2pix.unet((64, 64, 3), normalisation="layer")


def test_nothing_that_normalisation_would_leave_blind():
    """Of one pixel instance normalisation leaves nothing: a discriminator would give all images one score."""
    for shape, field in (((8, 8, 3), 70), ((8, 8, 3), 142), ((4, 4, 3), 34)):
        with pytest.raises(ValueError, match=f"receptive_field={field} shrinks images of .* to one"):
            pix2pix.discriminator(shape, receptive_field=field, width=2)
        with pytest.raises(ValueError, match=f"receptive_field={field} shrinks images"):
            cyclegan.discriminator(shape, field, width=2)
    images = np.random.default_rng(0).uniform(-1, 1, (2, 16, 8, 3)).astype("float32")
    scores = pix2pix.discriminator((16, 8, 3), receptive_field=70, width=2, conditional=False)(images).numpy()
    assert np.abs(scores[0] - scores[1]).max() > 0.1 * np.abs(scores).max()
    assert pix2pix.discriminator((8, 8, 3), receptive_field=70, width=2, normalisation="batch").built
    with pytest.raises(ValueError, match="An edge of 4 pixels is too short"):
        cyclegan.translator((4, 16, 3), 2, 1)
    assert cyclegan.translator((8, 16, 3), 2, 1)(images[:, :8].repeat(2, axis=2)).shape == (2, 8, 16, 3)
