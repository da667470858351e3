"""Makes the weights that the package ships, one variant after the other: `python -m zoo.tools.make_weights [NAMES...]`.

Each is trained by its recipe (or resumed), released, and so measured; what is complete and released from its run is
left alone. Stopped at any moment and started again, it goes on where it was. A variant that fails does not stop the
others: it is named at the end, with a non-zero exit code, and RUNS/NAME.failed.txt keeps the reason.

Training and release are commands in processes of their own: a crash, or memory that is not given back, is theirs alone.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import zoo
from keras_gan.files.atomic import atomic_file
from zoo.registry import variants

# Tags of variants that are trained by whoever has the data or the machine; of those for which the package, whose
# weights may have 90 MB together, has no room; of those whose samples are not worth it; and of those that have the
# nets of another, and other labels or no fakes.
NOT_SHIPPED = {"own data", "large", "no room", "no digits", "same nets"}

# `keras-gan ...`, which ends when the driver does, however that was ended: only the driver holds its stdin open.
COMMAND = """
import os, threading
threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()
from keras_gan.__main__ import main
main()
"""


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m zoo.tools.make_weights", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="variants or patterns such as '*.mnist'; default: all without weights")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="the folder of the runs; default: runs")
    parser.add_argument("--into", type=Path, help="publish into INTO/NAME instead of the zoo's own folder")
    parser.add_argument("--steps", type=int, help="train each for so many steps, instead of by its recipe, to try this")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # through `finally`, where the child is ended
    try:
        names = chosen(options.names, options.runs)
    except ValueError as error:
        sys.exit(f"make_weights: {error}")
    failures = {}
    for number, name in enumerate(names, 1):
        at = f"[{number}/{len(names)}] {name}"
        folder = options.into / name if options.into else variants()[name].folder
        try:
            pretrain(name, options.runs / name, folder, options.steps, partial(say, at))
        except Failed as error:
            failures[name] = str(error)
            say(at, f"FAILED: {error}")
    done = len(names) - len(failures)
    print(f"{done} of {len(names)} variants are trained and released.", flush=True)
    for name, reason in failures.items():
        print(f"  {name} failed: {reason}", flush=True)
    sys.exit(1 if failures else 0)


class Failed(Exception):
    """A command ended with an error, whose last line this is."""


def chosen(patterns, runs):
    """The names to train, in the registry's order. Without patterns those that the package has no weights of, and those
    whose run has begun; with them whatever matches. Raises ValueError for a pattern that matches nothing."""
    if not patterns:
        shipped = [name for name, record in variants().items() if not NOT_SHIPPED & set(record.tags)]
        return [name for name in shipped if not variants()[name].pretrained or (runs / name / "config.json").is_file()]
    matched = set()
    for pattern in patterns:
        matched |= set(zoo.list_models(pattern)) or {zoo.variant(pattern).name}
    return [name for name in variants() if name in matched]


def pretrain(name, run, folder, steps, tell):
    """Whatever is left to do for one variant. Raises Failed with a sentence."""
    started = time.monotonic()
    if is_complete(name, run, steps) and is_released(run, folder):
        return tell("complete and released")
    if not is_complete(name, run, steps):
        begun = (run / "config.json").is_file()
        tell("training goes on" if begun else "training")
        length, resume = (["--steps", str(steps)] if steps else []), (["--resume"] if begun else [])
        command(run, "train", name, "--run", str(run), "--quiet", *length, *resume)
    tell("releasing")
    command(run, "release", str(run), "--folder", str(folder))
    tell(f"released after {(time.monotonic() - started) / 60:.1f} minutes: {summary(folder)}")


def is_complete(name, run, steps):
    """Whether the run has a result after all the steps of its recipe, which may have been lengthened since."""
    if not (run / "result.json").is_file():
        return False
    config, result = (json.loads((run / file).read_text()) for file in ("config.json", "result.json"))
    return result["steps"] >= (steps or variants()[name].epochs * config["steps_per_epoch"])


def is_released(run, folder):
    """Whether the folder has the weights of this very run; the card, which is written last, says that it is whole."""
    if not ((folder / "card.md").is_file() and (run / "result.json").is_file()):
        return False
    metadata, config, result = (
        json.loads(path.read_text()) for path in (folder / "metadata.json", run / "config.json", run / "result.json")
    )
    return metadata.get("started") == config["started"] and metadata["steps"] == result["steps"]


def command(run, *arguments):
    """`keras-gan ARGUMENTS`, its output to ours. Raises Failed, and leaves the reason beside the run's folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, *arguments], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
    )  # fmt: skip
    said = []
    try:
        for line in process.stderr:
            sys.stderr.write(line)
            said = [*said[-99:], line.strip()]
        code = process.wait()
    finally:
        process.kill()
        process.wait()
    if code:
        reason = reason_of(said) or f"keras-gan {arguments[0]} ended with exit code {code}"
        with atomic_file(failure_file(run)) as aside:
            aside.write_text(reason + "\n")
        raise Failed(reason)
    failure_file(run).unlink(missing_ok=True)


def reason_of(said):
    """The sentence of the command line, else the last line of stderr, which is that of an exception."""
    sentences = [line.removeprefix("keras-gan: ") for line in said if line.startswith("keras-gan: ")]
    return (sentences or [line for line in said if line] or [""])[-1]


def failure_file(run):
    """Where the reason stands why a run could not be finished or released."""
    return run.with_name(f"{run.name}.failed.txt")


def summary(folder):
    """The first figures of a release: `fid 1.64, kid 0.0259, precision 0.7`."""
    figures = json.loads((folder / "metadata.json").read_text())["figures"]
    return (
        ", ".join(f"{name.partition('@')[0]} {value:.3g}" for name, value in list(figures.items())[:4]) or "no figures"
    )


def say(at, what):
    print(f"{at}: {what}", flush=True)


if __name__ == "__main__":
    main()
