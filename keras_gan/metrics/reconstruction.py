"""Predicted images against the true ones, image by image: PSNR, SSIM and sharpness."""

import numpy as np
from scipy.ndimage import gaussian_filter

from keras_gan.metrics import checks

RANGE = 2.0  # of pixels in [-1, 1]
WINDOW = 11  # pixels, of SSIM's Gaussian
SIGMA = 1.5  # pixels, its standard deviation
BLOCK = 1 << 20  # pixels taken to float64 at once


def psnr(real, fake):
    """10 log10(range^2 / mean (real - fake)^2), in dB: float64 [n], infinite for equal images.

    real, fake: images [n, h, w, c] in [-1, 1], range 2, or uint8 (the same figure: both scale together). Raises
    ValueError for unlike shapes, no images, values out of range, NaN.
    """
    return _each(_psnr, real, fake)


def ssim(real, fake):
    """Structural similarity, float64 [n] in [-1, 1], 1 for equal images (Wang et al. 2004, "Image Quality Assessment:
    From Error Visibility to Structural Similarity", eq. 13 and section III-C):

        (2 m_x m_y + C1)(2 s_xy + C2) / ((m_x^2 + m_y^2 + C1)(s_x^2 + s_y^2 + C2)), C1 = (0.01 range)^2,
        C2 = (0.03 range)^2,

    with means m and (co)variances s under an 11 x 11 Gaussian window of standard deviation 1.5, averaged over all
    places where the window lies inside the image, and over the channels. Pixels are counted from black = 0, range 2,
    as in the paper: means about a black of -1 would give another figure. real, fake: as for `psnr`, h, w >= 11.

    Raises ValueError for smaller images, unlike shapes, no images, values out of range, NaN.
    """
    shape = np.shape(real)
    if len(shape) == 4 and min(shape[1:3]) < WINDOW:
        raise ValueError(
            f"SSIM's window of {WINDOW} x {WINDOW} pixels does not fit into images {shape[1]} x {shape[2]}."
        )
    return _each(_ssim, real, fake)


def sharpness(real, fake):
    """10 log10(range^2 / mean |(d_i Y + d_j Y) - (d_i P + d_j P)|), in dB: float64 [n], infinite for equal gradients
    (Mathieu, Couprie and LeCun 2016, "Deep Multi-Scale Video Prediction Beyond Mean Square Error", section 4.1).

    d_i Y = |Y_ij - Y_i-1,j|, d_j Y = |Y_ij - Y_i,j-1|, of real Y and fake P. Higher: the prediction's edges are as
    strong as the truth's. The pixels' scale matters, because a square is divided by a first power: it is [-1, 1], range
    2, as in the authors' code. That code differs from this formula, the paper's: it takes the differences in i and in
    j apart, |d_i Y - d_i P| + |d_j Y - d_j P|, and leaves out the last row and column.

    real, fake: as for `psnr`, h, w >= 2. Raises ValueError for unlike shapes, no images, values out of range, NaN.
    """
    shape = np.shape(real)
    if len(shape) == 4 and min(shape[1:3]) < 2:
        raise ValueError(f"Images {shape[1]} x {shape[2]} have no gradient in both directions.")
    return _each(_sharpness, real, fake)


def _each(measure, real, fake):
    """measure of blocks of pairs, in float64."""
    real, fake = checks.images(real=real, fake=fake)
    rows = max(1, BLOCK // real[0].size)
    blocks = (slice(start, start + rows) for start in range(0, len(real), rows))
    return np.concatenate([measure(real[b].astype(np.float64), fake[b].astype(np.float64)) for b in blocks])


def _psnr(real, fake):
    return _decibels(np.square(real - fake).mean(axis=(1, 2, 3)))


def _sharpness(real, fake):
    return _decibels(np.abs(_gradients(real) - _gradients(fake)).mean(axis=(1, 2, 3)))


def _gradients(x):
    inner = x[:, 1:, 1:]
    return np.abs(inner - x[:, :-1, 1:]) + np.abs(inner - x[:, 1:, :-1])


def _decibels(error):
    with np.errstate(divide="ignore"):
        return 10.0 * np.log10(RANGE**2 / error)


def _ssim(real, fake):
    real, fake = real + 1.0, fake + 1.0
    m_x, m_y = _mean(real), _mean(fake)
    c1, c2 = (0.01 * RANGE) ** 2, (0.03 * RANGE) ** 2
    x_variance, y_variance = _mean(real * real) - m_x * m_x, _mean(fake * fake) - m_y * m_y
    covariance = _mean(real * fake) - m_x * m_y
    likeness = (2.0 * m_x * m_y + c1) * (2.0 * covariance + c2)
    return (likeness / ((m_x * m_x + m_y * m_y + c1) * (x_variance + y_variance + c2))).mean(axis=(1, 2, 3))


def _mean(x):
    """Under the window, where it lies inside."""
    edge = WINDOW // 2
    return gaussian_filter(x, (0, SIGMA, SIGMA, 0), radius=(0, edge, edge, 0))[:, edge:-edge, edge:-edge]
