"""The Inception score and EBGAN's I' against numbers by hand and torchmetrics."""

import numpy as np
import pytest
from scipy.special import softmax

from keras_gan.metrics import inception_score, modified_inception_score

LOGITS = np.random.default_rng(0).normal(size=(200, 10)) * 2
P = softmax(LOGITS, axis=1)


def test_bounds():
    certain = np.eye(10)[np.arange(100) % 10]
    assert inception_score(certain) == (pytest.approx(10), pytest.approx(0, abs=1e-12))
    assert inception_score(np.full((100, 10), 0.1)) == (pytest.approx(1), pytest.approx(0, abs=1e-12))
    assert inception_score(certain[:1], splits=1) == (1.0, 0.0)
    assert inception_score(np.repeat(certain[:1], 50, axis=0)) == (1.0, 0.0)


def test_by_hand():
    # p(y) = (.5, .5); each KL = .9 log 1.8 + .1 log .2 = .529008 - .160944 = .368064; exp = 1.444936.
    p = [[0.9, 0.1], [0.1, 0.9]]
    assert inception_score(p, splits=1) == (pytest.approx(1.444936, rel=1e-5), 0.0)
    # The other way: .5 log(.5 / .9) + .5 log(.5 / .1) = -.293893 + .804719 = .510826.
    assert modified_inception_score(p) == pytest.approx(0.510826, rel=1e-5)


def test_splits_are_consecutive():
    # Parts of one class each: 1; the whole: 2.
    p = np.repeat(np.eye(2), 5, axis=0)
    assert inception_score(p, splits=2).mean == 1 and inception_score(p, splits=1).mean == pytest.approx(2)
    # Of 5 samples in 2 parts the first has 2, the second 3; scores 1 and exp(-(2 log 2/3 + log 1/3) / 3) = 1.889882.
    odd = inception_score(np.eye(2)[[0, 0, 0, 1, 0]], splits=2)
    assert odd.mean == pytest.approx((1 + 1.889882) / 2, rel=1e-6)
    assert odd.standard_deviation == pytest.approx(0.889882 / 2, rel=1e-6)


def test_modified_score_of_a_certain_classifier_is_bounded():
    assert modified_inception_score(np.full((7, 4), 0.25)) == 0.0
    score = modified_inception_score(np.eye(2)[[0, 1]])
    assert score == pytest.approx(0.5 * np.log(0.5) + 0.5 * (np.log(0.5) - np.log(np.finfo("float32").tiny)))
    assert modified_inception_score(np.eye(2)[[0, 0]]) == 0.0


@pytest.mark.parametrize("splits", [1, 10])
@pytest.mark.filterwarnings("ignore::UserWarning")  # its buffers, its standard deviation of one split
def test_torchmetrics_agrees(splits):
    torchmetrics = pytest.importorskip("torchmetrics.image.inception", reason="torchmetrics is not installed")
    torch = pytest.importorskip("torch", reason="torch is not installed")
    referee = torchmetrics.InceptionScore(torch.nn.Identity(), splits=splits)
    referee.update(torch.tensor(LOGITS))
    torch.manual_seed(0)
    mean, deviation = referee.compute()
    torch.manual_seed(0)
    shuffled = P[torch.randperm(len(P)).numpy()]  # it shuffles by torch's global seed
    ours = inception_score(shuffled, splits)
    assert ours.mean == pytest.approx(float(mean), rel=1e-4)
    if splits > 1:  # it divides by the number of splits less one, the paper's code by the number
        assert ours.standard_deviation * np.sqrt(splits / (splits - 1)) == pytest.approx(float(deviation), rel=1e-4)


@pytest.mark.parametrize(
    "bad",
    [LOGITS, P[0], P[:0], P * 0.5, np.full((3, 2), np.nan), P - 1e-1, P.astype(str)],
    ids="logits|rank 1|empty|sum|NaN|negative|text".split("|"),
)
def test_bad_probabilities(bad):
    for score in (inception_score, modified_inception_score):
        with pytest.raises(ValueError, match=r"^probabilities [^\n]*\.$"):
            score(bad)


def test_more_splits_than_samples():
    with pytest.raises(ValueError, match="splits=10 exceeds the 9 samples"):
        inception_score(P[:9])
