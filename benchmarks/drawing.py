"""What a person who draws waits for: `python -m benchmarks.drawing pix2pix.faces_labels`.

A model that makes images from images, in this process: one image, and 64 at once. Then `keras-gan serve` with the same
model, its page in chromium, and strokes on the sheet: from the pointer's touch until the new picture is shown, through
PNG, HTTP, the server's batching, TensorFlow, PNG and back.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

import browsers
import numpy as np

from benchmarks.zoo import line
from keras_gan.sampling.translation import blank

STROKES = 20
CALLS = 100
WATCH = """() => {
  window.waits = [];
  const section = [...document.querySelectorAll("section")].find(one => one.querySelector("canvas"));
  const made = section.querySelector(".made");
  let touched = null;
  section.querySelector("canvas").addEventListener("pointerdown", () => { touched = performance.now(); }, true);
  made.addEventListener("load", () => {
    if (touched !== null) waits.push(performance.now() - touched);
    touched = null;
  });
}"""


def milliseconds(call, calls):
    """The median time of a call, after three to warm up."""
    for _ in range(3):
        call()
    taken = []
    for _ in range(calls):
        began = time.perf_counter()
        call()
        taken.append(1e3 * (time.perf_counter() - began))
    return statistics.median(taken)


def in_process(name):
    """Rows (what, milliseconds) of the model itself."""
    import zoo

    model = zoo.load(name)
    given = np.repeat(blank(model.input_image_shape, getattr(model, "palette", None)), 64, axis=0)
    yield "translate one image, p50", milliseconds(lambda: model.translate(given[:1]), CALLS)
    yield "translate 64 images, p50", milliseconds(lambda: model.translate(given), CALLS // 5)


def on_the_page(name):
    """Rows of strokes in chromium against `keras-gan serve`."""
    command = [sys.executable, "-m", "keras_gan", "serve", name, "--port", "0", "--grpc-port", "0"]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    )
    try:
        told = (json.loads(text) for text in process.stderr if text.startswith("{"))
        address = next(one["rest"] for one in told if one["event"] == "listening")
        with browsers.chromium() as browser:
            page = browser.new_page(viewport={"width": 1200, "height": 900})
            page.goto(address)
            page.wait_for_function("() => document.querySelector('.made')?.naturalWidth > 0", timeout=120_000)
            page.evaluate(WATCH)
            box = page.locator("canvas").first.bounding_box()
            for number in range(STROKES):
                x = box["x"] + box["width"] * (0.2 + 0.6 * number / STROKES)
                page.mouse.move(x, box["y"] + box["height"] / 3)
                page.mouse.down()
                page.mouse.up()
                page.wait_for_function(f"() => waits.length > {number}", timeout=30_000)
            waits = sorted(page.evaluate("waits"))
    finally:
        process.terminate()
        process.wait()
    yield f"stroke to new picture, p50 of {STROKES}", statistics.median(waits)
    yield "stroke to new picture, the slowest", waits[-1]


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drawing", description=__doc__.splitlines()[0])
    parser.add_argument("name", help="a pretrained name, or a run's folder")
    options = parser.parse_args(arguments)
    rows = [*in_process(options.name), *on_the_page(options.name)]
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    print(line(["what", "ms"]), "|---|---:|", sep="\n")
    for what, value in rows:
        print(line([what, f"{value:.3g}"]))


if __name__ == "__main__":
    main()
