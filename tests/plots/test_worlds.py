"""Pictures of worlds in the plane, of players that are known."""

import keras
import numpy as np
import pytest

from keras_gan import GAN, plots
from keras_gan.data.toys import Grid, Ring


def plane_model(shift, slope):
    """G(z) = z + shift and D's score of x is slope . x."""
    z, x = keras.Input((2,)), keras.Input((2,))
    model = GAN(keras.Model(z, keras.layers.Dense(2)(z)), keras.Model(x, keras.layers.Dense(1)(x)))
    model.generator.set_weights([np.eye(2), np.array(shift)])
    model.discriminator.set_weights([np.array(slope)[:, None], np.zeros(1)])
    return model


WORLD = Grid(side=1, standard_deviation=1.0)  # N(0, I), which G(z) = z makes too


def test_a_solved_game_shows_the_data_twice(tmp_path):
    drawn = plots.plane_comparison(plane_model((0.0, 0.0), (1.0, 0.0)), WORLD)
    data, samples, levels = drawn.axes[:3]
    expected, found = data.images[0].get_array(), samples.images[0].get_array()
    assert np.abs(expected - found).max() < 0.25 * expected.max()  # two draws of 10,000
    assert abs(expected.sum() - 1) < 1e-6 and abs(found.sum() - 1) < 1e-2
    assert [len(points.get_offsets()) for points in levels.collections[-4:-2]] == [400, 400]
    plots.save(drawn, tmp_path / "comparison.png", dpi=40)


def test_level_sets_of_a_plane_are_parallel_lines():
    drawn = plots.plane_frame(plane_model((0.0, 0.0), (2.0, 0.0)), WORLD, limits=((-3, 3), (-3, 3)))
    lines = drawn.axes[1].collections[1]
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        for x, y in path.vertices:
            assert 2 * x == pytest.approx(level, abs=1e-4) and abs(y) < 3.001


def test_samples_outside_are_not_shown_and_do_not_raise_what_is():
    drawn = plots.plane_frame(plane_model((1000.0, 0.0), (1.0, 0.0)), WORLD, title="away")
    assert drawn.axes[0].images[0].get_array().max() == 0 and drawn.axes[0].get_title() == "away"


def test_a_discriminator_without_an_opinion_has_no_level_sets():
    drawn = plots.plane_frame(plane_model((0.0, 0.0), (0.0, 0.0)), Ring())
    assert len(drawn.axes[1].collections) == 2  # the points alone


def test_the_frame_of_the_data_has_no_samples():
    drawn = plots.plane_frame(None, Ring())
    assert len(drawn.axes[1].collections) == 1
    assert abs(drawn.axes[0].images[0].get_array().sum() - 1) < 1e-6


def test_refusals():
    z, x = keras.Input((1,)), keras.Input((1,))
    line = GAN(keras.Model(z, keras.layers.Dense(1)(z)), keras.Model(x, keras.layers.Dense(1)(x)))
    with pytest.raises(ValueError, match=r"points in the plane, \[n, 2\], not \(10000, 1\)"):
        plots.plane_frame(line, Ring())
    with pytest.raises(ValueError, match="diverged"):
        plots.plane_comparison(plane_model((np.nan, 0.0), (1.0, 0.0)), Ring())
