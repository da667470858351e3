"""Scores carry their protocol, survive JSON, and cannot be compared across protocols."""

import json
from dataclasses import FrozenInstanceError, fields, replace

import pytest

from keras_gan.evaluation.protocol import Protocol, Score

FID = Protocol("fid", 10_000, 10_000, "mnist test 28x28x1", "mnistcnn-1a2b3c4d")
SCORE = Score(3.25, FID, 0.1, "standard error", (3.2, 3.3), "seeds 0 to 9999")
OTHERS = {
    "metric": "kid", "n_fake": 5_000, "n_real": 9_999, "real": "mnist train 28x28x1", "encoder": "mnistcnn-00000000",
    "resizer": "bilinear", "quantisation": "none", "settings": "k=3", "revision": FID.revision + 1,
}  # fmt: skip


@pytest.mark.parametrize(
    ("protocol", "name"),
    [
        (FID, "fid@10k/mnistcnn-1a2b3c4d"),
        (replace(FID, n_fake=2_500), "fid@2500/mnistcnn-1a2b3c4d"),
        (Protocol("parzen", 300), "parzen@300"),
    ],
)
def test_short_names(protocol, name):
    assert protocol.name == name


@pytest.mark.parametrize("field", [field.name for field in fields(Protocol)])
def test_every_field_of_the_protocol_forbids_comparison_and_is_named(field):
    other = Score(1.0, replace(FID, **{field: OTHERS[field]}))
    with pytest.raises(ValueError, match="cannot be compared") as caught:
        SCORE.minus(other)
    said = str(caught.value)
    assert f"{field} ({getattr(FID, field)} and {OTHERS[field]})" in said and "\n" not in said
    assert said.count(" and ") == 2  # the two names, and this field's two values


def test_two_differences_are_both_named():
    with pytest.raises(ValueError, match=r"n_fake \(10000 and 50\), settings \( and k=1\)"):
        SCORE.minus(Score(1.0, replace(FID, n_fake=50, settings="k=1")))


def test_equal_protocols_compare_whatever_the_samples_and_the_version():
    assert SCORE.minus(Score(3.0, FID, samples="the first 10000 of other.npy", code="keras_gan 9.9")) == 0.25


def test_json_round_trip_is_exact():
    assert Score.from_json(json.loads(json.dumps(SCORE.to_json()))) == SCORE
    plain = Score(1 / 3, Protocol("parzen", 20))
    assert Score.from_json(json.loads(json.dumps(plain.to_json()))) == plain
    assert SCORE.to_json()["code"].startswith("keras_gan ")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda record: record["protocol"].update(n_fake=50_000), "has been changed"),
        (lambda record: record.pop("value"), "not the record of a score"),
        (lambda record: record["protocol"].update(extractor="v3"), "not the record of a score"),
    ],
)
def test_a_changed_record_is_refused(change, says):
    record = json.loads(json.dumps(SCORE.to_json()))
    change(record)
    with pytest.raises(ValueError, match=says):
        Score.from_json(record)


def test_records_are_frozen():
    with pytest.raises(FrozenInstanceError):
        SCORE.value = 0.0
    with pytest.raises(FrozenInstanceError):
        FID.n_fake = 1
