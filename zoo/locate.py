"""The one answer to "what is this name or folder?": a pretrained variant, a run, a preset, a SavedModel, or data."""

import json
from dataclasses import dataclass
from pathlib import Path

from zoo.presets import hub
from zoo.recipe import Variant
from zoo.registry import variant, variants
from zoo.runs.folder import CHECKPOINT, CONFIG, read_config

METADATA = "metadata.json"  # of a preset


@dataclass(frozen=True)
class Found:
    """kind: "run", "preset" (a pretrained variant is one, in the package), "saved_model", or "data" (images, a file).
    path: the folder or file. record: the variant that it is of, where that is known."""

    kind: str
    path: Path
    record: Variant | None = None


def locate(what) -> Found:
    """A variant's name, the path of a run, a preset, a SavedModel (or of the folder of its versions), of images or a
    file, or an address on the Hugging Face Hub, `hf://owner/name`.

    Raises ValueError with one sentence for an unknown name, with the nearest ones, for a variant without weights, and
    for an address that cannot be had.
    """
    path = Path(hub.local(what))
    if is_run(path):
        return Found("run", path, variant(read_config(path)["name"]))
    if (path / METADATA).is_file():
        return Found("preset", path, variants().get(name_of(path)))
    if saved := saved_model_folder(path):
        return Found("saved_model", saved)
    if path.exists():
        return Found("data", path)
    record = variant(str(what))
    if not record.pretrained:
        raise ValueError(f"{record.name} has no weights in the package; train it: keras-gan train {record.name}.")
    return Found("preset", record.folder, record)


def name_of(preset: Path) -> str | None:
    """What a preset says it is of. Raises ValueError with one sentence for damaged metadata."""
    try:
        name = json.loads((preset / METADATA).read_text()).get("name")
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise ValueError(f"{preset / METADATA} is damaged; install or save the preset again.") from error
    return name if isinstance(name, str) else None


def locate_model(what) -> Found:
    """As `locate`, for what zoo.load opens: a run or a preset. Raises ValueError for anything else, too."""
    found = locate(what)
    if found.kind == "saved_model":
        raise ValueError(f"{what} is a SavedModel, which TensorFlow loads by itself; give a run or a preset.")
    if found.kind == "data":
        raise ValueError(f"{what} holds neither a run nor a preset: it has no {CHECKPOINT} and no {METADATA}.")
    return found


def is_run(path: Path) -> bool:
    """Whether a folder holds a run with a checkpoint."""
    return (path / CHECKPOINT).is_file() and (path / CONFIG).is_file()


def saved_model_folder(path: Path) -> Path | None:
    """The folder with saved_model.pb: `path` itself, or its highest version; None where there is none."""
    if (path / "saved_model.pb").is_file():
        return path
    versions = [child for child in path.glob("*/saved_model.pb") if child.parent.name.isdigit()]
    return max(versions, key=lambda child: int(child.parent.name)).parent if versions else None
