"""The page as people use it: every control, by the words that are on it."""

import json

import numpy as np
import pytest


def control(opened, name):
    return opened.page.locator(f"[data-control={name}]")


def field(opened, section, label):
    return opened.page.get_by_role("region", name=section, exact=True).get_by_label(label, exact=True)


def steps(opened):
    return int(opened.page.locator(".steps").inner_text().split()[1].replace(",", ""))


def fingerprint(opened):
    return opened.page.locator(".print").inner_text()


def weights(opened):
    return opened.saved()["weights"]


def wait(opened, condition):
    opened.page.wait_for_function(condition)


def test_play_and_pause(opened):
    control(opened, "play").click()
    wait(opened, "() => page.state.steps > 60")
    control(opened, "play").click()
    wait(opened, "() => !page.playing")
    assert opened.page.locator("[data-figure=kl]").inner_text()
    assert "D" in opened.page.locator(".legend").inner_text()
    opened.page.keyboard.press("r")
    wait(opened, "() => page.state.steps === 0 && page.runs")


def test_single_turns_move_one_player(opened):
    before = weights(opened)
    control(opened, "discriminator").click()
    wait(opened, "() => document.querySelectorAll('.discriminator .lit').length === 5")
    between = weights(opened)
    assert between["generator"] == before["generator"] and between["discriminator"] != before["discriminator"]
    assert steps(opened) == 0
    control(opened, "generator").click()
    wait(opened, "() => page.state.steps === 1")
    after = weights(opened)
    assert after["discriminator"] == between["discriminator"] and after["generator"] != between["generator"]


def test_slow_motion_names_its_phases(opened):
    control(opened, "slow").click()
    for phase in ("z", "generator", "real"):
        opened.page.wait_for_selector(f".phase[data-phase={phase}]")
    assert opened.page.locator(".generator .lit").count() == 5
    control(opened, "slow").click()
    assert opened.page.locator(".phase").inner_text() == ""
    assert opened.page.locator(".lit").count() == 0


def test_the_same_seed_is_the_same_run(opened):
    first = opened.steps(40)
    control(opened, "reset").click()
    wait(opened, "() => page.state.steps === 0 && page.runs")
    assert opened.steps(20) != first
    kept = opened.saved()
    assert opened.steps(20) == first
    opened.page.evaluate("(state) => page.change(state)", kept)
    assert opened.steps(20) == first  # Adam's moments and the count are part of a state
    seed = opened.page.get_by_label("Seed")
    seed.fill("2")
    seed.press("Enter")
    wait(opened, "() => page.state.seed === 2 && page.runs")
    assert opened.steps(40) != first


def test_a_link_brings_the_session_back(opened):
    print_before = opened.steps(10)
    control(opened, "link").click()
    opened.page.wait_for_function("() => location.hash.startsWith('#state=')")
    fragment = opened.page.evaluate("location.hash")
    after = opened.steps(10)
    opened.open(fragment)
    assert (steps(opened), fingerprint(opened)) == (10, print_before)
    assert opened.steps(10) == after


@pytest.mark.parametrize(
    "content",
    ["no json", "[]", '{"schema": 2}', '{"schema": 1, "world": {"name": "<img>"}}', '{"schema": 1, "world": null}'],
)
def test_files_that_are_none_are_refused(opened, content):
    file = {"name": "a.json", "mimeType": "application/json", "buffer": content.encode()}
    opened.page.locator("input[type=file]").set_input_files(file)
    opened.page.get_by_text("This file cannot be opened").wait_for()
    assert opened.page.locator("main img").count() == 0


def test_undo_brings_back_the_trained_nets(opened):
    trained = opened.steps(5)
    field(opened, "Data", "World").select_option("clusters")
    wait(opened, "() => page.state.world.name === 'clusters' && page.runs && page.state.steps === 0")
    control(opened, "undo").click()
    wait(opened, "() => page.state.world.name === 'ring' && page.state.steps === 5")
    opened.page.locator(".print", has_text=trained).wait_for()
    control(opened, "redo").click()
    wait(opened, "() => page.state.world.name === 'clusters' && page.state.steps === 0")


def test_of_two_changes_at_once_neither_is_lost(opened):
    """Nor their order: undo takes them back one by one."""
    changed = opened.page.evaluate("""() => {
        const set = (path, value) => {
          const input = document.querySelector(path);
          input.value = value;
          input.dispatchEvent(new Event('change'));
        };
        set('fieldset.generator [aria-label="Learning rate"]', '0.01');
        set('fieldset.discriminator [aria-label="Turns a step"]', '3');
        return [page.state.optimizers.generator.learning_rate, page.state.turns.discriminator];
    }""")
    assert changed == [0.01, 3]
    control(opened, "undo").click()
    wait(opened, "() => page.state.turns.discriminator === 1 && page.state.optimizers.generator.learning_rate === 0.01")
    control(opened, "undo").click()
    wait(opened, "() => page.state.optimizers.generator.learning_rate === 0.001")


def test_what_may_change_while_it_runs(opened):
    opened.steps(5)
    rate = opened.page.locator("fieldset.generator").get_by_label("Learning rate")
    rate.fill("0.01")
    rate.press("Enter")
    turns = opened.page.locator("fieldset.discriminator").get_by_label("Turns a step")
    turns.fill("3")
    turns.press("Enter")
    wait(opened, "() => page.state.turns.discriminator === 3 && page.state.optimizers.generator.learning_rate === 0.01")
    assert steps(opened) == 5
    before = weights(opened)["discriminator"]["updates"]
    opened.steps(1)
    assert weights(opened)["discriminator"]["updates"] == before + 3
    rate.fill("-1")
    rate.press("Enter")
    assert rate.input_value() == "0.01"


def test_objectives_and_optimizers(opened):
    """Each objective and each optimizer takes a step, and shows its terms by the library's names."""
    objectives = field(opened, "Game", "Objective")
    names = objectives.locator("option").evaluate_all("(options) => options.map(({ value }) => value)")
    for i, name in enumerate(names):
        objectives.select_option(name)
        wait(opened, f"() => page.state.objective.name === '{name}' && page.runs")
        optimizer = opened.page.locator("fieldset.generator").get_by_label("Optimizer")
        rule = ["sgd", "momentum", "rmsprop", "adam"][i % 4]
        optimizer.select_option(rule)
        wait(opened, f"() => page.state.optimizers.generator.name === '{rule}' && page.runs")
        before = fingerprint(opened)
        assert opened.steps(2) != before, name
    assert opened.page.locator(".legend").inner_text().startswith("D relativistic")


def test_clipping_holds_the_weights(opened):
    opened.state(objective={"name": "wasserstein_clip", "number": 0.02})
    opened.steps(3)
    largest = "async () => { const { decode } = await import('/arrays.js'); const { weights } = await page.saved();"
    largest += " return Math.max(...weights.discriminator.arrays.flatMap((text) => [...decode(text)].map(Math.abs))); }"
    assert opened.page.evaluate(largest) == pytest.approx(0.02, rel=1e-6)


def test_layers_are_built_and_checked(opened):
    net = opened.page.get_by_role("region", name="Generator G")
    net.locator("[data-control=add]").select_option("layer_normalization")
    wait(opened, "() => page.state.generator.length === 6 && page.runs")
    opened.steps(1)
    net.get_by_role("button", name="Move layer norm up").click()
    wait(opened, "() => page.state.generator[3].type === 'layer_normalization'")
    net.get_by_role("button", name="Remove layer norm").click()
    wait(opened, "() => page.state.generator.length === 5")
    units = net.get_by_label("units").last
    units.fill("3")
    units.press("Enter")
    words = "G must end in 2, as the data are; it ends in 3."
    opened.page.get_by_role("alert").filter(has_text=words).first.wait_for()
    control(opened, "play").click()
    assert not opened.page.evaluate("page.playing")
    net.locator("[data-control=add]").select_option("conv2d")
    opened.page.get_by_text("conv2d takes a picture").first.wait_for()


def test_objectives_that_judge_one_by_one_say_so(opened):
    opened.page.locator(".discriminator [data-control=add]").select_option("batch_normalization")
    wait(opened, "() => page.state.discriminator.length === 6")
    field(opened, "Game", "Objective").select_option("relativistic")
    opened.page.get_by_text("This objective judges samples one by one").first.wait_for()


def test_views(opened):
    for view, shown in (("heat", "heat"), ("optimal", "optimal"), ("manifold", "manifold"), ("arrows", "arrows")):
        box = opened.page.locator(f"[data-view={view}]")
        box.uncheck()
        wait(opened, f"() => !page.state.views.includes('{view}') && !page.plane.look.{shown}")
        box.check()
        wait(opened, f"() => page.state.views.includes('{view}') && page.plane.look.{shown}?.length > 0")
    assert not opened.page.locator("[data-view=heat]").is_checked()  # D* is on the same ground


def test_one_number_is_bent_into_a_curve(opened):
    """Of a z of one number the manifold is a line: neighbours on it stay neighbours."""
    opened.state(z={"distribution": "Uniform", "dimension": 1}, views=["manifold"])
    wait(opened, "() => page.plane.look?.manifold")
    curve = np.reshape(opened.page.evaluate("[...page.plane.look.manifold]"), (-1, 2))
    assert np.linalg.norm(np.diff(curve, axis=0), axis=1).max() < 0.1 * np.ptp(curve, axis=0).max()


def test_drawing_a_world(opened):
    field(opened, "Data", "World").select_option("drawn")
    wait(opened, "() => page.state.world.name === 'drawn' && page.runs")
    control(opened, "clear").click()
    plane = opened.page.locator("canvas.plane")
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    opened.page.mouse.move(box["x"] + 100, box["y"] + 150)
    opened.page.mouse.down()
    opened.page.mouse.move(box["x"] + 200, box["y"] + 150, steps=10)
    opened.page.mouse.up()
    wait(opened, "() => page.state.world.points?.length > 3")
    drawn = opened.page.evaluate("page.state.world.points")
    assert max(abs(y - drawn[0][1]) for _, y in drawn) < 0.02 and drawn[-1][0] > drawn[0][0] + 0.2
    plane.focus()
    for key in ("ArrowRight", "ArrowUp", "Enter"):
        opened.page.keyboard.press(key)
    wait(opened, f"() => page.state.world.points.length === {len(drawn) + 1}")
    assert opened.page.evaluate("page.state.world.points.at(-1)") == pytest.approx([0.1, 0.1])


def test_pictures(opened):
    field(opened, "Data", "World").select_option("digits")
    wait(opened, "() => page.state.world.name === 'digits' && page.runs && page.gallery.look?.verdicts")
    opened.steps(100)
    look = opened.page.evaluate("({ n: page.gallery.look.fake.length, counts: page.gallery.counts })")
    assert look["n"] == 24 * 64 and sum(look["counts"]) == 128 and len(look["counts"]) == 10
    assert opened.page.locator("[data-figure=classes]").inner_text()


def test_the_doctor_and_its_remedy(opened):
    """A D that knows: the doctor names it, and the button changes what it says."""
    strong = {"name": "adam", "learning_rate": 0.01, "momentum": 0.9, "beta_1": 0.5, "beta_2": 0.9}
    still = {**strong, "name": "sgd", "learning_rate": 0.0001}
    opened.state(
        world={"name": "two_gaussians"},
        objective={"name": "minimax", "number": 1},
        optimizers={"generator": still, "discriminator": strong},
        turns={"generator": 1, "discriminator": 3},
    )
    opened.steps(150)
    card = opened.page.locator("[data-symptom=discriminator_too_strong]")
    card.get_by_role("button").click()
    wait(opened, "() => page.state.objective.name === 'non_saturating'")
    assert opened.page.evaluate("page.state.optimizers.discriminator.learning_rate") == pytest.approx(0.0025)


def test_save_and_take_to_python(opened):
    with opened.page.expect_download() as download:
        control(opened, "save").click()
    assert json.loads(download.value.path().read_text())["weights"]["generator"]["arrays"]
    with opened.page.expect_download(lambda file: file.suggested_filename == "playground.py") as download:
        control(opened, "python").click()
    compile(download.value.path().read_text(), "playground.py", "exec")
