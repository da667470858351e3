"""Several machines on paper: how much of a step the exchange of gradients would take, from their bytes, the measured
time of a step on one device, and the speed of links: `python -m benchmarks.scaling dcgan64 --milliseconds 20.2`.

After each turn a player's gradients are summed over N replicas. A ring moves 2 (N - 1) / N of their bytes through each
link (Patarasu and Yuan 2009, "Bandwidth optimal all-reduce algorithms for clusters of workstations"). Nothing is taken
to overlap with arithmetic, which makes it worse than it is, and latency is left out, which makes it better.
"""

import argparse
import math
from pathlib import Path
from types import SimpleNamespace

from benchmarks.contender import IMAGES
from benchmarks.zoo import line, publish

LINKS = {  # bytes a second in one direction, as their makers state them
    "NVLink of an H100": 450e9,
    "PCIe 5, 16 lanes": 63e9,
    "InfiniBand, 400 Gbit/s": 50e9,
    "Ethernet, 100 Gbit/s": 12.5e9,
    "Ethernet, 10 Gbit/s": 1.25e9,
}
REPLICAS = (2, 8, 64)


def gradient_bytes(net):
    """Bytes of both players' gradients, float32 also where the arithmetic is in half precision."""
    from benchmarks.ours import nets

    players = nets(SimpleNamespace(net=net, precision="float32"))
    return 4 * sum(math.prod(weight.shape) for player in players for weight in player.trainable_weights)


def share(size, speed, replicas, seconds):
    """The step's time alone over its time with the exchange."""
    return seconds / (seconds + 2 * (replicas - 1) / replicas * size / speed)


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__.partition("\n\n")[0])
    parser.add_argument("net", choices=tuple(IMAGES))
    parser.add_argument("--milliseconds", type=float, required=True, help="of a step on one device, measured")
    parser.add_argument("--markdown", type=Path, help="also write the table here")
    options = parser.parse_args(arguments)
    size, seconds = gradient_bytes(options.net), options.milliseconds / 1e3
    lines = [
        f"{options.net}: {size / 1e6:.1f} MB of gradients a step of {options.milliseconds:g} ms.\n",
        line(["link", *(f"{replicas} replicas" for replicas in REPLICAS)]),
        f"|---|{'---:|' * len(REPLICAS)}",
        *(
            line([name, *(f"{share(size, speed, replicas, seconds):.0%}" for replicas in REPLICAS)])
            for name, speed in LINKS.items()
        ),
    ]
    publish("\n".join(lines) + "\n", options.markdown)


if __name__ == "__main__":
    main()
