"""A real browser for tests of pages: Debian's chromium, driven by playwright, whose own browsers are not needed."""

import shutil
from contextlib import contextmanager
from importlib.util import find_spec

import pytest

CHROMIUM = shutil.which("chromium")
MISSING = not (CHROMIUM and find_spec("playwright"))
WHY = "needs chromium (apt-get install chromium) and keras_gan[test]"
needs_chromium = pytest.mark.skipif(MISSING, reason=WHY)


@contextmanager
def chromium():
    """A browser; ended with the block."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def watched(browser, url, **options):
    """A page of that address; at the end of the block it must have thrown nothing, and asked no other host."""
    page = browser.new_page(**options)
    troubles, asked = [], []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    try:
        yield page
    finally:
        page.close()
    assert not troubles
    assert not [one for one in asked if not one.startswith((url, "data:", "blob:"))]
