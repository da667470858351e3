import keras
import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from keras_gan import GAN, plots
from keras_gan.data.toys import Grid, Ring


def plane_model(shift, logit):
    """G(z) = z + shift and D(x) = sigmoid(logit), whatever x is."""
    z, x = keras.Input((2,)), keras.Input((2,))
    model = GAN(keras.Model(z, keras.layers.Dense(2)(z)), keras.Model(x, keras.layers.Dense(1)(x)))
    model.generator.set_weights([np.eye(2), np.array(shift)])
    model.discriminator.set_weights([np.zeros((2, 1)), np.array([logit])])
    return model


RECORDS = [
    {"step": 0, "d_real_fake": 1.4, "g_fool": 0.7, "modes": 0.2},
    {"step": 50, "d_real_fake": 1.3, "g_fool": None, "modes": 0.6, "movement": 0.3},
]


def test_learning_curves_put_a_panel_below_the_losses_for_each_score(tmp_path):
    drawn = plots.learning_curves(RECORDS, ("modes", "movement", "fid"))
    losses, modes, movement = drawn.axes
    assert [text.get_text() for text in losses.get_legend().get_texts()] == ["d_real_fake", "g_fool"]
    np.testing.assert_array_equal(losses.lines[2].get_ydata(), [0.7, np.nan])
    assert modes.lines[0].get_xdata().tolist() == [0, 50] and modes.lines[0].get_ydata().tolist() == [0.2, 0.6]
    np.testing.assert_array_equal(movement.lines[0].get_ydata(), [np.nan, 0.3])
    assert movement.get_xlabel() == "step" and modes.get_ylabel() == "modes"
    plots.save(drawn, tmp_path / "curves.png")


def test_learning_curves_of_scores_alone_over_epochs():
    drawn = plots.learning_curves([{"epoch": 1, "fid": 9.0}, {"epoch": 2, "fid": 7.0}], ("fid",), horizontal="epoch")
    assert len(drawn.axes) == 1 and drawn.axes[0].lines[0].get_xdata().tolist() == [1, 2]
    with pytest.raises(ValueError, match="neither losses"):
        plots.learning_curves([{"step": 1, "modes": 1.0}], ("fid",))


def test_score_histograms_are_per_cent_of_all_runs_with_the_failed(tmp_path):
    drawn = plots.score_histograms({"GAN": [0.0, 1.0, 1.0, np.nan], "EBGAN": [2.0]}, bins=2)
    axes = drawn.axes[0]
    gan, ebgan = axes.containers
    assert [bar.get_height() for bar in gan] == [25, 50] and [bar.get_height() for bar in ebgan] == [0, 100]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["GAN (1 failed)", "EBGAN"]
    plots.save(drawn, tmp_path / "histograms.png")


def test_score_histograms_share_bins_over_panels():
    scores = {f"lr {number}": {"GAN": [number, number + 1.0], "EBGAN": [4.0]} for number in range(4)}
    drawn = plots.score_histograms(scores, bins=4)
    assert len(drawn.axes) == 4 and [axes.get_title() for axes in drawn.axes] == list(scores)
    lefts = {tuple(np.round([bar.get_x() for bar in axes.containers[0]], 6)) for axes in drawn.axes}
    assert len(lefts) == 1
    assert [text.get_text() for text in drawn.legends[0].get_texts()] == ["GAN", "EBGAN"]


@pytest.mark.parametrize("panels", [{}, {"GAN": []}, {"GAN": [np.nan]}])
def test_score_histograms_refuse(panels):
    with pytest.raises(ValueError, match="at least one run"):
        plots.score_histograms(panels)


def test_class_histogram_by_hand(tmp_path):
    drawn = plots.class_histogram([0, 0, 1, 1], 4, reference=[0, 1, 2, 3, 3], names="abcd")
    axes = drawn.axes[0]
    assert [bar.get_height() for bar in axes.containers[0]] == [50, 50, 0, 0]
    marks = [segment[0][1] for segment in axes.collections[0].get_segments()]
    np.testing.assert_allclose(marks, [20, 20, 20, 40])
    assert axes.get_title(loc="right") == "entropy 0.69 of 1.39 nats"
    plots.save(drawn, tmp_path / "classes.png")


@pytest.mark.parametrize("labels", [[], [4], [-1]])
def test_class_histogram_refuses(labels):
    with pytest.raises(ValueError, match="0 to 3"):
        plots.class_histogram(labels, 4)


def test_k_nearest_are_scikit_learns():
    random = np.random.default_rng(0)
    training, images = random.uniform(-1, 1, (300, 5, 5, 1)), random.uniform(-1, 1, (20, 5, 5, 1))
    indices, distances = plots.k_nearest(images, training, 4)
    search = NearestNeighbors(n_neighbors=4, algorithm="brute").fit(training.reshape(300, -1))
    expected_distances, expected = search.kneighbors(images.reshape(20, -1))
    np.testing.assert_array_equal(indices, expected)
    np.testing.assert_allclose(distances, expected_distances, rtol=1e-6)
    with pytest.raises(ValueError, match="k=301"):
        plots.k_nearest(images, training, 301)


def test_k_nearest_grid_shows_the_neighbours_in_order_in_yellow_frames():
    images = np.array([-1, 1], np.float32)[:, None, None, None] * np.ones((1, 4, 4, 1), np.float32)
    training = np.array([0.9, -0.75, -0.9], np.float32)[:, None, None, None] * np.ones((1, 4, 4, 1), np.float32)
    picture = plots.k_nearest_grid(images, training, k=2)
    assert picture.shape == (2 * 7 + 3, 3 * 7 + 3, 3)
    tiles = [[int(picture[3 + 7 * row, 3 + 7 * column, 0]) for column in range(3)] for row in range(2)]
    # bytes (x + 1) 127.5: -1, -0.9, -0.75; 1, 0.9, -0.75
    assert tiles == [[0, 13, 32], [255, 242, 32]]
    yellow = (picture == (255, 208, 0)).all(axis=-1)
    assert yellow[:, :7].sum() == 0 and yellow[:, 7:].sum() == picture[:, 7:, 0].size - 4 * 16


def test_discriminator_plane_of_known_players(tmp_path):
    # p_g is far from p_data: D* is 1 on the data and 0 on the samples; D = 3/4 is 1/4 and 3/4 away from it
    world = Grid(side=1, standard_deviation=0.5)
    drawn = plots.discriminator_plane(plane_model((20.0, 0.0), np.log(3)), world, limits=((-5, 25), (-15, 15)))
    learnt, best = (axes.images[1].get_array() for axes in drawn.axes[:2])
    np.testing.assert_allclose(learnt, 0.75, atol=1e-6)
    assert set(np.unique(best[np.isfinite(best)].round(3))) == {0.0, 1.0}
    assert drawn.axes[0].get_title(loc="left").endswith("0.500")
    plots.save(drawn, tmp_path / "plane.png")


def test_discriminator_plane_of_the_solved_game():
    world = Grid(side=1, standard_deviation=1.0)
    drawn = plots.discriminator_plane(plane_model((0.0, 0.0), 0.0), world)
    assert float(drawn.axes[0].get_title(loc="left").split()[-1]) < 0.05


def test_discriminator_plane_refuses():
    z, x = keras.Input((1,)), keras.Input((1,))
    line = GAN(keras.Model(z, keras.layers.Dense(1)(z)), keras.Model(x, keras.layers.Dense(1)(x)))
    with pytest.raises(ValueError, match="in the plane"):
        plots.discriminator_plane(line, Ring())
    with pytest.raises(ValueError, match="diverged"):
        plots.discriminator_plane(plane_model((np.nan, 0.0), 0.0), Ring())
