"""A training on the workers of a Ray cluster: `python ray_train.py dcgan.mnist /shared/runs/dcgan.mnist --workers 2`.

The run folder lies where all nodes see it. A worker that dies ends the attempt, and the next one goes on from the
checkpoint.
"""

import argparse
from pathlib import Path

from ray.train import RunConfig, ScalingConfig, TrainingFailedError
from ray.train.tensorflow import TensorflowTrainer


def train(settings):
    """On each worker, whose TF_CONFIG Ray has set."""
    import zoo  # noqa: I001  (before TensorFlow, whose settings it chooses)

    import tensorflow as tf

    zoo.train(strategy=tf.distribute.MultiWorkerMirroredStrategy(), verbose=0, **settings)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name")
    parser.add_argument("run", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--gpu", action="store_true", help="a GPU for each worker")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--checkpoint-seconds", type=float, default=30.0)
    parser.add_argument("--attempts", type=int, default=10, help="how often it begins; default: 10")
    options = parser.parse_args()
    run, workers = options.run.absolute(), ScalingConfig(num_workers=options.workers, use_gpu=options.gpu)
    for attempt in range(options.attempts):
        settings = {"name": options.name, "run": run, "steps": options.steps, "resume": (run / "config.json").is_file()}
        settings["checkpoint_seconds"] = options.checkpoint_seconds
        place = RunConfig(storage_path=str(run.parent / "ray"))
        try:
            TensorflowTrainer(train, train_loop_config=settings, scaling_config=workers, run_config=place).fit()
            break
        except TrainingFailedError as error:
            if attempt + 1 == options.attempts:
                raise
            print(f"Once more, from {run}: {error}")
