import csv

import keras
import matplotlib
import numpy as np
import pytest
from PIL import Image
from sklearn.neighbors import NearestNeighbors

from keras_gan import GAN, exhibits, plots
from keras_gan.data.toys import Gaussian1D
from keras_gan.plots.curves import read_log, smooth
from keras_gan.sampling import paths


def image_model(latent_dim=4, classes=None):
    keras.utils.set_random_seed(0)
    z, image = keras.Input((latent_dim,)), keras.Input((6, 6, 1))
    inputs, seen = [z], keras.layers.Flatten()(image)
    hidden = z
    if classes:
        label = keras.Input((), dtype="int32")
        inputs.append(label)
        hidden = keras.layers.Concatenate()([z, keras.layers.Embedding(classes, 3)(label)])
        seen = keras.layers.Concatenate()([seen, keras.layers.Embedding(classes, 3)(label)])
    made = keras.layers.Reshape((6, 6, 1))(keras.layers.Dense(36, "tanh")(hidden))
    generator = keras.Model(inputs if classes else z, made)
    discriminator = keras.Model([image, *inputs[1:]] if classes else image, keras.layers.Dense(1)(seen))
    return GAN(generator, discriminator, classes=classes)


def line_model(slope, shift, logit):
    """G(z) = slope z + shift and D(x) = sigmoid(logit), whatever x is: everything about it is known."""
    z, x = keras.Input((1,)), keras.Input((1,))
    model = GAN(keras.Model(z, keras.layers.Dense(1)(z)), keras.Model(x, keras.layers.Dense(1)(x)))
    model.generator.set_weights([np.array([[slope]]), np.array([shift])])
    model.discriminator.set_weights([np.zeros((1, 1)), np.array([logit])])
    return model


def test_linear_by_hand():
    z0, z1 = np.array([1.0, 0.0]), np.array([3.0, -4.0])
    assert paths.linear(z0, z1, 0.25).tolist() == [1.5, -1.0]
    assert paths.linear(z0, z1, [0, 0.5, 1]).tolist() == [[1, 0], [2, -2], [3, -4]]


def test_spherical_by_hand():
    # a right angle: sin((1 - t) 90) z0 + sin(t 90) z1; a third of the way is 30 degrees
    z0, z1 = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    expected = [[1, 0], [np.sqrt(3) / 2, 1 / 2], [np.sqrt(2) / 2, np.sqrt(2) / 2], [0, 1]]
    np.testing.assert_allclose(paths.spherical(z0, z1, [0, 1 / 3, 1 / 2, 1]), expected, atol=1e-7)
    # 60 degrees, halfway: sin 30 / sin 60 (z0 + z1) = (z0 + z1) / sqrt 3
    z1 = np.array([1 / 2, np.sqrt(3) / 2])
    np.testing.assert_allclose(paths.spherical(z0, z1, 0.5), [np.sqrt(3) / 2, 1 / 2], atol=1e-7)


def test_spherical_keeps_the_norm_and_the_ends():
    z0, z1 = np.random.default_rng(0).normal(size=(2, 100))
    z1 *= np.linalg.norm(z0) / np.linalg.norm(z1)
    path = paths.spherical(z0, z1, np.linspace(0, 1, 11))
    np.testing.assert_allclose(np.linalg.norm(path, axis=1), np.linalg.norm(z0), rtol=1e-6)
    np.testing.assert_array_equal(path[[0, -1]], np.stack([z0, z1]).astype(np.float32))
    assert np.linalg.norm(paths.linear(z0, z1, 0.5)) < 0.9 * np.linalg.norm(z0)


@pytest.mark.parametrize("angle", [0.0, 1e-9, 1e-5])
def test_spherical_between_nearly_parallel_latents_is_linear(angle):
    z0, z1 = np.array([1.0, 0.0]), 2 * np.array([np.cos(angle), np.sin(angle)])
    t = np.array([0.0, 0.3, 1.0])
    np.testing.assert_allclose(paths.spherical(z0, z1, t), paths.linear(z0, z1, t), atol=1e-7)


def test_spherical_refuses_what_has_no_single_path():
    z = np.array([1.0, 2.0])
    with pytest.raises(ValueError, match="opposite"):
        paths.spherical(z, -3 * z, 0.5)
    with pytest.raises(ValueError, match="zero"):
        paths.spherical(z, 0 * z, 0.5)
    with pytest.raises(ValueError, match=r"\(2,\) and \(3,\)"):
        paths.linear(z, np.zeros(3), 0.5)


@pytest.mark.parametrize("kind", ["linear", "spherical"])
def test_interpolation_begins_and_ends_with_the_seeds_images(kind):
    model = image_model()
    strip = paths.interpolation(model, 3, 11, steps=5, kind=kind)
    assert strip.shape == (5, 6, 6, 1)
    np.testing.assert_allclose(strip[0], model.sample(1, seed=3)[0], atol=1e-6)
    np.testing.assert_allclose(strip[-1], model.sample(1, seed=11)[0], atol=1e-6)
    assert np.abs(strip[2] - strip[0]).max() > 1e-3


def test_interpolation_of_a_conditional_model_keeps_the_label():
    model = image_model(classes=3)
    strip = paths.interpolation(model, 0, 1, steps=3, label=2)
    np.testing.assert_allclose(strip[0], model.sample(1, seed=0, label=2)[0], atol=1e-6)
    assert np.abs(strip - paths.interpolation(model, 0, 1, steps=3, label=1)).max() > 1e-3


def test_interpolation_refuses():
    model = image_model()
    with pytest.raises(ValueError, match="linear, spherical, not 'cubic'"):
        paths.interpolation(model, 0, 1, kind="cubic")
    with pytest.raises(ValueError, match="steps=1"):
        paths.interpolation(model, 0, 1, steps=1)
    with pytest.raises(ValueError, match="at least 2 seeds"):
        plots.interpolation_grid(model, [4])


def test_interpolation_grid_has_a_row_for_each_pair():
    assert plots.interpolation_grid(image_model(), [0, 5, 9], steps=4).shape == (2 * 8 + 2, 4 * 8 + 2, 1)


def test_nearest_neighbours_are_scikit_learns():
    random = np.random.default_rng(0)
    training = random.uniform(-1, 1, (300, 5, 5, 3)).astype(np.float32)
    images = random.uniform(-1, 1, (20, 5, 5, 3)).astype(np.float32)
    indices, distances = plots.nearest_neighbours(images, training)
    search = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(training.reshape(300, -1))
    expected_distances, expected = search.kneighbors(images.reshape(20, -1))
    np.testing.assert_array_equal(indices, expected[:, 0])
    np.testing.assert_allclose(distances, expected_distances[:, 0], rtol=1e-6)


def test_nearest_neighbours_of_copies_are_the_first_of_them_at_distance_zero():
    training = np.random.default_rng(0).uniform(-1, 1, (30, 4, 4, 1)).astype(np.float32)
    training[17] = training[4]
    indices, distances = plots.nearest_neighbours(training[[17, 29]], training)
    assert indices.tolist() == [4, 29]
    assert distances.tolist() == [0.0, 0.0]


def test_nearest_neighbours_refuses_unlike_sizes():
    with pytest.raises(ValueError, match="of one size"):
        plots.nearest_neighbours(np.zeros((2, 4, 4, 1)), np.zeros((3, 5, 5, 1)))
    with pytest.raises(ValueError, match="of one size"):
        plots.nearest_neighbours(np.zeros((2, 4, 4, 1)), np.zeros((0, 4, 4, 1)))


def test_neighbour_grid_shows_the_neighbour_of_the_last_sample_in_a_yellow_frame():
    images = np.array([-1, -0.5, 0.5, 1], np.float32)[:, None, None, None] * np.ones((1, 4, 4, 1), np.float32)
    training = images[[3, 0, 1]] * 0.9
    picture = plots.neighbour_grid(images, training, columns=2)
    assert picture.shape == (2 * 7 + 3, 3 * 7 + 3, 3) and picture.dtype == np.uint8
    tiles = [[picture[3 + 7 * row, 3 + 7 * column].tolist() for column in range(3)] for row in range(2)]
    # -0.5 is nearest to -0.45: (0.55) 127.5 = 70.1; 1 is nearest to 0.9: (1.9) 127.5 = 242.25
    assert tiles == [[[0] * 3, [64] * 3, [70] * 3], [[191] * 3, [255] * 3, [242] * 3]]
    alike = plots.neighbour_grid(images, training, columns=2, features=lambda images: np.zeros((len(images), 1)))
    assert [alike[3 + 7 * row, 17].tolist() for row in range(2)] == [[242] * 3] * 2  # all are equally near: the first
    yellow = (picture == (255, 208, 0)).all(axis=-1)
    assert yellow[:, 14:].sum() == yellow.sum() == picture[:, 14:, 0].size - 2 * 16


def test_neighbour_grid_refuses():
    images = np.zeros((4, 4, 4, 1), np.float32)
    with pytest.raises(ValueError, match="columns=3"):
        plots.neighbour_grid(images, images, columns=3)
    with pytest.raises(ValueError, match="both"):
        plots.neighbour_grid(images, images.astype(np.uint8), columns=2)


def test_smooth_by_hand():
    assert smooth(np.array([1.0, 2.0, 6.0])).tolist() == [1, 2, 6]  # too few epochs to smooth
    values = np.zeros(40)  # window of 3
    values[[0, 20]] = 3.0
    values[30] = np.nan
    expected = np.zeros(40)
    expected[[0, 1, 19, 20, 21]] = [1.5, 1, 1, 1, 1]
    expected[30] = np.nan
    np.testing.assert_allclose(smooth(values), expected)


def test_loss_curves_draw_both_players_raw_and_smooth(tmp_path):
    history = {"d_real_fake": [1.4, 1.3, 1.2], "g_fool": [0.7, 0.8, 0.9], "images_per_second": [9.0] * 3}
    axes = plots.loss_curves(history).axes[0]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["d_real_fake", "g_fool"]
    raw = axes.lines[0]
    assert raw.get_xdata().tolist() == [1, 2, 3] and raw.get_ydata().tolist() == [1.4, 1.3, 1.2]
    assert len(axes.lines) == 4


def test_loss_curves_read_the_file_of_csv_logger(tmp_path):
    path = tmp_path / "log.csv"
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([["epoch", "d_a", "g_b"], [4, 1.5, 0.5], [5, "NA", 0.25]])
    np.testing.assert_equal(read_log(path), {"epoch": [4, 5], "d_a": [1.5, np.nan], "g_b": [0.5, 0.25]})
    assert plots.loss_curves(path).axes[0].lines[0].get_xdata().tolist() == [5, 6]


def test_loss_curves_refuse(tmp_path):
    with pytest.raises(FileNotFoundError, match="no training log .*none.csv"):
        plots.loss_curves(tmp_path / "none.csv")
    (tmp_path / "empty.csv").write_text("")
    for history in ({"loss": [1.0]}, tmp_path / "empty.csv"):
        with pytest.raises(ValueError, match="no losses to draw"):
            plots.loss_curves(history)


def test_gaussian_demonstration_of_the_solved_game():
    world = Gaussian1D(mean=1.0, standard_deviation=2.0)
    figure = exhibits.gaussian_demonstration(line_model(2.0, 1.0, 0.0), world, title="solved")
    above, below = figure.axes[:2]
    lines = {line.get_label(): line for line in above.lines}
    x, data = lines[r"$p_\mathrm{data}(x)$"].get_data()
    np.testing.assert_allclose(data, world.density(x[:, None]))
    np.testing.assert_allclose(lines[r"$p_g(x)$"].get_ydata(), data, atol=0.015)
    np.testing.assert_allclose(lines["$D(x)$"].get_ydata(), 0.5)
    near = np.abs(x - 1) < 2
    np.testing.assert_allclose(lines["$D^*(x)$"].get_ydata()[near], 0.5, atol=0.04)
    arrows = below.collections[0]
    ends = arrows.X + arrows.U
    # the 25 mid-quantiles of N(1, 2): the middle one is the mean, the 13th and 19th are a half and about 0.7 sd apart
    assert len(ends) == 25 and (np.diff(ends) > 0).all()
    np.testing.assert_allclose(ends[[6, 12, 18]], [1 - 2 * 0.643, 1, 1 + 2 * 0.643], atol=0.1)
    assert above.get_title(loc="left") == "solved"


def test_gaussian_limits_show_data_and_generator():
    low, high = exhibits.gaussian_limits(line_model(0.1, 30.0, 0.0), Gaussian1D(mean=1.0, standard_deviation=2.0))
    assert low == pytest.approx(-9, abs=0.5) and high == pytest.approx(30.2, abs=0.2)


def test_gaussian_demonstration_of_a_collapsed_generator_is_a_needle(tmp_path):
    figure = exhibits.gaussian_demonstration(line_model(0.0, 1.0, 0.0), Gaussian1D(), limits=(-6, 6))
    lines = {line.get_label(): line for line in figure.axes[0].lines}
    x, generated = lines[r"$p_g(x)$"].get_data()
    assert abs(x[generated.argmax()] - 1) < 0.03 and generated.sum() * (x[1] - x[0]) == pytest.approx(1)
    plots.save(figure, tmp_path / "needle.png")


def test_gaussian_demonstration_refuses_other_worlds():
    with pytest.raises(ValueError, match=r"latent of one dimension, not \(4,\)"):
        exhibits.gaussian_demonstration(image_model(), Gaussian1D())


def test_points():
    random = np.random.default_rng(0)
    assert len(plots.points(random.normal(size=(50, 1))).axes[0].patches) > 3
    assert plots.points(random.normal(size=(50, 2))).axes[0].collections[0].get_offsets().shape == (50, 2)
    with pytest.raises(ValueError, match=r"\(50, 3\)"):
        plots.points(np.zeros((50, 3)))
    with pytest.raises(ValueError, match="NaN"):
        plots.points(np.full((5, 2), np.nan))


def test_save_makes_the_folder_and_leaves_nothing_aside(tmp_path):
    figure = plots.loss_curves({"d_a": [1.0, 2.0]})
    plots.save(figure, tmp_path / "new" / "curves.png", dpi=60)
    plots.save(figure, tmp_path / "new" / "curves.svg")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["curves.png", "curves.svg"]
    assert Image.open(tmp_path / "new" / "curves.png").size == (450, 252)  # 7.5 x 4.2 inches
    with pytest.raises(ValueError, match="must end in one of"):
        plots.save(figure, tmp_path / "curves.bmp2")


def test_attribute_bars_show_samples_beside_data_and_name_what_is_missing():
    shares = {
        "hair": {"bob": (0.7, 0.5), "bun": (0.3, 0.25), "bald": (0.0, 0.25)},
        "hair_color": {"none": (0.5, 0.5), "#e15c66": (0.5, 0.5)},
        "eyes": {"open": (1.0, 1.0)},
    }
    drawn = plots.attribute_bars(shares)
    hair, colour, eyes, empty = drawn.axes
    assert [bar.get_width() for bar in hair.patches] == pytest.approx([70, 30, 0])
    assert [line[0][0] for line in hair.collections[0].get_segments()] == pytest.approx([50, 25, 25])
    assert [text.get_text() for text in hair.get_yticklabels()] == ["bob", "bun", "bald"]
    ordinary, missing = hair.get_yticklabels()[0].get_color(), hair.get_yticklabels()[2].get_color()
    assert ordinary != missing and hair.get_yticklabels()[1].get_color() == ordinary
    assert matplotlib.colors.to_hex(colour.patches[1].get_facecolor()) == "#e15c66"
    assert colour.get_title(loc="left") == "hair color" and not empty.axison
    with pytest.raises(ValueError, match="no attributes"):
        plots.attribute_bars({})
