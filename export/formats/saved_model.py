"""A SavedModel that makes the image of a number: the averaged generator, its latents and its checks in one graph.

It needs no keras_gan where it runs. Its signatures keep no state and are batched throughout (TF Serving's batching
refuses scalar inputs): row i of the output belongs to row i of the inputs and depends on nothing else.
"""

import logging
import os
import shutil
import threading
from contextlib import contextmanager, suppress
from errno import EEXIST, ENOTEMPTY
from pathlib import Path

import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

from export.formats import source, translators, warmup
from keras_gan.files import manifest
from keras_gan.files.atomic import is_stale, remove
from keras_gan.sampling.palettes import rgb
from keras_gan.sampling.sampler import bounded

PNG_CHANNELS = (1, 3, 4)  # as files.images.write_png
BATCHING = ("max_batch_size", "batch_timeout_micros", "max_enqueued_batches", "num_batch_threads")


def saved_model(model, dir, version=None, *, batch_sizes=None, batching=None):
    """Writes `dir/version/` as TF Serving reads it, `dir` being the served model's base path, and returns that path.

    model: a keras_gan model, a pretrained name, or the folder of a run or of a preset. version None: the one after the
    highest that is there, or 1.

    | signature          | inputs                           | output                                                |
    |--------------------|----------------------------------|-------------------------------------------------------|
    | `sample`           | `seed` int64 [n]                 | `images` float32 [n, h, w, c] in [-1, 1]              |
    | `serving_default`  | the same                         | the same                                              |
    | `sample_truncated` | `seed`, `truncation` float32 [n] | `images`; each row's z is multiplied by truncation    |
    | `from_latent`      | `z` float32 [n, latent_dim]      | `images`                                              |
    | `png`              | `seed`                           | `png_bytes` string [n], of floor((x + 1) 127.5 + 1/2) |

    A model that makes images from images has other signatures; a CycleGAN, whose these lead to its domain b, also those
    for each way, `translate_a`, `translate_b`, `translate_png_a` and `translate_png_b`:

    | signature          | inputs                                                | output                           |
    |--------------------|-------------------------------------------------------|----------------------------------|
    | `translate`        | `input` float32 [n, h, w, c] in [-1, 1]               | `images`, with seed 0 each       |
    | `serving_default`  | the same                                              | the same                         |
    | `translate_seeded` | `input`, `seed` int64 [n], which a CycleGAN ignores   | `images`                         |
    | `translate_png`    | `png_bytes` string [n]: PNG, JPEG, GIF of any size    | `png_bytes` string [n]           |

    Images in bytes are cropped to their middle and resized, those of label maps by the nearest pixels; what is
    transparent in them loses its alpha.

    Those of a conditional model also take `label`, int32 [n]. `images` are those of `model.sample` for the same seeds,
    to float32 rounding (1e-5; of a CycleGAN, whose normalisation magnifies it, 1e-3). Models of points give `points`
    [n, d], unbounded, and have no `png`; neither have images of other than 1, 3 or 4 channels.

    The graph answers InvalidArgument, with one sentence, to an empty batch, inputs of different lengths, a label
    outside 0 to classes - 1, a z that is not finite, and a truncation that is negative or not finite.

    Beside the graph, in `assets.extra/`: `card.json` and `card.md` (export.source), and for `batch_sizes`, such as
    (1, 64), `tf_serving_warmup_requests`: one request per signature and size, which TF Serving runs before it says
    that the version is available. None: (1, 64) where the package tensorflow-serving-api is installed, else none.
    batching: values of TF Serving's batching_params.pbtxt, by name (BATCHING); it reads the file with
    `--enable_batching --enable_per_model_batching_parameters`. One bad row then fails the batch that it is merged into.

    `SHA256SUMS` has the digest of each of these files: `keras-gan serve` refuses a version that was damaged on its way.

    The folder is whole or absent, also after a crash: it is written under a hidden name, which TF Serving (integer
    names only) does not read, and renamed. Raises TypeError for anything but an AdversarialModel or a name, ValueError
    for an unknown name, a version that is not a positive integer, a model that was never trained, or a generator that
    has diverged or keeps a state of its own, FileExistsError when the version exists, OSError with one sentence when it
    cannot be written.
    """
    if version is not None and (not isinstance(version, int) or isinstance(version, bool) or version < 1):
        raise ValueError(f"version must be an integer of at least 1, as TF Serving reads it; got {version!r}.")
    warmup.check(batch_sizes)
    check_batching(batching or {})
    if version and os.path.lexists(Path(dir) / str(version)):
        raise FileExistsError(f"{Path(dir) / str(version)} exists already; export another version or remove that one.")
    model, card = source.opened(model, "saved_model")
    with folder_aside(Path(dir), version) as (aside, target), quiet():
        # Not ExportArchive.track or model.export: Keras 3 writes every weight twice (keras-team/keras#23553).
        module = tf.Module()
        module.weights = [weight.value for weight in model.sampler.weights]
        functions = translators.signatures(model, guarded) if model.from_input else signatures(model)
        check_stateless(functions, module.weights)
        tf.saved_model.save(module, str(aside), functions)
        slim(aside)
        extra = aside / "assets.extra"
        extra.mkdir()
        source.write_card(extra, card)
        palette = getattr(model, "palette", None)
        warmup.write(extra, functions, batch_sizes, rgb(palette)[0] if palette else warmup.WHITE)
        if batching:
            lines = [f"{name} {{ value: {batching[name]} }}\n" for name in BATCHING if name in batching]
            (aside / "batching_params.pbtxt").write_text("".join(lines))
        manifest.write(aside, ["**/*"])
    return target()


def check_batching(batching):
    """Raises ValueError for what TF Serving would not take."""
    for name, value in batching.items():
        if name not in BATCHING:
            raise ValueError(f"batching has no {name!r}; TF Serving knows {', '.join(BATCHING)}.")
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ValueError(f"{name} must be an integer of at least 1; got {value!r}.")


def signatures(model):
    """{name: concrete function} of the table above."""
    generator, latent, dimension, classes = model.sampler, model.latent, model.latent_dim, model.classes
    output = "points" if len(generator.output_shape) == 2 else "images"
    seed = tf.TensorSpec([None], tf.int64, "seed")
    truncation = tf.TensorSpec([None], tf.float32, "truncation")
    z = tf.TensorSpec([None, dimension], tf.float32, "z")
    label = source.beside_z(model)

    # Functions of their own, so that all signatures share one copy of these two graphs.
    @tf.function(autograph=False, input_signature=[seed])
    def latents(seed):
        return latent.numbered(seed, dimension)

    @tf.function(autograph=False, input_signature=[z, *label])
    def images(z, *label):
        z, *label = guarded(z, *label, checks=latent_checks(z, *label, classes=classes))
        made = bounded(generator([z, *label] if label else z, training=False))
        return tf.cast(made, tf.float32)  # of a generator whose last layer is in half precision

    def from_latent(z, *label):
        return {output: images(z, *label)}

    def sample(seed, *label):
        return {output: images(latents(seed), *label)}

    def sample_truncated(seed, truncation, *label):
        (truncation,) = guarded(truncation, checks=truncation_checks(seed, truncation))
        return {output: images(latents(seed) * truncation[:, None], *label)}

    def png(seed, *label):
        x = images(latents(seed), *label)
        pixels = tf.clip_by_value(tf.floor((x + 1.0) * 127.5 + 0.5), 0.0, 255.0)  # files.images.to_uint8
        return {"png_bytes": tf.io.encode_png(tf.cast(pixels, tf.uint8))}

    def concrete(function, *rows):
        return tf.function(function, autograph=False).get_concrete_function(*rows, *label)

    made = {
        "sample": concrete(sample, seed),
        "sample_truncated": concrete(sample_truncated, seed, truncation),
        "from_latent": concrete(from_latent, z),
    }
    if output == "images" and generator.output_shape[-1] in PNG_CHANNELS:
        made["png"] = concrete(png, seed)
    return {"serving_default": made["sample"], **made}


def latent_checks(z, *told, classes):
    """What must hold of the rows of z, and of labels or another condition: (condition, sentence) each."""
    n = tf.shape(z)[0]
    # oneDNN gives the images of an empty batch another shape (TensorFlow 2.21).
    yield n > 0, "The batch is empty: at least one row is needed."
    yield tf.math.is_finite(z), "z must be finite; it holds NaN or infinite values."
    for rows in told:
        what = "Each row needs one label: label" if classes else "Each row needs a condition: it"
        yield tf.shape(rows)[0] == n, f"{what} has another length than the seeds or z."
    if classes:
        (label,) = told
        # An embedding would take -1 for the last class.
        yield (label >= 0) & (label < classes), f"label must lie in 0 to {classes - 1}."


def truncation_checks(seed, truncation):
    """What must hold of truncation: one per seed, at least 0."""
    yield tf.shape(truncation)[0] == tf.shape(seed)[0], "Each seed needs one truncation: truncation has another length."
    yield tf.math.is_finite(truncation) & (truncation >= 0.0), "truncation must be finite and not negative."


def guarded(*tensors, checks):
    """The tensors, behind the checks: what reads them runs when all conditions hold; else the graph stops with
    InvalidArgument and the sentence."""
    assertions = [tf.debugging.Assert(tf.reduce_all(condition), [sentence]) for condition, sentence in checks]
    with tf.control_dependencies(assertions):
        return [tf.identity(tensor) for tensor in tensors]


def check_stateless(functions, weights):
    """Nothing but the generator's weights may be read: a random generator's state would make an image depend on the
    calls before it."""
    known = {id(part) for weight in weights for part in getattr(weight, "values", (weight,))}  # replicas have parts
    stray = {v.name for function in functions.values() for v in function.graph.variables if id(v) not in known}
    if stray:
        raise ValueError(
            f"The generator reads {', '.join(sorted(stray))} besides its weights, so a seed would not determine its "
            "image; remove the layer that keeps this state, or let it act in training only."
        )


def slim(folder):
    """Rewrites the graph without the names and the inferred shapes of inner nodes, which no runtime needs, and which
    are almost half of it: a small generator's weights are no larger."""
    path = folder / "saved_model.pb"
    saved = saved_model_pb2.SavedModel.FromString(path.read_bytes())
    graph = saved.meta_graphs[0].graph_def
    for node in graph.node:
        node.attr.pop("_output_shapes", None)
    for function in graph.library.function:
        # Capital letters, which the names of arguments do not have.
        short = {node.name: f"N{number}" for number, node in enumerate(function.node_def)}
        for node in function.node_def:
            node.name = short[node.name]
            node.input[:] = [renamed(reference, short) for reference in node.input]
            for attribute in ("_output_shapes", "_class"):  # _class: placement beside a node, by its old name
                node.attr.pop(attribute, None)
        for argument in function.arg_attr.values():
            for attribute in ("_output_shapes", "_user_specified_name"):  # the signature has the shapes and the names
                argument.attr.pop(attribute, None)
        for returned in (function.ret, function.control_ret):
            for name, reference in list(returned.items()):
                returned[name] = renamed(reference, short)
    path.write_bytes(saved.SerializeToString(deterministic=True))
    (folder / "fingerprint.pb").unlink(missing_ok=True)  # optional, and of the file as it was


def renamed(reference, short):
    """A node's input (`name:output:index`, `^name`, or the name of an argument) by the short names."""
    caret, reference = reference[: reference.startswith("^")], reference.removeprefix("^")
    name, colon, output = reference.partition(":")
    return caret + short.get(name, name) + colon + output


@contextmanager
def folder_aside(base, version):
    """`with folder_aside(base, version) as (aside, target)`: the empty folder `aside` becomes `base/version` when the
    block ends well, or with None the next free one, and is removed when it does not. target() says which it became."""
    aside = base / f".new.{os.getpid()}.{threading.get_native_id()}"
    shutil.rmtree(aside, ignore_errors=True)  # left by a killed process of the same id, which containers repeat
    target = base / (str(version) if version else "a new version")
    new = not base.exists()
    try:
        aside.mkdir(parents=True)
        for left in base.glob(".new.*.*"):  # by publishers that were killed
            if (process := left.name.split(".")[2]).isdecimal() and is_stale(left, int(process)):
                remove(left)
        yield aside, lambda: target
        for file in aside.rglob("*"):
            synchronise(file)
        while True:
            target = base / str(version or next_version(base))
            try:
                aside.rename(target)
                break
            except OSError as error:  # another process was faster
                if version or error.errno not in (EEXIST, ENOTEMPTY):
                    raise
        synchronise(base)
    except (OSError, tf.errors.OpError) as error:
        # TensorFlow's read "(operation) (temporary file); No space left on device [Op:SaveV2]".
        ours = not isinstance(error, tf.errors.OpError)
        reason = error.strerror or error if ours else error.message.rpartition("; ")[2].partition(" [Op:")[0]
        raise OSError(f"{target} cannot be written: {reason}; choose another place or make room for it.") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        if new:
            with suppress(OSError):  # it holds a version now, or was never made
                base.rmdir()


def synchronise(path):
    """To the disk, so that after a power cut no renamed folder has empty files."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def next_version(base):
    """The number after the highest folder that TF Serving would read."""
    return 1 + max((int(child.name) for child in base.iterdir() if child.name.isdecimal()), default=0)


@contextmanager
def quiet():
    """TensorFlow's notes on input names and assets are not the user's concern."""
    loggers = [logging.getLogger(name) for name in ("tensorflow", "absl")]
    for logger in loggers:  # a filter, because saving itself sets absl's level
        logger.addFilter(is_error)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(is_error)


def is_error(record):
    return record.levelno >= logging.ERROR
