"""What writes a run's folder while it trains: the callbacks, in their order, and what they draw."""

import keras

from keras_gan import callbacks
from keras_gan.data.toys import TOYS

SHOWN = 16  # translations in a picture


def pictures_of(run, model, source, every):
    """What is drawn into the run's folder after every so many epochs."""
    if not model.from_input:
        return callbacks.SampleGrid(run / "samples", every=every)
    truth = source.values[:SHOWN] if source.paired else None
    return callbacks.Translations(run / "samples", source.inputs[:SHOWN], truth, every)


def observers(run, record, world, checkpoint, doctor, batch_size, pictures):
    """The callbacks that write the run folder, in the order in which they must come: a NaN ends the run before it is
    saved, what logs comes after what adds to the log, and the checkpoint, which says that an epoch is done, is last."""
    every = pictures.every
    films = [callbacks.Demonstration(run / "demonstration", world, every)] if world else []
    return [
        callbacks.StopOnNonFinite(),
        callbacks.Throughput(batch_size),
        keras.callbacks.CSVLogger(str(run / "log.csv"), append=True),
        doctor,
        keras.callbacks.TensorBoard(str(run / "tensorboard"), write_graph=False),
        pictures,
        callbacks.LossCurves(run / "losses.png", log=run / "log.csv", every=every),
        *films,
        checkpoint,
    ]


def world_of(dataset, model):
    """The toy world of a data set, where its training can be filmed: in the plane, or on a line from a z on a line."""
    world = TOYS.get(dataset) if isinstance(dataset, str) else None
    return world if world and (world.dimensions == 2 or model.latent_dim == 1) else None
