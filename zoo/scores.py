"""The record of a Target's scores: `keras-gan evaluate` writes it, and checks it against new ones."""

import json
import os

from keras_gan.evaluation.check import near
from keras_gan.evaluation.measure import recorded
from keras_gan.evaluation.protocol import Score
from keras_gan.files import manifest
from keras_gan.files.atomic import write_json
from zoo.presets import cards
from zoo.presets.preset import FILES


def keep(target, scores):
    """Write scores into a target's record and card. -> a sentence that says so, or why they were not written."""
    if target.record is None:
        return f"{target.name} keeps no record of its own."
    folder = target.record.parent
    if not os.access(folder, os.W_OK):
        return f"The record in {folder} was left as it is: the folder cannot be written."
    content = read(target) | recorded(scores)
    if target.card:
        cards.write(target.card, content, folder)
    write_json(target.record, content)
    manifest.renew(folder, FILES)
    return f"Updated {target.record}" + (" and card.md beside it." if target.card else ".")


def recorded_scores(target):
    """The Scores that a target's record holds. Raises ValueError where it has none, or where the record disagrees with
    itself: the figures in front, the scores, and the card's table must say the same."""
    content = {} if target.record is None else read(target)
    scores = [Score.from_json(record) for record in content.get("scores", [])]
    if not scores:
        raise ValueError(f"{target.name} has no recorded scores to check; measure it without --check first.")
    values = {score.name: score.value for score in scores}
    for where, figures in {target.record: content["figures"], **card_of(target)}.items():
        if wrong := [name for name in {*values, *figures} if not near(values.get(name), figures.get(name))]:
            raise ValueError(f"{where} disagrees with the recorded score of {' and '.join(sorted(wrong))}.")
    return scores


def card_of(target):
    """{path of the card: its figures}, empty for targets without one."""
    path = target.card and target.record.with_name("card.md")
    return {path: cards.figures(path)} if path else {}


def read(target):
    """The record's content."""
    return json.loads(target.record.read_text()) if target.record.is_file() else {}
