"""Writes reference.md, what the packages export with the first sentence of each docstring: `python -m docs.reference`.

The names come from the stubs, so that the page lists what is public and nothing else."""

import ast
import importlib
import inspect
import re
import types
from pathlib import Path

HERE = Path(__file__).parent
PACKAGES = (
    "keras_gan",
    "keras_gan.games.pretraining",
    "keras_gan.networks",
    "keras_gan.layers",
    "keras_gan.losses",
    "keras_gan.penalties",
    "keras_gan.optimizers",
    "keras_gan.initializers",
    "keras_gan.augmentation",
    "keras_gan.data",
    "keras_gan.sampling",
    "keras_gan.metrics",
    "keras_gan.evaluation",
    "keras_gan.doctor",
    "keras_gan.callbacks",
    "keras_gan.playground",
    "keras_gan.plots",
    "keras_gan.exhibits",
    "zoo",
    "export",
)


def first_sentence(value):
    """Of a docstring, in one line; ValueError where there is none."""
    text = inspect.getdoc(value)
    if not text:
        raise ValueError(f"{getattr(value, '__name__', value)} is public and has no docstring.")
    paragraph = " ".join(text.split("\n\n")[0].split())
    return re.split(r"(?<=\.)\s+(?=[A-Z`])", paragraph)[0].replace("|", "\\|")


def exported(package):
    """Names in the order of the stub; of a module without one, what it defines itself, in the order of the file."""
    stub = Path(package.__file__).with_suffix(".pyi")
    if stub.exists():
        imports = [node for node in ast.parse(stub.read_text()).body if isinstance(node, ast.ImportFrom)]
        return [alias.asname for node in imports for alias in node.names if alias.asname != "__version__"]
    nodes = ast.parse(Path(package.__file__).read_text()).body
    defined = [node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    return [name for name in defined if not name.startswith("_")]


def call(name, value):
    """`name(a, b=...)`: the parameters without their defaults, which the docstring states."""
    if inspect.isclass(value) or not callable(value):
        return name
    return f"{name}({', '.join(inspect.signature(value).parameters)})"


def rows(package, prefix=""):
    """Of what the page has not under another heading. Tables of constants have no docstring; comments explain them."""
    for name in exported(package):
        value = getattr(package, name)
        home = value.__name__ if isinstance(value, types.ModuleType) else getattr(value, "__module__", None)
        if home is None:
            yield f"| `{prefix + name}` | {CONSTANTS[name]} |"
        elif isinstance(value, types.ModuleType) and home not in PACKAGES:
            yield f"| `{prefix + name}` | {first_sentence(value)} |"
            yield from rows(value, prefix=f"{name}.")
        elif package.__name__ != "keras_gan" or home not in PACKAGES:
            yield f"| `{call(prefix + name, value)}` | {first_sentence(value)} |"


def page():
    sections = ["# Reference", INTRODUCTION]
    for name in PACKAGES:
        package = importlib.import_module(name)
        table = "\n".join(rows(package))
        sections.append(f"## {name}\n\n{first_sentence(package)}")
        if table:
            sections[-1] += f"\n\n| name | what it is |\n|---|---|\n{table}"
    return "\n\n".join(sections) + "\n"


CONSTANTS = {
    "QUANTITIES": "What a `Probe` measures: {quantity: meaning}.",
    "SYMPTOMS": "What the doctor knows: {name: `Symptom`}.",
}
INTRODUCTION = """What is public, package by package. Formulas, shapes, ranges and errors are in the docstrings:
`help(keras_gan.GAN)`."""

if __name__ == "__main__":
    (HERE / "reference.md").write_text(page())
