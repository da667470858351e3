"""The page for everyone: explanations, the keyboard, small and large windows, light and dark."""

import pytest
from browsers import watched

# Every control that one can reach, as [its name, its explanation].
CONTROLS = """() => [...document.querySelectorAll(
  'button, input:not([type=file]), select, canvas[tabindex="0"]')].map((control) => [
  control.getAttribute('aria-label') ?? control.labels?.[0]?.textContent ?? control.textContent,
  document.getElementById(control.getAttribute('aria-describedby'))?.textContent ?? null])"""
# Every string of the page, at any depth.
STRINGS = """async () => {
  const { strings } = await import('/strings.en.js');
  const leaves = (branch) => (typeof branch === 'string' ? [branch] : Object.values(branch).flatMap(leaves));
  return leaves(strings);
}"""
EVERY_LAYER = """async () => {
  const { LAYERS } = await import('/shapes.js');
  return Object.keys(LAYERS).filter((type) => !LAYERS[type].quiet).map((type) => ({ type }));
}"""
FOCUS = """() => { const { activeElement: at } = document;
  return [at.closest('section')?.ariaLabel, at.ariaLabel ?? at.labels?.[0]?.textContent ?? at.textContent]; }"""


def test_an_explanation_at_each_control(opened):
    """In states that show, together, every kind of control: its words are among the page's strings."""
    known = set(opened.page.evaluate(STRINGS))
    adam = {"name": "adam", "learning_rate": 0.01, "momentum": 0.9, "beta_1": 0.5, "beta_2": 0.9}
    optimizers = {"generator": {**adam, "name": "momentum"}, "discriminator": adam}
    opened.page.locator("[data-control=pretrained]").select_option("dcgan_conditional.mnist")
    opened.page.locator("[data-control=walk]").wait_for()
    opened.state(world={"name": "drawn"}, generator=opened.page.evaluate(EVERY_LAYER), optimizers=optimizers)
    seen = dict(opened.page.evaluate(CONTROLS))
    for name in ("minimax", "r1", "wasserstein_clip", "wasserstein_penalty"):
        opened.state(objective={"name": name, "number": 1 if name == "minimax" else 0.1})
        seen |= opened.page.evaluate(CONTROLS)
    assert {"Momentum", "β₁", "slope", "pool", "Class", "Real target", "γ", "Clip c", "Penalty λ"} <= seen.keys()
    assert [name for name, words in seen.items() if words not in known or words == name] == []


def test_explanations_come_by_focus_and_by_pointer(opened):
    page, bubble = opened.page, opened.page.locator(".bubble")
    page.set_viewport_size({"width": 360, "height": 700})
    page.locator(".skip").focus()
    page.keyboard.press("Tab")
    assert bubble.inner_text().startswith("Train: D’s turns, then G’s")
    page.keyboard.press("Escape")
    assert bubble.is_hidden()
    page.get_by_text("Batch size", exact=True).hover()
    bubble.get_by_text("Samples of each kind in one turn").wait_for()
    box = bubble.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360


def test_the_keyboard_reaches_everything(opened):
    page = opened.page
    page.evaluate("window.reached = new Set(); addEventListener('focusin', ({ target }) => reached.add(target))")
    able = "[...document.querySelectorAll('button:enabled, input:not([type=file]):enabled, select:enabled')]"
    for _ in range(page.evaluate(f"{able}.length") + 2):  # and the link to the picture
        page.keyboard.press("Tab")
    assert page.evaluate(f"{able}.filter((control) => !reached.has(control)).map((control) => control.outerHTML)") == []


def test_the_focus_stays_where_one_works(opened):
    """Controls that are made anew keep the focus; it goes to the neighbour of one that is gone."""
    page = opened.page
    rate = page.locator("fieldset.discriminator").get_by_label("Learning rate")
    rate.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("0.02")
    page.keyboard.press("Enter")
    page.wait_for_function("() => page.state.optimizers.discriminator.learning_rate === 0.02")
    assert page.evaluate(FOCUS) == ["Game", "Learning rate"]
    assert page.evaluate("document.activeElement.closest('fieldset').className") == "discriminator"
    page.get_by_role("region", name="Generator G").get_by_role("button", name="Remove ReLU").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => page.state.generator.length === 4")
    section, name = page.evaluate(FOCUS)
    assert section == "Generator G" and name != "Remove ReLU"


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1600, "dark")])
def test_nobody_is_left_out(browser, site, width, scheme):
    """axe-core finds nothing serious, and nothing is wider than the window: with points, and with pictures."""
    Axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing").Axe
    window = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "bypass_csp": True}
    with watched(browser, site, **window) as page:
        page.wait_for_selector("body[data-ready]")
        check(Axe, page, width)
        page.get_by_role("region", name="Data", exact=True).get_by_label("World", exact=True).select_option("digits")
        page.wait_for_function("() => page.gallery.look?.verdicts")
        page.locator("[data-control=pretrained]").select_option("gan.ring")
        page.locator("[data-control=walk]").focus()
        check(Axe, page, width)


def check(Axe, page, width):
    found = Axe().run(page).response["violations"]
    serious = [one for one in found if one["impact"] in ("serious", "critical")]
    assert [(one["id"], [node["html"][:90] for node in one["nodes"]]) for one in serious] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
