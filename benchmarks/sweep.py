"""Sweeps under kills, and what the engine costs: `python -m benchmarks.sweep --markdown benchmarks/sweep.md`.

A sweep of gan_rates.gaussian1d, whose driver and workers are ended in turn by SIGKILL; then the same trials one after
the other in one process, without an engine.
"""

import argparse
import csv
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from rich.console import Console

from benchmarks.zoo import line, publish
from keras_gan.files.atomic import write_json
from zoo.sweeps.holding import is_held
from zoo.sweeps.space import space, trial_folder

NAME = "gan_rates.gaussian1d"
HEAD = """# Sweeps under kills, and what the engine costs

`{command}`: on {cpus} CPU cores, which other work shared; load average {load:.1f} before."""
KILLS = """
{kills} times SIGKILL, to the driver and to a worker in turn, in the middle of a trial, in a sweep of {trials} trials
over {workers} processes:

| trials planned | done once | done twice | missing | starts of trials | minutes |
|---:|---:|---:|---:|---:|---:|"""
COSTS = """
What the engine costs: seconds of each trial by the clock of its process, which is its work, and from the end of one to
the end of the next, which has what the engine does in between; {workers} process each, the first trial of a process,
which compiles, left out.

| {trials} trials | a trial's own seconds, mean | from end to end, mean | the engine's share |
|---|---:|---:|---:|"""


def command(folder, trials, workers):
    return [
        sys.executable, "-m", "keras_gan", "sweep", NAME, "--trials", str(trials), "--workers", str(workers),
        "--folder", str(folder),
    ]  # fmt: skip


def killed_sweep(folder, trials, workers, kills, console):
    """Runs the sweep to its end, killing it on the way; -> (kills, minutes). What is there goes on."""
    began, kept = time.monotonic(), folder / "kills.json"
    done = json.loads(kept.read_text()) if kept.is_file() else 0
    while True:
        driver = subprocess.Popen(command(folder, trials, workers), stdout=subprocess.DEVNULL)
        while driver.poll() is None:
            time.sleep(0.2)
            worker = running(folder) if done < kills else None
            if worker is None:
                continue
            with suppress(ProcessLookupError):  # it has ended meanwhile
                os.kill(worker if done % 2 else driver.pid, signal.SIGKILL)
            done += 1
            write_json(kept, done)
            console.print(f"kill {done}: a {'driver' if done % 2 else 'worker'}")
            time.sleep(1.0)
        if driver.returncode == 0:
            return done, (time.monotonic() - began) / 60
        if driver.returncode != -signal.SIGKILL:
            sys.exit("The sweep has failed; see above.")


def running(folder):
    """The process of a trial that has begun and is not done, or None."""
    for writer in folder.glob("trials/*/.writer.json"):
        own = writer.parent
        begun = (own / "starts.json").is_file() and not (own / "result.json").is_file()
        with suppress(OSError, ValueError):  # of a file that is gone by now
            if begun and is_held(own):  # and not left by one that was killed
                return json.loads(writer.read_text())["process"]
    return None


def counted(folder, trials):
    """The cells of the table of kills: what the sweep's table has, against what was planned."""
    with open(folder / "trials.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [row["trial"] for row in rows]
    grid = space(NAME)
    planned = {grid.key(one) for one in grid.settings(trials)}
    once = sum(names.count(one) == 1 for one in planned)
    twice = sum(names.count(one) > 1 for one in planned)
    return [len(planned), once, twice, len(planned - set(names)), sum(int(row["starts"]) for row in rows)]


def costs(folder, trials, console):
    """Rows of the table of costs: by the engine, and alone."""
    for what, run in (("by Optuna, in a process of its own", by_engine), ("alone, one after the other", alone)):
        own = folder / what.partition(",")[0].replace(" ", "_")
        ends, seconds = run(own, trials)
        console.print(f"{what}: {seconds}")
        between = [later - earlier for earlier, later in zip(ends, ends[1:], strict=False)]
        work, whole = sum(seconds[1:]) / len(between), sum(between) / len(between)
        yield line([what, f"{work:.2f}", f"{whole:.2f}", f"{(whole - work) / work:.1%}"])


def by_engine(folder, trials):
    """(times at which trials ended, each one's own seconds), in order."""
    subprocess.run(command(folder, trials, 1), check=True, stdout=subprocess.DEVNULL)
    return of_results(folder, trials)


def alone(folder, trials):
    """The same trials in one process, without an engine."""
    code = (
        "import sys, keras_gan; from pathlib import Path; from zoo.sweeps import holding, trial; "
        "from zoo.sweeps.space import space, trial_folder\n"
        "grid, folder = space(sys.argv[1]), Path(sys.argv[2])\n"
        "for one in grid.settings(int(sys.argv[3])):\n"
        "    own = trial_folder(folder, grid.key(one))\n"
        "    with holding.alone(own):\n"
        "        trial.run(grid, one, own)\n"
    )
    subprocess.run([sys.executable, "-c", code, NAME, str(folder), str(trials)], check=True)
    return of_results(folder, trials)


def of_results(folder, trials):
    grid = space(NAME)
    paths = [trial_folder(folder, grid.key(one)) / "result.json" for one in grid.settings(trials)]
    found = sorted((path.stat().st_mtime, json.loads(path.read_text())["seconds"]) for path in paths)
    return [end for end, _ in found], [seconds for _, seconds in found]


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sweep", description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=12)
    parser.add_argument("--workers", type=int, default=2, help="processes of the sweep that is killed")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--folder", type=Path, default=Path("sweeps/benchmark"), help="where the sweeps are kept")
    parser.add_argument("--markdown", type=Path, help="also write the tables here")
    given = sys.argv[1:] if arguments is None else arguments
    options = parser.parse_args(given)
    if not 2 <= options.trials <= space(NAME).size:
        parser.error(f"--trials must be 2 to {space(NAME).size}, the settings of {NAME}.")
    console, load = Console(stderr=True), os.getloadavg()[0]
    facts = vars(options) | {
        "command": " ".join(["python -m benchmarks.sweep", *given]), "cpus": os.cpu_count(), "load": load,
    }  # fmt: skip
    facts["kills"], minutes = killed_sweep(
        options.folder / "killed", options.trials, options.workers, options.kills, console
    )
    cells = [*map(str, counted(options.folder / "killed", options.trials)), f"{minutes:.1f}"]
    rows = list(costs(options.folder, options.trials, console))
    text = [HEAD.format(**facts), KILLS.format(**facts), line(cells), COSTS.format(**facts | {"workers": "one"}), *rows]
    publish("\n".join(text) + "\n", options.markdown)


if __name__ == "__main__":
    main()
