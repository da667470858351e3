"""HDF5 files of images, read by row."""

import os

SUFFIXES = (".h5", ".hdf5")


def load(path):
    """{"images": h5py.Dataset}, and "labels", an array, where the file has them; a single data set of any name counts
    as the images. The file stays open. Raises ValueError with one sentence for what is no such file."""
    import h5py  # Keras needs it, too

    try:
        file = h5py.File(path, "r")
        found = {name: item for name, item in file.items() if isinstance(item, h5py.Dataset)}
        labels = found["labels"][()] if "labels" in found else None
    except (OSError, RuntimeError, KeyError) as error:  # no HDF5 file; a damaged one
        reason = str(error).partition("\n")[0].rstrip(".")
        raise ValueError(f"Cannot read {os.fspath(path)!r} as an HDF5 file: {reason}.") from error
    images = found.get("images", next(iter(found.values())) if len(found) == 1 else None)
    if images is None:
        raise ValueError(f'{os.fspath(path)!r} needs a data set "images" (and "labels", if any); it has {list(file)}.')
    return {"images": images} if labels is None else {"images": images, "labels": labels}
