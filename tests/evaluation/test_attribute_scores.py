"""What samples show against what faces show: an encoder of attributes that is exact by construction, not trained."""

import json

import numpy as np
import pytest

from keras_gan.data.attributes import Attributes
from keras_gan.evaluation.attribute_scores import (
    by_attribute,
    score_asked,
    score_attributes,
    score_novelty,
    shares_of,
)
from keras_gan.evaluation.image_scores import Book
from keras_gan.evaluation.protocol import Protocol, Score

VALUES = {"hair": ("none", "bob", "bun"), "eyes": ("open", "wink")}


def attributes(*rows):
    return Attributes(np.array(rows, np.int32), VALUES)


def book_of(n):
    return Book(Protocol("", n, 4, "drawings"), "some")


def test_the_scores_of_samples():
    training = attributes([0, 0], [1, 0], [2, 1], [2, 1])
    samples, held_out = attributes([0, 0], [1, 1]), attributes([0, 1], [1, 0])
    book = book_of(2)
    score_attributes(book, samples, training)
    score_novelty(book, samples, training, held_out)
    found = {score.protocol.metric: score for score in book.scores}
    pair_kl = 0.5 * np.log(0.5 * 5.5) + 0.5 * np.log(0.5 * 5.5 / 0.5)
    assert {metric: score.value for metric, score in found.items()} == {
        "attribute_kl": pytest.approx(np.log(2) / 2), "missing_values": 1, "missing_pairs": 2,
        # p(none, open) = p(bob, wink) = 1/2; what never occurs counts half a row of 5.5
        "attribute_pair_kl": pytest.approx(pair_kl), "novelty": 0.5, "real_novelty": 0.5,
    }  # fmt: skip
    assert found["missing_values"].protocol.settings == "of=5, training=4"
    assert found["missing_pairs"].protocol.settings == "of=6, training=4"
    assert found["missing_values"].detail == {"hair": ["bun"]}
    assert found["missing_pairs"].detail == {"hair, eyes": ["bob, open", "bun, wink"]}
    assert found["attribute_pair_kl"].detail == {"hair, eyes": pytest.approx(pair_kl)}
    assert found["attribute_kl"].detail == {
        "hair": {"kl": pytest.approx(np.log(2)), "shares": {"none": [0.5, 0.25], "bob": [0.5, 0.25], "bun": [0, 0.5]}},
        "eyes": {"kl": 0.0, "shares": {"open": [0.5, 0.5], "wink": [0.5, 0.5]}},
    }
    for score in book.scores:
        assert Score.from_json(json.loads(json.dumps(score.to_json()))) == score
    rows = by_attribute(book.scores)
    assert rows == [("hair", pytest.approx(np.log(2)), ["bun"], None), ("eyes", 0.0, [], None)]
    assert shares_of(book.scores)["hair"]["bun"] == [0.0, 0.5]
    assert by_attribute([found["novelty"]]) == [] and shares_of([found["novelty"]]) == {}


def test_attributes_by_name():
    one = attributes([2, 1], [0, 0])
    assert one.names(0) == {"hair": "bun", "eyes": "wink"} and one[1:].names(0) == {"hair": "none", "eyes": "open"}
    np.testing.assert_array_equal(one.column("eyes"), [1, 0])
    with pytest.raises(ValueError, match="no attribute 'nose'; there are hair, eyes"):
        one.column("nose")


def test_how_often_what_was_asked_for_is_seen():
    book = book_of(4)
    score_asked(book, attributes([0, 0], [1, 0], [2, 1], [2, 1]), attributes([0, 0], [1, 1], [1, 1], [2, 1]))
    (score,) = book.scores
    assert score.detail == {"hair": 0.75, "eyes": 0.75} and score.value == 0.75
    assert score.protocol.settings == "by=encoder, of=hair eyes"
    book = book_of(4)  # a model of one attribute alone
    score_asked(book, attributes([0, 0], [1, 0]), Attributes(np.array([[0], [1]]), {"eyes": VALUES["eyes"]}))
    assert book.scores[0].value == 0.5
