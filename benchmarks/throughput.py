"""Training throughput of keras_gan's fit against a hand-written Keras loop and PyTorch: one run, alternated repeats.

Each contender is a process of its own, because TensorFlow and PyTorch in one would fight for threads; only one works at
a time. Reported are medians over the repeats, and the median of the ratios within a repeat, which holds when the
machine's speed drifts.
"""

import argparse
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.contender import IMAGES, PRECISIONS
from benchmarks.zoo import line
from keras_gan.files.atomic import atomic_file, write_json

CONTENDERS = {
    "matrix product": ("matmul", ""),
    "keras_gan": ("ours", ""),
    "keras_gan with average": ("ours", "average"),
    "keras_gan, XLA": ("ours", "jit"),
    "Keras loop": ("keras_loop", ""),
    "PyTorch eager": ("torch_loop", "eager"),
    "PyTorch channels_last": ("torch_loop", "channels_last"),
    "PyTorch compile": ("torch_loop", "compile"),
    "PyTorch compile, channels_last": ("torch_loop", "compile,channels_last"),
    "PyTorch CUDA graphs, channels_last": ("torch_loop", "graphs,channels_last"),
}
ON_GPUS = ("keras_gan, XLA", "PyTorch CUDA graphs, channels_last")
WITH_R3GAN = ("matrix product", "keras_gan", "keras_gan with average", "PyTorch eager", "PyTorch channels_last")
START = 300  # seconds, until a contender has compiled and warmed up


class Contender:
    """A process that measures once per call."""

    def __init__(self, module, variant, options, stack):
        command = [sys.executable, "-m", f"benchmarks.{module}", "--net", options.net, "--batch", str(options.batch)]
        command += ["--precision", options.precision, "--seconds", str(options.seconds), "--variant", variant]
        self.errors = stack.enter_context(tempfile.TemporaryFile("w+"))
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
        )
        stack.callback(self.process.kill)
        timer = threading.Timer(START, self.process.kill)
        timer.start()
        try:
            self.facts = self.answer()
        except Ended as error:
            raise error if timer.is_alive() else Ended(f"it is not ready after {START} s") from error
        finally:
            timer.cancel()

    def answer(self):
        for answer in self.process.stdout:
            if answer.startswith("{"):
                return json.loads(answer)
        self.errors.seek(0)
        said = self.errors.read().strip().splitlines()
        raise Ended(said[-1] if said else "it ended without a word")

    def __call__(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return self.answer()["rate"]


class Ended(RuntimeError):
    """A contender gave no answer; with what it said last."""


def measure(names, options, progress):
    """{contender: [images/s of each repeat]}, {contender: facts}. One that fails is named, and left out."""
    if importlib.util.find_spec("torch") is None:
        progress.print("PyTorch is not installed and is left out: pip install .[bench]", markup=False)
        names = [name for name in names if not name.startswith("PyTorch")]
    if options.net == "mlp":
        names = [name for name in names if name == "PyTorch CUDA graphs, channels_last" or "channels_last" not in name]
    if options.net == "r3gan":  # a penalty on a slope: torch.compile has no second derivative; the loop is of GAN alone
        names = [name for name in names if name in WITH_R3GAN]
    rates = {}
    with ExitStack() as stack:
        contenders = {}
        for name in names:
            progress.print(f"{options.net}: starting {name}")
            try:
                contenders[name] = Contender(*CONTENDERS[name], options, stack)
            except Ended as error:
                progress.print(f"{options.net}: {name} is left out: {error}")
        for repeat in range(options.repeats):
            for name, contender in contenders.items():
                rates.setdefault(name, []).append(contender())
                progress.print(
                    f"{options.net}: repeat {repeat + 1} of {options.repeats}, {name}: {rates[name][-1]:.0f}"
                )
        return rates, {name: contender.facts for name, contender in contenders.items()}


HEADINGS = ("contender", "images/s", "min", "max", "share of matrix product", "keras_gan is x times as fast")


def report(options, rates, facts):
    """(title, rows of text), and the same as a dict."""
    product = [rate * facts["matrix product"]["flop"] for rate in rates.pop("matrix product")]
    flop = facts["keras_gan"]["flop"]
    rows, lines = {}, []
    for name, values in rates.items():
        shares = [value * flop / one for value, one in zip(values, product, strict=True)] if flop else None
        rows[name] = {
            "images_per_second": statistics.median(values),
            "min": min(values),
            "max": max(values),
            "share": shares and statistics.median(shares),
            "ratio": statistics.median(o / v for o, v in zip(rates["keras_gan"], values, strict=True)),
        }
        row = rows[name]
        speeds = [f"{row[key]:.0f}" for key in ("images_per_second", "min", "max")]
        lines.append([name, *speeds, f"{row['share']:.0%}" if flop else "", f"{row['ratio']:.2f}"])
    arithmetic = f"{flop / 1e6:.0f} MFLOP per image; " if flop else ""
    title = (
        f"{options.net}, batch {options.batch}, {options.precision}: {arithmetic}"
        f"matrix product {statistics.median(product) / 1e9:.0f} GFLOP/s"
    )
    return (title, lines), {
        "net": options.net, "batch": options.batch, "precision": options.precision, "flop": flop,
        "matrix_product": statistics.median(product), "contenders": rows,
    }  # fmt: skip


def shown(title, lines):
    """A rich table."""
    table = Table(*HEADINGS, title=title)
    for cells in lines:
        table.add_row(*cells)
    return table


def markdown(title, lines):
    """The same as a section of Markdown."""
    rule = f"|---|{'---:|' * (len(HEADINGS) - 1)}"
    return "\n".join(["", f"## {title}", "", line(HEADINGS), rule, *map(line, lines)]) + "\n"


def chosen(wanted):
    """The contenders to start: all, but those for GPUs where there is none, or the wanted ones and what they are held
    against."""
    if wanted:
        return [name for name in CONTENDERS if name in {"matrix product", "keras_gan", *wanted}]
    gpu = shutil.which("nvidia-smi") is not None
    return [name for name in CONTENDERS if gpu or name not in ON_GPUS]


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.throughput", description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--nets", nargs="+", choices=tuple(IMAGES), default=["mlp", "dcgan"])
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--precision", choices=PRECISIONS, default="float32")
    parser.add_argument("--contenders", nargs="+", choices=tuple(CONTENDERS), metavar="NAME", help="default: all")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--markdown", type=Path, help="also write the tables here")
    options = parser.parse_args(arguments)
    results, sections = {}, []
    for net in options.nets:
        options.net = net
        rates, facts = measure(chosen(options.contenders), options, Console(stderr=True))
        table, results[net] = report(options, rates, facts)
        sections.append(markdown(*table))
        Console().print(shown(*table))
    if options.json:
        write_json(options.json, results)
    if options.markdown:
        with atomic_file(options.markdown) as aside:
            aside.write_text("".join(sections))


if __name__ == "__main__":
    main()
