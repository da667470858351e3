"""`keras-gan translate`: images made from images, files or whole folders."""

from enum import Enum
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
    seed: Annotated[int, typer.Option(help="The number of the first image, which decides what dropout drops.")] = 0,
    to: Annotated[Domains, typer.Option(help="Which way a CycleGAN translates.")] = Domains.b,
):
    """Make images from images: `keras-gan translate pix2pix.faces_lines drawing.png face.png`.

    Images are fitted to the model's size by their short side, and centre cropped. Of a model of label maps each colour
    must be one of its palette.
    """
    many = source.is_dir()
    if not many and not source.is_file():
        raise FileNotFoundError(f"There is no file or folder {str(source)!r}.")
    if not many and target.suffix.lower() != ".png":
        raise ValueError(f"{target} must end in .png.")
    if many and target.suffix:
        raise ValueError(f"{source} is a folder, so the translations need a folder, not {target}.")
    with quiet_import():
        import keras_gan
        import zoo
        from keras_gan.data import folders, resize
        from keras_gan.files.images import write_png
    loaded = zoo.load(model)
    if not loaded.from_input:
        raise ValueError(f"{model} makes images from noise, not from images; keras-gan sample draws them.")
    two_way, exact = isinstance(loaded, keras_gan.CycleGAN), getattr(loaded, "palette", None) is not None
    files = [source / file for file in folders.listed(source, "train")[1]] if many else [source]
    starts = range(0, len(files), AT_ONCE)
    for start in track(starts, "Translating", console=console, transient=True, disable=not console.is_terminal):
        part = files[start : start + AT_ONCE]
        images = [resize.fit(resize.open_image(file), loaded.input_image_shape, exact) for file in part]
        options = {"to": to.value} if two_way else {"seed": seed + start}
        for file, made in zip(part, loaded.translate(images, **options), strict=True):
            write_png(target / file.relative_to(source).with_suffix(".png") if many else target, made)
    console.print(f"Wrote {target}.", soft_wrap=True)
