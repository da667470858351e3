"""`keras-gan translate`: images made from images, files or whole folders."""

from enum import Enum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from keras_gan.cli.arguments import Model, console
from keras_gan.cli.quiet import quiet_import

AT_ONCE = 64  # images


class Domains(str, Enum):
    a = "a"
    b = "b"


def translate(
    model: Model,
    source: Annotated[Path, typer.Argument(help="An image of any size and mode, or a folder of them.")],
    target: Annotated[Path, typer.Argument(help="A .png; for a folder, a folder, which gets files of the same names.")],
    seed: Annotated[
        int | None, typer.Option(help="Of a Pix2Pix: the first image's number, which decides what dropout drops.")
    ] = None,
    to: Annotated[Domains | None, typer.Option(help="Of a CycleGAN: the domain that comes out; default: b.")] = None,
):
    """Make images from images: `keras-gan translate runs/pix2pix.faces_lines drawing.png face.png`.

    Images are fitted to the model's size by their short side, and centre cropped. Of a model of label maps each colour
    must be one of its palette.
    """
    many = source.is_dir()
    if not many and not source.is_file():
        raise FileNotFoundError(f"There is no file or folder {str(source)!r}.")
    if not many and target.suffix.lower() != ".png":
        raise ValueError(f"{target} must end in .png.")
    if many and target.suffix and not target.is_dir():
        raise ValueError(f"{source} is a folder, so the translations need a folder, not {target}.")
    if target.resolve() == source.resolve() or many and target.resolve().is_relative_to(source.resolve()):
        raise ValueError(f"{target} lies where the originals are: the translations need a place of their own.")
    with quiet_import():
        import keras_gan
        import zoo
        from keras_gan.data import folders, resize
        from keras_gan.files.images import write_png
        from keras_gan.sampling.palettes import check_colours
    loaded = zoo.load(model)
    if not loaded.from_input:
        raise ValueError(f"{model} makes images from noise, not from images; keras-gan sample draws them.")
    two_way, exact = isinstance(loaded, keras_gan.CycleGAN), getattr(loaded, "palette", None) is not None
    if two_way and seed is not None or not two_way and to is not None:
        raise ValueError("--seed is for a Pix2Pix and --to for a CycleGAN; leave out what does not apply.")
    files = [source / file for file in folders.below(source)] if many else [source]
    targets = [target / file.relative_to(source).with_suffix(".png") if many else target for file in files]
    if len(set(targets)) < len(targets):
        raise ValueError(f"Some files of {source} differ in their suffix alone: their translations would be one.")

    def fitted(file):
        image = resize.fit(resize.open_image(file), loaded.input_image_shape, exact)
        if exact:
            check_colours(image[None], loaded.palette, [str(file)])
        return image

    tracked = partial(track, console=console, transient=True, disable=not console.is_terminal)
    for file in tracked(files, "Checking") if many else ():  # what is wrong with one is said before another is written
        fitted(file)
    for start in tracked(range(0, len(files), AT_ONCE), "Translating"):
        part, paths = files[start : start + AT_ONCE], targets[start : start + AT_ONCE]
        images = [fitted(file) for file in part]
        options = {"to": to.value if to else "b"} if two_way else {"seed": (seed or 0) + start}
        for path, made in zip(paths, loaded.translate(images, **options), strict=True):
            write_png(path, made)
    console.print(f"Wrote {target}.", soft_wrap=True, markup=False)
