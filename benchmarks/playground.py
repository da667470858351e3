"""The playground's figures: `python -m benchmarks.playground` prints a table of what it does in headless chromium here.

Needs playwright and chromium. Times are those of this machine at this moment; what runs beside is printed with them.
"""

import os
import subprocess
import sys
import time
import zipfile
from io import BytesIO

import browsers

from keras_gan.playground import site

TRAINING = 20  # seconds over which a rate is counted

DENSE = "{ type: 'dense', units: 16 }, { type: 'relu' }, { type: 'dense', units: 16 }, { type: 'relu' }"


def rate(page, seconds):
    """Steps a second while the page draws, and the longest block of its thread meanwhile."""
    page.evaluate("window.blocks = []")
    page.evaluate(
        "new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => blocks.push(duration)))"
        ".observe({ type: 'longtask' })"
    )
    page.evaluate("page.play()")
    page.wait_for_function("() => page.state.steps > 5", timeout=300_000)
    began, before = time.perf_counter(), page.evaluate("page.state.steps")
    time.sleep(seconds)
    steps = page.evaluate("page.state.steps") - before
    found = steps / (time.perf_counter() - began), page.evaluate("Math.max(0, ...blocks)")
    page.evaluate("page.pause()")
    return found


def started():
    """`keras-gan playground` as a process: (it, its address, seconds until it answered)."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "keras_gan", "playground", "--port", "0", "--no-browser"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "COLUMNS": "200"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    address = process.stdout.readline().split(" at ")[1].split()[0]
    served = time.perf_counter() - began
    return process, address, served


def main():
    rows = []
    process, address, served = started()
    with browsers.chromium() as browser:
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        began = time.perf_counter()
        page.goto(address)
        page.wait_for_selector("body[data-ready]", timeout=120_000)
        ready = time.perf_counter() - began
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN") / 1000
        rows.append(("command answers, s", served, ""))
        rows.append(("first paint after that, s", paint, "1 with the row above"))
        rows.append(("ready to train after that, s", ready, "3 with the first row"))
        generator, discriminator = (f"[{DENSE}, {{ type: 'dense', units: {units} }}]" for units in (2, 1))
        page.evaluate(f"page.change({{ ...page.state, generator: {generator}, discriminator: {discriminator} }})")
        steps, blocked = rate(page, TRAINING)
        rows.append(("2-D, two hidden layers of 16, batch 150, steps/s", steps, "150"))
        rows.append(("longest block of the page meanwhile, ms", blocked, "50"))
        page.select_option("[data-control=lesson]", "start")
        page.wait_for_function("() => page.runs && page.state.steps === 0 && page.state.generator[0].units === 64")
        began = time.perf_counter()
        page.evaluate("page.play()")
        all_modes = "coverage.modes === 8 && coverage.high_quality > 0.5"  # not a cloud that lies over all of them
        page.wait_for_function(
            f"() => {{ const {{ coverage }} = page.figures.records.at(-1) ?? {{}}; return coverage && {all_modes}; }}",
            timeout=300_000,
        )
        rows.append(
            ("ring of 8: seconds to 8 of 8 modes, and half of the fakes on one", time.perf_counter() - began, "60")
        )
        page.evaluate("page.pause()")
        options = page.locator("section[aria-label=Data] option[value=mnist14]")
        if options.is_enabled():
            page.locator("section[aria-label=Data] select").first.select_option("mnist14")
            page.wait_for_function("() => page.gallery.look?.verdicts", timeout=120_000)
            steps, blocked = rate(page, TRAINING)
            rows.append(("MNIST at 14 pixels, convolutions, batch 32, steps/s", steps, "10"))
            rows.append(("longest block of the page meanwhile, ms", blocked, "50"))
    process.terminate()
    process.wait()
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, content in site.page_files().items():
            wheel.writestr(path, content)
    rows.append(("the page in a wheel, MB", len(packed.getvalue()) / 1e6, "4"))
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    print("| what | measured | wanted |\n|---|---|---|")
    for what, value, wanted in rows:
        print(f"| {what} | {value:.3g} | {wanted} |")


if __name__ == "__main__":
    main()
