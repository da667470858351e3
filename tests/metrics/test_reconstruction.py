"""PSNR and SSIM against scikit-image, sharpness by hand."""

import numpy as np
import pytest

from keras_gan.metrics import psnr, reconstruction, sharpness, ssim

RANDOM = np.random.default_rng(0)
SHAPES = [(12, 11, 1), (28, 28, 1), (20, 33, 3)]


def pairs(shape, n=4):
    real = RANDOM.integers(0, 256, (n, *shape)).astype(np.uint8)
    return real, np.clip(real + RANDOM.normal(size=real.shape) * 40, 0, 255).astype(np.uint8)


def floats(x):
    return (x / 127.5 - 1).astype("float32")


@pytest.mark.parametrize("shape", SHAPES)
def test_scikit_image_agrees(shape, monkeypatch):
    referee = pytest.importorskip("skimage.metrics", reason="scikit-image is not installed")
    monkeypatch.setattr(reconstruction, "BLOCK", 3000)
    real, fake = pairs(shape)
    options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "channel_axis": -1}
    expected = [referee.structural_similarity(x, y, data_range=255, **options) for x, y in zip(real, fake, strict=True)]
    np.testing.assert_allclose(ssim(real, fake), expected, rtol=1e-5)
    np.testing.assert_allclose(ssim(floats(real), floats(fake)), expected, rtol=1e-4)
    expected = [referee.peak_signal_noise_ratio(x, y, data_range=255) for x, y in zip(real, fake, strict=True)]
    np.testing.assert_allclose(psnr(real, fake), expected, rtol=1e-5)
    expected = [
        referee.peak_signal_noise_ratio(x, y, data_range=2) for x, y in zip(floats(real), floats(fake), strict=True)
    ]
    np.testing.assert_allclose(psnr(floats(real), floats(fake)), expected, rtol=1e-5)


def test_equal_images():
    x = floats(pairs((12, 12, 3))[0])
    assert np.isposinf(psnr(x, x)).all() and np.isposinf(sharpness(x, x)).all()
    np.testing.assert_allclose(ssim(x, x), 1.0, rtol=1e-12)


def test_constant_images():
    black, grey = np.full((2, 12, 12, 1), -1.0), np.zeros((2, 12, 12, 1))
    np.testing.assert_allclose(psnr(black, grey), 10 * np.log10(4 / 1))
    # No variance: (2 m_x m_y + C1) / (m_x^2 + m_y^2 + C1) with m = 0 and 1, C1 = .02^2.
    np.testing.assert_allclose(ssim(black, grey), 0.0004 / 1.0004, rtol=1e-9)
    assert np.isposinf(sharpness(black, grey)).all()  # both have no edges


def test_sharpness_by_hand():
    # Rows (0 1) (0 .5) against 0: inside is the last pixel; |.5 - 1| + |.5 - 0| = 1; 10 log10(2^2 / 1) = 6.0206.
    real = np.array([[0.0, 1.0], [0.0, 0.5]]).reshape(1, 2, 2, 1)
    np.testing.assert_allclose(sharpness(real, np.zeros_like(real)), 6.020600, rtol=1e-6)
    # A gradient of .5 + .1 beside it: |1 - .6| = .4 -> 10 log10(4 / .4) = 10.
    fake = np.array([[0.0, 0.6], [0.0, 0.1]]).reshape(1, 2, 2, 1)
    np.testing.assert_allclose(sharpness(real, fake), 10.0)


def test_blur_costs_sharpness():
    from scipy.ndimage import gaussian_filter

    real = floats(pairs((28, 28, 1))[0])
    values = [sharpness(real, gaussian_filter(real, (0, s, s, 0))).mean() for s in (0.3, 0.6, 1.2)]
    assert values == sorted(values, reverse=True)
