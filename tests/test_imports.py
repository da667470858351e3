"""Imports go one way: keras_gan's foundations <- its middle <- zoo <- export; only the command line sees everything."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("keras_gan", "zoo", "export")
PURE = {
    "losses",
    "penalties",
    "layers",
    "narrow",
    "spectral",
    "initializers",
    "augmentation",
    "dirac",
}  # import nothing of ours
FOUNDATIONS = PURE | {
    "latents",
    "threefry",
    "optimizers",
    "distribution",
    "files",
    "images",
    "version",
    "quiet",
    "weights",
}
MIDDLE = {"architectures", "models", "data", "metrics", "plots", "callbacks", "pictures", "doctor"}
STRANGERS = {frozenset({"architectures", "models"})}  # a network does not know its game, nor a game its network


def module_name(file):
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_name(file): file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))}


def imported(module, tree):
    """Names of ours that a syntax tree imports; `from keras_gan import losses` is keras_gan.losses."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = node.module or ""
            if node.level:
                is_package = FILES[module].name == "__init__.py"
                parents = module.split(".")[: len(module.split(".")) - node.level + is_package]
                package = ".".join([*parents, package] if package else parents)
            names = [name if (name := f"{package}.{alias.name}") in FILES else package for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in PACKAGES)


TREES = {module: ast.parse(file.read_text()) for module, file in FILES.items()}
EDGES = {module: set(imported(module, tree)) - {module} for module, tree in TREES.items()}


def layer(module):
    """keras_gan.models.gan -> models; zoo.registry -> zoo; keras_gan itself -> keras_gan."""
    package, *rest = module.split(".")
    return rest[0] if package == "keras_gan" and rest else package


def is_command_line(module):
    return module == "keras_gan.__main__" or module.startswith("keras_gan.cli")


def forbidden(module):
    """-> {imported name: why it must not be}."""
    here = layer(module)
    for name in EDGES[module]:
        there = layer(name)
        if is_command_line(name) and not is_command_line(module):
            yield name, "nothing imports the command line"
        elif module.startswith("keras_gan") and there in ("zoo", "export") and not is_command_line(module):
            yield name, "keras_gan imports neither zoo nor export"
        elif here in PURE:
            yield name, "formulas and layers import nothing of ours"
        elif here in FOUNDATIONS and there not in FOUNDATIONS:
            yield name, "a foundation imports foundations only"
        elif here in MIDDLE and there not in FOUNDATIONS | MIDDLE:
            yield name, "the middle imports foundations and the middle only"
        elif frozenset({here, there}) in STRANGERS:
            yield name, "architectures and models do not know each other"
        elif here == "zoo" and there == "export":
            yield name, "zoo does not import export"


@pytest.mark.parametrize("module", FILES)
def test_imports_go_one_way(module):
    assert not dict(forbidden(module))


def test_every_module_of_keras_gan_has_a_layer():
    layers = {layer(module) for module in FILES if module.startswith("keras_gan.") and not is_command_line(module)}
    assert layers <= FOUNDATIONS | MIDDLE


def test_export_needs_zoo_only_where_a_function_asks_for_it():
    for module in FILES:
        if layer(module) == "export":
            at_import = [node for node in TREES[module].body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
            assert not [name for name in imported(module, ast.Module(at_import, [])) if layer(name) == "zoo"], module


def test_the_reader_sees_what_is_there():
    """The edges are not empty by mistake: known ones are found, and a planted one is caught."""
    assert "keras_gan.threefry" in EDGES["keras_gan.latents"]
    assert "keras_gan.models.adversarial" in EDGES["keras_gan.models.gan"]
    planted = "def late():\n from keras_gan.models import gan\n from ..models import sampling\n import zoo.registry"
    expected = {"keras_gan.models.gan", "keras_gan.models.sampling", "zoo.registry"}
    assert set(imported("keras_gan.architectures.mlp", ast.parse(planted))) == expected


def test_importing_loads_only_what_every_call_needs():
    """Beside what Keras itself loads; in one fresh process, because each takes seconds."""
    program = """
import sys, keras, tensorflow
for package in ("keras_gan", "zoo"):
    before = set(sys.modules)
    __import__(package)
    print(*(set(sys.modules) - before))
"""
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    library, registry = (set(line.split()) for line in run.stdout.splitlines())
    assert "keras_gan" in library and "zoo" in registry
    assert not library & {"zoo", "export", "typer"} and not registry & {"export", "typer"}
    assert not (library | registry) & {"matplotlib.pyplot", "tensorflow_datasets", "sklearn", "torch", "pandas"}
