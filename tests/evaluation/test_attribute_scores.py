"""What samples show against what faces show: an encoder of attributes that is exact by construction, not trained."""

import numpy as np
import pytest

from keras_gan.data.attributes import Attributes
from keras_gan.evaluation.attribute_scores import attribute_reports, score_asked, score_attributes
from keras_gan.evaluation.image_scores import Book
from keras_gan.evaluation.protocol import Protocol

VALUES = {"hair": ("none", "bob", "bun"), "eyes": ("open", "wink")}


def attributes(*rows):
    return Attributes(np.array(rows, np.int32), VALUES)


def test_a_report_names_what_is_missing_and_how_often_the_rest_is_shown():
    data = attributes([0, 0], [1, 0], [2, 1], [2, 1])
    hair, eyes = attribute_reports(attributes([0, 0], [1, 1]), data)
    assert hair.name == "hair" and hair.missing == ("bun",) and eyes.missing == ()
    assert hair.shares == {"none": (0.5, 0.25), "bob": (0.5, 0.25), "bun": (0.0, 0.5)}
    assert hair.kl == pytest.approx(np.log(2)) and eyes.kl == 0


def test_the_scores_of_samples():
    training = attributes([0, 0], [1, 0], [2, 1], [2, 1])
    held_out = attributes([0, 1], [1, 0])
    book = Book(Protocol("", 2, 4, "drawings"), "two")
    score_attributes(book, attributes([0, 0], [1, 1]), training, held_out)
    values = {score.protocol.metric: score.value for score in book.scores}
    assert values == {
        "attribute_kl": pytest.approx(np.log(2) / 2), "missing_values": 1, "novelty": 0.5, "real_novelty": 0.5,
        # p(none, open) = p(bob, wink) = 1/2; what never occurs counts half a row of 5.5
        "attribute_pair_kl": pytest.approx(0.5 * np.log(0.5 * 5.5) + 0.5 * np.log(0.5 * 5.5 / 0.5)),
    }  # fmt: skip
    assert next(score for score in book.scores if score.protocol.metric == "missing_values").protocol.settings == (
        "of=5, training=4"
    )


def test_attributes_by_name():
    one = attributes([2, 1], [0, 0])
    assert one.names(0) == {"hair": "bun", "eyes": "wink"} and one[1:].names(0) == {"hair": "none", "eyes": "open"}
    np.testing.assert_array_equal(one.column("eyes"), [1, 0])
    with pytest.raises(ValueError, match="no attribute 'nose'; there are hair, eyes"):
        one.column("nose")


def test_how_often_what_was_asked_for_is_seen():
    book = Book(Protocol("", 4, 4, "drawings"), "four")
    score_asked(book, attributes([0, 0], [1, 0], [2, 1], [2, 1]), attributes([0, 0], [1, 1], [1, 1], [2, 1]))
    (score,) = book.scores
    assert score.value == 6 / 8 and score.protocol.settings == "by=encoder, of=hair eyes"
    book = Book(Protocol("", 4, 4, "drawings"), "four")  # a model of one attribute alone
    score_asked(book, attributes([0, 0], [1, 0]), Attributes(np.array([[0], [1]]), {"eyes": VALUES["eyes"]}))
    assert book.scores[0].value == 0.5
