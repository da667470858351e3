"""The registry: names, search, and the nearest names for a typo."""

import difflib
import fnmatch

VARIANTS = {}


def register(variant):
    """Add a record; a name can be defined once."""
    if variant.name in VARIANTS:
        raise ValueError(f"The variant {variant.name!r} is already defined.")
    VARIANTS[variant.name] = variant
    return variant


def variant(name):
    """The record of a name. A dataset's name alone will do where a single game has it ("gaussian1d").

    Raises ValueError with the nearest names for an unknown one.
    """
    if name in VARIANTS:
        return VARIANTS[name]
    alone = [known for known in VARIANTS if known.partition(".")[2] == name]
    if len(alone) == 1:
        return VARIANTS[alone[0]]
    near = alone or difflib.get_close_matches(name, VARIANTS, n=3, cutoff=0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else "keras-gan list shows all names."
    raise ValueError(f"There is no variant {name!r}; {hint}")


def is_model(name):
    """Whether `name` is a registered variant."""
    return name in VARIANTS


def list_models(pattern="*", *, pretrained=None, dataset=None, conditional=None, tag=None):
    """Names that match a wildcard pattern and the given properties, sorted: list_models("dcgan*", pretrained=True)."""

    def wanted(record):
        return (
            (fnmatch.fnmatch(record.name, pattern))
            and (pretrained is None or record.pretrained == pretrained)
            and (dataset is None or record.dataset == dataset)
            and (conditional is None or record.conditional == conditional)
            and (tag is None or tag in record.tags)
        )

    return sorted(name for name, record in VARIANTS.items() if wanted(record))
