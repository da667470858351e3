"""Training throughput of keras_gan's fit against a hand-written Keras loop and PyTorch: one run, alternated repeats.

Each contender is a process of its own, because TensorFlow and PyTorch in one would fight for threads; only one works at
a time. Reported are medians over the repeats, and the median of the ratios within a repeat, which holds when the
machine's speed drifts.
"""

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.table import Table

from keras_gan.files.atomic import atomic_file

CONTENDERS = {
    "matrix product": ("matmul", ""),
    "keras_gan": ("ours", ""),
    "keras_gan with average": ("ours", "average"),
    "Keras loop": ("keras_loop", ""),
    "PyTorch eager": ("torch_loop", "eager"),
    "PyTorch channels_last": ("torch_loop", "channels_last"),
    "PyTorch compile": ("torch_loop", "compile"),
    "PyTorch compile, channels_last": ("torch_loop", "compile,channels_last"),
}


class Contender:
    """A process that measures once per call."""

    def __init__(self, module, variant, net, seconds, stack):
        command = [sys.executable, "-m", f"benchmarks.{module}", "--net", net, "--seconds", str(seconds)]
        environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
        self.process = subprocess.Popen(
            [*command, "--variant", variant],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        stack.callback(self.process.kill)
        self.facts = self.answer()

    def answer(self):
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        raise RuntimeError(f"{' '.join(self.process.args)} ended without an answer; run it alone to see why.")

    def __call__(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return self.answer()["rate"]


def measure(net, repeats, seconds, progress):
    """{contender: [images/s of each repeat]}, {contender: facts}."""
    names = list(CONTENDERS)
    if importlib.util.find_spec("torch") is None:
        progress.print("PyTorch is not installed and is left out: pip install .[bench]")
        names = [name for name in names if not name.startswith("PyTorch")]
    if net == "mlp":
        names = [name for name in names if "channels_last" not in name]
    rates = {name: [] for name in names}
    with ExitStack() as stack:
        contenders = {}
        for name in names:
            progress.print(f"{net}: starting {name}")
            contenders[name] = Contender(*CONTENDERS[name], net, seconds, stack)
        for repeat in range(repeats):
            for name, contender in contenders.items():
                rates[name].append(contender())
                progress.print(f"{net}: repeat {repeat + 1} of {repeats}, {name}: {rates[name][-1]:.0f}")
        return rates, {name: contender.facts for name, contender in contenders.items()}


def report(net, rates, facts):
    """A table, and the same as a dict."""
    product = [rate * facts["matrix product"]["flop"] for rate in rates.pop("matrix product")]
    flop = facts["keras_gan"]["flop"]
    table = Table("contender", "images/s", "min", "max", "share of matrix product", "keras_gan is x times as fast")
    rows = {}
    for name, values in rates.items():
        rows[name] = {
            "images_per_second": statistics.median(values),
            "min": min(values),
            "max": max(values),
            "share": statistics.median(v * flop / p for v, p in zip(values, product, strict=True)),
            "ratio": statistics.median(o / v for o, v in zip(rates["keras_gan"], values, strict=True)),
        }
        row = rows[name]
        table.add_row(
            name,
            *(f"{row[key]:.0f}" for key in ("images_per_second", "min", "max")),
            f"{row['share']:.0%}",
            f"{row['ratio']:.2f}",
        )
    table.title = (
        f"{net}: {flop / 1e6:.0f} MFLOP per image; matrix product {statistics.median(product) / 1e9:.0f} GFLOP/s"
    )
    return table, {"flop": flop, "matrix_product": statistics.median(product), "contenders": rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--nets", nargs="+", default=["mlp", "dcgan"])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results = {}
    for net in options.nets:
        table, results[net] = report(net, *measure(net, options.repeats, options.seconds, Console(stderr=True)))
        Console().print(table)
    if options.json:
        with atomic_file(options.json) as aside:
            aside.write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
