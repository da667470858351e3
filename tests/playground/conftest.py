"""A real browser on a page that is really served: one of each for all tests of a worker."""

import json
import threading

import pytest
from browsers import MISSING, WHY, chromium

from keras_gan.cli.playground import offered
from keras_gan.playground.site import Site, serve


@pytest.fixture(scope="session")
def site():
    """The page's address on this machine, with all that `keras-gan playground` offers."""
    server = serve(0, Site(offered()))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser():
    """Debian's chromium; without it whatever asks for it is skipped. Of a module and not of all: a thread has one
    playwright, and other tests of pages that this worker takes over have theirs."""
    if MISSING:
        pytest.skip(WHY)
    with chromium() as found:
        yield found


class Opened:
    """A page that is ready, with words for what tests do; it keeps what must not happen."""

    def __init__(self, page, site):
        self.page, self.site, self.faults = page, site, []
        page.on("console", lambda message: message.type == "error" and self.faults.append(message.text))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: self.judge(request.url))

    def judge(self, url):
        if not url.startswith((self.site, "data:", f"blob:{self.site}")):
            self.faults.append(f"a request leaves: {url}")

    def open(self, fragment=""):
        self.page.goto("about:blank")
        self.page.goto(self.site + fragment)
        self.page.wait_for_function("() => document.body?.dataset.ready && (page.view.look || !page.runs)")
        return self

    def state(self, **changes):
        """Opens the page's default state with some changes; returns the state that is on."""
        script = "async (changes) => { const { DEFAULT } = await import('/state.js');"
        script += " await page.change({ ...DEFAULT, ...changes }); return page.state; }"
        return self.page.evaluate(script, changes)

    def steps(self, count):
        """Trains so many steps, and waits for the frame after them; -> the fingerprint of all weights."""
        script = """(count) => new Promise((resolve, reject) => {
            const goal = page.state.steps + count, { frame, trouble } = page.engine.listeners;
            page.engine.listeners.trouble = ({ message }) => reject(new Error(message));
            page.engine.listeners.frame = (message) => {
              frame(message);
              if (message.steps < goal) return;
              Object.assign(page.engine.listeners, { frame, trouble });
              resolve(message.fingerprint);
            };
            page.engine.send('steps', { count });
        })"""
        return self.page.evaluate(script, count)

    def saved(self):
        return self.page.evaluate("page.saved()")

    def save(self, path):
        """The session as a file for Python; -> the state."""
        state = self.saved()
        path.write_text(json.dumps(state))
        return state


@pytest.fixture
def opened(browser, site):
    """The page at 1,200 pixels, ready to train. An error or a request that leaves fails the test."""
    context = browser.new_context(viewport={"width": 1200, "height": 900}, accept_downloads=True)
    context.set_default_timeout(60_000)  # other trainings may share the machine
    page = Opened(context.new_page(), site)
    yield page.open()
    context.close()
    assert page.faults == []
