"""Trains the encoders that the package ships: `python -m zoo.tools.train_encoder mnist`, `... faces`, and the
segmenter, `... labels`.

On one machine the weights are a function of the seed.
"""

import argparse

import keras
import tensorflow as tf

from keras_gan.evaluation import encoders
from keras_gan.files.atomic import atomic_file, write_json
from keras_gan.files.weights import assign, digest, to_safetensors
from zoo.runs.folder import commit
from zoo.tools import digit_encoder, face_encoder, face_segmenter

TRAININGS = {"mnist": digit_encoder, "faces": face_encoder, "labels": face_segmenter}


def trained(dataset):
    """The classifier of a data set."""
    keras.utils.set_random_seed(TRAININGS[dataset].SEED)
    tf.config.experimental.enable_op_determinism()
    return TRAININGS[dataset].train()


def ship(dataset, model, folder=encoders.SHIPPED):
    """Writes the weights in half precision, and a record with their SHA-256 and what they give as rounded."""
    training = TRAININGS[dataset]
    content = to_safetensors(model, "float16")
    path = folder / f"{training.NAME}.safetensors"
    assign(model, content, path)
    record = {
        "sha256": digest(content), "command": f"python -m zoo.tools.train_encoder {dataset}", "commit": commit(),
        "seed": training.SEED, "epochs": training.EPOCHS, "parameters": model.count_params(), "data": training.DATA,
        **training.facts(model),
    }  # fmt: skip
    with atomic_file(path) as aside:
        aside.write_bytes(content)
    write_json(folder / f"{training.NAME}.json", record)
    return record


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train an encoder and put it into the package.")
    parser.add_argument("dataset", choices=list(TRAININGS))
    chosen = parser.parse_args().dataset
    print(ship(chosen, trained(chosen)))
