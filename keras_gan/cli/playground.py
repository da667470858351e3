"""`keras-gan playground`: train a GAN in the browser, see why it fails, and take it home."""

import webbrowser
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from keras_gan.cli.arguments import console
from keras_gan.cli.quiet import quiet_import


def playground(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port on 127.0.0.1; 0: a free one.")] = 8502,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Whether to open the page.")] = True,
    write: Annotated[
        Path | None, typer.Option(help="Write the page as a folder of files for any web server, and end.")
    ] = None,
    pretrained: Annotated[
        bool, typer.Option("--pretrained", help="With --write: pretrained generators, too, some 60 MB.")
    ] = False,
):
    """Open a page in which you train a GAN in your browser, watch both nets, and break them: `keras-gan playground`.

    Points in the plane or small pictures; layers, objectives and optimizers by the names they have here; lessons on
    what goes wrong. **Take to Python** in the page saves a session that `keras_gan.playground.load` turns into a game,
    with the same weights, which goes on under `fit`; `keras_gan.playground.write(model, path)` is the way back.

    The page asks for nothing outside of this machine. Ctrl-C ends it.
    """
    from keras_gan.playground.site import Site, serve, write_site

    if write is not None:
        folder = write_site(write, Site(offered() if pretrained else None))
        console.print(f"The page is in {folder}. Look at it with: python -m http.server -d {folder}")
        return
    server = serve(port, Site(offered()))
    address = f"http://127.0.0.1:{server.server_port}/"
    console.print(f"The playground is at {address} (Ctrl-C ends it).")
    if browser:
        webbrowser.open(address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


# Variants whose generators have what the page has not: blocks, softplus, unpadded convolutions, weights on a label,
# layers that skip others.
OTHERS = (
    *("cgan.mnist", "gan.gaussian1d", "gdnet_first.mnist", "r3gan.mnist", "r3gan.stacked_mnist"),
    *("pix2pix.faces_labels", "pix2pix.faces_lines", "pix2pix.openmoji", "cyclegan.faces_pixel"),
)


def offered():
    """{name: what gives its bytes} of the pretrained variants that the page can draw from."""
    import zoo

    def exported(name):
        with quiet_import():
            from keras_gan.playground.pretrained import exported

            return exported(zoo.load(name))

    return {name: partial(exported, name) for name in zoo.list_models(pretrained=True) if name not in OTHERS}
