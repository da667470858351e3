"""Imports go one way, from the foundations up: keras_gan's rooms, then zoo, then export; the command line sees all."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("keras_gan", "zoo", "export")
ROOMS = {  # what each room of keras_gan may import of the others, formulas and foundations first
    "files": set(),
    "fast": set(),
    "layers": set(),
    "losses": set(),
    "penalties": set(),
    "initializers": set(),
    "augmentation": set(),
    "sampling": set(),
    "optimizers": {"fast"},
    "data": {"files", "sampling"},
    "networks": {"fast", "layers"},
    "step": {"fast", "sampling", "data"},
    "games": {"losses", "penalties", "optimizers", "sampling", "step"},
    "metrics": {"files"},
    "plots": {"files", "metrics", "sampling"},
    "exhibits": {"losses", "penalties", "optimizers", "networks", "plots"},
    "evaluation": {"files", "sampling", "data", "networks", "metrics"},
    "callbacks": {"files", "sampling", "step", "plots", "exhibits"},
    "doctor": {"files", "fast", "sampling", "step"},
    "playground": {"files", "fast", "layers", "sampling", "optimizers", "data", "games"},
}


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


def room(module):
    """keras_gan.games.gan -> games; zoo.registry -> zoo; keras_gan itself -> keras_gan."""
    package, *rest = module.split(".")
    return rest[0] if package == "keras_gan" and rest else package


def is_command_line(module):
    return module == "keras_gan.__main__" or module.startswith("keras_gan.cli")


def forbidden(module):
    """-> {imported name: why it must not be}."""
    here = room(module)
    for name in EDGES[module]:
        there = room(name)
        if is_command_line(name) and not is_command_line(module) and not module.startswith("zoo.tools."):
            yield name, "nothing imports the command line"
        elif here == "zoo" and there == "export":
            yield name, "zoo does not import export"
        elif here in ROOMS and there not in (here, "version") and there not in ROOMS[here]:
            yield name, f"{here} may import {', '.join(sorted(ROOMS[here])) or 'nothing of ours'}"


@pytest.mark.parametrize("module", FILES)
def test_imports_go_one_way(module):
    assert not dict(forbidden(module))


def test_every_module_of_keras_gan_has_a_room():
    found = {room(module) for module in FILES if module.startswith("keras_gan.") and not is_command_line(module)}
    assert found == {*ROOMS, "version"}


def test_no_room_imports_what_comes_after_it():
    """The table is an order: no two rooms lean on each other."""
    order = list(ROOMS)
    for name, others in ROOMS.items():
        assert all(order.index(other) < order.index(name) for other in others), name


def test_export_needs_zoo_only_where_a_function_asks_for_it():
    for module in FILES:
        if room(module) == "export":
            at_import = [node for node in TREES[module].body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
            assert not [name for name in imported(module, ast.Module(at_import, [])) if room(name) == "zoo"], module


def test_the_reader_sees_what_is_there():
    """The edges are not empty by mistake: known ones are found, and a planted one is caught."""
    assert "keras_gan.sampling.threefry" in EDGES["keras_gan.sampling.latents"]
    assert "keras_gan.step.adversarial" in EDGES["keras_gan.games.gan"]
    planted = "def late():\n from keras_gan.games import gan\n from ..step import turn\n import zoo.registry"
    expected = {"keras_gan.games.gan", "keras_gan.step.turn", "zoo.registry"}
    assert set(imported("keras_gan.networks.gan", ast.parse(planted))) == expected


LIGHT = """
import sys, time
began = time.perf_counter()
import keras_gan, zoo, export
from keras_gan.cli import app
names = zoo.list_models()
assert len(names) > 40 and zoo.variant("dcgan.mnist").description
heavy = {"tensorflow", "keras", "matplotlib", "scipy", "sklearn", "PIL", "tensorflow_datasets", "torch", "pandas"}
print(*sorted(heavy & set(sys.modules)))
"""


def test_names_help_and_the_list_wait_for_nothing_heavy():
    run = subprocess.run([sys.executable, "-c", LIGHT], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    assert run.stdout.split() == []


def test_no_file_is_long_without_a_reason():
    """250 lines; a class whose methods are one interface may have more."""
    reasons = {
        "export/server/models.py": "the state of all served models, under one lock",
        "export/server/rest.py": "TF Serving's REST interface, one class",
        "export/formats/saved_model.py": "one format: signatures, checks, and the folder's versions",
    }
    for file in FILES.values():
        lines = len(file.read_text().splitlines())
        assert lines <= 250 or str(file.relative_to(ROOT)) in reasons, f"{file}: {lines}"
