"""Each lesson shows what its paragraph says; in few steps, so that the statements are weaker than a minute's."""

import pytest

from keras_gan.playground import pictures

LESSONS = {  # name -> steps, what then holds of the verdicts and of the last measurement
    "start": (400, lambda names, last: last["coverage"]["modes"] == 8),
    "helvetica": (400, lambda names, last: "few_modes" in names and last["coverage"]["modes"] <= 4),
    "minibatch": (400, lambda names, last: last["coverage"]["modes"] >= 7),
    "too_strong": (100, lambda names, last: "discriminator_too_strong" in names and last["js"] > 0.69),
    "steep": (100, lambda names, last: not names and last["js"] < 0.3 and last["separation"] < 0.95),
    "beyond": (150, lambda names, last: last["js"] > 0.69 and last["separation"] < 0.05),
    "boundary": (150, lambda names, last: last["js"] < 0.15),
    "orbiting": (400, lambda names, last: "orbiting" in names),
    "settled": (400, lambda names, last: not names and 0.4 < last["separation"] < 0.6),
    "empty": (200, lambda names, last: "discriminator_too_strong" in names and last["generator_gradient"] < 1e-5),
    "filled": (200, lambda names, last: not names and last["generator_gradient"] > 0.1 and last["movement"] > 0.1),
    "mnist": (200, lambda names, last: not names and last["effective"] > 6 and last["two_sample"] < 0.97),
}
CURES = {
    "minibatch": "helvetica",
    "steep": "too_strong",
    "boundary": "beyond",
    "settled": "orbiting",
    "filled": "empty",
}


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_does_what_it_says(opened, name):
    if name == "mnist" and (why := pictures.why_missing("mnist14")):
        pytest.skip(why)
    steps, holds = LESSONS[name]
    opened.page.locator("[data-control=lesson]").select_option(name)
    opened.page.wait_for_function("() => page.runs && page.state.steps === 0")
    if name != "start":
        opened.page.wait_for_function("() => page.history.can.undo && page.view.look")
    opened.steps(steps)
    names = opened.page.locator("[data-symptom]").evaluate_all("(cards) => cards.map((card) => card.dataset.symptom)")
    last = opened.page.evaluate("page.figures.records.at(-1)")
    assert holds(names, last), (names, last)


def test_a_cure_changes_one_thing(opened):
    """Every lesson is tested above, and what cures stands behind what fails and differs from it in one setting."""
    lessons = opened.page.evaluate("async () => (await import('/lessons.js')).LESSONS")
    assert list(lessons) == list(LESSONS)
    for cure, failing in CURES.items():
        assert list(lessons).index(cure) == list(lessons).index(failing) + 1
        changed = [key for key in lessons[cure] if lessons[cure][key] != lessons[failing][key]]
        assert changed == ["discriminator" if cure == "minibatch" else "objective"]
    layers, failing = lessons["minibatch"]["discriminator"], lessons["helvetica"]["discriminator"]
    assert [layer for layer in layers if layer["type"] != "minibatch_discrimination"] == failing
