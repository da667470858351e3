"""Models for the Hugging Face Hub: a preset, its card as README.md, and the ONNX graph."""

import json
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

from export.formats import source
from export.formats.onnx_file import onnx_graph
from export.runtime import GRAPH


def push_to_hub(model, repo, *, private=False, token=None):
    """Uploads a model to `repo` ("owner/name", made if it is not there) in one commit; -> the commit's address.

    model: a keras_gan model, a pretrained name, or the folder of a run or of a preset. token: default the one of
    `hf auth login`. `zoo.load("hf://owner/name")` reads it again. Raises ValueError with one sentence for what
    cannot be exported, a repo that is no "owner/name", and a Hub that refuses or cannot be reached.
    """
    from zoo.presets.hub import package

    hub = package()
    if str(repo).count("/") != 1:
        raise ValueError(f'{repo!r} is no repository: write "owner/name".')
    with tempfile.TemporaryDirectory() as place:
        folder = hub_folder(model, Path(place) / "preset")
        api = hub.HfApi(token=token)
        try:
            api.create_repo(repo, private=private, exist_ok=True)
            return str(api.upload_folder(repo_id=repo, folder_path=folder, commit_message="keras_gan preset"))
        except hub.errors.HFValidationError as error:
            raise ValueError(f'{repo!r} is no repository: write "owner/name".') from error
        except hub.errors.HfHubHTTPError as error:
            raise ValueError(f"The Hub refused {repo}: {str(error).splitlines()[0]}.") from error
        except OSError as error:
            raise ValueError(f"The Hub cannot be reached to write {repo}; try again online.") from error


def hub_folder(model, folder):
    """Writes what push_to_hub uploads into a new folder, and returns its path."""
    import zoo
    from zoo.locate import locate_model

    folder, given = Path(folder), None
    if isinstance(model, str | Path):
        found = locate_model(model)
        given = found.path if found.kind == "preset" else None
    opened, card = source.opened(model, "push_to_hub")
    if given:  # a preset, as it is
        shutil.copytree(given, folder)
    else:
        figures = {"figures": card["figures"], **card["recipe"]}
        zoo.save_to_preset(opened, folder, metadata={"name": card["name"], **figures})
    own = folder / "card.md"
    text = own.read_text() if own.is_file() else source.markdown(card)
    own.unlink(missing_ok=True)
    (folder / "README.md").write_text(front_matter(card) + text)
    if not (folder / GRAPH).is_file() and find_spec("tf2onnx"):
        onnx_graph(opened, folder)
    return folder


def front_matter(card):
    """What the Hub reads of a README."""
    read = {"library_name": "keras", "tags": ["keras_gan", "gan"]}
    if card["licence"]["weights"]:
        read["license"] = card["licence"]["weights"].lower()
    if "input_shape" in card:
        read["pipeline_tag"] = "image-to-image"
    elif card["classes"] is None and len(card["output_shape"]) == 3:
        read["pipeline_tag"] = "unconditional-image-generation"
    if card["recipe"].get("dataset"):
        read["datasets"] = [card["recipe"]["dataset"]]
    lines = [f"{key}: {json.dumps(value)}" for key, value in read.items()]
    return "\n".join(["---", *lines, "---", ""])
