"""Each lesson shows what its paragraph says; in few steps, so that the statements are weaker than a minute's."""

import pytest

LESSONS = {  # name -> steps, what then holds of the verdicts and of the last measurement
    "start": (400, lambda names, last: last["coverage"]["modes"] == 8),
    "helvetica": (400, lambda names, last: "few_modes" in names and last["coverage"]["modes"] <= 4),
    "minibatch": (400, lambda names, last: last["coverage"]["modes"] >= 7),
    "too_strong": (250, lambda names, last: "discriminator_too_strong" in names and last["js"] > 0.5),
    "boundary": (400, lambda names, last: "discriminator_too_strong" not in names and last["js"] < 0.4),
    "orbiting": (400, lambda names, last: "orbiting" in names),
    "empty": (300, lambda names, last: "discriminator_too_strong" in names and last["generator_gradient"] < 1e-5),
}


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_does_what_it_says(opened, name):
    steps, holds = LESSONS[name]
    opened.page.locator("[data-control=lesson]").select_option(name)
    opened.page.wait_for_function("() => page.runs && page.state.steps === 0")
    if name != "start":
        opened.page.wait_for_function("() => page.history.can.undo")
    opened.steps(steps)
    names = opened.page.locator("[data-symptom]").evaluate_all("(cards) => cards.map((card) => card.dataset.symptom)")
    last = opened.page.evaluate("page.figures.records.at(-1)")
    assert holds(names, last), (names, last)


def test_every_lesson_is_tested(opened):
    names = opened.page.locator("[data-control=lesson] option").evaluate_all("(all) => all.map(({ value }) => value)")
    assert names == list(LESSONS)
