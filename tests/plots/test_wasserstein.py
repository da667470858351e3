"""What a critic tells: estimates from logs, slopes layer by layer, and two Gaussians with a known distance."""

import csv

import keras
import numpy as np
import pytest
from scipy.signal import medfilt

from keras_gan import GAN, exhibits, plots
from keras_gan.exhibits.two_gaussians import trained_critics
from keras_gan.files.images import write_png
from keras_gan.plots.wasserstein import layer_slopes, window_of


def run_folder(folder, columns, pictures=()):
    folder.mkdir()
    with open(folder / "log.csv", "w", newline="") as file:
        csv.writer(file).writerows([columns, *zip(*columns.values(), strict=True)])
    for epoch in pictures:
        write_png(folder / "samples" / f"epoch_{epoch:04d}.png", np.full((4, 4), epoch, np.uint8))
    return folder


def test_critic_estimate_of_a_wgan_is_the_filtered_minus_of_its_term(tmp_path):
    values = np.random.default_rng(0).normal(size=50)
    run = run_folder(tmp_path / "wgan", {"epoch": range(50), "d_wasserstein": values}, pictures=range(1, 51))
    drawn = plots.critic_estimate(run)
    raw, median = drawn.axes[0].lines
    np.testing.assert_allclose(raw.get_ydata(), -values)
    assert raw.get_xdata().tolist() == list(range(1, 51))
    inside = slice(5, 45)  # at both ends scipy.signal fills up with zeros
    np.testing.assert_allclose(median.get_ydata()[inside], medfilt(-values, 11)[inside])
    assert [axes.get_title() for axes in drawn.axes[1:]] == ["epoch 1", "epoch 17", "epoch 34", "epoch 50"]
    assert drawn.axes[-1].images[0].get_array().max() == 50
    plots.save(drawn, tmp_path / "estimate.png", dpi=40)


def test_critic_estimate_of_a_gan_is_bounded_by_log_2(tmp_path):
    # d = 0: D tells all apart, JS = log 2; d = log 4: it knows nothing, JS = 0
    wgan = run_folder(tmp_path / "wgan", {"epoch": [0], "d_wasserstein": [-3.0]})
    gan = run_folder(tmp_path / "gan", {"epoch": [0, 1, 2], "d_real_fake": [0.0, np.log(4), "NA"]})
    drawn = plots.critic_estimate(wgan, gan)
    values, _, limit = drawn.axes[1].lines
    np.testing.assert_allclose(values.get_ydata(), [np.log(2), 0], atol=1e-12)
    assert limit.get_ydata()[0] == pytest.approx(np.log(2))
    assert drawn.axes[1].get_title(loc="left").endswith("gan")


def test_critic_estimate_refuses(tmp_path):
    with pytest.raises(FileNotFoundError, match="no training log"):
        plots.critic_estimate(tmp_path)
    with pytest.raises(ValueError, match="neither d_wasserstein nor d_real_fake"):
        plots.critic_estimate(run_folder(tmp_path / "lsgan", {"epoch": [0], "d_least_squares": [1.0]}))
    with pytest.raises(ValueError, match="at least one"):
        plots.critic_estimate()


@pytest.mark.parametrize("n, width", [(1, 1), (9, 1), (10, 3), (50, 11), (1000, 101)])
def test_window(n, width):
    assert window_of(n) == width


def linear_game(scale):
    """f(x) = sum of W2 W1 x with W1 = scale I [3, 3], W2 = ones [3, 1]."""
    x, z = keras.Input((3,)), keras.Input((2,))
    score = keras.layers.Dense(1)(keras.layers.Dense(3)(x))
    model = GAN(keras.Model(z, keras.layers.Dense(3)(z)), keras.Model(x, score))
    model.discriminator.set_weights([scale * np.eye(3), np.zeros(3), np.ones((3, 1)), np.zeros(1)])
    return model


@pytest.mark.parametrize("scale", [5.0, 0.01])
def test_slopes_of_layers_by_hand(scale):
    """The slope at the last output is 1, at the hidden one |W2| = sqrt 3, whatever is in front."""
    critic = linear_game(scale).discriminator
    x = np.random.default_rng(0).normal(size=(7, 3)).astype("float32")
    found = layer_slopes(critic, x)
    np.testing.assert_allclose(found, [np.sqrt(3), 1.0], rtol=1e-6)


def test_critic_layers_has_a_histogram_for_each_critic(tmp_path):
    x = np.zeros((2, 3), "float32")
    drawn = plots.critic_layers({"clipping": linear_game(0.01), "penalty": linear_game(1.0)}, x)
    slopes, first, second = drawn.axes
    assert [text.get_text() for text in slopes.get_legend().get_texts()] == ["clipping", "penalty"]
    assert sum(bar.get_height() for bar in first.patches) == pytest.approx(100)
    assert first.get_title(loc="left") == "weights, clipping" and second.get_title(loc="left") == "weights, penalty"
    plots.save(drawn, tmp_path / "layers.png", dpi=40)


def test_two_gaussians_give_the_slope_that_the_penalty_allows(tmp_path, monkeypatch):
    """max_s 4 s - 10 (s - 1)^2, 4 the distance of the means, is at s = 1.2; D's answer to samples is next to flat."""
    answers = trained_critics()
    x, logits, scores = answers
    between = np.abs(x) < 1.5
    np.testing.assert_allclose(np.gradient(scores, x)[between], -1.2, atol=0.08)
    assert (logits[x < -1] > 3).all() and (logits[x > 1] < -3).all()
    probability = 1 / (1 + np.exp(-logits))
    assert (probability * np.abs(np.gradient(logits, x)))[x > 1.5].max() < 0.02
    monkeypatch.setattr("keras_gan.exhibits.two_gaussians.trained_critics", lambda seed: answers)
    plots.save(exhibits.critics_of_two_gaussians(), tmp_path / "two.png", dpi=40)
