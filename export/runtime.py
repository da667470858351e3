"""Samples without TensorFlow: `Sampler("dcgan.mnist").sample(16, seed=0)` needs NumPy, onnxruntime and safetensors.

What this file imports of keras_gan does without TensorFlow, which would take seconds. It reads two things:

* a .onnx file that `export.onnx` wrote: the graph with its weights, and in its metadata what is needed to draw z;
* a preset's folder or a pretrained name: the graph alone, `sampler.onnx` (a few kB), whose weights are those of
  `average.safetensors` or `generator.safetensors` beside it, checked by their SHA-256.

The graph makes images of z. z is drawn here, from the seed, by the same numbers as in keras_gan.sampling.latents:
ONNX's integer operations hold Threefry, but its runtimes do not hold a float64 cosine.
"""

import json
import math
from pathlib import Path

import numpy as np

from keras_gan.files import manifest
from keras_gan.files.extras import require
from keras_gan.sampling import translation
from keras_gan.sampling.labels import check_labels, numbered
from keras_gan.sampling.seeds import seeds_from

GRAPH = "sampler.onnx"
WEIGHTS = ("average.safetensors", "generator.safetensors")  # the first that is there
BATCH = 64  # at most so many images at once
ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
PARITY = np.uint32(0x1BD11BDA)


class Sampler:
    """A pretrained name, a preset's folder or a .onnx file, ready to sample in onnxruntime.

    Raises ValueError with one sentence for what is none of these, for damaged files, and where onnxruntime is missing.
    `card` holds what the file says of itself; `classes` is None for an unconditional model.
    """

    def __init__(self, name_or_path, threads=None):
        onnxruntime = runtime()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        if threads:
            options.intra_op_num_threads = threads
        path, weights = find(name_or_path)
        if weights:
            values = [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in weights.values()]
            options.add_external_initializers(list(weights), values)
        try:
            self.session = onnxruntime.InferenceSession(path.read_bytes(), options, ["CPUExecutionProvider"])
            self.card = json.loads(self.session.get_modelmeta().custom_metadata_map["keras_gan"])
        except Exception as error:  # onnxruntime raises a dozen types of its own, without a common one
            if isinstance(error, KeyError):
                raise ValueError(f"{path} was not written by export.onnx: it does not say how z is drawn.") from error
            raise ValueError(f"{path} is not an ONNX file that onnxruntime can run.") from error
        self.classes, self.class_names = self.card["classes"], self.card.get("class_names")

    def sample(self, n, seed=0, label=None, truncation=1.0):
        """The images of seeds seed, ..., seed + n - 1, as `model.sample`: float32 [n, h, w, c] in [-1, 1]."""
        return self.sample_seeds(seeds_from(seed, n), label, truncation)

    def sample_seeds(self, seeds, label=None, truncation=1.0):
        """The images of the given seeds, in their order."""
        label = numbered(label, self.class_names, seeds)
        return self.images_of(latents(seeds, self.card["latent"]) * np.float32(truncation), label)

    def translate(self, images, seed=0, to="b"):
        """Images made from inputs [n, h, w, c], as `model.translate`: float32 [n, h, w, c] in [-1, 1]. seed: of what
        dropout drops in a Pix2Pix; to: the domain into which a CycleGAN translates."""
        if "input_shape" not in self.card:
            raise ValueError("This model makes images from noise, not from images: sample() draws them.")
        given = translation.checked(images, self.card["input_shape"], self.card.get("palette"))
        z = latents(seeds_from(seed, len(given)), self.card["latent"])
        if self.card["class"] != "CycleGAN":
            return self.run({"z": z, "input": given})
        if to not in ("a", "b"):
            raise ValueError(f'to is "a" or "b", not {to!r}.')
        # The graph takes images of both domains side by side, and gives what becomes of b before what becomes of a.
        both = [given, np.zeros_like(given)] if to == "b" else [np.zeros_like(given), given]
        made = np.split(self.run({"z": z, "input": np.concatenate(both, axis=-1)}), 2, axis=-1)
        return made["ab".index(to)]

    def images_of(self, z, label=None):
        """Images of given z, float32 [n, latent_dim]."""
        if "input_shape" in self.card:
            raise ValueError("This model makes images from images: translate() takes them.")
        feeds = {"z": np.asarray(z, "float32")}
        if self.classes is not None:
            feeds["label"] = self.labels(label, len(z))
        elif label is not None:
            raise ValueError("This model is unconditional: it takes no label.")
        return self.run(feeds)

    def run(self, feeds):
        """The graph's output for {input: rows}, in parts."""
        count = len(feeds["z"])
        parts = [{name: rows[i : i + BATCH] for name, rows in feeds.items()} for i in range(0, count, BATCH)]
        return np.concatenate([self.session.run(None, part)[0] for part in parts])

    def labels(self, label, n):
        """`label`, one for all or one each, numbers or names, as int32 [n]."""
        label = numbered(label, self.class_names)
        if label is not None and np.ndim(label) == 0:
            label = np.full(n, label)
        check_labels(label, n, self.classes)
        return np.asarray(label, dtype="int32").reshape(n)


def runtime():
    """The package onnxruntime. Raises MissingExtra where it is not installed."""
    require("Sampling without TensorFlow", "onnx", "onnxruntime")
    import onnxruntime

    return onnxruntime


def find(name_or_path):
    """-> (path of the graph, {name: array} of its weights, or None where it holds them itself)."""
    path = Path(name_or_path)
    if path.suffix == ".onnx":
        if not path.is_file():
            raise ValueError(f"There is no file {path}.")
        return path, None
    from zoo.locate import locate

    found = locate(name_or_path)
    folder = found.path
    if found.kind != "preset":
        raise ValueError(
            f"{name_or_path} is no pretrained name, preset or .onnx file; onnxruntime samples those alone."
        )
    if not (folder / GRAPH).is_file():
        raise ValueError(
            f"{folder} has no {GRAPH}; keras-gan export {name_or_path} {folder} --format onnx-graph adds it."
        )
    return folder / GRAPH, weights(folder)


def weights(folder):
    """{name: float32 array} of the network that a preset samples from, whose SHA-256 is checked."""
    from safetensors.numpy import load

    digests = manifest.read(folder) or json.loads((folder / "metadata.json").read_text())["sha256"]
    name = next((name for name in WEIGHTS if name in digests), None)
    if name is None:
        raise ValueError(f"{folder} is not whole: it lists no weights of a generator; install or save it again.")
    for other in (GRAPH, "config.json"):
        if other in digests:
            manifest.checked(folder / other, digests[other])
    content = manifest.checked(folder / name, digests[name])
    return {name: np.ascontiguousarray(value, "float32") for name, value in load(content).items()}


def latents(seeds, latent):
    """The z of seeds, float32 [n, dimension]: keras_gan.sampling.latents in NumPy. latent: the card's entry."""
    u, v = uniforms(np.asarray(seeds, "int64"), latent["dimension"])
    if latent["distribution"] == "Normal":
        wide = np.sqrt(-2.0 * np.log(u.astype("float64"))) * np.cos(2.0 * math.pi * v.astype("float64"))
        return wide.astype("float32")
    if latent["distribution"] in ("Uniform", "Stratified"):
        return np.float32(latent["low"]) + np.float32(latent["high"] - latent["low"]) * u
    raise ValueError(f"z ~ {latent['distribution']} is not known here; give z itself to images_of.")


def uniforms(seeds, count):
    """keras_gan.sampling.threefry.uniforms in NumPy: two float32 arrays [n, count] in (0, 1)."""
    low = (seeds & 0xFFFFFFFF).astype("uint32")[:, None]
    high = (seeds >> 32 & 0xFFFFFFFF).astype("uint32")[:, None]
    bits = threefry((low, high), (np.arange(count, dtype="uint32")[None, :], np.zeros_like(low)))
    return tuple(((b >> np.uint32(9)).astype("float32") + np.float32(0.5)) * np.float32(2.0**-23) for b in bits)


def threefry(key, counter):
    """keras_gan.sampling.threefry.threefry in NumPy (Salmon et al. 2011): uint32 words, which wrap around."""
    keys = (*key, key[0] ^ key[1] ^ PARITY)
    first, second = counter[0] + keys[0], counter[1] + keys[1]
    for block in range(5):
        for rotation in ROTATIONS[block % 2]:
            first = first + second
            second = (second << np.uint32(rotation) | second >> np.uint32(32 - rotation)) ^ first
        first = first + keys[(block + 1) % 3]
        second = second + (keys[(block + 2) % 3] + np.uint32(block + 1))
    return first, second
