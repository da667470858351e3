"""The registry: the variants of all papers, found in zoo/papers/; names, search, and the nearest names for a typo."""

import difflib
import fnmatch

from zoo.recipe import Variant

VARIANTS: dict[str, Variant] = {}


def register(variant: Variant) -> Variant:
    """Add a record. Raises ValueError for a name that is defined already."""
    if variant.name in VARIANTS:
        raise ValueError(f"The variant {variant.name!r} is already defined.")
    VARIANTS[variant.name] = variant
    return variant


def variants() -> dict[str, Variant]:
    """All records by name; the modules of zoo/papers/ are imported the first time."""
    import zoo.papers  # noqa: F401

    return VARIANTS


def variant(name: str) -> Variant:
    """The record of a name. A dataset's name alone will do where a single game has it ("gaussian1d").

    Raises ValueError with the nearest names for an unknown one.
    """
    known = variants()
    if name in known:
        return known[name]
    alone = [one for one in known if one.partition(".")[2] == name]
    if len(alone) == 1:
        return known[alone[0]]
    near = alone or difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else "keras-gan list shows all names."
    raise ValueError(f"There is no variant {name!r}; {hint}")


def is_model(name: str) -> bool:
    """Whether `name` is a registered variant."""
    return name in variants()


def list_models(
    pattern: str = "*",
    *,
    pretrained: bool | None = None,
    dataset: str | None = None,
    conditional: bool | None = None,
    tag: str | None = None,
) -> list[str]:
    """Names that match a wildcard pattern and the given properties, sorted: list_models("dcgan*", pretrained=True)."""

    def wanted(record):
        return (
            fnmatch.fnmatch(record.name, pattern)
            and (pretrained is None or record.pretrained == pretrained)
            and (dataset is None or record.dataset == dataset)
            and (conditional is None or record.conditional == conditional)
            and (tag is None or tag in record.tags)
        )

    return sorted(name for name, record in variants().items() if wanted(record))
