"""Whatever is wrong with an array is told in one sentence, by every metric alike."""

from functools import partial

import numpy as np
import pytest

from keras_gan import metrics
from keras_gan.metrics import checks

IMAGES = np.random.default_rng(0).uniform(-1, 1, (20, 12, 12, 1)).astype("float32")
POINTS = IMAGES.reshape(20, -1)

OF_TWO = {  # metrics of two sets, by the names of their arguments
    "frechet_distance": metrics.frechet_distance,
    "kernel_distance": partial(metrics.kernel_distance, subsets=2, subset_size=10),
    "precision_recall": metrics.precision_recall,
    "density_coverage": metrics.density_coverage,
    "two_sample_accuracy": metrics.two_sample_accuracy,
    "nearest_neighbour_error": lambda a, b: metrics.nearest_neighbour_error(
        a, np.zeros(len(a), int), b, np.zeros(len(b), int)
    ),
    "memorisation": lambda a, b: metrics.memorisation(a, b, b),
    "parzen_log_likelihood": lambda a, b: metrics.parzen_log_likelihood(a, b, b),
}
OF_IMAGES = {"psnr": metrics.psnr, "ssim": metrics.ssim, "sharpness": metrics.sharpness}


def spoilt(value, array=POINTS):
    array = array.copy()
    array[3, 2] = value
    return array


BAD = {
    "NaN": spoilt(np.nan),
    "infinite": spoilt(np.inf),
    "empty": POINTS[:0],
    "another dimension": POINTS[:, :5],
    "no dimension": POINTS[:, :0],
    "rank 1": POINTS[:, 0],
    "rank 3": IMAGES[..., 0],
    "images beside features": IMAGES,
    "uint8 beside floats": np.zeros(POINTS.shape, np.uint8),
    "text": np.full(POINTS.shape, "0"),
    "complex": POINTS.astype(complex),
}


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("name", OF_TWO)
def test_bad_features_are_refused_in_one_sentence(name, bad):
    for arrays in ((POINTS, BAD[bad]), (BAD[bad], POINTS)):
        if bad in ("uint8 beside floats", "images beside features") and name == "frechet_distance":
            continue  # there each set is taken in by itself; see the next test
        with pytest.raises(ValueError) as error:
            OF_TWO[name](*arrays)
        text = str(error.value)
        assert text.endswith(".") and "\n" not in text and len(text) < 250, text


@pytest.mark.parametrize("name", OF_TWO)
def test_images_are_their_pixels_and_bytes_are_floats(name):
    """uint8 images, floats in [-1, 1] and rows of pixels give the same figure, mixed as they may be."""
    data = np.random.default_rng(1).integers(0, 256, (2, 20, 12, 12, 1)).astype(np.uint8)
    floats = data / np.float32(127.5) - np.float32(1)
    expected = OF_TWO[name](*floats.reshape(2, 20, -1))
    if name == "parzen_log_likelihood":  # points stand for themselves, images for pixels in [0, 1]
        expected = OF_TWO[name](*(floats.reshape(2, 20, -1) + 1) / 2)
    for arrays in (data, floats, (data[0], floats[1])):
        assert OF_TWO[name](*arrays) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", OF_TWO)
def test_the_type_of_the_features_does_not_matter(name):
    data = np.random.default_rng(1).integers(-9, 9, (2, 20, 12))
    figures = [OF_TWO[name](*data.astype(dtype)) for dtype in ("int32", "float16", "float32", "float64")]
    for figure in figures[1:]:
        assert figure == pytest.approx(figures[0], rel=1e-5, abs=1e-9)
    assert OF_TWO[name](data[0].astype("float32"), data[1]) == pytest.approx(figures[0], rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("name", OF_IMAGES)
@pytest.mark.parametrize(
    "bad",
    [
        IMAGES[:0],
        IMAGES[:5],
        IMAGES[..., 0],
        IMAGES[:, :, :11],
        POINTS,
        IMAGES * 255,
        spoilt(np.nan, IMAGES),
        IMAGES > 0,
    ],
    ids="empty|fewer|rank 3|width|features|range|NaN|bool".split("|"),
)
def test_bad_images_are_refused_in_one_sentence(name, bad):
    for arrays in ((IMAGES, bad), (bad, IMAGES)):
        with pytest.raises(ValueError) as error:
            OF_IMAGES[name](*arrays)
        assert str(error.value).endswith(".") and "\n" not in str(error.value)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: metrics.frechet_distance(POINTS[:1], POINTS), "covariance needs at least 2 features"),
        (lambda: metrics.frechet_distance(metrics.Moments(), POINTS), "of one dimension"),
        (lambda: metrics.kernel_distance(POINTS, POINTS), "subset_size=1000 exceeds the 20 real"),
        (lambda: metrics.kernel_distance(POINTS, POINTS, subset_size=1), "at least 2"),
        (lambda: metrics.kernel_distance(POINTS, POINTS, subsets=0), "subsets must be"),
        (lambda: metrics.precision_recall(POINTS, POINTS, k=0), "k must be"),
        (lambda: metrics.precision_recall(POINTS, POINTS[:1]), "k=3 neighbours need more than 3 fake features, not 1"),
        (lambda: metrics.density_coverage(POINTS[:5], POINTS), "k=5 neighbours need more than 5 real features, not 5"),
        (lambda: metrics.two_sample_accuracy(POINTS[:1], POINTS[:1]), "at least 2"),
        (lambda: metrics.two_sample_accuracy(POINTS, POINTS[1:]), "as many real as fake; there are 20 and 19"),
        (lambda: metrics.nearest_neighbour_error(POINTS, [0, 1], POINTS, [0, 1]), "Each point has one label"),
        (lambda: metrics.nearest_neighbour_error(POINTS, np.zeros(20), POINTS, np.zeros(20, int)), "whole numbers"),
        (lambda: metrics.duplicate_rate(POINTS, tolerance=-1.0), "tolerance must be at least 0"),
        (lambda: metrics.ssim(IMAGES[:, :10], IMAGES[:, :10]), "does not fit into images 10 x 12"),
        (lambda: metrics.sharpness(IMAGES[:, :1], IMAGES[:, :1]), "no gradient"),
    ],
)
def test_too_little_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_one_bad_value_among_many_is_found():
    with pytest.raises(ValueError, match="^real hold NaN or infinite values.$"):
        checks.features(real=spoilt(-np.inf), fake=POINTS)


def test_what_is_good_passes_without_a_copy():
    assert checks.features(x=POINTS)[0] is POINTS or np.shares_memory(checks.features(x=POINTS)[0], POINTS)
    assert [x.dtype for x in checks.features(x=POINTS, y=POINTS.astype("float64"))] == ["float64", "float64"]
