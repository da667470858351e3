"""Image sets of TensorFlow Datasets (TFDS), prepared on disk or downloaded, as uint8 arrays or Rows.

TFDS takes seconds to import and is imported only where one of its sets is asked for.
"""

import contextlib
import difflib
import importlib
import logging
import math
import os
import re
from urllib.parse import urlsplit

import numpy as np

from keras_gan.data import resize, tfds_records
from keras_gan.data.numpy_files import check_memory
from keras_gan.files.extras import MissingExtra

NAME = re.compile(r"[A-Za-z_]\w*(/[\w.=,+-]+)?(:[\w.*]+)?")  # set[/configuration][:version]
CONNECT_SECONDS = 5.0  # TFDS itself tries ten times with growing pauses, minutes in all, where there is no network
_BATCH = 512  # images handed over at once: 3 to 5 times faster for MNIST than one by one
_LICENCES = {"mnist": "CC BY-SA 3.0"}  # for sets whose TFDS record does not state it


def read(name, image_shape, split, own_names=()):
    """(images uint8 [n, h, w, c], labels int32 [n] or None, number of classes or None, licence, origin, names of the
    classes or None).

    Labels are the set's "label" if that is a class. Raises ValueError (unknown name, with the nearest of `own_names`
    and TFDS's; unknown split; no images in the set), FileNotFoundError (neither prepared nor downloadable) or
    MissingExtra.
    """
    tfds = _import(name)
    builder = _builder(tfds, name, own_names)
    feature = builder.info.features["image"] if "image" in builder.info.features else None
    if not isinstance(feature, tfds.features.Image) or feature.np_dtype != np.uint8:
        raise ValueError(f'The TFDS set {name!r} has no 8-bit images under the name "image": choose an image set.')
    if not builder.data_path.exists():
        _download(tfds, builder, name)
    try:
        n = builder.info.splits[split].num_examples
    except ValueError as error:
        raise ValueError(_unknown_split(builder, name, split)) from error
    if n < 1:
        raise ValueError(_unknown_split(builder, name, split))
    by_number = builder.info.file_format is tfds.core.FileFormat.ARRAY_RECORD
    images, labels = (tfds_records.read if by_number else _stream)(tfds, builder, split, n, image_shape)
    info = builder.info
    licence = info.redistribution_info.license or _LICENCES.get(builder.name) or f"see {info.homepage}"
    origin = f"TFDS {info.full_name}, {info.homepage}"
    if labels is None:
        return images, None, None, licence, origin, None
    names = tuple(info.features["label"].names)
    named = names != tuple(map(str, range(len(names))))  # MNIST's "0" to "9" are no names
    return images, labels, len(names), licence, origin, names if named else None


def knows(name):
    """Whether `name` (set[/configuration][:version]) begins with the name of a TFDS set; False without TFDS."""
    try:
        return re.split("[/:]", name)[0] in _names(_import(name))
    except ImportError:
        return False


def _import(name):
    try:
        tfds = importlib.import_module("tensorflow_datasets")
    except ImportError as error:
        raise MissingExtra(f"Reading {name!r}", ["tensorflow_datasets"], "pip install tensorflow-datasets") from error
    # Older releases ask Google Cloud Storage for every set, and hang where it cannot be reached.
    tfds.core.utils.gcs_utils._is_gcs_disabled = True
    return tfds


def _names(tfds):
    return tfds.list_builders(with_community_datasets=False)  # the community's sets take 8 s more, and a network


def _builder(tfds, name, own_names):
    try:
        # TFDS reads TFDS_DATA_DIR only when it is imported.
        return tfds.builder(name, data_dir=os.environ.get("TFDS_DATA_DIR") or None, try_gcs=False)
    except (ValueError, AssertionError) as error:  # unknown set or configuration; unknown version
        known = _names(tfds)
        root = re.split("[/:]", name)[0]
        if root in known:
            reason = _first_line(error).rpartition('": ')[2].partition(". Here")[0]
            raise ValueError(f"TFDS has the set {root!r}, but not {name!r}: {reason}.") from error
        nearest = difflib.get_close_matches(root.lower(), [*own_names, *known], n=3, cutoff=0.5)
        hint = f"; did you mean {' or '.join(repr(near) for near in nearest)}?" if nearest else "."
        raise ValueError(
            f"{name!r} is not a file or folder here, nor a TFDS set, nor one of {', '.join(own_names)}{hint}"
        ) from error
    except ImportError as error:
        package = getattr(error, "name", None) or _first_line(error)
        raise MissingExtra(f"Reading {name!r} by TFDS", [package], f"pip install {package}") from error


def _download(tfds, builder, name):
    root = builder.data_path.parents[len(builder.info.full_name.split("/")) - 1]
    remedy = f"set TFDS_DATA_DIR to a folder where TFDS prepared it, or run `tfds build {name}` with a network"
    host = _unreachable_host(builder)
    if host:
        raise FileNotFoundError(
            f"{name!r} is not found in {root} and {host} cannot be reached (no network?): {remedy}."
        )
    try:
        builder.download_and_prepare()
    # Connection and disk errors; files to be fetched by hand; a missing package; a server's error or changed files.
    except (
        OSError,
        AssertionError,
        ImportError,
        tfds.download.DownloadError,
        tfds.core.download.download_manager.NonMatchingChecksumError,
    ) as error:
        raise FileNotFoundError(
            f"{name!r} is not found in {root} and TFDS could not prepare it ({_first_line(error)}): {remedy}."
        ) from error


def _unreachable_host(builder):
    """The host of the set's first file if it does not answer, else None."""
    import requests  # TFDS downloads with it too, so both mind the same proxies

    url = next((url for url in builder.url_infos or () if url.startswith("http")), None)
    if url is None:
        return None
    try:
        requests.head(url, timeout=CONNECT_SECONDS)
    except requests.RequestException:
        return urlsplit(url).hostname
    return None


def _unknown_split(builder, name, split):
    splits = ", ".join(f"{key!r} ({value.num_examples})" for key, value in builder.info.splits.items())
    return f"{name!r} has no examples in the split {split!r}: it has {splits} and slices such as 'train[:100]'"


def _first_line(error):
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[0].strip() if lines else type(error).__name__


@contextlib.contextmanager
def _without_warnings(logger):
    logger = logging.getLogger(logger)
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _empty(shape, builder):
    try:
        check_memory(math.prod(shape))
    except ValueError as error:
        raise ValueError(
            f"{builder.info.full_name} does not fit into memory ({error}): prepare it in another folder by `tfds build "
            f"{builder.name} --file_format=array_record`, and it is read by row."
        ) from error
    return np.empty(shape, np.uint8)


def _stream(tfds, builder, split, n, image_shape):
    """Fills the arrays batch by batch, so that the set as stored never lies in memory beside the set as resized."""
    features = builder.info.features
    labelled = "label" in features and isinstance(features["label"], tfds.features.ClassLabel)
    with _without_warnings("absl"):  # TFDS warns of a deprecated attribute that it reads itself
        dataset = builder.as_dataset(
            split=split,
            shuffle_files=False,
            decoders=tfds.decode.PartialDecoding({"image": True} | ({"label": True} if labelled else {})),
            read_config=tfds.ReadConfig(try_autocache=False),
        )
    shape = features["image"].shape
    if None not in shape:
        dataset = dataset.batch(_BATCH)
    images = None
    labels = np.empty(n, np.int32) if labelled else None
    start = 0
    for example in tfds.as_numpy(dataset):
        batch = example["image"] if None not in shape else example["image"][None]
        if images is None:
            image_shape = image_shape or (*batch.shape[1:3], 1 if batch.shape[-1] == 1 else 3)
            images = _empty((n, *image_shape), builder)
        stop = start + len(batch)
        images[start:stop] = resize.resize(batch, image_shape)
        if labelled:
            labels[start:stop] = example["label"]
        start = stop
    # Sets that keep the labels of their test split secret store -1.
    return images, labels if labelled and labels.min() >= 0 else None
