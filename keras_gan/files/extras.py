"""Optional packages: one exception, and one sentence that says what to install."""

import importlib.util


class MissingExtra(ImportError):
    """A feature needs a package that is not installed; the message names it, and the command that installs it."""

    def __init__(self, use: str, packages, install: str):
        names = " and ".join(packages)
        super().__init__(f"{use} needs {names}, which {'are' if len(packages) > 1 else 'is'} not installed: {install}.")


def require(use: str, extra: str, *packages: str) -> None:
    """Raises MissingExtra unless all packages (names of their modules) can be imported. use: what needs them, the
    beginning of a sentence. extra: that of keras_gan which has them."""
    if missing := [package for package in packages if importlib.util.find_spec(package) is None]:
        raise MissingExtra(use, missing, f"pip install 'keras_gan[{extra}]'")
